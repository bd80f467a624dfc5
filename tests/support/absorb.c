/* absorb.c - see absorb.h. */
#include "tests/support/absorb.h"

#include "kernels/sparse/conjugate.h"
#include "kernels/sparse/graph_apply.h"
#include "kernels/sparse/leverage.h"

#include <check.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 4096 };

typedef struct block {
    ptrdiff_t first, rows, ld;
    solow_local local;
    ptrdiff_t *start;
    solow_global global;
    const int32_t *code[3];
    const double *slope_of[3][2];
    const double *const *slope[3];
    const double *local_slope[2];
    solow_arena arena;
    double *x;
} block;

static bool is_present(const design *d, ptrdiff_t r)
{
    return d->present == NULL || d->present[r] != 0;
}

static void block_init(const design *d, ptrdiff_t unit, ptrdiff_t units, ptrdiff_t first, ptrdiff_t rows, block *b)
{
    solow_error err = {0};
    memset(b, 0, sizeof *b);
    b->first = first;
    b->rows = rows;
    b->ld = (rows + 7) / 8 * 8;
    b->x = aligned_alloc(64, (size_t)(b->ld * d->p * 8) + 64);
    memset(b->x, 0, (size_t)(b->ld * d->p * 8));
    for (ptrdiff_t j = 0; j < d->p; j++) {
        for (ptrdiff_t r = 0; r < rows; r++) {
            b->x[j * b->ld + r] = is_present(d, first + r) ? d->x[j * d->ld + first + r] : 0;
        }
    }
    for (ptrdiff_t s = 0; s < d->layout.sets; s++) {
        b->code[s] = d->code[s] + first;
        for (ptrdiff_t i = 0; i < 2; i++) {
            b->slope_of[s][i] = d->slope[s][i] != NULL ? d->slope[s][i] + first : NULL;
        }
        b->slope[s] = b->slope_of[s];
    }
    b->global = (solow_global){.rows = rows,
                               .layout = &d->layout,
                               .code = b->code,
                               .slope = b->slope,
                               .present = d->present != NULL ? d->present + first : NULL,
                               .weight = d->weight != NULL ? d->weight + first : NULL};
    if (d->units == 0) {
        return;
    }
    b->start = malloc((size_t)(units + 1) * sizeof *b->start);
    for (ptrdiff_t u = 0; u <= units; u++) {
        b->start[u] = d->start[unit + u] - first;
    }
    for (ptrdiff_t i = 0; i < 2; i++) {
        b->local_slope[i] = d->local_slope[i] != NULL ? d->local_slope[i] + first : NULL;
    }
    b->local = (solow_local){.rows = rows,
                             .levels = units,
                             .start = b->start,
                             .present = d->present != NULL ? d->present + first : NULL,
                             .weight = b->global.weight,
                             .level = d->local_level,
                             .slopes = d->local_slopes,
                             .slope = b->local_slope};
    ptrdiff_t width = (d->local_level ? 1 : 0) + d->local_slopes;
    ck_assert_int_eq(solow_arena_init(&b->arena, solow_local_need(rows, units, width), &err), SOLOW_OK);
    ck_assert_msg(solow_local_prepare(&b->local, &b->arena, &err) == SOLOW_OK, "%s", err.message);
}

static void block_clear(block *b)
{
    free(b->x);
    free(b->start);
    solow_arena_clear(&b->arena);
}

static ptrdiff_t cut(const design *d, ptrdiff_t block_rows, block *blocks)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t unit = 0, first = 0; first < d->rows; count++) {
        ck_assert_int_lt(count, BLOCKS);
        ptrdiff_t next = unit, end = first;
        if (d->units == 0) {
            end = first + block_rows < d->rows ? first + block_rows : d->rows;
        }
        while (d->units > 0 && next < d->units && (next == unit || d->start[next + 1] - first <= block_rows)) {
            end = d->start[++next];
        }
        block_init(d, unit, next - unit, first, end - first, &blocks[count]);
        unit = next;
        first = end;
    }
    return count;
}

static const solow_local *local_of(const design *d, const block *b)
{
    return d->units > 0 ? &b->local : NULL;
}

