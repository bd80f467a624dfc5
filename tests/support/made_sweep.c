/* made_sweep.c - see made_sweep.h. */
#include "tests/support/made_sweep.h"

#include <lapacke.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void made_sweep_open(solow_frame *frame, const char *model, made_sweep *made)
{
    char yaml[2048];
    solow_error err = {0};
    uint8_t *where = NULL;
    *made = (made_sweep){.frame = frame};
    snprintf(yaml, sizeof yaml,
             "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\nmodels:\n  - {id: m, estimator: ols, %s}\n",
             model);
    made_job(yaml, &made->job);
    const solow_model *read = &made->job.model[0];
    world_good(solow_sample_where(frame, read, &where, &err), &err);
    world_good(solow_design_create(frame, read, where, &made->design, &err), &err);
    world_good(solow_model_effects_create(frame, read, &made->effects, &err), &err);
    made->keys = read->vcov.cluster.count;
    for (ptrdiff_t k = 0; k < made->keys; k++) {
        world_good(solow_frame_factor(frame, read->vcov.cluster.node[k], &made->key[k], &err), &err);
    }
    world_good(solow_sample_create(frame, read, where, &made->design, &made->effects, made->keys, made->key,
                                   &made->sample, &err),
               &err);
    ptrdiff_t columns = made->design.columns;
    made->column = malloc((size_t)columns * sizeof *made->column);
    made->place = malloc((size_t)columns * sizeof *made->place);
    for (ptrdiff_t c = 0; c < columns; c++) {
        made->column[c] = &made->design.column[c];
        made->place[c] = c;
    }
    world_good(solow_sweep_create(frame, &made->sample, &made->effects, columns, made->column, &made->sweep, &err),
               &err);
}

void made_sweep_clear(made_sweep *made)
{
    solow_sweep_clear(&made->sweep);
    solow_sample_clear(&made->sample);
    solow_model_effects_clear(&made->effects);
    solow_design_clear(&made->design);
    solow_job_clear(&made->job);
    free(made->column);
    free(made->place);
}

double *made_sweep_pass(made_sweep *made, const solow_want *want, solow_frame_column **saved, int64_t *rows)
{
    solow_error err = {0};
    solow_request request = {.want = want, .place = made->place, .keys = made->keys, .key = made->key, .saved = saved};
    world_good(solow_pass_run(&made->sweep, 1, &request, &err), &err);
    if (rows != NULL) {
        *rows = request.rows;
    }
    return request.result;
}

/* Values of the present rows over all ranks, in the frame's order; count out. */
static double *present_rows(const made_sweep *made, const double *mine, ptrdiff_t *count)
{
    double *flag = malloc((size_t)(made->frame->rows + 1) * sizeof *flag);
    for (ptrdiff_t i = 0; i < made->frame->rows; i++) {
        flag[i] = solow_sample_has(&made->sample, i);
    }
    double *all = made_gather(made->frame, mine), *present = made_gather(made->frame, flag);
    *count = 0;
    for (int64_t i = 0; i < made->frame->layout.rows; i++) {
        if (present[i] != 0) {
            all[(*count)++] = all[i];
        }
    }
    free(flag);
    free(present);
    return all;
}

static double *present_codes(const made_sweep *made, const int32_t *code, ptrdiff_t *count)
{
    double *mine = malloc((size_t)(made->frame->rows + 1) * sizeof *mine);
    for (ptrdiff_t i = 0; i < made->frame->rows; i++) {
        mine[i] = code[i];
    }
    double *all = present_rows(made, mine, count);
    free(mine);
    return all;
}

static void read_column(made_sweep *made, const solow_design_column *column, double *mine)
{
    solow_error err = {0};
    for (ptrdiff_t b = 0; b < made->frame->blocks; b++) {
        ptrdiff_t begin = made->frame->block_start[b], rows = made->frame->block_start[b + 1] - begin;
        world_good(solow_design_fill(column, begin, rows, mine + begin, &err), &err);
    }
}

