/* sample.c - see sample.h.
 *
 * Cost  columns without missing values are not read; each other column costs one pass over its rows.
 */
#include "engine/frame/sample.h"

#include "engine/comm/sum.h"
#include "engine/frame/factor.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct sample_maker {
    solow_frame *frame;
    const solow_model *model;
    solow_sample *sample;
    double *values; /* [longest block] */
    ptrdiff_t capacity;
} sample_maker;

static solow_status add_drop(solow_sample *sample, const char *reason, int64_t rows, solow_error *err)
{
    if (rows == 0) {
        return SOLOW_OK;
    }
    solow_drop *grown = solow_resize(sample->drop, sample->drops + 1, sizeof *grown);
    char *copy = solow_copy_text(reason);
    sample->drop = grown != NULL ? grown : sample->drop;
    if (grown == NULL || copy == NULL) {
        free(copy);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sample");
    }
    sample->drop[sample->drops++] = (solow_drop){copy, rows};
    return SOLOW_OK;
}

static solow_status need_mask(sample_maker *maker, solow_error *err)
{
    if (maker->sample->present == NULL) {
        maker->sample->present = solow_allocate(maker->frame->rows, 1);
        if (maker->sample->present == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a mask of %td rows", maker->frame->rows);
        }
        memset(maker->sample->present, 1, (size_t)maker->frame->rows);
    }
    return SOLOW_OK;
}

typedef struct missing_rows {
    int64_t count, logs; /* without a value; because of a log of a non-positive number */
} missing_rows;

/* Runs a design column block by block and drops its missing rows. */
static solow_status drop_missing(sample_maker *maker, const solow_design_column *column, missing_rows *dropped,
                                 solow_error *err)
{
    const solow_frame *frame = maker->frame;
    solow_status status = need_mask(maker, err);
    for (ptrdiff_t b = 0; b < frame->blocks && status == SOLOW_OK; b++) {
        ptrdiff_t begin = frame->block_start[b], rows = frame->block_start[b + 1] - begin;
        const double *value = maker->values;
        if (column->column != NULL) {
            value = column->column->number + begin;
        } else {
            status = solow_design_fill(column, begin, rows, maker->values, err);
        }
        for (ptrdiff_t i = 0; i < rows && status == SOLOW_OK; i++) {
            uint8_t *present = &maker->sample->present[begin + i];
            if (*present && !isfinite(value[i])) {
                bool log = solow_is_missing_log(value[i]);
                *present = 0;
                dropped->logs += log;
                dropped->count += !log;
            }
        }
    }
    return status;
}

/* The two reasons for which the rows of a column go, counted over all ranks. */
static solow_status drop_column(sample_maker *maker, const solow_design_column *column, const char *name,
                                solow_error *err)
{
    missing_rows dropped = {0, 0};
    solow_status status = solow_comm_agree(maker->frame->comm, drop_missing(maker, column, &dropped, err), err);
    int64_t count[2] = {dropped.count, dropped.logs};
    if (status == SOLOW_OK) {
        status = solow_comm_sum_int64(maker->frame->comm, count, 2, err);
    }
    static const char *const reasons[] = {"missing", "log of a non-positive number"};
    for (int r = 0; r < 2 && status == SOLOW_OK; r++) {
        char reason[512];
        snprintf(reason, sizeof reason, "%s: %s", reasons[r], name);
        status = add_drop(maker->sample, reason, count[r], err);
    }
    return status;
}

static solow_status drop_missing_columns(sample_maker *maker, const solow_design *design, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < design->columns && status == SOLOW_OK; c++) {
        if (solow_design_may_miss(&design->column[c])) {
            status = drop_column(maker, &design->column[c], design->column[c].name, err);
        }
    }
    return status;
}

static solow_status drop_uncoded(sample_maker *maker, const solow_factor *factor, solow_error *err)
{
    int64_t dropped = 0;
    if (!factor->missing) {
        return SOLOW_OK;
    }
    solow_status status = solow_comm_agree(maker->frame->comm, need_mask(maker, err), err);
    for (ptrdiff_t i = 0; i < maker->frame->rows && status == SOLOW_OK; i++) {
        if (factor->code[i] < 0 && maker->sample->present[i]) {
            maker->sample->present[i] = 0;
            dropped++;
        }
    }
    if (status != SOLOW_OK) {
        return status;
    }
    status = solow_comm_sum_int64(maker->frame->comm, &dropped, 1, err);
    char reason[512];
    snprintf(reason, sizeof reason, "missing: %s", factor->name);
    return status == SOLOW_OK ? add_drop(maker->sample, reason, dropped, err) : status;
}