static solow_schur *factor(const design *d, ptrdiff_t count, block *blocks, solow_schur_kind kind)
{
    solow_error err = {0};
    solow_graph whole = {0};
    ck_assert_int_eq(solow_graph_init(&whole, d->layout.unknowns, &err), SOLOW_OK);
    for (ptrdiff_t i = 0; i < count; i++) {
        solow_graph own = {0};
        ck_assert_int_eq(solow_graph_init(&own, d->layout.unknowns, &err), SOLOW_OK);
        ck_assert_int_eq(solow_graph_add(&own, local_of(d, &blocks[i]), &blocks[i].global, &err), SOLOW_OK);
        ck_assert_int_eq(solow_graph_append(&whole, &own, &err), SOLOW_OK);
        solow_graph_clear(&own);
    }
    solow_schur *schur = NULL;
    ck_assert_msg(solow_schur_create(&d->layout, &whole, local_of(d, blocks), kind, 1e9, &schur, &err) == SOLOW_OK,
                  "%s", err.message);
    solow_graph_clear(&whole);
    return schur;
}

typedef struct parts {
    ptrdiff_t count, m;
    solow_graph *graph;
} parts;

static solow_status multiply(void *context, ptrdiff_t panels, const double *const *x, double *const *y,
                             solow_error *err)
{
    (void)err;
    const parts *all = context;
    for (ptrdiff_t i = 0; i < panels; i++) {
        memset(y[i], 0, (size_t)(all->m * 8) * sizeof **y);
    }
    for (ptrdiff_t i = 0; i < all->count; i++) {
        solow_graph_apply(&all->graph[i], panels, x, y);
    }
    return SOLOW_OK;
}

static void iterate(const design *d, ptrdiff_t count, block *blocks, const double *sums, const double *size,
                    absorbed *result)
{
    solow_error err = {0};
    ptrdiff_t m = d->layout.unknowns;
    parts all = {.count = count, .m = m, .graph = calloc((size_t)count, sizeof *all.graph)};
    double *normal = calloc((size_t)m, sizeof *normal), *diagonal = calloc((size_t)m, sizeof *diagonal);
    double *own = calloc((size_t)(2 * m), sizeof *own);
    for (ptrdiff_t i = 0; i < count; i++) {
        solow_graph graph = {0};
        ck_assert_int_eq(solow_graph_init(&graph, m, &err), SOLOW_OK);
        ck_assert_int_eq(solow_graph_add(&graph, local_of(d, &blocks[i]), &blocks[i].global, &err), SOLOW_OK);
        solow_graph_diagonals(&graph, own, own + m);
        for (ptrdiff_t u = 0; u < m; u++) {
            normal[u] += own[u];
            diagonal[u] += own[m + u];
        }
        ck_assert_int_eq(solow_graph_expand(&graph, &all.graph[i], &err), SOLOW_OK);
        solow_graph_clear(&graph);
    }
    solow_conjugate solver = {.layout = &d->layout,
                              .normal = normal,
                              .diagonal = diagonal,
                              .tolerance = 1e-14,
                              .most = 500,
                              .apply = multiply,
                              .context = &all};
    uint8_t converged[16] = {0};
    ck_assert_int_eq(
        solow_conjugate_solve(&solver, d->p, sums, size, result->gamma, result->iterations, converged, &err), SOLOW_OK);
    result->converged = true;
    for (ptrdiff_t j = 0; j < d->p; j++) {
        result->converged = result->converged && converged[j] != 0;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        solow_graph_clear(&all.graph[i]);
    }
    free(all.graph);
    free(normal);
    free(diagonal);
    free(own);
}

static void solve(const design *d, ptrdiff_t count, block *blocks, solow_schur_kind kind, const double *sums,
                  absorbed *result)
{
    solow_schur *schur = factor(d, count, blocks, kind);
    result->facts = solow_schur_tell(schur);
    solow_schur_solve(schur, d->p, sums, result->gamma);
    solow_schur_destroy(schur);
}

