/* means.c - see means.h. */
#include "engine/estimators/panel/means.h"

#include "kernels/dense/compensated.h"
#include "kernels/dense/gram.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME = 128 };

typedef struct wrapped { /* one want: the machine's own, and a buffer; means NULL: handed on as it is */
    struct solow_means *means;
    solow_want inner;
    double *values; /* KEYED, MAP: [ld x sums]; GRAM: [columns^2], twice that if precise */
} wrapped;

struct solow_means {
    solow_arena *arena;
    solow_shape extended;
    ptrdiff_t base;    /* columns of the engine's shape */
    ptrdiff_t *raw;    /* [base] 0, 1, ...: the columns of every want */
    ptrdiff_t *source; /* [extended.columns] the column whose mean it is; -1: the column itself */
    bool quasi;
    solow_quasi_levels levels; /* quasi only */
    ptrdiff_t ld;              /* rows of the longest unit, rounded up to 8 */
    double *x, *weight;        /* [ld x extended.columns], [ld] */
    uint8_t *present;          /* [ld] ones */
    int32_t *unit, *time, *codes;
    const int32_t **key; /* [keys] into codes */
    ptrdiff_t *place;    /* [ld] rows of the block that the unit's rows are */
    wrapped want[SOLOW_WANTS];
    ptrdiff_t count;
};

static ptrdiff_t regressors(const solow_shape *shape)
{
    ptrdiff_t k = 0;
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        k += shape->column[c].role == SOLOW_ROLE_REGRESSOR ? 1 : 0;
    }
    return k;
}

static ptrdiff_t padded(const solow_shape *shape)
{
    return ((ptrdiff_t)shape->longest_unit + 7) / 8 * 8;
}

size_t solow_means_bytes(const solow_shape *shape)
{
    ptrdiff_t k = regressors(shape), all = shape->columns + k, ld = padded(shape);
    return solow_arena_need(1, sizeof(solow_means)) + solow_arena_need(all, sizeof(solow_shape_column)) +
           solow_arena_need(k * NAME, 1) + solow_arena_need(shape->columns, sizeof(ptrdiff_t)) +
           solow_arena_need(all, sizeof(ptrdiff_t)) + solow_arena_need(ld * all, sizeof(double)) +
           solow_arena_need(ld, sizeof(double)) + solow_arena_need(ld, 1) + 2 * solow_arena_need(ld, sizeof(int32_t)) +
           solow_arena_need(ld * shape->keys, sizeof(int32_t)) + solow_arena_need(shape->keys, sizeof(int32_t *)) +
           solow_arena_need(ld, sizeof(ptrdiff_t));
}

size_t solow_means_want_bytes(const solow_shape *shape, ptrdiff_t sums)
{
    return solow_arena_need(padded(shape) * sums, sizeof(double));
}

static solow_status extend(solow_means *m, const solow_shape *shape, solow_error *err)
{
    ptrdiff_t k = regressors(shape), all = shape->columns + k, at = shape->columns;
    solow_shape_column *column = solow_arena_take(m->arena, all, sizeof *column);
    char *name = solow_arena_take(m->arena, k * NAME, 1);
    m->raw = solow_arena_take(m->arena, shape->columns, sizeof *m->raw);
    m->source = solow_arena_take(m->arena, all, sizeof *m->source);
    if (column == NULL || name == NULL || m->raw == NULL || m->source == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "unit means: arena of %zu bytes", m->arena->size);
    }
    for (ptrdiff_t c = 0; c < shape->columns; c++) {
        column[c] = shape->column[c];
        m->raw[c] = c;
        m->source[c] = -1;
        if (column[c].role == SOLOW_ROLE_REGRESSOR) {
            snprintf(name, NAME, "mean(%.*s)", NAME - 8, column[c].name);
            column[at] = (solow_shape_column){.name = name, .role = SOLOW_ROLE_REGRESSOR};
            m->source[at++] = c;
            name += NAME;
        }
    }
    m->extended = *shape;
    m->extended.column = column;
    m->extended.columns = all;
    m->base = shape->columns;
    return SOLOW_OK;
}

static solow_status take_rows(solow_means *m, const solow_shape *shape, solow_error *err)
{
    solow_arena *arena = m->arena;
    m->x = solow_arena_doubles(arena, m->ld * m->extended.columns);
    m->weight = solow_arena_doubles(arena, m->ld);
    m->present = solow_arena_take(arena, m->ld, 1);
    m->unit = solow_arena_take(arena, m->ld, sizeof *m->unit);
    m->time = solow_arena_take(arena, m->ld, sizeof *m->time);
    m->codes = solow_arena_take(arena, m->ld * shape->keys, sizeof *m->codes);
    m->key = solow_arena_take(arena, shape->keys, sizeof *m->key);
    m->place = solow_arena_take(arena, m->ld, sizeof *m->place);
    if (m->x == NULL || m->weight == NULL || m->present == NULL || m->unit == NULL || m->time == NULL ||
        m->codes == NULL || m->key == NULL || m->place == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "unit means: arena of %zu bytes", arena->size);
    }
    memset(m->present, 1, (size_t)m->ld);
    return SOLOW_OK;
}

