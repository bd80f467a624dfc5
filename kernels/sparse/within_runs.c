/* within_runs.c - see within_runs.h. */
#include "kernels/sparse/within_runs.h"

#include "kernels/panel/lanes.h"

#include <math.h>
#include <string.h>

typedef int64_t lane_bits __attribute__((vector_size(64)));

bool solow_within_runs_fit(const solow_local *local, const solow_code_runs *runs)
{
    bool fit = local->start != NULL && local->basis == NULL && local->slot == NULL && local->weight == NULL &&
               local->mark == NULL && runs->count == local->levels;
    for (ptrdiff_t l = 0; l < local->levels && fit; l++) {
        fit = runs->row[l] == local->start[l] && runs->length[l] == local->start[l + 1] - local->start[l];
    }
    return fit;
}

/* Absolute values of eight lanes, added to sum. */
static inline __attribute__((always_inline)) void add_absolute(const solow_lanes *value, solow_lanes *sum)
{
    *sum += (solow_lanes)((lane_bits)*value & INT64_MAX);
}

/* (1), and the sum of the run in the order of kernels/panel/local.c. */
static inline __attribute__((always_inline)) double take_off(ptrdiff_t n, bool crossing, const double *gamma,
                                                             const double *from, double *x, bool sizes,
                                                             solow_lanes *raw, double *rest)
{
    ptrdiff_t whole = n / 8 * 8;
    solow_lanes lane = {0};
    double sum = 0;
    for (ptrdiff_t i = 0; i < whole; i += 8) {
        solow_lanes value = *(const solow_lanes_at *)(from + i);
        if (sizes) {
            add_absolute(&value, raw);
        }
        if (crossing) {
            value -= *(const solow_lanes_at *)(gamma + i);
        }
        *(solow_lanes_at *)(x + i) = value;
        lane += value;
    }
    bool in_order = n < SOLOW_SHORT_RUN;
    for (ptrdiff_t i = 0; i < whole && in_order; i++) {
        sum += x[i];
    }
    for (ptrdiff_t i = whole; i < n; i++) {
        *rest += sizes ? fabs(from[i]) : 0;
        x[i] = crossing ? from[i] - gamma[i] : from[i];
        sum += x[i];
    }
    return in_order ? sum : solow_lanes_fold(&lane) + sum;
}

/* (2) and (3). */
static inline __attribute__((always_inline)) void centre(ptrdiff_t n, double mean, double *x, bool sizes, double *own,
                                                         solow_lanes *left, double *rest)
{
    ptrdiff_t whole = n / 8 * 8;
    for (ptrdiff_t i = 0; i < whole; i += 8) {
        solow_lanes value = *(const solow_lanes_at *)(x + i) - mean;
        *(solow_lanes_at *)(x + i) = value;
        if (sizes) {
            add_absolute(&value, left);
            *(solow_lanes_at *)(own + i) += value;
        }
    }
    for (ptrdiff_t i = whole; i < n; i++) {
        x[i] -= mean;
        if (sizes) {
            *rest += fabs(x[i]);
            own[i] += x[i];
        }
    }
}

typedef struct column_run { /* gamma, own: of the levels from the lowest on */
    const double *gamma, *from, *next;
    double *x, *own;
} column_run;

static inline __attribute__((always_inline)) void sweep(const solow_local *local, const solow_code_runs *runs,
                                                        bool crossing, bool sizes, const column_run *c,
                                                        solow_within_sizes *size)
{
    enum { LINE = 8, SECOND_CACHE = 2 };
    solow_lanes raw = {0}, left = {0};
    double raw_rest = 0, left_rest = 0;
    for (ptrdiff_t l = 0; l < local->levels; l++) {
        ptrdiff_t first = local->start[l], n = local->start[l + 1] - first, code = runs->code[l] - runs->lowest;
        for (ptrdiff_t i = 0; i < n && c->next != NULL; i += LINE) {
            __builtin_prefetch(c->next + first + i, 0, SECOND_CACHE);
        }
        double *x = c->x + first;
        double sum =
            take_off(n, crossing, crossing ? c->gamma + code : NULL, c->from + first, x, sizes, &raw, &raw_rest);
        centre(n, local->scale[l] * sum, x, sizes, sizes ? c->own + code : NULL, &left, &left_rest);
    }
    size->raw = solow_lanes_fold(&raw) + raw_rest;
    size->left = solow_lanes_fold(&left) + left_rest;
}

SOLOW_CLONES
static void first_pass(const solow_local *local, const solow_code_runs *runs, const column_run *c,
                       solow_within_sizes *size)
{
    sweep(local, runs, false, true, c, size);
}

SOLOW_CLONES
static void certified_pass(const solow_local *local, const solow_code_runs *runs, const column_run *c,
                           solow_within_sizes *size)
{
    sweep(local, runs, true, true, c, size);
}

SOLOW_CLONES
static void later_pass(const solow_local *local, const solow_code_runs *runs, const column_run *c,
                       solow_within_sizes *size)
{
    sweep(local, runs, true, false, c, size);
}

void solow_within_runs(const solow_local *local, const solow_code_runs *runs, const double *gamma, const double *from,
                       const double *next, double *x, double *sums, solow_within_sizes *size)
{
    _Alignas(64) double taken[SOLOW_RUN_LEVELS], own[SOLOW_RUN_LEVELS];
    const column_run column = {.gamma = taken, .from = from, .next = next, .x = x, .own = own};
    ptrdiff_t place = (ptrdiff_t)runs->lowest * 8;
    for (int32_t l = 0; l < runs->levels && gamma != NULL; l++) {
        taken[l] = gamma[place + (ptrdiff_t)l * 8];
    }
    memset(own, 0, (size_t)runs->levels * sizeof *own);
    if (gamma == NULL) {
        first_pass(local, runs, &column, size);
    } else if (sums != NULL) {
        certified_pass(local, runs, &column, size);
    } else {
        later_pass(local, runs, &column, size);
    }
    for (int32_t l = 0; l < runs->levels && sums != NULL; l++) {
        sums[place + (ptrdiff_t)l * 8] += own[l];
    }
}
