/* recover.c - see recover.h. */
#include "engine/batch/recover.h"

#include "engine/batch/connected.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct recovery {
    const solow_sweep *sweep;
    solow_task *task;
    double *weight; /* [columns of the sweep] r = sum_c weight_c x_c */
    double *a;      /* panels [unknowns x 1]; NULL without global effects */
    double *local;  /* rows of (level code, parameter, value) of this rank */
    ptrdiff_t found, capacity;
    int32_t *component[2]; /* [levels] of each of two effects, from 1; NULL: all is one, or it is not known */
    int64_t components;    /* how many; 0: not known */
} recovery;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for fixed effects");
}

/* (1): y counts 1, each term of the record minus its coefficient. */
static void weigh(recovery *r)
{
    const solow_task *task = r->task;
    for (ptrdiff_t c = 0; c < task->design.columns; c++) {
        if (task->design.column[c].role == SOLOW_ROLE_OUTCOME) {
            r->weight[task->place[c]] = 1;
        }
        for (ptrdiff_t t = 0; t < task->record.terms; t++) {
            if (strcmp(task->record.term[t].term, task->design.column[c].name) == 0) {
                r->weight[task->place[c]] = -task->record.term[t].estimate;
            }
        }
    }
}

static void combine_gamma(recovery *r)
{
    const solow_absorb *absorb = &r->sweep->absorb;
    ptrdiff_t m = absorb->layout.unknowns;
    for (ptrdiff_t u = 0; u < m; u++) {
        double sum = 0;
        for (ptrdiff_t c = 0; c < r->sweep->columns; c++) {
            ptrdiff_t at = solow_panel_index(m, u, c);
            sum += r->weight[c] * (absorb->gamma[at] + (absorb->correction != NULL ? absorb->correction[at] : 0));
        }
        r->a[solow_panel_index(m, u, 0)] = sum;
    }
}

static solow_status note_local(recovery *r, double code, double parameter, double value, solow_error *err)
{
    if (r->found == r->capacity) {
        ptrdiff_t capacity = 2 * r->capacity + 256;
        double *grown = solow_resize(r->local, 3 * capacity, sizeof *grown);
        if (grown == NULL) {
            return no_memory(err);
        }
        r->local = grown;
        r->capacity = capacity;
    }
    double *row = r->local + 3 * r->found++;
    row[0] = code;
    row[1] = parameter;
    row[2] = value;
    return SOLOW_OK;
}

/* Residuals of one block into its first column, with the global effects taken off. */
static void residual(const recovery *r, solow_block *block, const solow_block_effects *effects)
{
    ptrdiff_t ld = block->view.ld;
    for (ptrdiff_t i = 0; i < ld; i++) {
        double sum = 0;
        for (ptrdiff_t c = 0; c < r->sweep->columns; c++) {
            sum += r->weight[c] * block->x[c * ld + i];
        }
        block->x[i] = sum;
    }
    if (r->a != NULL) {
        solow_global_subtract(&effects->global, 1, r->a, block->x, ld);
    }
}

/* (2) for the levels of one block that have a row in the sample. */
static solow_status local_of_block(recovery *r, solow_block *block, ptrdiff_t b, const solow_block_effects *effects,
                                   solow_error *err)
{
    const solow_absorb *absorb = &r->sweep->absorb;
    const solow_local *local = &effects->local;
    const int32_t *code = absorb->effects->effect[absorb->local].factor->code + block->frame->block_start[b];
    double *coef = solow_arena_doubles(&block->arena, local->levels * local->width);
    uint8_t *seen = solow_arena_take(&block->arena, local->levels, 1);
    if (coef == NULL || seen == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the work area of a block is too small for its effects");
    }
    memset(seen, 0, (size_t)local->levels);
    solow_local_within(local, 1, block->x, block->view.ld, coef);
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0, level = 0; i < block->view.rows && status == SOLOW_OK; i++) {
        while (local->start != NULL && i >= local->start[level + 1]) {
            level++;
        }
        ptrdiff_t own = local->start != NULL ? level : local->code[i];
        if (!block->view.present[i] || own < 0 || seen[own]) {
            continue;
        }
        seen[own] = 1;
        for (ptrdiff_t w = 0; w < local->width && status == SOLOW_OK; w++) {
            status = note_local(r, code[i], (double)w, coef[own * local->width + w], err);
        }
    }
    return status;
}

