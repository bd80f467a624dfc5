/* redraw_permute.c - draws in which the values of one column change places. See redraw.h (4). */
#include "engine/batch/redraw_data.h"

#include "engine/frame/evaluate.h"
#include "engine/frame/factor.h"
#include "engine/frame/program.h"
#include "io/job/visit.h"
#include "kernels/stats/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for permutations");
}

static bool names(const solow_node *node, const char *column)
{
    bool found = node->kind == SOLOW_NODE_NAME && strcmp(node->text, column) == 0;
    for (ptrdiff_t i = 0; i < node->count && !found; i++) {
        found = names(node->child[i], column);
    }
    return found;
}

static const solow_variable *find_variable(const solow_job *job, const char *name)
{
    for (ptrdiff_t v = 0; v < job->variables; v++) {
        if (strcmp(job->variable[v].name, name) == 0) {
            return &job->variable[v];
        }
    }
    return NULL;
}

/* Whether the expression is made of the column, directly or by variables. */
static bool follows(const solow_job *job, const solow_node *node, const char *column)
{
    const solow_variable *variable = node->kind == SOLOW_NODE_NAME ? find_variable(job, node->text) : NULL;
    bool found = node->kind == SOLOW_NODE_NAME && strcmp(node->text, column) == 0;
    found = found || (variable != NULL && follows(job, variable->expression, column));
    for (ptrdiff_t i = 0; i < node->count && !found; i++) {
        found = follows(job, node->child[i], column);
    }
    return found;
}

typedef struct gathering {
    solow_redraw *redraw;
    const char *column;
    bool reads, stale, failed; /* the column is read; it is read by what cannot be made again; no memory */
} gathering;

static solow_status add_name(gathering *all, const char *name)
{
    const solow_node node = {.kind = SOLOW_NODE_NAME, .text = (char *)(uintptr_t)name};
    return solow_needs_expression(all->redraw->run->frame, &node, &all->redraw->needs, NULL);
}

/* The columns under a node, as they are in the data; those of a variable that follows the permuted column too. */
static void gather(void *to, const solow_node *node, const char *context, const solow_model *model)
{
    gathering *all = to;
    const solow_job *job = all->redraw->run->job;
    bool part = all->redraw->run->frame->is_part;
    if (node->kind == SOLOW_NODE_NAME) {
        const solow_variable *variable = find_variable(job, node->text);
        bool made = variable != NULL && follows(job, variable->expression, all->column);
        all->failed = all->failed || add_name(all, node->text) != SOLOW_OK;
        all->stale = all->stale || (made && part);
        all->reads = all->reads || made || strcmp(node->text, all->column) == 0;
        if (made && !part) {
            gather(to, variable->expression, context, model);
        }
    }
    if (node->kind == SOLOW_NODE_CALL && (strcmp(node->text, "saved") == 0 || (part && solow_op_looks_beyond(node)))) {
        char *name = solow_node_print(node);
        all->failed = all->failed || name == NULL || add_name(all, name) != SOLOW_OK;
        all->stale = all->stale || names(node, all->column);
        free(name);
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        gather(to, node->child[i], context, model);
    }
}

solow_status solow_permute_needs(solow_redraw *redraw, solow_error *err)
{
    const solow_node *permute = redraw->design->permute;
    const solow_frame *frame = redraw->run->frame;
    if (permute->kind != SOLOW_NODE_NAME) {
        snprintf(redraw->refusal, sizeof redraw->refusal, "`permute` is the name of a column");
        return SOLOW_OK;
    }
    gathering all = {.redraw = redraw, .column = permute->text};
    for (ptrdiff_t m = 0; m < redraw->models; m++) {
        solow_visit_model(&redraw->model[m], gather, &all);
    }
    const solow_frame_column *const keys[] = {frame->unit_column, frame->time_column};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        all.failed = all.failed || (keys[k] != NULL && add_name(&all, keys[k]->name) != SOLOW_OK);
    }
    all.failed = all.failed || add_name(&all, permute->text) != SOLOW_OK;
    if (!all.reads) {
        snprintf(redraw->refusal, sizeof redraw->refusal, "the model does not read `%.200s`", permute->text);
    } else if (all.stale) {
        snprintf(redraw->refusal, sizeof redraw->refusal,
                 "in a group of `by:` variables and lags made of `%.200s` cannot be made again", permute->text);
    }
    redraw->permuted = -1;
    for (ptrdiff_t c = 0; c < redraw->needs.count; c++) {
        if (strcmp(redraw->needs.column[c]->name, permute->text) == 0) {
            redraw->permuted = c;
        }
    }
    return all.failed ? no_memory(err) : SOLOW_OK;
}

