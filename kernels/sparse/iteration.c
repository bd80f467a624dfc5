/* iteration.c - see iteration.h. */
#include "kernels/sparse/iteration.h"

#include "kernels/sparse/graph_apply.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ITERATIONS = 1000 };
static const double TOLERANCE = 1e-13; /* of the largest right-hand side, each unknown by the root of its weight */

struct solow_iteration {
    solow_conjugate solver;
    solow_graph graph;
    double *own; /* [2 m] diagonals of N and S; NULL: the caller's */
};

static solow_status multiply(void *context, ptrdiff_t panels, const double *const *x, double *const *y,
                             solow_error *err)
{
    (void)err;
    const solow_graph *graph = context;
    for (ptrdiff_t i = 0; i < panels; i++) {
        memset(y[i], 0, (size_t)(graph->unknowns * 8) * sizeof **y);
    }
    solow_graph_apply(graph, panels, x, y);
    return SOLOW_OK;
}

solow_status solow_iteration_over(const solow_global_layout *layout, const double *normal, const double *diagonal,
                                  solow_product_function apply, void *context, solow_iteration **iteration,
                                  solow_error *err)
{
    solow_iteration *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to iterate");
    }
    made->solver = (solow_conjugate){.layout = layout,
                                     .normal = normal,
                                     .diagonal = diagonal,
                                     .tolerance = TOLERANCE,
                                     .most = MOST_ITERATIONS,
                                     .apply = apply,
                                     .context = context};
    *iteration = made;
    return SOLOW_OK;
}

solow_status solow_iteration_create(const solow_global_layout *layout, solow_graph *graph, solow_iteration **iteration,
                                    solow_error *err)
{
    ptrdiff_t m = layout->unknowns;
    solow_iteration *made = NULL;
    double *own = solow_allocate(solow_product(m, 2), sizeof *own);
    if (own == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to iterate on %td effects", m);
    }
    solow_status status = solow_iteration_over(layout, own, own + m, multiply, NULL, &made, err);
    if (status != SOLOW_OK) {
        free(own);
        return status;
    }
    made->own = own;
    made->solver.context = &made->graph;
    if (graph->run_levels > 0) {
        status = solow_graph_expand(graph, &made->graph, err);
    } else {
        made->graph = *graph;
        *graph = (solow_graph){0};
    }
    if (status != SOLOW_OK) {
        solow_iteration_destroy(made);
        return status;
    }
    solow_graph_diagonals(&made->graph, own, own + m);
    *iteration = made;
    return SOLOW_OK;
}

void solow_iteration_destroy(solow_iteration *iteration)
{
    if (iteration != NULL) {
        solow_graph_clear(&iteration->graph);
        free(iteration->own);
        free(iteration);
    }
}

/* size [parts x p]: the largest |r_v| / sqrt(N_vv) of the column, times the smallest sqrt(N_uu) of the part. */
static void fill_sizes(const solow_iteration *iteration, ptrdiff_t p, const double *r, double *size)
{
    const solow_global_layout *layout = iteration->solver.layout;
    for (ptrdiff_t j = 0; j < p; j++) {
        double largest = 0;
        for (ptrdiff_t u = 0; u < layout->unknowns; u++) {
            double weight = iteration->solver.normal[u], value = fabs(r[solow_panel_index(layout->unknowns, u, j)]);
            largest = weight > 0 ? fmax(largest, value / sqrt(weight)) : largest;
        }
        for (ptrdiff_t s = 0; s < layout->sets; s++) {
            const solow_global_set *set = &layout->set[s];
            for (ptrdiff_t part = 0; part < set->width; part++) {
                double least = INFINITY;
                for (ptrdiff_t l = 0; l < set->levels; l++) {
                    double weight = iteration->solver.normal[set->first + l * set->width + part];
                    least = weight > 0 ? fmin(least, weight) : least;
                }
                size[j * layout->parts + set->part + part] = least < INFINITY ? largest * sqrt(least) : 0;
            }
        }
    }
}

solow_status solow_iteration_solve(const solow_iteration *iteration, ptrdiff_t p, const double *r, double *gamma,
                                   ptrdiff_t *most, bool *converged, solow_error *err)
{
    const solow_global_layout *layout = iteration->solver.layout;
    double *size = solow_allocate(solow_product(layout->parts, p), sizeof *size);
    ptrdiff_t *iterations = solow_allocate(p, sizeof *iterations);
    uint8_t *reached = solow_allocate(p, sizeof *reached);
    solow_status status = SOLOW_OK;
    if (size == NULL || iterations == NULL || reached == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to iterate on %td columns", p);
    }
    if (status == SOLOW_OK) {
        fill_sizes(iteration, p, r, size);
        status = solow_conjugate_solve(&iteration->solver, p, r, size, gamma, iterations, reached, err);
    }
    bool solved = status == SOLOW_OK;
    for (ptrdiff_t i = 0; !solved && i < solow_panel_doubles(layout->unknowns, p); i++) {
        gamma[i] = NAN;
    }
    for (ptrdiff_t j = 0; j < p; j++) {
        *most = solved && iterations[j] > *most ? iterations[j] : *most;
        *converged = *converged && solved && reached[j] != 0;
    }
    free(size);
    free(iterations);
    free(reached);
    return status;
}
