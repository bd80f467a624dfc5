/* absorb.c - makes a sweep's effects ready: which one is local, the joined graph, its factor, the coefficients. See absorb.h. */
#include "engine/pass/absorb.h"

#include "engine/pass/graph_gather.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that S and its factor may take on rank 0. */
#define SCHUR_BUDGET 4e9

/* The effect with most levels among those whose levels lie inside units. */
static void choose_local(solow_absorb *absorb)
{
    absorb->local = -1;
    for (ptrdiff_t e = 0; e < absorb->effects->count; e++) {
        const solow_factor *factor = absorb->effects->effect[e].factor;
        bool better = absorb->local < 0 || factor->levels > absorb->effects->effect[absorb->local].factor->levels;
        if (factor->local && better) {
            absorb->local = e;
        }
    }
}

/* Codes inside each block for a local effect that is finer than the unit. */
static solow_status code_blocks(solow_absorb *absorb, solow_error *err)
{
    const solow_frame *frame = absorb->frame;
    const solow_factor *factor = absorb->effects->effect[absorb->local].factor;
    if (factor->is_unit) {
        return SOLOW_OK;
    }
    absorb->local_code = solow_allocate(frame->rows, sizeof *absorb->local_code);
    absorb->local_levels = solow_allocate_zeroed(frame->blocks, sizeof *absorb->local_levels);
    int32_t *place = solow_allocate(factor->levels, sizeof *place);
    if (absorb->local_code == NULL || absorb->local_levels == NULL || place == NULL) {
        free(place);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for codes of `%s`", factor->name);
    }
    for (int32_t level = 0; level < factor->levels; level++) {
        place[level] = -1;
    }
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        for (ptrdiff_t i = frame->block_start[b]; i < frame->block_start[b + 1]; i++) {
            int32_t level = solow_sample_has(absorb->sample, i) ? factor->code[i] : -1;
            if (level >= 0 && place[level] < 0) {
                place[level] = (int32_t)absorb->local_levels[b]++;
            }
            absorb->local_code[i] = level >= 0 ? place[level] : -1;
        }
    }
    free(place);
    return SOLOW_OK;
}

static solow_status number_global(solow_absorb *absorb, solow_error *err)
{
    ptrdiff_t count = absorb->effects->count;
    absorb->global = solow_allocate(count, sizeof *absorb->global);
    absorb->layout.set = solow_allocate_zeroed(count, sizeof *absorb->layout.set);
    if (absorb->global == NULL || absorb->layout.set == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for effects");
    }
    for (ptrdiff_t e = 0; e < count; e++) {
        const solow_model_effect *effect = &absorb->effects->effect[e];
        if (e != absorb->local) {
            absorb->global[absorb->layout.sets] = e;
            absorb->layout.set[absorb->layout.sets++] =
                (solow_global_set){.levels = effect->factor->levels, .level = effect->level, .slopes = effect->slopes};
        }
    }
    return absorb->layout.sets > 0 ? solow_global_number(&absorb->layout, err) : SOLOW_OK;
}

/* Rank of the local effect over this rank's blocks; only it is needed when no effect reaches across blocks. */
static solow_status count_local(solow_absorb *absorb, solow_block *block, int64_t *rank, solow_error *err)
{
    size_t mark = block->arena.used;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t b = 0; b < absorb->frame->blocks && status == SOLOW_OK; b++) {
        solow_block_effects effects;
        solow_block_open(block, b);
        status = solow_absorb_block(absorb, block, b, &effects, err);
        *rank += effects.local.rank;
        block->arena.used = mark;
    }
    return status;
}

/* The graph of a rank's rows, strip by strip, and the columns that the local effect takes there. */
typedef struct own_graph {
    solow_graph graph;
    solow_graph_strips strips;
    int64_t rank;
} own_graph;

/* The first pass: right-hand sides D2'W M x and the graph. */
static solow_status first_pass(solow_absorb *absorb, solow_block *block, solow_sum *sum, own_graph *own,
                               solow_error *err)
{
    size_t mark = block->arena.used;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t b = 0; b < absorb->frame->blocks && status == SOLOW_OK; b++) {
        solow_block_effects effects;
        solow_block_open(block, b);
        status = solow_absorb_block(absorb, block, b, &effects, err);
        int64_t number = absorb->frame->layout.first_block + b;
        double *r = solow_sum_block(sum, number);
        if (status == SOLOW_OK && r == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the sums of effects");
        }
        if (status == SOLOW_OK) {
            solow_graph_strips_block(&own->strips, number, &own->graph);
            status = solow_graph_add(&own->graph, effects.has_local ? &effects.local : NULL, &effects.global, err);
        }
        if (status == SOLOW_OK) {
            status = solow_absorb_within(absorb, block, b, &effects, &(solow_absorb_sums){.sums = r}, err);
        }
        own->rank += effects.has_local ? effects.local.rank : 0;
        block->arena.used = mark;
    }
    return status;
}

