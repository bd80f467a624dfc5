/* period_effects.c - see period_effects.h. */
#include "engine/estimators/panel/period_effects.h"

#include "kernels/dense/sandwich.h"
#include "kernels/dense/symmetric.h"

#include <math.h>
#include <string.h>

static const double lost_rank = 1e-11; /* of the largest entry of the diagonal of A */

size_t solow_period_effects_bytes(ptrdiff_t periods, ptrdiff_t p)
{
    return solow_arena_need(1, sizeof(solow_period_effects)) + 3 * solow_arena_need(periods * periods, sizeof(double)) +
           2 * solow_arena_need(periods * p, sizeof(double)) + solow_arena_need(periods, sizeof(double)) +
           solow_symmetric_need(periods);
}

solow_status solow_period_effects_create(ptrdiff_t periods, ptrdiff_t p, solow_arena *arena,
                                         solow_period_effects **effects, solow_error *err)
{
    solow_period_effects *e = solow_arena_take(arena, 1, sizeof *e);
    if (e != NULL) {
        *e = (solow_period_effects){.periods = periods,
                                    .p = p,
                                    .a = solow_arena_doubles(arena, periods * periods),
                                    .c = solow_arena_doubles(arena, periods * p),
                                    .values = solow_arena_doubles(arena, periods),
                                    .vectors = solow_arena_doubles(arena, periods * periods),
                                    .out = solow_arena_doubles(arena, periods * periods),
                                    .part = solow_arena_doubles(arena, periods * p),
                                    .arena = arena};
    }
    if (e == NULL || e->a == NULL || e->c == NULL || e->values == NULL || e->vectors == NULL || e->out == NULL ||
        e->part == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "period effects: arena of %zu bytes", arena->size);
    }
    *effects = e;
    return SOLOW_OK;
}

void solow_period_effects_set(solow_period_effects *e, const solow_panel_sums *sums, double shrink)
{
    ptrdiff_t m = e->periods;
    for (ptrdiff_t i = 0; i < m * m; i++) {
        e->a[i] = sums->crossed ? -shrink * sums->overlap[i] : 0;
    }
    for (ptrdiff_t t = 0; t < m; t++) {
        e->a[t * m + t] += sums->count[t];
    }
    for (ptrdiff_t i = 0; i < m * e->p; i++) {
        e->c[i] = sums->period[i] - (sums->crossed ? shrink * sums->cross[i] : 0);
    }
}

static solow_status decompose(solow_period_effects *e, solow_error *err)
{
    size_t mark = e->arena->used;
    solow_status status = solow_symmetric_eigen(e->periods, e->a, e->values, e->vectors, e->arena, err);
    e->arena->used = mark;
    return status;
}

/* part = V diag(f) V'C, f given in values. */
static void apply(solow_period_effects *e, const double *f)
{
    ptrdiff_t m = e->periods;
    for (ptrdiff_t j = 0; j < m; j++) {
        for (ptrdiff_t i = 0; i < m; i++) {
            e->out[j * m + i] = f[j] * e->vectors[j * m + i];
        }
    }
    solow_multiply_right(m, m, m, e->out, e->vectors, e->a); /* A itself is not needed any more */
    solow_multiply(m, e->p, m, e->a, e->c, e->part);
}

solow_status solow_period_effects_remove(solow_period_effects *e, double *within, ptrdiff_t *rank, solow_error *err)
{
    ptrdiff_t m = e->periods, p = e->p;
    double largest = 0;
    for (ptrdiff_t t = 0; t < m; t++) {
        largest = fmax(largest, e->a[t * m + t]);
    }
    solow_status status = decompose(e, err);
    if (status != SOLOW_OK) {
        return status;
    }
    *rank = 0;
    for (ptrdiff_t t = 0; t < m; t++) {
        bool kept = e->values[t] > lost_rank * largest;
        *rank += kept ? 1 : 0;
        e->values[t] = kept ? 1 / e->values[t] : 0;
    }
    apply(e, e->values);
    for (ptrdiff_t j = 0; j < p; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            within[j * p + i] -= solow_dot(m, e->c + i * m, e->part + j * m);
            within[i * p + j] = within[j * p + i];
        }
    }
    return SOLOW_OK;
}

solow_status solow_period_effects_level(solow_period_effects *e, double ratio, const double *centre, double *level,
                                        solow_error *err)
{
    ptrdiff_t m = e->periods;
    for (ptrdiff_t t = 0; t < m; t++) { /* F D summed over periods is F 1 */
        double row = 0;
        for (ptrdiff_t h = 0; h < m; h++) {
            row += e->a[h * m + t];
        }
        for (ptrdiff_t c = 0; c < e->p; c++) {
            e->c[c * m + t] += centre[c] * row;
        }
    }
    solow_status status = decompose(e, err);
    if (status != SOLOW_OK) {
        return status;
    }
    for (ptrdiff_t t = 0; t < m; t++) {
        double ra = ratio * fmax(e->values[t], 0);
        e->values[t] = ratio / ((1 + ra) * (1 + 1 / sqrt(1 + ra)));
    }
    apply(e, e->values);
    memcpy(level, e->part, solow_bytes(m * e->p, sizeof *level));
    return SOLOW_OK;
}