static solow_status visit_blocks(recovery *r, solow_error *err)
{
    const solow_sweep *sweep = r->sweep;
    const solow_absorb *absorb = &sweep->absorb;
    solow_block block = {0};
    ptrdiff_t widest = absorb->local >= 0 ? 1 + absorb->effects->effect[absorb->local].slopes : 0, rows = 0;
    for (ptrdiff_t b = 0; b < sweep->frame->blocks; b++) {
        ptrdiff_t size = sweep->frame->block_start[b + 1] - sweep->frame->block_start[b];
        rows = size > rows ? size : rows;
    }
    size_t extra = solow_absorb_need(absorb, sweep->frame, sweep->columns) +
                   solow_arena_need(solow_product(rows, widest), sizeof(double)) + solow_arena_need(rows, 1);
    solow_status status =
        solow_block_init(sweep->frame, sweep->sample, sweep->columns, sweep->column, extra, &block, err);
    size_t mark = block.arena.used;
    for (ptrdiff_t b = 0; b < sweep->frame->blocks && status == SOLOW_OK && absorb->local >= 0; b++) {
        solow_block_effects effects;
        status = solow_block_fill(&block, b, err);
        status = status == SOLOW_OK ? solow_absorb_block(absorb, &block, b, &effects, err) : status;
        if (status == SOLOW_OK) {
            residual(r, &block, &effects);
            status = local_of_block(r, &block, b, &effects, err);
        }
        block.arena.used = mark;
    }
    solow_block_clear(&block);
    return status;
}

/* "firm", "firm[x]"; kept by the task. */
static const char *parameter_name(solow_task *task, ptrdiff_t effect, ptrdiff_t parameter)
{
    const solow_model_effect *e = &task->effects.effect[effect];
    ptrdiff_t slope = parameter - (e->level ? 1 : 0);
    char *x =
        slope >= 0 ? solow_node_print(task->model->formula.effect[effect].slopes.node[slope]) : solow_copy_text("");
    char text[600];
    snprintf(text, sizeof text, slope >= 0 ? "%s[%s]" : "%s%s", e->name, x != NULL ? x : "");
    free(x);
    for (ptrdiff_t n = 0; n < task->effect_names; n++) {
        if (strcmp(task->effect_name[n], text) == 0) {
            return task->effect_name[n];
        }
    }
    char **grown = solow_resize(task->effect_name, task->effect_names + 1, sizeof *grown),
         *copy = solow_copy_text(text);
    task->effect_name = grown != NULL ? grown : task->effect_name;
    if (grown == NULL || copy == NULL) {
        free(copy);
        return NULL;
    }
    task->effect_name[task->effect_names++] = copy;
    return copy;
}

static solow_status add_level(solow_task *task, ptrdiff_t effect, ptrdiff_t parameter, int32_t code, double value,
                              int64_t component, solow_error *err)
{
    const char *name = parameter_name(task, effect, parameter);
    char *label = solow_factor_label(task->effects.effect[effect].factor, code);
    ptrdiff_t count = task->levels;
    solow_level_value *grown = task->level;
    if ((count & (count - 1)) == 0) { /* room doubles at powers of two */
        grown = solow_resize(task->level, count > 0 ? 2 * count : 1, sizeof *grown);
    }
    if (name == NULL || label == NULL || grown == NULL) {
        task->level = grown != NULL ? grown : task->level;
        free(label);
        return no_memory(err);
    }
    task->level = grown;
    task->level[task->levels++] = (solow_level_value){name, label, value, component};
    return SOLOW_OK;
}

/* Levels of a global set that have a row in the sample, over all ranks. */
static solow_status present_levels(const recovery *r, const solow_factor *factor, uint8_t *seen, solow_error *err)
{
    for (ptrdiff_t i = 0; i < r->sweep->frame->rows; i++) {
        if (factor->code[i] >= 0 && solow_sample_has(r->sweep->sample, i)) {
            seen[factor->code[i]] = 1;
        }
    }
    return solow_comm_or_bytes(r->sweep->frame->comm, seen, factor->levels, err);
}

/* Of a level: INT64_MIN (missing) where it is not known which values compare. */
static int64_t component_of(const recovery *r, ptrdiff_t effect, int32_t level)
{
    if (r->components == 0) {
        return INT64_MIN;
    }
    return effect < 2 && r->component[effect] != NULL ? r->component[effect][level] : 1;
}