/* What the local effect is like; false: there is none. */
static bool local_shape(const solow_absorb *absorb, solow_local *shape)
{
    *shape = (solow_local){0};
    if (absorb->local >= 0) {
        const solow_model_effect *effect = &absorb->effects->effect[absorb->local];
        *shape = (solow_local){.level = effect->level, .slopes = effect->slopes};
    }
    return absorb->local >= 0;
}

/* Rank 0 factors S; every rank learns its kind, rank and components. */
static solow_status factor(solow_absorb *absorb, solow_graph *graph, int64_t local_rank, solow_error *err)
{
    solow_comm *comm = absorb->frame->comm;
    solow_graph joined = {0};
    solow_local shape;
    int64_t facts[6] = {0, 0, 0, 0, 0, 0};
    solow_graph_merge(graph);
    solow_status status = solow_graph_gather(comm, graph, &joined, err);
    if (status == SOLOW_OK && solow_comm_rank(comm) == 0) {
        int64_t sizes[SOLOW_GRAPH_SIZES];
        solow_graph_sizes(&joined, sizes);
        const solow_schur_size size = {.unknowns = sizes[0],
                                       .vectors = sizes[1],
                                       .entries = sizes[2],
                                       .pairs = sizes[3],
                                       .work = solow_graph_work(&joined),
                                       .budget_bytes = SCHUR_BUDGET};
        status = solow_schur_create(&absorb->layout, &joined, local_shape(absorb, &shape) ? &shape : NULL,
                                    solow_schur_choose(&size), SCHUR_BUDGET, &absorb->schur, err);
        if (status == SOLOW_OK) {
            solow_schur_facts told = solow_schur_tell(absorb->schur);
            facts[0] = told.rank;
            facts[1] = told.exact;
            facts[2] = told.components;
            facts[3] = (int64_t)told.kind;
            facts[4] = (int64_t)told.nonzeros;
        }
    }
    solow_graph_clear(&joined);
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_broadcast(comm, 0, facts, sizeof facts, err);
    }
    absorb->rank = local_rank + facts[0];
    absorb->rank_exact = facts[1] != 0;
    absorb->components = facts[2];
    absorb->kind = (solow_schur_kind)facts[3];
    absorb->factor_nonzeros = (double)facts[4];
    return status;
}

/* All ranks iterate; every rank learns rank and components. */
static solow_status spread(solow_absorb *absorb, own_graph *own, double entries, solow_error *err)
{
    solow_local shape;
    solow_schur_facts facts = {.nonzeros = entries};
    (void)local_shape(absorb, &shape);
    solow_status status = solow_spread_create(absorb->frame->comm, &absorb->layout, &shape, &own->graph, &own->strips,
                                              &absorb->spread, &facts, err);
    absorb->rank = own->rank + facts.rank;
    absorb->rank_exact = facts.exact;
    absorb->components = facts.components;
    absorb->kind = facts.kind;
    absorb->factor_nonzeros = facts.nonzeros;
    return status;
}