/* A value of the permuted column, by row of all rows; labels by their code. */
static double value_at(const solow_redraw *redraw, ptrdiff_t row)
{
    const solow_parts *parts = &redraw->parts;
    const solow_part_values *value = &parts->value[redraw->permuted];
    return parts->column[redraw->permuted]->kind == SOLOW_COLUMN_TEXT ? solow_part_code(parts, value, row)
                                                                      : solow_part_number(parts, value, row);
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* A row of each item, and whether all its rows agree on the value. */
static void find_between(solow_redraw *redraw)
{
    redraw->between = true;
    for (ptrdiff_t g = 0; g < redraw->items; g++) {
        redraw->first[g] = -1;
    }
    for (ptrdiff_t i = 0; i < redraw->parts.rows; i++) {
        int32_t item = redraw->item[i];
        if (item >= 0 && redraw->first[item] < 0) {
            redraw->first[item] = i;
        } else if (item >= 0) {
            redraw->between = redraw->between && same(value_at(redraw, i), value_at(redraw, redraw->first[item]));
        }
    }
}

/* Strata of the movers: codes of the combination of `within:`, all ranks' rows. */
static solow_status find_strata(solow_redraw *redraw, solow_error *err)
{
    const solow_terms *within = &redraw->design->within;
    solow_frame *frame = redraw->run->frame;
    const solow_factor *factor = NULL;
    void *codes = NULL;
    solow_status status = SOLOW_OK;
    if (within->count > 0) {
        status = solow_frame_factor_join(frame, within->count, within->node, &factor, err);
        status = status == SOLOW_OK
                     ? solow_redraw_share(frame->comm, factor->code, frame->rows, sizeof(int32_t), &codes, err)
                     : status;
    }
    const int32_t *code = codes;
    for (ptrdiff_t m = 0; m < redraw->movers && status == SOLOW_OK; m++) {
        ptrdiff_t row = redraw->between ? redraw->first[m] : m;
        redraw->stratum[m] = code != NULL ? code[row] : 0;
    }
    for (ptrdiff_t i = 0; i < redraw->parts.rows && status == SOLOW_OK && redraw->between && code != NULL; i++) {
        int32_t item = redraw->item[i];
        if (item >= 0 && code[i] != redraw->stratum[item]) {
            snprintf(redraw->refusal, sizeof redraw->refusal,
                     "values move between `%.200s`, and one of them has rows in two strata of `%.200s`",
                     redraw->design->items, factor->name);
        }
    }
    free(codes);
    return status;
}

solow_status solow_permute_prepare(solow_redraw *redraw, solow_error *err)
{
    redraw->first = solow_allocate(redraw->items, sizeof *redraw->first);
    solow_status status = redraw->first != NULL && redraw->permuted >= 0 ? SOLOW_OK : no_memory(err);
    if (status == SOLOW_OK) {
        find_between(redraw);
        redraw->movers = redraw->between ? redraw->items : redraw->parts.rows;
        redraw->stratum = solow_allocate(redraw->movers, sizeof *redraw->stratum);
        redraw->order = solow_allocate(redraw->movers, sizeof *redraw->order);
        redraw->source = solow_allocate(redraw->movers, sizeof *redraw->source);
        bool good = redraw->stratum != NULL && redraw->order != NULL && redraw->source != NULL;
        status = good ? SOLOW_OK : no_memory(err);
    }
    status = solow_comm_agree(redraw->run->comm, status, err);
    return status == SOLOW_OK ? find_strata(redraw, err) : status;
}

typedef struct mover {
    int32_t stratum;
    ptrdiff_t rank, at;
} mover;

static int by_stratum(const void *a, const void *b)
{
    const mover *x = a, *y = b;
    if (x->stratum != y->stratum) {
        return x->stratum < y->stratum ? -1 : 1;
    }
    return (x->rank > y->rank) - (x->rank < y->rank);
}

/* source: whose value each mover gets. Inside a stratum the movers, in their order, get the values in the order in which a
 * permutation of all has them; those that are in no stratum, or not drawn, keep their own. */
static solow_status permute(solow_redraw *redraw, int64_t draw, solow_error *err)
{
    const solow_resampling *design = redraw->design;
    const solow_draws draws = {.seed = design->seed,
                               .stream =
                                   solow_stream(solow_resampling_scheme(design->type), design->items, design->stream),
                               .replicate = (uint64_t)draw};
    mover *shuffled = solow_allocate(redraw->movers, sizeof *shuffled);
    mover *place = solow_allocate(redraw->movers, sizeof *place);
    if (shuffled == NULL || place == NULL) {
        free(shuffled);
        free(place);
        return no_memory(err);
    }
    ptrdiff_t count = 0;
    solow_draw_permutation(&draws, redraw->movers, redraw->order);
    for (ptrdiff_t m = 0; m < redraw->movers; m++) {
        bool moves = redraw->stratum[m] >= 0 && (redraw->between || redraw->item[m] >= 0);
        redraw->source[m] = m;
        if (moves) {
            shuffled[count] = (mover){redraw->stratum[m], redraw->order[m], m};
            place[count++] = (mover){redraw->stratum[m], m, m};
        }
    }
    qsort(shuffled, (size_t)count, sizeof *shuffled, by_stratum);
    qsort(place, (size_t)count, sizeof *place, by_stratum);
    for (ptrdiff_t k = 0; k < count; k++) {
        redraw->source[place[k].at] = shuffled[k].at;
    }
    free(shuffled);
    free(place);
    return SOLOW_OK;
}

static void move_values(const solow_redraw *redraw, solow_frame_column *column)
{
    const solow_frame_column *from = redraw->parts.column[redraw->permuted];
    for (ptrdiff_t i = 0; i < redraw->parts.rows; i++) {
        int32_t item = redraw->item[i];
        ptrdiff_t source = !redraw->between ? redraw->source[i] : item >= 0 ? redraw->first[redraw->source[item]] : i;
        if (column->kind == SOLOW_COLUMN_TEXT) {
            int32_t old = (int32_t)value_at(redraw, source), code = -1;
            for (int32_t l = 0; old >= 0 && l < column->levels && code < 0; l++) {
                code = column->label[l] == from->label[old] ? l : -1; /* labels are borrowed */
            }
            column->code[i] = code;
        } else {
            column->number[i] = value_at(redraw, source);
        }
    }
}

/* Variables that are made of the permuted column are made again, in the order of what they read. */
static solow_status remake(const solow_redraw *redraw, solow_frame *frame, const char *permuted, solow_error *err)
{
    const solow_job *job = redraw->run->job;
    double *value = solow_allocate(frame->rows, sizeof *value);
    solow_status status = value != NULL ? SOLOW_OK : no_memory(err);
    for (ptrdiff_t v = 0; v < job->variables && status == SOLOW_OK; v++) {
        solow_frame_column *column = solow_frame_find(frame, job->variable[v].name);
        if (column == NULL || !follows(job, job->variable[v].expression, permuted) ||
            strcmp(column->name, permuted) == 0) {
            continue;
        }
        status = solow_frame_evaluate(frame, job->variable[v].expression, value, err);
        if (status == SOLOW_OK) {
            memcpy(column->number, value, solow_bytes(frame->rows, sizeof *value));
            status = solow_frame_column_check(frame, column, err);
        }
    }
    free(value);
    return status;
}

solow_status solow_permute_frame(solow_redraw *redraw, int64_t draw, solow_frame *frame, solow_error *err)
{
    const char *permuted = redraw->design->permute->text;
    solow_status status = permute(redraw, draw, err);
    if (status == SOLOW_OK) {
        status = solow_parts_frame(&redraw->parts, 0, frame, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    frame->is_part = redraw->run->frame->is_part;
    solow_frame_column *column = solow_frame_find(frame, permuted);
    move_values(redraw, column);
    status = solow_frame_column_check(frame, column, err);
    if (status == SOLOW_OK) {
        status = remake(redraw, frame, permuted, err);
    }
    if (status == SOLOW_OK) {
        status = solow_redraw_add_where(redraw, frame, err);
    }
    if (status != SOLOW_OK) {
        solow_frame_clear(frame);
    }
    return status;
}