void absorb(const design *d, ptrdiff_t block_rows, solow_schur_kind kind, bool by_parts, absorbed *result)
{
    block *blocks = calloc(BLOCKS, sizeof *blocks);
    ptrdiff_t count = cut(d, block_rows, blocks), panels = solow_panel_doubles(d->layout.unknowns, d->p);
    double *sums = calloc((size_t)panels, sizeof *sums), *size = calloc((size_t)(d->layout.parts * d->p), sizeof *size);
    double *worst = calloc((size_t)d->p, sizeof *worst);
    memset(result, 0, sizeof *result);
    result->gamma = calloc((size_t)panels, sizeof *result->gamma);
    result->x = calloc((size_t)(d->ld * d->p), sizeof *result->x);
    for (ptrdiff_t i = 0; i < count; i++) {
        if (d->units > 0) {
            solow_local_within(&blocks[i].local, d->p, blocks[i].x, blocks[i].ld, NULL);
            result->local_rank += blocks[i].local.rank;
        }
        solow_global_add(&blocks[i].global, d->p, blocks[i].x, blocks[i].ld, sums);
        solow_global_size(&blocks[i].global, d->p, blocks[i].x, blocks[i].ld, size);
    }
    if (kind == SOLOW_SCHUR_ITERATIVE && by_parts) {
        iterate(d, count, blocks, sums, size, result);
    } else {
        solve(d, count, blocks, kind, sums, result);
    }
    memset(sums, 0, (size_t)panels * sizeof *sums);
    memset(size, 0, (size_t)(d->layout.parts * d->p) * sizeof *size);
    for (ptrdiff_t i = 0; i < count; i++) {
        block *b = &blocks[i];
        solow_global_subtract(&b->global, d->p, result->gamma, b->x, b->ld);
        if (d->units > 0) {
            solow_local_within(&b->local, d->p, b->x, b->ld, NULL);
        }
        solow_global_add(&b->global, d->p, b->x, b->ld, sums);
        solow_global_size(&b->global, d->p, b->x, b->ld, size);
        for (ptrdiff_t j = 0; j < d->p; j++) {
            memcpy(result->x + j * d->ld + b->first, b->x + j * b->ld, (size_t)b->rows * sizeof *b->x);
        }
        block_clear(b);
    }
    solow_global_certificate(&d->layout, d->p, sums, size, worst);
    for (ptrdiff_t j = 0; j < d->p; j++) {
        result->worst = fmax(result->worst, worst[j]);
    }
    free(blocks);
    free(sums);
    free(size);
    free(worst);
}

void absorbed_clear(absorbed *result)
{
    free(result->x);
    free(result->gamma);
}

/* Column of sqrt(w) z for the levels of one effect. */
static void fill_dummies(const design *d, ptrdiff_t levels, const int32_t *code, const double *z, double *a)
{
    for (ptrdiff_t r = 0; r < d->rows; r++) {
        if (is_present(d, r) && code[r] >= 0) {
            ck_assert_int_lt(code[r], levels);
            double root = d->weight != NULL ? sqrt(d->weight[r]) : 1;
            a[code[r] * d->rows + r] = root * (z != NULL ? z[r] : 1);
        }
    }
}

static ptrdiff_t count_columns(const design *d)
{
    ptrdiff_t columns = d->layout.unknowns;
    return columns + d->units * ((d->local_level ? 1 : 0) + d->local_slopes);
}

/* The dummies, weighted: [rows x k]. */
static double *dummies(const design *d, ptrdiff_t k)
{
    ptrdiff_t n = d->rows, at = 0;
    double *a = calloc((size_t)(n * k), sizeof *a);
    int32_t *unit = malloc((size_t)n * sizeof *unit);
    for (ptrdiff_t u = 0; u < d->units; u++) {
        for (ptrdiff_t r = d->start[u]; r < d->start[u + 1]; r++) {
            unit[r] = (int32_t)u;
        }
    }
    for (ptrdiff_t i = d->local_level ? 0 : 1; d->units > 0 && i <= d->local_slopes; i++) {
        fill_dummies(d, d->units, unit, i == 0 ? NULL : d->local_slope[i - 1], a + at * n);
        at += d->units;
    }
    for (ptrdiff_t s = 0; s < d->layout.sets; s++) {
        for (ptrdiff_t i = d->set[s].level ? 0 : 1; i <= d->set[s].slopes; i++) {
            fill_dummies(d, d->set[s].levels, d->code[s], i == 0 ? NULL : d->slope[s][i - 1], a + at * n);
            at += d->set[s].levels;
        }
    }
    ck_assert_int_eq(at, k);
    free(unit);
    return a;
}

