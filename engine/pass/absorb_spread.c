/* absorb_spread.c - see absorb_spread.h: the products and the solution. The decision is in absorb_spread_plan.c. */
#include "engine/pass/absorb_spread.h"

#include "engine/pass/graph_gather.h"
#include "kernels/sparse/components.h"
#include "kernels/sparse/graph_apply.h"
#include "kernels/sparse/iteration.h"

#include <stdlib.h>
#include <string.h>

struct solow_spread {
    solow_comm *comm;
    const solow_global_layout *unknowns;
    solow_graph graph; /* of this rank's rows */
    solow_graph_strips strips;
    double *nothing;            /* [m] zeros: the counts of a slice */
    double *normal, *diagonal;  /* [m] of N and S over all rows */
    double *x, *y;              /* [panels][m][8] of a product; room for the columns of the solve under way */
    solow_iteration *iteration; /* on rank 0 */
    bool broken;                /* a product failed, on all ranks */
};

/* The graph of one strip of this rank, and a block that stands for it in sums. */
static solow_graph strip_of(const solow_spread *spread, ptrdiff_t s, int64_t *block)
{
    const solow_layout *layout = spread->strips.layout;
    const ptrdiff_t *vector = spread->strips.vector;
    *block = solow_strip_block(layout, layout->rank_strip[layout->rank] + s);
    return solow_graph_slice(&spread->graph, vector[s], vector[s + 1] - vector[s], spread->nothing);
}

/* y <- sum over strips of -sum_b k_b s_b c_b (c_b'x), on every rank. Collective. */
static solow_status product(solow_spread *spread, ptrdiff_t panels, solow_error *err)
{
    ptrdiff_t m = spread->unknowns->unknowns, one = m * 8;
    solow_sum *sum = NULL;
    const double **x = solow_allocate(panels, sizeof *x);
    double **y = solow_allocate(panels, sizeof *y);
    solow_status status =
        x != NULL && y != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to multiply");
    if (status == SOLOW_OK) {
        status =
            solow_sum_create_shared(spread->comm, spread->strips.layout, one * panels, one, SOLOW_SUM_PLAIN, &sum, err);
    }
    for (ptrdiff_t s = 0; s < spread->strips.count && status == SOLOW_OK; s++) {
        int64_t block;
        const solow_graph strip = strip_of(spread, s, &block);
        double *into = solow_sum_block(sum, block);
        if (into == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to multiply");
            break;
        }
        for (ptrdiff_t i = 0; i < panels; i++) {
            x[i] = spread->x + i * one;
            y[i] = into + i * one;
        }
        solow_graph_apply(&strip, panels, x, y);
    }
    status = solow_comm_agree(spread->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, spread->y, err);
    }
    solow_sum_destroy(sum);
    free((void *)x);
    free(y);
    return status;
}

/* What rank 0 asks of the others: how many panels to multiply; 0: no more. */
static solow_status ask(solow_spread *spread, int64_t *panels, solow_error *err)
{
    solow_status status = solow_comm_broadcast(spread->comm, 0, panels, sizeof *panels, err);
    if (status == SOLOW_OK && *panels > 0) {
        size_t bytes = solow_bytes(*panels * spread->unknowns->unknowns * 8, sizeof *spread->x);
        status = solow_comm_broadcast(spread->comm, 0, spread->x, bytes, err);
    }
    return status == SOLOW_OK && *panels > 0 ? product(spread, *panels, err) : status;
}

/* The product of rank 0's iteration: N x is its own, the rest comes from all. */
static solow_status multiply(void *context, ptrdiff_t panels, const double *const *x, double *const *y,
                             solow_error *err)
{
    solow_spread *spread = context;
    ptrdiff_t m = spread->unknowns->unknowns, one = m * 8;
    for (ptrdiff_t i = 0; i < panels; i++) {
        memcpy(spread->x + i * one, x[i], (size_t)one * sizeof *spread->x);
    }
    int64_t count = panels;
    solow_status status = ask(spread, &count, err);
    spread->broken = status != SOLOW_OK;
    for (ptrdiff_t i = 0; i < panels && status == SOLOW_OK; i++) {
        for (ptrdiff_t u = 0; u < m; u++) {
            for (ptrdiff_t l = 0; l < 8; l++) {
                y[i][u * 8 + l] = spread->normal[u] * x[i][u * 8 + l] + spread->y[i * one + u * 8 + l];
            }
        }
    }
    return status;
}