static solow_status add_global(recovery *r, ptrdiff_t s, solow_error *err)
{
    const solow_absorb *absorb = &r->sweep->absorb;
    const solow_global_set *set = &absorb->layout.set[s];
    const solow_factor *factor = absorb->effects->effect[absorb->global[s]].factor;
    uint8_t *seen = solow_allocate_zeroed(factor->levels, 1);
    solow_status status = seen != NULL ? SOLOW_OK : no_memory(err);
    status = solow_comm_agree(r->sweep->frame->comm, status, err);
    status = status == SOLOW_OK ? present_levels(r, factor, seen, err) : status;
    bool first = solow_comm_rank(r->sweep->frame->comm) == 0;
    for (int32_t level = 0; level < factor->levels && status == SOLOW_OK && first; level++) {
        for (ptrdiff_t w = 0; w < set->width && seen[level] && status == SOLOW_OK; w++) {
            ptrdiff_t u = set->first + level * set->width + w;
            status =
                add_level(r->task, absorb->global[s], w, level, r->a[solow_panel_index(absorb->layout.unknowns, u, 0)],
                          component_of(r, absorb->global[s], level), err);
        }
    }
    free(seen);
    return solow_comm_agree(r->sweep->frame->comm, status, err);
}

static solow_status add_local(recovery *r, solow_error *err)
{
    solow_comm *comm = r->sweep->frame->comm;
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *all = NULL;
    solow_status status = solow_comm_agree(comm, offset != NULL ? SOLOW_OK : no_memory(err), err);
    if (status == SOLOW_OK) {
        status = solow_comm_gather(comm, r->local, solow_bytes(3 * r->found, sizeof(double)), &all, offset, err);
    }
    ptrdiff_t rows =
        status == SOLOW_OK && all != NULL ? (ptrdiff_t)(offset[solow_comm_size(comm)] / (3 * sizeof(double))) : 0;
    for (ptrdiff_t i = 0; i < rows && status == SOLOW_OK; i++) {
        const double *row = (const double *)all + 3 * i;
        status = add_level(r->task, r->sweep->absorb.local, (ptrdiff_t)row[1], (int32_t)row[0], row[2],
                           component_of(r, r->sweep->absorb.local, (int32_t)row[0]), err);
    }
    free(offset);
    free(all);
    return solow_comm_agree(comm, status, err);
}

/* One effect: all its values compare. Two without slopes: those of one connected component. Else it is not known. */
static solow_status find_components(recovery *r, solow_error *err)
{
    const solow_model_effects *effects = &r->task->effects;
    bool slopes = false;
    for (ptrdiff_t e = 0; e < effects->count; e++) {
        slopes = slopes || effects->effect[e].slopes > 0;
    }
    r->components = effects->count == 1 ? 1 : 0;
    if (effects->count != 2 || slopes) {
        return SOLOW_OK;
    }
    return solow_connected_levels(r->sweep->frame, r->sweep->sample, effects->effect[0].factor,
                                  effects->effect[1].factor, r->component, &r->components, err);
}

/* What the values are measured from. */
static solow_status say_normalisation(const recovery *r, solow_error *err)
{
    const solow_model_effects *effects = &r->task->effects;
    const solow_absorb *absorb = &r->sweep->absorb;
    char text[512] = "none: the effect holds the constant";
    if (effects->count > 1) {
        const char *holder = absorb->local >= 0 ? effects->effect[absorb->local].name : effects->effect[0].name;
        snprintf(text, sizeof text,
                 "%.200s holds the constant; of each other effect one level in each component is 0%s", holder,
                 r->components == 0 ? "; with slopes, or more than two effects, components are not told" : "");
    }
    return solow_record_add_diagnostic(&r->task->record, "fixed_effects_normalisation",
                                       r->components > 0 ? (double)r->components : (double)NAN, text, err);
}

solow_status solow_recover_effects(const solow_sweep *sweep, solow_task *task, solow_error *err)
{
    const solow_absorb *absorb = &sweep->absorb;
    recovery r = {.sweep = sweep, .task = task, .weight = solow_allocate_zeroed(sweep->columns, sizeof(double))};
    solow_status status = r.weight != NULL ? SOLOW_OK : no_memory(err);
    if (status == SOLOW_OK && absorb->layout.sets > 0) {
        r.a = solow_allocate_zeroed(solow_panel_doubles(absorb->layout.unknowns, 1), sizeof *r.a);
        status = r.a != NULL ? SOLOW_OK : no_memory(err);
    }
    if (status == SOLOW_OK) {
        weigh(&r);
        if (r.a != NULL) {
            combine_gamma(&r);
        }
        status = visit_blocks(&r, err);
    }
    status = solow_comm_agree(sweep->frame->comm, status, err);
    status = status == SOLOW_OK ? find_components(&r, err) : status;
    if (status == SOLOW_OK && absorb->local >= 0) {
        status = add_local(&r, err);
    }
    for (ptrdiff_t s = 0; s < absorb->layout.sets && status == SOLOW_OK; s++) {
        status = add_global(&r, s, err);
    }
    status = status == SOLOW_OK ? say_normalisation(&r, err) : status;
    free(r.component[0]);
    free(r.component[1]);
    free(r.weight);
    free(r.a);
    free(r.local);
    return status;
}