solow_status solow_means_create(const solow_shape *shape, solow_arena *arena, solow_means **means, solow_error *err)
{
    solow_means *m = solow_arena_take(arena, 1, sizeof *m);
    if (m == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "unit means: arena of %zu bytes", arena->size);
    }
    *m = (solow_means){.arena = arena, .ld = padded(shape)};
    solow_status status = extend(m, shape, err);
    status = status == SOLOW_OK ? take_rows(m, shape, err) : status;
    *means = status == SOLOW_OK ? m : *means;
    return status;
}

solow_status solow_means_create_quasi(const solow_shape *shape, const solow_quasi_levels *quasi, solow_arena *arena,
                                      solow_means **means, solow_error *err)
{
    solow_status status = solow_means_create(shape, arena, means, err);
    if (status == SOLOW_OK) {
        (*means)->extended = *shape;
        (*means)->quasi = true;
        (*means)->levels = *quasi;
    }
    return status;
}

const solow_shape *solow_means_shape(const solow_means *means)
{
    return &means->extended;
}

/* The present rows of unit u of the block, and what of them does not depend on columns. Returns how many there are. */
static ptrdiff_t gather_rows(const solow_means *m, const solow_view *view, ptrdiff_t u)
{
    ptrdiff_t rows = 0;
    for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
        if (view->present[i] == 0) {
            continue;
        }
        m->place[rows] = i;
        m->weight[rows] = view->weight != NULL ? view->weight[i] : 1;
        m->unit[rows] = view->unit != NULL ? view->unit[i] : 0;
        m->time[rows] = view->time != NULL ? view->time[i] : 0;
        for (ptrdiff_t k = 0; k < view->keys; k++) {
            m->codes[k * m->ld + rows] = view->key[k][i];
            m->key[k] = m->codes + k * m->ld;
        }
        rows++;
    }
    return rows;
}

/* Column c of the extended shape over those rows, zero-padded. */
static void gather_column(const solow_means *m, const solow_view *view, ptrdiff_t rows, ptrdiff_t c, double *to)
{
    const double *from = view->x + (m->source[c] < 0 ? c : m->source[c]) * view->ld;
    double sum = 0, weight = 0;
    memset(to, 0, solow_bytes(m->ld, sizeof *to));
    for (ptrdiff_t i = 0; i < rows; i++) {
        to[i] = from[m->place[i]];
        sum += m->weight[i] * to[i];
        weight += m->weight[i];
    }
    for (ptrdiff_t i = 0; m->source[c] >= 0 && i < rows; i++) {
        to[i] = sum / weight;
    }
}

/* The same, of (2). */
static void gather_quasi(const solow_means *m, const solow_view *view, ptrdiff_t rows, ptrdiff_t c, double *to)
{
    const double *from = view->x + c * view->ld, *level = m->levels.level + c * m->levels.periods;
    const int32_t *period = m->codes + (view->keys - 1) * m->ld;
    double sum = 0, n = (double)rows;
    double theta = 1 - sqrt(m->levels.sigma2_e / (n * m->levels.sigma2_u + m->levels.sigma2_e));
    memset(to, 0, solow_bytes(m->ld, sizeof *to));
    for (ptrdiff_t i = 0; i < rows; i++) {
        to[i] = from[m->place[i]] - level[period[i]];
        sum += to[i];
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        to[i] -= theta * sum / n;
    }
}

typedef void (*unit_user)(const wrapped *want, const solow_view *unit, void *out);

/* Hands every unit of the block to use, as a view of the wanted columns. */
static void each_unit(const wrapped *want, const solow_view *view, unit_user use, void *out)
{
    const solow_means *m = want->means;
    for (ptrdiff_t u = 0; u < view->units; u++) {
        ptrdiff_t rows = gather_rows(m, view, u), start[2] = {0, rows};
        if (rows == 0) {
            continue;
        }
        for (ptrdiff_t j = 0; j < want->inner.columns; j++) {
            if (m->quasi) {
                gather_quasi(m, view, rows, want->inner.column[j], m->x + j * m->ld);
            } else {
                gather_column(m, view, rows, want->inner.column[j], m->x + j * m->ld);
            }
        }
        solow_view unit = {.rows = rows,
                           .columns = want->inner.columns,
                           .ld = m->ld,
                           .x = m->x,
                           .weight = view->weight != NULL ? m->weight : NULL,
                           .present = m->present,
                           .unit = m->unit,
                           .time = view->time != NULL ? m->time : NULL,
                           .units = 1,
                           .unit_start = start,
                           .keys = view->keys,
                           .key = m->key,
                           .first_row = view->first_row + view->unit_start[u]};
        use(want, &unit, out);
    }
}