static solow_status drop_missing_slopes(sample_maker *maker, const solow_model_effects *effects, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t e = 0; e < effects->count && status == SOLOW_OK; e++) {
        for (ptrdiff_t s = 0; s < effects->effect[e].slopes && status == SOLOW_OK; s++) {
            const solow_design_column column = {.program = effects->effect[e].slope[s],
                                                .column = solow_program_column(effects->effect[e].slope[s])};
            if (solow_design_may_miss(&column)) {
                status = drop_column(maker, &column, "a varying slope", err);
            }
        }
    }
    return status;
}

/* Weights: missing and zero ones drop the row, negative ones are an error. */
static solow_status take_weights(sample_maker *maker, solow_error *err)
{
    solow_frame *frame = maker->frame;
    solow_sample *sample = maker->sample;
    if (maker->model->weights == NULL) {
        return SOLOW_OK;
    }
    sample->weight = solow_allocate(frame->rows, sizeof *sample->weight);
    solow_status status =
        sample->weight != NULL ? need_mask(maker, err) : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for weights");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_frame_evaluate(frame, maker->model->weights, sample->weight, err);
    }
    int64_t dropped = 0;
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        double w = sample->weight[i];
        if (!sample->present[i]) {
            sample->weight[i] = 0;
        } else if (w < 0 || isinf(w)) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "model `%s`: the weight %g is not a finite number above zero",
                                maker->model->id, w);
        } else if (maker->model->weight_type == SOLOW_WEIGHT_FREQUENCY && w != floor(w)) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "model `%s`: frequency weights must be whole numbers, not %g",
                                maker->model->id, w);
        } else if (isnan(w) || w == 0) {
            sample->present[i] = 0;
            sample->weight[i] = 0;
            dropped++;
        }
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_sum_int64(frame->comm, &dropped, 1, err);
    }
    return status == SOLOW_OK ? add_drop(sample, "weight zero or missing", dropped, err) : status;
}

/* One round over one effect: rows whose level has no other row. */
static solow_status drop_lone_rows(sample_maker *maker, const solow_factor *factor, int64_t *dropped, solow_error *err)
{
    solow_frame *frame = maker->frame;
    if (maker->sample->present == NULL && factor->lone == 0) {
        *dropped = 0;
        return SOLOW_OK;
    }
    int32_t *count = solow_allocate_zeroed(factor->levels, sizeof *count);
    solow_status status = count != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for level counts");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            if (solow_sample_has(maker->sample, i)) {
                count[factor->code[i]]++;
            }
        }
        status = solow_comm_sum_int32(frame->comm, count, factor->levels, err);
    }
    int64_t lone = 0;
    for (int32_t level = 0; level < factor->levels && status == SOLOW_OK; level++) {
        lone += count[level] == 1;
    }
    if (status == SOLOW_OK && lone > 0) {
        status = solow_comm_agree(frame->comm, need_mask(maker, err), err);
        for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
            if (maker->sample->present[i] && count[factor->code[i]] == 1) {
                maker->sample->present[i] = 0;
                if (maker->sample->weight != NULL) {
                    maker->sample->weight[i] = 0;
                }
            }
        }
    }
    *dropped = lone;
    free(count);
    return status;
}

static solow_status drop_singletons(sample_maker *maker, const solow_model_effects *effects, solow_error *err)
{
    int64_t total = 0, before = -1;
    solow_status status = SOLOW_OK;
    while (total != before && status == SOLOW_OK && maker->model->drop_singletons) {
        before = total;
        for (ptrdiff_t e = 0; e < effects->count && status == SOLOW_OK; e++) {
            int64_t dropped = 0;
            if (effects->effect[e].level) {
                status = drop_lone_rows(maker, effects->effect[e].factor, &dropped, err);
            }
            total += dropped;
        }
    }
    return status == SOLOW_OK ? add_drop(maker->sample, "singletons", total, err) : status;
}

