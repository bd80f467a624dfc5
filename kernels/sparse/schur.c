/* schur.c - see schur.h. */
#include "kernels/sparse/schur.h"

#include "kernels/sparse/components.h"
#include "kernels/sparse/schur_build.h"
#include "kernels/sparse/schur_data.h"

#include <stdlib.h>
#include <string.h>

enum { DENSE_UNKNOWNS = 1200, DENSE_AT_MOST = 4096, REFINEMENTS = 2 };
static const double SPARSE_FLOPS = 5e9;     /* a sparse factor of so many takes seconds; beyond that: */
static const double FLOPS_PER_ENTRY = 2000; /* flops that some hundred products with the graph would take */
static const double WORTH_FORMING = 5e7;    /* updates that are never worth avoiding */
static const double WORK_PER_ENTRY = 40;    /* updates an entry that iterations would cost */
static const double NOISE = 1e-13;          /* diagonal of S relative to that of N that is rounding alone */

bool solow_schur_is_dear(double work)
{
    return work > WORTH_FORMING;
}

solow_schur_kind solow_schur_choose(const solow_schur_size *size)
{
    double m = (double)size->unknowns, dense = 8 * m * m;
    if (solow_schur_is_dear(size->work) && size->work > WORK_PER_ENTRY * (double)size->entries) {
        return SOLOW_SCHUR_ITERATIVE;
    }
    if (size->unknowns <= DENSE_UNKNOWNS && solow_fits_int(size->unknowns) && dense <= size->budget_bytes) {
        return SOLOW_SCHUR_DENSE;
    }
    double bound = size->work + 2 * (double)size->pairs + m; /* nonzeros of S at most */
    double cap = m * m;
    return 12 * (bound < cap ? bound : cap) <= size->budget_bytes ? SOLOW_SCHUR_SPARSE : SOLOW_SCHUR_ITERATIVE;
}

void solow_schur_count(const solow_global_layout *layout, const solow_local *local, const solow_schur_ground *given,
                       int32_t *best, uint8_t *ground, solow_schur_facts *facts)
{
    bool levels = local != NULL && local->level;
    facts->components = solow_components_ground(layout, levels, given->label, given->normal, best, ground);
    facts->exact = solow_components_exact(layout, local != NULL, local != NULL && local->slopes > 0) &&
                   (local == NULL || local->level);
    facts->rank = 0;
    for (ptrdiff_t u = 0; u < layout->unknowns; u++) {
        if (given->schur[u] <= NOISE * given->normal[u]) {
            ground[u] = 1;
        }
        facts->rank += ground[u] == 0 ? 1 : 0;
    }
}

/* Grounds by components, and what the local effect explains to the last bit; fills the facts that counting gives. */
static solow_status ground(const solow_global_layout *layout, const solow_graph *graph, const solow_local *local,
                           solow_schur *schur, solow_error *err)
{
    ptrdiff_t m = schur->m;
    int32_t *label = solow_allocate(m, sizeof *label), *best = solow_allocate(m, sizeof *best);
    double *diagonal = solow_allocate(m, sizeof *diagonal), *left = solow_allocate(m, sizeof *left);
    solow_status status = SOLOW_OK;
    if (label == NULL || best == NULL || diagonal == NULL || left == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the components of %td effects", m);
    } else {
        solow_graph_diagonals(graph, diagonal, left);
        solow_components(layout, graph, local != NULL && local->level, label);
        const solow_schur_ground given = {.label = label, .normal = diagonal, .schur = left};
        solow_schur_count(layout, local, &given, best, schur->ground, &schur->facts);
    }
    free(label);
    free(best);
    free(diagonal);
    free(left);
    return status;
}

static solow_status make_dense(const solow_graph *graph, solow_schur *schur, solow_error *err)
{
    ptrdiff_t m = schur->m;
    solow_dense_factor *dense = &schur->dense;
    dense->m = m;
    dense->matrix = solow_allocate_zeroed(solow_product(m, m), sizeof *dense->matrix);
    dense->scale = solow_allocate(m, sizeof *dense->scale);
    dense->dropped = schur->ground;
    if (dense->matrix == NULL || dense->scale == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a dense Schur complement of %td effects", m);
    }
    solow_graph_dense(graph, dense->matrix);
    schur->facts.kind = SOLOW_SCHUR_DENSE;
    schur->facts.nonzeros = (double)m * (double)(m + 1) / 2;
    return solow_dense_factor_make(dense, &schur->facts.rank, err);
}

static solow_status make_iterative(const solow_global_layout *layout, solow_graph *graph, solow_schur *schur,
                                   solow_error *err)
{
    schur->facts.kind = SOLOW_SCHUR_ITERATIVE;
    schur->facts.nonzeros = (double)graph->entries;
    return solow_iteration_create(layout, graph, &schur->iteration, err);
}