static void add_gram(const wrapped *want, const solow_view *unit, void *out)
{
    ptrdiff_t p = want->inner.columns;
    double *sums = out;
    if (want->inner.kind == SOLOW_GRAM_PRECISE) {
        solow_gram_precise(unit->rows, p, unit->x, unit->ld, unit->weight, sums, sums + p * p);
    } else {
        solow_gram(unit->rows, p, unit->x, unit->ld, unit->weight, sums);
    }
}

static void add_sums(const wrapped *want, const solow_view *unit, void *out)
{
    want->inner.unit(want->inner.context, unit, out);
}

typedef struct block_values { /* where a unit's rows go back to */
    double *values;
    ptrdiff_t ld;
} block_values;

static void scatter(const wrapped *want, const solow_view *unit, void *out)
{
    const block_values *block = out;
    const solow_means *m = want->means;
    want->inner.rows(want->inner.context, unit, want->values);
    for (ptrdiff_t s = 0; s < want->inner.sums; s++) {
        for (ptrdiff_t i = 0; i < unit->rows; i++) {
            block->values[s * block->ld + m->place[i]] = want->values[s * m->ld + i];
        }
    }
}

static void sums_of_block(const void *context, const solow_view *view, double *sums)
{
    const wrapped *want = context;
    bool gram = want->inner.kind == SOLOW_GRAM || want->inner.kind == SOLOW_GRAM_PRECISE;
    each_unit(want, view, gram ? add_gram : add_sums, sums);
}

static void rows_of_block(const void *context, const solow_view *view, double *values)
{
    const wrapped *want = context;
    block_values block = {values, view->ld};
    memset(values, 0, solow_bytes(view->ld * want->inner.sums, sizeof *values));
    each_unit(want, view, scatter, &block);
}

solow_status solow_means_wrap(solow_means *m, solow_wants *wants, solow_error *err)
{
    m->count = wants->count;
    for (ptrdiff_t w = 0; w < wants->count; w++) {
        solow_want *want = &wants->want[w];
        ptrdiff_t p = want->columns;
        bool gram = want->kind == SOLOW_GRAM || want->kind == SOLOW_GRAM_PRECISE, rows = want->rows != NULL;
        m->want[w] = (wrapped){.means = m, .inner = *want};
        if (m->quasi && want->transform.kind != SOLOW_TRANSFORM_QUASI) {
            m->want[w].means = NULL;
            continue;
        }
        if (gram || rows) {
            ptrdiff_t room = gram ? 2 * p * p : m->ld * want->sums;
            m->want[w].values = solow_arena_doubles(m->arena, room);
            if (m->want[w].values == NULL) {
                return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "unit means: arena of %zu bytes", m->arena->size);
            }
        }
        want->sums = gram ? (want->kind == SOLOW_GRAM ? 1 : 2) * p * p : want->sums;
        want->kind = gram ? SOLOW_UNIT : want->kind;
        want->unit = rows ? NULL : sums_of_block;
        want->rows = rows ? rows_of_block : NULL;
        want->transform = (solow_transform){.kind = SOLOW_TRANSFORM_NONE};
        want->columns = m->base;
        want->column = m->raw;
        want->context = &m->want[w];
    }
    return SOLOW_OK;
}

void solow_means_unwrap(const solow_means *m, const solow_stats *stats, solow_stats *inner)
{
    *inner = *stats;
    for (ptrdiff_t w = 0; w < m->count; w++) {
        const wrapped *want = &m->want[w];
        ptrdiff_t cells = want->inner.columns * want->inner.columns;
        ptrdiff_t parts = want->inner.kind == SOLOW_GRAM ? 1 : want->inner.kind == SOLOW_GRAM_PRECISE ? 2 : 0;
        parts = want->means != NULL ? parts : 0;
        for (ptrdiff_t part = 0; part < parts; part++) {
            memcpy(want->values + part * cells, stats->result[w] + part * cells,
                   solow_bytes(cells, sizeof *want->values));
            solow_mirror_upper(want->inner.columns, want->values + part * cells);
        }
        inner->result[w] = parts > 0 ? want->values : stats->result[w];
    }
}