solow_status solow_spread_solve(solow_spread *spread, ptrdiff_t p, double *r, solow_error *err)
{
    ptrdiff_t doubles = solow_panel_doubles(spread->unknowns->unknowns, p), most = 0;
    bool converged = true;
    spread->x = solow_allocate(doubles, sizeof *spread->x);
    spread->y = solow_allocate(doubles, sizeof *spread->y);
    double *gamma = solow_allocate(doubles, sizeof *gamma);
    solow_status status = spread->x != NULL && spread->y != NULL && gamma != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td effects", doubles);
    status = solow_comm_agree(spread->comm, status, err);
    if (status == SOLOW_OK && spread->iteration != NULL) {
        int64_t end = 0;
        status = solow_iteration_solve(spread->iteration, p, r, gamma, &most, &converged, err);
        if (!spread->broken) {
            solow_status told = ask(spread, &end, err);
            status = status == SOLOW_OK ? told : status;
        }
        if (status == SOLOW_OK) {
            memcpy(r, gamma, solow_bytes(doubles, sizeof *r));
        }
    } else if (status == SOLOW_OK) {
        int64_t panels = 1;
        while (panels > 0 && status == SOLOW_OK) {
            status = ask(spread, &panels, err);
        }
    }
    free(gamma);
    free(spread->x);
    free(spread->y);
    spread->x = spread->y = NULL;
    return solow_comm_agree(spread->comm, status, err);
}

/* normal: counts and pairs of all ranks on rank 0, which are whole numbers or come in the order of blocks. */
static solow_status sum_normal(solow_spread *spread, solow_error *err)
{
    solow_graph own = {0}, joined = {0};
    solow_graph *graph = &spread->graph;
    ptrdiff_t m = graph->unknowns;
    solow_status status = solow_graph_init(&own, m, err);
    if (status == SOLOW_OK) {
        memcpy(own.count, graph->count, solow_bytes(m, sizeof *own.count));
        own.pairs = graph->pairs;
        graph->pairs = (solow_pairs){0};
    }
    status = solow_comm_agree(spread->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_graph_gather(spread->comm, &own, &joined, err);
    }
    if (status == SOLOW_OK && joined.count != NULL) {
        solow_graph_diagonals(&joined, spread->normal, spread->diagonal);
    }
    solow_graph_clear(&own);
    solow_graph_clear(&joined);
    return status == SOLOW_OK
               ? solow_comm_broadcast(spread->comm, 0, spread->normal, solow_bytes(m, sizeof *spread->normal), err)
               : status;
}

/* diagonal: normal less the tree sum over strips. work [m]. */
static solow_status sum_diagonal(solow_spread *spread, double *work, solow_error *err)
{
    ptrdiff_t m = spread->unknowns->unknowns;
    solow_sum *sum = NULL;
    solow_status status = solow_sum_create(spread->comm, spread->strips.layout, m, SOLOW_SUM_PLAIN, &sum, err);
    for (ptrdiff_t s = 0; s < spread->strips.count && status == SOLOW_OK; s++) {
        int64_t block;
        const solow_graph strip = strip_of(spread, s, &block);
        double *into = solow_sum_block(sum, block);
        if (into != NULL) {
            solow_graph_diagonals(&strip, work, into);
        } else {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the diagonal of effects");
        }
    }
    status = solow_comm_agree(spread->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, spread->diagonal, err);
    }
    for (ptrdiff_t u = 0; u < m && status == SOLOW_OK; u++) {
        spread->diagonal[u] += spread->normal[u];
    }
    solow_sum_destroy(sum);
    return status;
}

/* label [m] of all ranks' graphs together, on rank 0; more [m] is work space. */
static solow_status join_labels(solow_spread *spread, bool levels, int32_t *label, int32_t *more, solow_error *err)
{
    solow_comm *comm = spread->comm;
    ptrdiff_t m = spread->unknowns->unknowns;
    size_t bytes = solow_bytes(m, sizeof *label);
    solow_status status = SOLOW_OK;
    solow_components(spread->unknowns, &spread->graph, levels, label);
    if (solow_comm_rank(comm) != 0) {
        status = solow_comm_send(comm, 0, label, bytes, err);
    }
    for (int from = 1; from < solow_comm_size(comm) && solow_comm_rank(comm) == 0 && status == SOLOW_OK; from++) {
        status = solow_comm_receive(comm, from, more, bytes, err);
        if (status == SOLOW_OK) {
            solow_components_join(m, label, more);
        }
    }
    return solow_comm_agree(comm, status, err);
}