/* S of the graphs of all ranks, in the way that suits it. */
static solow_status make_equations(solow_absorb *absorb, own_graph *own, solow_error *err)
{
    bool spreads = false;
    double entries = 0;
    solow_local shape;
    solow_status status = solow_comm_sum_int64(absorb->frame->comm, &own->rank, 1, err);
    if (status == SOLOW_OK) {
        status = solow_spread_plan(absorb->frame->comm, &absorb->layout, local_shape(absorb, &shape), SCHUR_BUDGET,
                                   &own->graph, &own->strips, &spreads, &entries, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    return spreads ? spread(absorb, own, entries, err) : factor(absorb, &own->graph, own->rank, err);
}

solow_status solow_absorb_refine(solow_absorb *absorb, double *r, solow_error *err)
{
    ptrdiff_t doubles = solow_panel_doubles(absorb->layout.unknowns, absorb->columns);
    solow_status status = SOLOW_OK;
    if (absorb->spread != NULL) {
        status = solow_spread_solve(absorb->spread, absorb->columns, r, err);
    } else if (absorb->schur != NULL) {
        solow_schur_solve(absorb->schur, absorb->columns, r, r);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    status = solow_comm_broadcast(absorb->frame->comm, 0, r, solow_bytes(doubles, sizeof *r), err);
    double **into = absorb->gamma == NULL ? &absorb->gamma : &absorb->correction;
    if (status == SOLOW_OK && *into == NULL) {
        *into = solow_allocate_zeroed(doubles, sizeof **into);
        status = *into != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td effects", doubles);
        status = solow_comm_agree(absorb->frame->comm, status, err);
    }
    for (ptrdiff_t i = 0; i < doubles && status == SOLOW_OK; i++) {
        (*into)[i] += r[i];
    }
    absorb->certified = false;
    return status;
}

static solow_status solve_effects(solow_absorb *absorb, solow_block *block, solow_error *err)
{
    solow_comm *comm = absorb->frame->comm;
    ptrdiff_t doubles = solow_panel_doubles(absorb->layout.unknowns, absorb->columns);
    solow_sum *sum = NULL;
    own_graph own = {0};
    double *r = solow_allocate(doubles, sizeof *r);
    solow_status status = r != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td sums", doubles);
    if (status == SOLOW_OK) {
        status = solow_sum_create_shared(comm, &absorb->frame->layout, doubles, absorb->layout.unknowns,
                                         SOLOW_SUM_PLAIN, &sum, err);
    }
    if (status == SOLOW_OK) {
        status = solow_graph_init(&own.graph, absorb->layout.unknowns, err);
    }
    if (status == SOLOW_OK) {
        status = solow_graph_strips_init(&absorb->frame->layout, &own.strips, err);
    }
    if (status == SOLOW_OK) {
        status = first_pass(absorb, block, sum, &own, err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, r, err);
    }
    solow_sum_destroy(sum);
    if (status == SOLOW_OK) {
        status = make_equations(absorb, &own, err);
    }
    solow_graph_clear(&own.graph);
    solow_graph_strips_clear(&own.strips);
    if (status == SOLOW_OK) {
        status = solow_absorb_refine(absorb, r, err);
    }
    free(r);
    return status;
}

solow_status solow_absorb_create(const solow_frame *frame, const solow_sample *sample,
                                 const solow_model_effects *effects, ptrdiff_t columns,
                                 const solow_design_column *const *column, solow_absorb *absorb, solow_error *err)
{
    *absorb = (solow_absorb){
        .frame = frame, .sample = sample, .effects = effects, .columns = columns, .local = -1, .rank_exact = true};
    if (effects->count == 0) {
        return SOLOW_OK;
    }
    solow_block block = {0};
    choose_local(absorb);
    absorb->worst = solow_allocate_zeroed(columns, sizeof *absorb->worst);
    absorb->corrected = solow_allocate_zeroed(columns, sizeof *absorb->corrected);
    solow_status status = absorb->worst != NULL && absorb->corrected != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for certificates");
    if (status == SOLOW_OK && absorb->local >= 0) {
        status = code_blocks(absorb, err);
    }
    if (status == SOLOW_OK) {
        status = number_global(absorb, err);
    }
    if (status == SOLOW_OK) {
        status =
            solow_block_init(frame, sample, columns, column, solow_absorb_need(absorb, frame, columns), &block, err);
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK && absorb->layout.sets > 0) {
        status = solve_effects(absorb, &block, err);
    } else if (status == SOLOW_OK) {
        status = solow_comm_agree(frame->comm, count_local(absorb, &block, &absorb->rank, err), err);
        if (status == SOLOW_OK) {
            status = solow_comm_sum_int64(frame->comm, &absorb->rank, 1, err);
        }
    }
    solow_block_clear(&block);
    if (status != SOLOW_OK) {
        solow_absorb_clear(absorb);
    }
    return status;
}

void solow_absorb_clear(solow_absorb *absorb)
{
    free(absorb->local_code);
    free(absorb->local_levels);
    free(absorb->global);
    free(absorb->layout.set);
    solow_schur_destroy(absorb->schur);
    solow_spread_destroy(absorb->spread);
    solow_inverse_clear(&absorb->inverse);
    free(absorb->gamma);
    free(absorb->correction);
    free(absorb->worst);
    free(absorb->corrected);
    *absorb = (solow_absorb){0};
}
