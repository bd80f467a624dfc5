/* sample_frame.c - see sample_frame.h. */
#include "tests/support/sample_frame.h"

#include "kernels/dense/gram.h"

#include <check.h>
#include <lapacke.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *take(ptrdiff_t count, size_t size)
{
    void *room = calloc((size_t)count + 1, size);
    ck_assert_ptr_nonnull(room);
    return room;
}

static void mark_missing(sample_frame *f, const char *const *names, ptrdiff_t count)
{
    for (ptrdiff_t c = 0; c < count && names[c] != NULL; c++) {
        const double *value = sample_column(f->data, names[c]);
        for (ptrdiff_t i = 0; i < f->rows; i++) {
            f->present[i] = f->present[i] && !isnan(value[i]);
        }
    }
}

static void choose_rows(sample_frame *f)
{
    const sample_model *m = f->model;
    memset(f->present, 1, (size_t)f->rows);
    mark_missing(f, &m->outcome, 1);
    mark_missing(f, m->regressor, SAMPLE_NAMES);
    mark_missing(f, m->endogenous, SAMPLE_NAMES);
    mark_missing(f, m->instrument, SAMPLE_NAMES);
    mark_missing(f, m->effect, 4);
    mark_missing(f, m->cluster, 4);
    mark_missing(f, &m->weights, 1);
    for (ptrdiff_t i = 0; m->keep != NULL && i < f->rows; i++) {
        f->present[i] = f->present[i] && sample_column(f->data, m->keep)[i] != 0;
    }
    if (m->weights != NULL) {
        f->weight = take(f->rows, sizeof *f->weight);
        for (ptrdiff_t i = 0; i < f->rows; i++) {
            f->present[i] = f->present[i] && sample_column(f->data, m->weights)[i] > 0;
            f->weight[i] = f->present[i] ? sample_column(f->data, m->weights)[i] : 0;
        }
    }
}