void made_rows_read(made_sweep *made, made_rows *rows)
{
    *rows = (made_rows){.columns = made->design.columns};
    double *mine = malloc((size_t)(made->frame->rows + 1) * sizeof *mine);
    for (ptrdiff_t c = 0; c < rows->columns; c++) {
        read_column(made, made->column[c], mine);
        double *all = present_rows(made, mine, &rows->rows);
        if (c == 0) {
            rows->x = malloc((size_t)(rows->rows * rows->columns + 1) * sizeof *rows->x);
        }
        memcpy(rows->x + c * rows->rows, all, (size_t)rows->rows * sizeof *all);
        free(all);
    }
    for (ptrdiff_t i = 0; i < made->frame->rows; i++) {
        mine[i] = made->sample.weight != NULL ? made->sample.weight[i] : 1;
    }
    rows->weight = present_rows(made, mine, &rows->rows);
    rows->unit = present_codes(made, made->frame->unit, &rows->rows);
    rows->time = present_codes(made, made->frame->time, &rows->rows);
    for (ptrdiff_t k = 0; k < made->keys; k++) {
        rows->key[k] = present_codes(made, made->key[k]->code, &rows->rows);
    }
    for (ptrdiff_t e = 0; e < made->effects.count; e++) {
        const solow_model_effect *effect = &made->effects.effect[e];
        rows->level[e] = present_codes(made, effect->factor->code, &rows->rows);
        if (effect->slopes > 0) {
            const solow_design_column slope = {.program = effect->slope[0]};
            read_column(made, &slope, mine);
            rows->slope[e] = present_rows(made, mine, &rows->rows);
        }
    }
    free(mine);
}

void made_rows_clear(made_rows *rows)
{
    free(rows->x);
    free(rows->weight);
    free(rows->unit);
    free(rows->time);
    for (int e = 0; e < 4; e++) {
        free(rows->key[e]);
        free(rows->level[e]);
        free(rows->slope[e]);
    }
}

/* sqrt(w) times dummies and slopes, [rows x *columns]; malloc'ed. */
static double *dummies(const made_sweep *made, const made_rows *rows, ptrdiff_t *columns)
{
    ptrdiff_t width = 0, n = rows->rows;
    for (ptrdiff_t e = 0; e < made->effects.count; e++) {
        width += 2 * (ptrdiff_t)made->effects.effect[e].factor->levels;
    }
    double *d = calloc((size_t)(n * width + 1), sizeof *d);
    *columns = 0;
    for (ptrdiff_t e = 0; e < made->effects.count; e++) {
        const solow_model_effect *effect = &made->effects.effect[e];
        for (ptrdiff_t i = 0; i < n; i++) {
            ptrdiff_t at = *columns + (ptrdiff_t)rows->level[e][i];
            double root = sqrt(rows->weight[i]);
            if (effect->level) {
                d[at * n + i] = root;
            }
            if (effect->slopes > 0) {
                d[(at + (effect->level ? effect->factor->levels : 0)) * n + i] = root * rows->slope[e][i];
            }
        }
        *columns += effect->factor->levels * ((effect->level ? 1 : 0) + effect->slopes);
    }
    return d;
}

ptrdiff_t made_rows_project(const made_sweep *made, const made_rows *rows, double *within, double *leverage)
{
    ptrdiff_t n = rows->rows, k = 0, rank = 0;
    double *d = dummies(made, rows, &k);
    ptrdiff_t least = n < k ? n : k;
    double *u = calloc((size_t)(n * least + 1), sizeof *u), *s = calloc((size_t)least + 1, sizeof *s), none;
    double *work = malloc((size_t)(least + 1) * sizeof *work);
    lapack_int info = LAPACKE_dgesvd(LAPACK_COL_MAJOR, 'S', 'N', (lapack_int)n, (lapack_int)k, d, (lapack_int)n, s, u,
                                     (lapack_int)n, &none, 1, work);
    ck_assert_int_eq(info, 0);
    while (rank < least && s[rank] > 1e-10 * s[0]) {
        rank++;
    }
    memset(leverage, 0, (size_t)n * sizeof *leverage);
    memcpy(within, rows->x, (size_t)(n * rows->columns) * sizeof *within);
    for (ptrdiff_t j = 0; j < rank; j++) {
        const double *q = u + j * n;
        for (ptrdiff_t i = 0; i < n; i++) {
            leverage[i] += q[i] * q[i];
        }
    }
    for (int twice = 0; twice < 2; twice++) {
        for (ptrdiff_t c = 0; c < rows->columns; c++) {
            double *x = within + c * n;
            for (ptrdiff_t j = 0; j < rank; j++) {
                const double *q = u + j * n;
                double dot = 0;
                for (ptrdiff_t i = 0; i < n; i++) {
                    dot += q[i] * sqrt(rows->weight[i]) * x[i];
                }
                for (ptrdiff_t i = 0; i < n; i++) {
                    x[i] -= q[i] * dot / sqrt(rows->weight[i]);
                }
            }
        }
    }
    free(d);
    free(u);
    free(s);
    free(work);
    return rank;
}