void leverage_by_kernels(const design *d, ptrdiff_t block_rows, solow_schur_kind kind, double *leverage)
{
    solow_error err = {0};
    block *blocks = calloc(BLOCKS, sizeof *blocks);
    ptrdiff_t count = cut(d, block_rows, blocks);
    solow_schur *schur = factor(d, count, blocks, kind);
    solow_inverse inverse = {0};
    ck_assert_int_eq(solow_inverse_init(schur, &inverse, &err), SOLOW_OK);
    for (ptrdiff_t i = 0; i < count; i++) {
        block *b = &blocks[i];
        ck_assert_int_eq(solow_effects_leverage(&inverse, local_of(d, b), &b->global, leverage + b->first, &err),
                         SOLOW_OK);
        block_clear(b);
    }
    solow_inverse_clear(&inverse);
    solow_schur_destroy(schur);
    free(blocks);
}

void leverage_by_dummies(const design *d, double *leverage)
{
    ptrdiff_t n = d->rows, k = count_columns(d), least = n < k ? n : k;
    double *a = dummies(d, k), *s = malloc((size_t)least * sizeof *s), *u = malloc((size_t)(n * least) * sizeof *u);
    double *vt = malloc((size_t)(least * k) * sizeof *vt);
    ck_assert_int_eq(LAPACKE_dgesdd(LAPACK_COL_MAJOR, 'S', (int)n, (int)k, a, (int)n, s, u, (int)n, vt, (int)least), 0);
    memset(leverage, 0, (size_t)n * sizeof *leverage);
    for (ptrdiff_t j = 0; j < least && s[j] > 1e-9 * s[0]; j++) {
        for (ptrdiff_t r = 0; r < n; r++) {
            leverage[r] += u[j * n + r] * u[j * n + r];
        }
    }
    free(a);
    free(s);
    free(u);
    free(vt);
}

ptrdiff_t absorb_by_dummies(const design *d, double *x)
{
    ptrdiff_t n = d->rows, k = count_columns(d);
    double *a = dummies(d, k), *tall = calloc((size_t)((n > k ? n : k) * d->p), sizeof *tall);
    double *kept = malloc((size_t)(n * k) * sizeof *kept), *singular = malloc((size_t)(n + k) * sizeof *singular);
    memcpy(kept, a, (size_t)(n * k) * sizeof *kept);
    ptrdiff_t tallest = n > k ? n : k;
    for (ptrdiff_t j = 0; j < d->p; j++) {
        for (ptrdiff_t r = 0; r < n; r++) {
            double root = d->weight != NULL ? sqrt(d->weight[r]) : 1;
            tall[j * tallest + r] = is_present(d, r) ? root * d->x[j * d->ld + r] : 0;
        }
    }
    int rank = 0;
    ck_assert_int_eq(LAPACKE_dgelsd(LAPACK_COL_MAJOR, (int)n, (int)k, (int)d->p, a, (int)n, tall, (int)tallest,
                                    singular, 1e-9, &rank),
                     0);
    for (ptrdiff_t j = 0; j < d->p; j++) {
        for (ptrdiff_t r = 0; r < n; r++) {
            double root = d->weight != NULL ? sqrt(d->weight[r]) : 1, fit = 0;
            for (ptrdiff_t c = 0; c < k; c++) {
                fit += kept[c * n + r] * tall[j * tallest + c];
            }
            x[j * d->ld + r] = is_present(d, r) && root > 0 ? d->x[j * d->ld + r] - fit / root : 0;
        }
    }
    free(a);
    free(kept);
    free(tall);
    free(singular);
    return rank;
}