static void cut_blocks(sample_frame *f)
{
    const sample_model *m = f->model;
    ptrdiff_t limit = m->block_rows > 0 ? m->block_rows : 48, open = 0;
    f->unit_start = take(f->rows + 1, sizeof *f->unit_start);
    f->block = take(f->rows + 1, sizeof *f->block);
    for (ptrdiff_t i = 0; i < f->rows; i++) {
        bool same =
            i > 0 && m->unit != NULL && sample_column(f->data, m->unit)[i] == sample_column(f->data, m->unit)[i - 1];
        if (!same) {
            f->unit_start[f->units++] = i;
        }
        f->unit[i] = (int32_t)(f->units - 1);
        f->time[i] = m->time != NULL ? (int32_t)sample_column(f->data, m->time)[i] : 0;
    }
    f->unit_start[f->units] = f->rows;
    for (ptrdiff_t u = 0; u < f->units; u++) {
        if (u == 0 || f->unit_start[u + 1] - f->unit_start[open] > limit) {
            f->block[f->blocks++] = u;
            open = u;
        }
    }
    f->block[f->blocks] = f->units;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* Codes of the values of present rows, by rising value; -1 elsewhere. Returns the levels. */
static ptrdiff_t encode(const sample_frame *f, const double *value, int32_t *code)
{
    double *sorted = take(f->rows, sizeof *sorted);
    ptrdiff_t n = 0, levels = 0;
    for (ptrdiff_t i = 0; i < f->rows; i++) {
        if (f->present[i]) {
            sorted[n++] = value[i];
        }
    }
    qsort(sorted, (size_t)n, sizeof *sorted, by_value);
    for (ptrdiff_t i = 0; i < n; i++) {
        if (i == 0 || sorted[i] != sorted[levels - 1]) {
            sorted[levels++] = sorted[i];
        }
    }
    for (ptrdiff_t i = 0; i < f->rows; i++) {
        double *found = f->present[i] ? bsearch(&value[i], sorted, (size_t)levels, sizeof *sorted, by_value) : NULL;
        code[i] = found != NULL ? (int32_t)(found - sorted) : -1;
    }
    free(sorted);
    return levels;
}

static bool is_nested(const sample_frame *f, const int32_t *fine, ptrdiff_t levels, const int32_t *coarse)
{
    int32_t *seen = take(levels, sizeof *seen);
    bool nested = true;
    memset(seen, 0xff, (size_t)levels * sizeof *seen);
    for (ptrdiff_t i = 0; i < f->rows; i++) {
        if (f->present[i]) {
            nested = nested && (seen[fine[i]] == -1 || seen[fine[i]] == coarse[i]);
            seen[fine[i]] = coarse[i];
        }
    }
    free(seen);
    return nested;
}

static void add_key(sample_frame *f, const double *value, const char *name)
{
    ptrdiff_t k = f->shape.keys++;
    f->key[k] = take(f->rows, sizeof *f->key[k]);
    ptrdiff_t levels = encode(f, value, f->key[k]);
    snprintf(f->name[k], sizeof f->name[k], "%s", name);
    f->shape_key[k] = (solow_shape_key){
        .name = f->name[k], .levels = levels, .present = levels, .local = is_nested(f, f->key[k], levels, f->unit)};
}

static void add_keys(sample_frame *f)
{
    const sample_model *m = f->model;
    ptrdiff_t ways = 0;
    while (ways < 4 && m->cluster[ways] != NULL) {
        add_key(f, sample_column(f->data, m->cluster[ways]), m->cluster[ways]);
        ways++;
    }
    for (unsigned mask = 3; ways > 1 && mask < (1U << ways); mask++) {
        if ((mask & (mask - 1)) == 0) {
            continue;
        }
        double *both = take(f->rows, sizeof *both);
        char name[128] = "";
        for (ptrdiff_t w = 0; w < ways; w++) {
            if ((mask >> w) & 1U) {
                strcat(strcat(name, name[0] != '\0' ? "^" : ""), m->cluster[w]);
                for (ptrdiff_t i = 0; i < f->rows; i++) {
                    both[i] = both[i] * (double)f->shape_key[w].levels + f->key[w][i];
                }
            }
        }
        add_key(f, both, name);
        free(both);
    }
    f->shape.cluster_keys = f->shape.keys;
    if (m->time != NULL) {
        ptrdiff_t k = f->shape.keys;
        add_key(f, sample_column(f->data, m->time), "(time)");
        f->shape.periods = f->shape_key[k].levels;
        int32_t first = INT32_MAX, last = INT32_MIN;
        for (ptrdiff_t i = 0; i < f->rows; i++) {
            first = f->present[i] && f->time[i] < first ? f->time[i] : first;
            last = f->present[i] && f->time[i] > last ? f->time[i] : last;
        }
        for (ptrdiff_t i = 0; i < f->rows; i++) {
            f->key[k][i] = f->present[i] ? f->time[i] - first : -1;
        }
        f->shape_key[k].levels = last - first + 1;
        f->shape_key[k].first_period = first;
    }
}

static void add_dummies(sample_frame *f)
{
    const sample_model *m = f->model;
    for (ptrdiff_t q = 0; q < 4 && m->effect[q] != NULL; q++) {
        int32_t *code = take(f->rows, sizeof *code);
        ptrdiff_t levels = encode(f, sample_column(f->data, m->effect[q]), code);
        const double *slope = m->slope[q] != NULL ? sample_column(f->data, m->slope[q]) : NULL;
        ptrdiff_t more = levels * (slope != NULL ? 2 : 1), before = f->dummies;
        f->dummies += more;
        f->dummy = realloc(f->dummy, (size_t)(f->rows * f->dummies) * sizeof *f->dummy);
        memset(f->dummy + f->rows * before, 0, (size_t)(f->rows * more) * sizeof *f->dummy);
        for (ptrdiff_t i = 0; i < f->rows; i++) {
            if (f->present[i]) {
                f->dummy[(before + code[i]) * f->rows + i] = 1;
                if (slope != NULL) {
                    f->dummy[(before + levels + code[i]) * f->rows + i] = slope[i];
                }
            }
        }
        f->effect[q] =
            (solow_shape_effect){.name = m->effect[q], .levels = levels, .parameters = more, .nested = f->nested[q]};
        for (ptrdiff_t k = 0; k < f->shape.keys; k++) {
            f->nested[q][k] = is_nested(f, code, levels, f->key[k]);
        }
        f->shape.effects++;
        free(code);
    }
}

static double weight_of(const sample_frame *f, ptrdiff_t row)
{
    return !f->present[row] ? 0 : f->weight != NULL ? f->weight[row] : 1;
}

/* (D'WD)^+ by eigenvalues; its rank; the leverages. */
static void project(sample_frame *f)
{
    ptrdiff_t m = f->dummies;
    if (m == 0) {
        return;
    }
    double *square = take(m * m, sizeof *square), *values = take(m, sizeof *values);
    double *half = take(f->rows * m, sizeof *half);
    f->projector = take(m * m, sizeof *f->projector);
    for (ptrdiff_t j = 0; j < m; j++) {
        for (ptrdiff_t i = 0; i < f->rows; i++) {
            half[j * f->rows + i] = sqrt(weight_of(f, i)) * f->dummy[j * f->rows + i];
        }
    }
    solow_gram(f->rows, m, half, f->rows, NULL, square);
    ck_assert(LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', (int)m, square, (int)m, values) == 0);
    for (ptrdiff_t h = 0; h < m; h++) {
        if (values[h] < 1e-9 * values[m - 1]) {
            continue;
        }
        f->shape.effects_rank++;
        for (ptrdiff_t j = 0; j < m; j++) {
            for (ptrdiff_t i = 0; i < m; i++) {
                f->projector[j * m + i] += square[h * m + i] * square[h * m + j] / values[h];
            }
        }
    }
    free(square);
    free(values);
    free(half);
    f->shape.effects_rank_exact = true;
}

const double *sample_leverage(sample_frame *f)
{
    ptrdiff_t m = f->dummies;
    if (f->leverage != NULL || m == 0) {
        return f->leverage;
    }
    f->leverage = take(f->rows, sizeof *f->leverage);
    for (ptrdiff_t r = 0; r < f->rows; r++) {
        for (ptrdiff_t j = 0; j < m; j++) {
            double left = weight_of(f, r) * f->dummy[j * f->rows + r];
            for (ptrdiff_t i = 0; i < m && left != 0; i++) {
                f->leverage[r] += f->dummy[i * f->rows + r] * f->projector[j * m + i] * left;
            }
        }
    }
    return f->leverage;
}

static void add_column(sample_frame *f, const char *name, const double *value, solow_role role)
{
    ptrdiff_t c = f->shape.columns++;
    f->shape_column[c] = (solow_shape_column){.name = name, .role = role};
    f->column[c] = take(f->rows, sizeof(double));
    for (ptrdiff_t i = 0; i < f->rows; i++) {
        f->column[c][i] = f->present[i] ? (value != NULL ? value[i] : 1) : 0;
    }
}

static void add_columns(sample_frame *f, const char *const *names, solow_role role)
{
    for (ptrdiff_t c = 0; c < SAMPLE_NAMES && names[c] != NULL; c++) {
        add_column(f, names[c], sample_column(f->data, names[c]), role);
    }
}

static void count(sample_frame *f)
{
    solow_shape *s = &f->shape;
    double sum = 0;
    s->balanced = true;
    for (ptrdiff_t u = 0; u < f->units; u++) {
        int64_t rows = 0;
        for (ptrdiff_t i = f->unit_start[u]; i < f->unit_start[u + 1]; i++) {
            rows += f->present[i];
            sum += weight_of(f, i);
        }
        s->rows += rows;
        s->units += rows > 0 ? 1 : 0;
        s->longest_unit = rows > s->longest_unit ? rows : s->longest_unit;
        s->balanced = s->balanced && (rows == 0 || rows == s->periods);
    }
    s->sum_weights = f->weight != NULL ? sum : (double)s->rows;
    s->nobs = f->model->weight_type == SOLOW_WEIGHT_FREQUENCY ? (int64_t)llround(sum) : s->rows;
}

sample_frame *sample_frame_create(const sample_data *data, const sample_model *model)
{
    sample_frame *f = take(1, sizeof *f);
    f->data = data;
    f->model = model;
    f->rows = data->rows;
    f->present = take(f->rows, 1);
    f->unit = take(f->rows, sizeof *f->unit);
    f->time = take(f->rows, sizeof *f->time);
    f->column = take(SAMPLE_COLUMNS, sizeof *f->column);
    choose_rows(f);
    cut_blocks(f);
    add_keys(f);
    add_dummies(f);
    project(f);
    add_column(f, model->outcome, sample_column(data, model->outcome), SOLOW_ROLE_OUTCOME);
    if (model->constant) {
        add_column(f, "(Intercept)", NULL, SOLOW_ROLE_CONSTANT);
    }
    add_columns(f, model->regressor, SOLOW_ROLE_REGRESSOR);
    add_columns(f, model->endogenous, SOLOW_ROLE_ENDOGENOUS);
    add_columns(f, model->instrument, SOLOW_ROLE_INSTRUMENT);
    count(f);
    f->shape.has_units = model->unit != NULL;
    f->shape.has_time = model->time != NULL;
    f->shape.column = f->shape_column;
    f->shape.effect = f->effect;
    f->shape.key = f->shape_key;
    return f;
}

void sample_frame_free(sample_frame *f)
{
    for (ptrdiff_t c = 0; c < f->shape.columns; c++) {
        free(f->column[c]);
    }
    for (ptrdiff_t k = 0; k < f->shape.keys; k++) {
        free(f->key[k]);
    }
    free(f->present);
    free(f->weight);
    free(f->unit);
    free(f->time);
    free(f->unit_start);
    free(f->block);
    free(f->dummy);
    free(f->projector);
    free(f->leverage);
    free(f->column);
    free(f);
}

static void within(const sample_frame *f, double *x)
{
    ptrdiff_t m = f->dummies;
    double *cross = take(m, sizeof *cross), *coefficient = take(m, sizeof *coefficient);
    for (int sweep = 0; sweep < 3 && m > 0; sweep++) {
        for (ptrdiff_t j = 0; j < m; j++) {
            cross[j] = 0;
            for (ptrdiff_t i = 0; i < f->rows; i++) {
                cross[j] += f->dummy[j * f->rows + i] * weight_of(f, i) * x[i];
            }
        }
        for (ptrdiff_t j = 0; j < m; j++) {
            coefficient[j] = 0;
            for (ptrdiff_t i = 0; i < m; i++) {
                coefficient[j] += f->projector[i * m + j] * cross[i];
            }
        }
        for (ptrdiff_t j = 0; j < m; j++) {
            for (ptrdiff_t i = 0; i < f->rows; i++) {
                x[i] -= f->dummy[j * f->rows + i] * coefficient[j];
            }
        }
    }
    free(cross);
    free(coefficient);
}

/* Means over the present rows of each unit, for the transforms that need them. */
static void by_unit(const sample_frame *f, const double *raw, solow_transform transform, double *out, uint8_t *left)
{
    for (ptrdiff_t u = 0; u < f->units; u++) {
        double sum = 0, n = 0, w = 0;
        bool first = true;
        for (ptrdiff_t i = f->unit_start[u]; i < f->unit_start[u + 1]; i++) {
            sum += weight_of(f, i) * raw[i];
            w += weight_of(f, i);
            n += f->present[i];
        }
        double mean = w > 0 ? sum / w : 0;
        double theta = 1 - sqrt(transform.sigma2_e / (n * transform.sigma2_u + transform.sigma2_e));
        for (ptrdiff_t i = f->unit_start[u]; i < f->unit_start[u + 1]; i++) {
            if (!f->present[i]) {
                continue;
            }
            if (transform.kind == SOLOW_TRANSFORM_BETWEEN) {
                out[i] = first ? mean : 0;
                left[i] = first;
                first = false;
            } else {
                out[i] = raw[i] - (transform.kind == SOLOW_TRANSFORM_QUASI ? theta : 1) * mean;
            }
        }
    }
}

static void difference(const sample_frame *f, ptrdiff_t column, double *out, uint8_t *left)
{
    const double *raw = f->column[column];
    bool constant = f->shape_column[column].role == SOLOW_ROLE_CONSTANT;
    for (ptrdiff_t i = 0; i < f->rows; i++) {
        left[i] = i > 0 && f->present[i] && f->present[i - 1] && f->unit[i] == f->unit[i - 1] &&
                  f->time[i] == f->time[i - 1] + 1;
        out[i] = !left[i] ? 0 : constant ? 1 : raw[i] - raw[i - 1];
    }
}

void sample_transform(const sample_frame *f, ptrdiff_t column, solow_transform transform, double *out, uint8_t *left)
{
    memcpy(left, f->present, (size_t)f->rows);
    memcpy(out, f->column[column], (size_t)f->rows * sizeof *out);
    switch (transform.kind) {
    case SOLOW_TRANSFORM_WITHIN:
        within(f, out);
        break;
    case SOLOW_TRANSFORM_DIFFERENCE:
        difference(f, column, out, left);
        break;
    case SOLOW_TRANSFORM_BETWEEN:
    case SOLOW_TRANSFORM_QUASI:
    case SOLOW_TRANSFORM_UNIT_WITHIN:
        by_unit(f, f->column[column], transform, out, left);
        break;
    default:
        break;
    }
}