/* What the frame knows of itself: the sample is all of it. */
static solow_status count_frame(sample_maker *maker, solow_error *err)
{
    solow_frame *frame = maker->frame;
    solow_sample *sample = maker->sample;
    const solow_factor *time = NULL;
    solow_status status = frame->has_time ? solow_frame_time_factor(frame, &time, err) : SOLOW_OK;
    sample->rows = frame->layout.rows;
    sample->units = frame->has_unit ? frame->facts.units : 0;
    sample->longest = frame->has_unit ? frame->facts.longest : 0;
    sample->periods = time != NULL ? time->filled : 0;
    sample->balanced = frame->has_unit && frame->has_time && frame->facts.longest == frame->facts.shortest &&
                       frame->facts.longest == sample->periods;
    return status;
}

/* Rows, units, periods, balance; the hash is a sum of one term for each absent or weighted row, so it needs no order. */
static solow_status count_sample(sample_maker *maker, solow_error *err)
{
    solow_frame *frame = maker->frame;
    solow_sample *sample = maker->sample;
    if (sample->present == NULL && sample->weight == NULL) {
        return count_frame(maker, err);
    }
    int64_t counts[3] = {0, 0, 0}, extremes[2] = {0, -INT64_MAX}; /* rows, units, hash; longest, -shortest */
    uint64_t hash = 0;
    ptrdiff_t unit_rows = 0;
    ptrdiff_t width = frame->has_time ? (ptrdiff_t)frame->facts.last_period - frame->facts.first_period + 1 : 0;
    uint8_t *seen = solow_allocate_zeroed(width, 1);
    if (seen == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td periods", width);
    }
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        bool has = solow_sample_has(sample, i);
        uint64_t place = (uint64_t)(frame->layout.first_row + i + 1);
        if (has && frame->has_time) {
            seen[frame->time[i] - frame->facts.first_period] = 1;
        }
        counts[0] += has;
        unit_rows += has;
        uint64_t bits = 0;
        if (sample->weight != NULL) {
            memcpy(&bits, &sample->weight[i], sizeof bits);
        }
        hash += has ? bits * (place * 0x9e3779b97f4a7c15u | 1) : place * 0xbf58476d1ce4e5b9u;
        bool unit_ends = frame->has_unit && (i + 1 == frame->rows || frame->unit[i + 1] != frame->unit[i]);
        if (unit_ends && unit_rows > 0) {
            counts[1]++;
            extremes[0] = unit_rows > extremes[0] ? unit_rows : extremes[0];
            extremes[1] = -unit_rows > extremes[1] ? -unit_rows : extremes[1];
        }
        unit_rows = unit_ends ? 0 : unit_rows;
    }
    memcpy(&counts[2], &hash, sizeof hash);
    solow_status status = solow_comm_sum_int64(frame->comm, counts, 3, err);
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(frame->comm, extremes, 2, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_or_bytes(frame->comm, seen, width, err);
    }
    sample->rows = counts[0];
    sample->units = counts[1];
    memcpy(&sample->hash, &counts[2], sizeof sample->hash);
    sample->longest = extremes[0];
    for (ptrdiff_t t = 0; t < width; t++) {
        sample->periods += seen[t];
    }
    sample->balanced =
        frame->has_unit && frame->has_time && extremes[0] == -extremes[1] && extremes[0] == sample->periods;
    free(seen);
    if (status == SOLOW_OK && sample->rows == frame->layout.rows) { /* a mask of ones is none */
        free(sample->present);
        sample->present = NULL;
    }
    return status;
}

static solow_status sum_weights(sample_maker *maker, solow_error *err)
{
    solow_frame *frame = maker->frame;
    solow_sample *sample = maker->sample;
    sample->sum_weights = (double)sample->rows;
    sample->nobs = sample->rows;
    if (sample->weight == NULL) {
        return SOLOW_OK;
    }
    solow_sum *sum = NULL;
    solow_status status = solow_sum_create(frame->comm, &frame->layout, 1, SOLOW_SUM_PLAIN, &sum, err);
    for (ptrdiff_t b = 0; b < frame->blocks && status == SOLOW_OK; b++) {
        double *into = solow_sum_block(sum, frame->layout.first_block + b);
        for (ptrdiff_t i = frame->block_start[b]; i < frame->block_start[b + 1] && into != NULL; i++) {
            into[0] += sample->weight[i];
        }
        status = into != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sum");
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, &sample->sum_weights, err);
    }
    solow_sum_destroy(sum);
    if (maker->model->weight_type == SOLOW_WEIGHT_FREQUENCY) {
        sample->nobs = (int64_t)sample->sum_weights;
    }
    return status;
}

