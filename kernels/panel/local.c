/* local.c - see local.h. */
#include "kernels/panel/local.h"

#include "kernels/panel/lanes.h"
#include "kernels/panel/slopes.h"

#include <string.h>

size_t solow_local_need(ptrdiff_t rows, ptrdiff_t levels, ptrdiff_t width)
{
    ptrdiff_t ld = (rows + 7) / 8 * 8;
    size_t need = solow_arena_need(ld, sizeof(double)) + solow_arena_need(rows, sizeof(int32_t)) +
                  solow_arena_need(levels + 1, sizeof(double)) + solow_arena_need(levels * width + 1, sizeof(double));
    return need + solow_arena_need(width * ld, sizeof(double)) +
           solow_arena_need(levels * width * width, sizeof(double));
}

static bool is_present(const solow_local *local, ptrdiff_t row)
{
    return (local->present == NULL || local->present[row] != 0) && (local->weight == NULL || local->weight[row] != 0) &&
           (local->start != NULL || local->code[row] >= 0);
}

static bool fill_mark(solow_local *local, double *mark)
{
    bool all = true;
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        mark[r] = is_present(local, r) ? 1 : 0;
        all = all && mark[r] != 0;
    }
    for (ptrdiff_t r = local->rows; r < local->ld; r++) {
        mark[r] = 0;
    }
    return all;
}

static void fill_slots(solow_local *local)
{
    int32_t none = (int32_t)local->levels;
    for (ptrdiff_t l = 0; local->start != NULL && l < local->levels; l++) {
        for (ptrdiff_t r = local->start[l]; r < local->start[l + 1]; r++) {
            local->slot[r] = (int32_t)l;
        }
    }
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        if (local->start == NULL) {
            local->slot[r] = local->code[r];
        }
        if (local->mark != NULL && local->mark[r] == 0) {
            local->slot[r] = none;
        }
    }
}

static void fill_scale(solow_local *local)
{
    double *scale = local->scale;
    memset(scale, 0, (size_t)(local->levels + 1) * sizeof *scale);
    if (local->slot == NULL && local->weight == NULL && local->mark == NULL) {
        for (ptrdiff_t l = 0; l < local->levels; l++) {
            scale[l] = (double)(local->start[l + 1] - local->start[l]);
        }
    } else if (local->slot == NULL) {
        for (ptrdiff_t l = 0; l < local->levels; l++) {
            for (ptrdiff_t r = local->start[l]; r < local->start[l + 1]; r++) {
                scale[l] += (local->weight != NULL ? local->weight[r] : 1) * (local->mark != NULL ? local->mark[r] : 1);
            }
        }
    } else {
        for (ptrdiff_t r = 0; r < local->rows; r++) {
            scale[local->slot[r]] += local->weight != NULL ? local->weight[r] : 1;
        }
    }
    local->rank = 0;
    for (ptrdiff_t l = 0; l < local->levels; l++) {
        if (scale[l] > 0) {
            scale[l] = 1 / scale[l];
            local->rank++;
        }
    }
    scale[local->levels] = 0;
}

solow_status solow_local_prepare(solow_local *local, solow_arena *arena, solow_error *err)
{
    local->width = (local->level ? 1 : 0) + local->slopes;
    local->ld = (local->rows + 7) / 8 * 8;
    local->mark = NULL;
    local->slot = NULL;
    local->basis = local->transform = NULL;
    bool sloped = local->slopes > 0 || !local->level;
    bool partial = local->present != NULL || local->weight != NULL || local->start == NULL;
    local->scale = solow_arena_doubles(arena, local->levels + 1);
    local->dot = solow_arena_doubles(arena, local->levels * local->width + 1);
    bool fits = local->scale != NULL && local->dot != NULL;
    if (fits && partial) {
        double *mark = solow_arena_doubles(arena, local->ld);
        fits = mark != NULL;
        local->mark = fits && !fill_mark(local, mark) ? mark : NULL;
    }
    if (fits && (sloped || local->start == NULL)) {
        local->slot = solow_arena_take(arena, local->rows, sizeof(int32_t));
        fits = local->slot != NULL;
    }
    if (fits && sloped) {
        local->basis = solow_arena_doubles(arena, local->width * local->ld);
        local->transform = solow_arena_doubles(arena, local->levels * local->width * local->width);
        fits = local->basis != NULL && local->transform != NULL;
    }
    if (!fits) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "within transform: work area of %zu bytes is too small", arena->size);
    }
    if (local->slot != NULL) {
        fill_slots(local);
    }
    if (sloped) {
        solow_slopes_basis(local);
    } else {
        fill_scale(local);
    }
    return SOLOW_OK;
}

/* Sum of a run, or of weight * run, in an order that depends on its length alone. */
static inline __attribute__((always_inline)) double run_sum(ptrdiff_t n, const double *x, const double *weight)
{
    double sum = 0;
    if (n < SOLOW_SHORT_RUN) {
        for (ptrdiff_t i = 0; i < n; i++) {
            sum += weight != NULL ? weight[i] * x[i] : x[i];
        }
        return sum;
    }
    solow_lanes lane = {0};
    ptrdiff_t whole = n / 8 * 8;
    for (ptrdiff_t i = 0; i < whole; i += 8) {
        solow_lanes value = *(const solow_lanes_at *)(x + i);
        lane += weight != NULL ? value * *(const solow_lanes_at *)(weight + i) : value;
    }
    for (ptrdiff_t i = whole; i < n; i++) {
        sum += weight != NULL ? weight[i] * x[i] : x[i];
    }
    return solow_lanes_fold(&lane) + sum;
}