static solow_status make_sparse(const solow_global_layout *layout, solow_graph *graph, double budget_bytes,
                                solow_schur *schur, solow_error *err)
{
    solow_fill fill;
    solow_graph whole = {0};
    bool runs = graph->run_levels > 0;
    solow_status status = runs ? solow_graph_expand(graph, &whole, err) : SOLOW_OK;
    if (status == SOLOW_OK) {
        status = solow_symmetric_schur(runs ? &whole : graph, &schur->matrix, err);
    }
    solow_graph_clear(&whole);
    if (status != SOLOW_OK) {
        return status;
    }
    double m = (double)schur->m;
    bool fits = solow_fits_int(schur->m) && solow_fits_int(schur->matrix.start[schur->m]);
    if (fits) {
        status = solow_ldl_create(&schur->matrix, &schur->ldl, &fill, err);
        fits = status == SOLOW_OK && 12 * fill.nonzeros <= budget_bytes &&
               fill.flops <= SPARSE_FLOPS + FLOPS_PER_ENTRY * (double)graph->entries;
    }
    if (status == SOLOW_OK && !fits) {
        solow_symmetric_clear(&schur->matrix);
        bool dense = schur->m <= DENSE_AT_MOST && solow_fits_int(schur->m) && 8 * m * m <= budget_bytes;
        return dense ? make_dense(graph, schur, err) : make_iterative(layout, graph, schur, err);
    }
    if (status == SOLOW_OK) {
        schur->facts.kind = SOLOW_SCHUR_SPARSE;
        schur->facts.nonzeros = fill.nonzeros;
        status = solow_ldl_factor(schur->ldl, &schur->matrix, schur->ground, &schur->facts.rank, err);
    }
    return status;
}

solow_status solow_schur_create(const solow_global_layout *layout, solow_graph *graph, const solow_local *local,
                                solow_schur_kind kind, double budget_bytes, solow_schur **schur, solow_error *err)
{
    ptrdiff_t m = layout->unknowns;
    solow_schur *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Schur complement");
    }
    made->m = m;
    made->facts.converged = true;
    made->ground = solow_allocate(m, sizeof *made->ground);
    made->work = solow_allocate(solow_product(m, 24), sizeof *made->work);
    solow_status status = SOLOW_OK;
    if (made->ground == NULL || made->work == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to solve for %td effects", m);
    }
    if (status == SOLOW_OK) {
        status = ground(layout, graph, local, made, err);
    }
    if (status == SOLOW_OK && kind == SOLOW_SCHUR_DENSE) {
        status = make_dense(graph, made, err);
    } else if (status == SOLOW_OK && kind == SOLOW_SCHUR_SPARSE) {
        status = make_sparse(layout, graph, budget_bytes, made, err);
    } else if (status == SOLOW_OK) {
        status = make_iterative(layout, graph, made, err);
    }
    if (status != SOLOW_OK) {
        solow_schur_destroy(made);
        return status;
    }
    *schur = made;
    return SOLOW_OK;
}

void solow_schur_destroy(solow_schur *schur)
{
    if (schur != NULL) {
        solow_symmetric_clear(&schur->matrix);
        solow_ldl_destroy(schur->ldl);
        solow_iteration_destroy(schur->iteration);
        free(schur->dense.matrix);
        free(schur->dense.scale);
        free(schur->ground);
        free(schur->work);
        free(schur);
    }
}

static void solve_once(solow_schur *schur, double *x)
{
    if (schur->facts.kind == SOLOW_SCHUR_DENSE) {
        solow_dense_factor_solve(&schur->dense, x);
    } else {
        solow_ldl_solve(schur->ldl, x, schur->work);
    }
}

static void residual(const solow_schur *schur, const double *x, const double *r, double *y)
{
    if (schur->facts.kind == SOLOW_SCHUR_DENSE) {
        solow_dense_factor_residual(&schur->dense, x, r, y);
    } else {
        solow_symmetric_residual(&schur->matrix, x, r, y);
    }
}

void solow_schur_solve(solow_schur *schur, ptrdiff_t p, const double *r, double *gamma)
{
    if (schur->facts.kind == SOLOW_SCHUR_ITERATIVE) {
        (void)solow_iteration_solve(schur->iteration, p, r, gamma, &schur->facts.iterations, &schur->facts.converged,
                                    NULL);
        return;
    }
    ptrdiff_t size = schur->m * 8;
    double *right = schur->work + size, *change = right + size;
    for (ptrdiff_t panel = 0; panel < (p + 7) / 8; panel++) {
        double *x = gamma + panel * size;
        memcpy(right, r + panel * size, (size_t)size * sizeof *right);
        memcpy(x, right, (size_t)size * sizeof *x);
        solve_once(schur, x);
        for (int round = 0; round < REFINEMENTS; round++) {
            residual(schur, x, right, change);
            solve_once(schur, change);
            for (ptrdiff_t i = 0; i < size; i++) {
                x[i] += change[i];
            }
        }
    }
}

solow_schur_facts solow_schur_tell(const solow_schur *schur)
{
    return schur->facts;
}