static solow_status make(solow_spread *spread, const solow_local *local, solow_schur_facts *facts, solow_error *err)
{
    ptrdiff_t m = spread->unknowns->unknowns;
    int32_t *label = solow_allocate(m, sizeof *label), *work = solow_allocate(m, sizeof *work);
    uint8_t *ground = solow_allocate(m, sizeof *ground);
    double *scratch = solow_allocate(m, sizeof *scratch);
    solow_status status = label != NULL && work != NULL && ground != NULL && scratch != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the components of %td effects", m);
    status = solow_comm_agree(spread->comm, status, err);
    if (status == SOLOW_OK) {
        status = join_labels(spread, local->level, label, work, err);
    }
    if (status == SOLOW_OK) {
        status = sum_normal(spread, err);
    }
    if (status == SOLOW_OK) {
        status = sum_diagonal(spread, scratch, err);
    }
    int64_t told[3] = {0, 0, 0};
    if (status == SOLOW_OK && solow_comm_rank(spread->comm) == 0) {
        const solow_schur_ground given = {.label = label, .normal = spread->normal, .schur = spread->diagonal};
        solow_schur_count(spread->unknowns, local, &given, work, ground, facts);
        told[0] = facts->rank;
        told[1] = facts->exact;
        told[2] = facts->components;
        status = solow_iteration_over(spread->unknowns, spread->normal, spread->diagonal, multiply, spread,
                                      &spread->iteration, err);
    }
    status = solow_comm_agree(spread->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_broadcast(spread->comm, 0, told, sizeof told, err);
    }
    *facts = (solow_schur_facts){.kind = SOLOW_SCHUR_ITERATIVE,
                                 .rank = (ptrdiff_t)told[0],
                                 .exact = told[1] != 0,
                                 .components = told[2],
                                 .nonzeros = facts->nonzeros};
    free(label);
    free(work);
    free(ground);
    free(scratch);
    return status;
}

solow_status solow_spread_create(solow_comm *comm, const solow_global_layout *unknowns, const solow_local *local,
                                 solow_graph *graph, const solow_graph_strips *strips, solow_spread **spread,
                                 solow_schur_facts *facts, solow_error *err)
{
    ptrdiff_t m = unknowns->unknowns;
    solow_spread *made = solow_allocate_zeroed(1, sizeof *made);
    solow_status status = made != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to iterate");
    if (status == SOLOW_OK) {
        *made = (solow_spread){.comm = comm,
                               .unknowns = unknowns,
                               .nothing = solow_allocate_zeroed(m, sizeof *made->nothing),
                               .normal = solow_allocate_zeroed(m, sizeof *made->normal),
                               .diagonal = solow_allocate_zeroed(m, sizeof *made->diagonal)};
        status = solow_graph_strips_init(strips->layout, &made->strips, err);
        if (status == SOLOW_OK && (made->nothing == NULL || made->normal == NULL || made->diagonal == NULL)) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to iterate on %td effects", m);
        }
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        made->strips.count = strips->count;
        memcpy(made->strips.vector, strips->vector, solow_bytes(strips->count, sizeof *strips->vector));
        made->strips.vector[strips->count] = graph->vectors;
        made->graph = *graph;
        *graph = (solow_graph){0};
        status = make(made, local, facts, err);
    }
    if (status != SOLOW_OK) {
        solow_spread_destroy(made);
        return status;
    }
    *spread = made;
    return SOLOW_OK;
}

void solow_spread_destroy(solow_spread *spread)
{
    if (spread != NULL) {
        solow_graph_clear(&spread->graph);
        solow_graph_strips_clear(&spread->strips);
        solow_iteration_destroy(spread->iteration);
        free(spread->nothing);
        free(spread->normal);
        free(spread->diagonal);
        free(spread);
    }
}