/* One column, levels in runs, every row present. from and x may be the same array. */
SOLOW_CLONES
static void whole_runs(const solow_local *local, const double *from, double *x, double *mean)
{
    const ptrdiff_t *start = local->start;
    for (ptrdiff_t l = 0; l < local->levels; l++) {
        ptrdiff_t n = start[l + 1] - start[l];
        const double *value = from + start[l];
        double *result = x + start[l];
        double m = local->scale[l] * run_sum(n, value, NULL);
        for (ptrdiff_t i = 0; i < n; i++) {
            result[i] = value[i] - m;
        }
        mean[l] = m;
    }
}

SOLOW_CLONES
static void weighted_runs(const solow_local *local, double *x, double *mean)
{
    for (ptrdiff_t l = 0; l < local->levels; l++) {
        ptrdiff_t first = local->start[l], n = local->start[l + 1] - first;
        double *value = x + first;
        const double *weight = local->weight != NULL ? local->weight + first : NULL;
        double m = local->scale[l] * (weight != NULL ? run_sum(n, value, weight) : run_sum(n, value, NULL));
        if (local->mark == NULL) {
            for (ptrdiff_t i = 0; i < n; i++) {
                value[i] -= m;
            }
        } else {
            const double *mark = local->mark + first;
            for (ptrdiff_t i = 0; i < n; i++) {
                value[i] -= m * mark[i];
            }
        }
        mean[l] = m;
    }
}

/* One column, levels in any order; slot `levels` takes the absent rows, whose x is 0. */
static void scattered(const solow_local *local, double *x, double *mean)
{
    memset(mean, 0, (size_t)(local->levels + 1) * sizeof *mean);
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        mean[local->slot[r]] += local->weight != NULL ? local->weight[r] * x[r] : x[r];
    }
    for (ptrdiff_t l = 0; l <= local->levels; l++) {
        mean[l] *= local->scale[l];
    }
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        x[r] -= mean[local->slot[r]];
    }
}

void solow_local_within(const solow_local *local, ptrdiff_t p, double *x, ptrdiff_t ld, double *coef)
{
    ptrdiff_t parameters = local->levels * local->width;
    for (ptrdiff_t j = 0; j < p; j++) {
        double *column = x + j * ld;
        if (local->basis != NULL) {
            solow_slopes_within(local, column, coef != NULL ? coef + j * parameters : NULL);
            continue;
        }
        if (local->slot != NULL) {
            scattered(local, column, local->dot);
        } else if (local->weight == NULL && local->mark == NULL) {
            whole_runs(local, column, column, local->dot);
        } else {
            weighted_runs(local, column, local->dot);
        }
        if (coef != NULL) {
            memcpy(coef + j * parameters, local->dot, (size_t)parameters * sizeof *coef);
        }
    }
}

void solow_local_within_from(const solow_local *local, ptrdiff_t p, const double *const *source, double *x,
                             ptrdiff_t ld)
{
    bool whole = local->basis == NULL && local->slot == NULL && local->weight == NULL && local->mark == NULL;
    for (ptrdiff_t j = 0; j < p; j++) {
        double *column = x + j * ld;
        if (whole) {
            whole_runs(local, source[j], column, local->dot);
        } else if (local->mark == NULL && column != source[j]) {
            memcpy(column, source[j], (size_t)local->rows * sizeof *column);
        } else if (local->mark != NULL) {
            for (ptrdiff_t r = 0; r < local->rows; r++) {
                column[r] = local->mark[r] != 0 ? source[j][r] : 0;
            }
        }
        memset(column + local->rows, 0, (size_t)(ld - local->rows) * sizeof *column);
    }
    if (!whole) {
        solow_local_within(local, p, x, ld, NULL);
    }
}

void solow_local_leverage(const solow_local *local, double *leverage)
{
    if (local->basis != NULL) {
        for (ptrdiff_t r = 0; r < local->rows; r++) {
            leverage[r] = 0;
            for (ptrdiff_t j = 0; j < local->width; j++) {
                double q = local->basis[j * local->ld + r];
                leverage[r] += (local->weight != NULL ? local->weight[r] : 1) * q * q;
            }
        }
        return;
    }
    for (ptrdiff_t l = 0; local->slot == NULL && l < local->levels; l++) {
        for (ptrdiff_t r = local->start[l]; r < local->start[l + 1]; r++) {
            leverage[r] = local->scale[l] * (local->weight != NULL ? local->weight[r] : 1);
        }
    }
    for (ptrdiff_t r = 0; r < local->rows; r++) {
        if (local->slot != NULL) {
            leverage[r] = local->scale[local->slot[r]] * (local->weight != NULL ? local->weight[r] : 1);
        }
        if (local->mark != NULL && local->mark[r] == 0) {
            leverage[r] = 0;
        }
    }
}