static solow_status refuse_empty(const sample_maker *maker, solow_error *err)
{
    const solow_sample *sample = maker->sample;
    if (sample->rows > 0) {
        return SOLOW_OK;
    }
    const solow_drop *most = NULL;
    for (ptrdiff_t d = 0; d < sample->drops; d++) {
        most = most == NULL || sample->drop[d].rows > most->rows ? &sample->drop[d] : most;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                      "model `%s` has no row left of %lld; most were dropped for this reason: %s (%lld)",
                      maker->model->id, (long long)maker->frame->layout.rows, most != NULL ? most->reason : "none",
                      most != NULL ? (long long)most->rows : 0);
}

solow_status solow_sample_where(solow_frame *frame, const solow_model *model, uint8_t **where, solow_error *err)
{
    *where = NULL;
    if (model->where == NULL) {
        return SOLOW_OK;
    }
    double *value = solow_allocate(frame->rows, sizeof *value);
    uint8_t *mask = solow_allocate(frame->rows, 1);
    solow_status status =
        value != NULL && mask != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for where");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_frame_evaluate(frame, model->where, value, err);
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        mask[i] = value[i] != 0 && !isnan(value[i]);
    }
    free(value);
    if (status != SOLOW_OK) {
        free(mask);
        return status;
    }
    *where = mask;
    return SOLOW_OK;
}

static solow_status count_where(sample_maker *maker, solow_error *err)
{
    int64_t dropped = 0;
    if (maker->model->where == NULL) {
        return SOLOW_OK;
    }
    for (ptrdiff_t i = 0; i < maker->frame->rows; i++) {
        dropped += !solow_sample_has(maker->sample, i);
    }
    solow_status status = solow_comm_sum_int64(maker->frame->comm, &dropped, 1, err);
    return status == SOLOW_OK ? add_drop(maker->sample, "where", dropped, err) : status;
}

solow_status solow_sample_create(solow_frame *frame, const solow_model *model, uint8_t *where,
                                 const solow_design *design, const solow_model_effects *effects, ptrdiff_t keys,
                                 const solow_factor *const *key, solow_sample *sample, solow_error *err)
{
    *sample = (solow_sample){.present = where};
    sample_maker maker = {.frame = frame, .model = model, .sample = sample};
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t rows = frame->block_start[b + 1] - frame->block_start[b];
        maker.capacity = rows > maker.capacity ? rows : maker.capacity;
    }
    maker.values = solow_allocate(maker.capacity, sizeof *maker.values);
    solow_status status = maker.values != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a sample");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = count_where(&maker, err);
    }
    if (status == SOLOW_OK) {
        status = drop_missing_columns(&maker, design, err);
    }
    for (ptrdiff_t e = 0; e < effects->count && status == SOLOW_OK; e++) {
        status = drop_uncoded(&maker, effects->effect[e].factor, err);
    }
    for (ptrdiff_t k = 0; k < keys && status == SOLOW_OK; k++) {
        status = drop_uncoded(&maker, key[k], err);
    }
    if (status == SOLOW_OK) {
        status = drop_missing_slopes(&maker, effects, err);
    }
    if (status == SOLOW_OK) {
        status = take_weights(&maker, err);
    }
    if (status == SOLOW_OK) {
        status = drop_singletons(&maker, effects, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_agree(frame->comm, count_sample(&maker, err), err);
    }
    if (status == SOLOW_OK) {
        status = refuse_empty(&maker, err);
    }
    if (status == SOLOW_OK) {
        status = sum_weights(&maker, err);
    }
    free(maker.values);
    if (status != SOLOW_OK) {
        solow_sample_clear(sample);
    }
    return status;
}

void solow_sample_clear(solow_sample *sample)
{
    for (ptrdiff_t d = 0; d < sample->drops; d++) {
        free(sample->drop[d].reason);
    }
    free(sample->drop);
    free(sample->present);
    free(sample->weight);
    *sample = (solow_sample){0};
}
