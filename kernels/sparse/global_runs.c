/* global_runs.c - see global_runs.h. */
#include "kernels/sparse/global_runs.h"

#include "kernels/panel/lanes.h"

#include <string.h>

enum { SHORT = 8 }; /* mean length of a run below which scattered sums are as fast */

/* First row from r on whose code is not one more than that of the row before it. */
SOLOW_CLONES
static ptrdiff_t run_end(ptrdiff_t rows, const int32_t *code, ptrdiff_t r)
{
    enum { AT_ONCE = 16 };
    for (; r + AT_ONCE <= rows; r += AT_ONCE) {
        int broken = 0;
        for (ptrdiff_t i = 0; i < AT_ONCE; i++) {
            broken |= code[r + i] ^ (code[r + i - 1] + 1);
        }
        if (broken != 0) {
            break;
        }
    }
    while (r < rows && code[r] == code[r - 1] + 1) {
        r++;
    }
    return r;
}

SOLOW_CLONES
bool solow_is_code_run(ptrdiff_t n, const int32_t *code)
{
    int broken = 0;
    for (ptrdiff_t i = 1; i < n; i++) {
        broken |= code[i] ^ (code[0] + (int32_t)i);
    }
    return broken == 0;
}

/* End of the run at row first. Runs of a panel are often as long as the one before: that length is tried first. */
static ptrdiff_t find_end(ptrdiff_t rows, const int32_t *code, ptrdiff_t first, ptrdiff_t length)
{
    ptrdiff_t end = first + length;
    bool same = length > 0 && end <= rows && solow_is_code_run(length, code + first) &&
                (end == rows || code[end] != code[end - 1] + 1);
    return same ? end : run_end(rows, code, first + 1);
}

bool solow_code_runs_find(ptrdiff_t rows, const int32_t *code, solow_code_runs *runs)
{
    int32_t lowest = INT32_MAX, highest = -1;
    runs->count = 0;
    for (ptrdiff_t r = 0; r < rows;) {
        if (code[r] < 0) {
            r++;
            continue;
        }
        ptrdiff_t first = r;
        r = find_end(rows, code, first, runs->count > 0 ? runs->length[runs->count - 1] : 0);
        if (runs->count == SOLOW_RUNS || runs->count * SHORT > rows) {
            return false;
        }
        runs->row[runs->count] = (int32_t)first;
        runs->code[runs->count] = code[first];
        runs->length[runs->count] = (int32_t)(r - first);
        runs->count++;
        lowest = code[first] < lowest ? code[first] : lowest;
        highest = code[r - 1] > highest ? code[r - 1] : highest;
    }
    runs->lowest = runs->count > 0 ? lowest : 0;
    runs->levels = runs->count > 0 ? highest - lowest + 1 : 0;
    return runs->levels <= SOLOW_RUN_LEVELS && runs->levels * 2 <= rows;
}

ptrdiff_t solow_code_runs_rows(const solow_code_runs *runs)
{
    ptrdiff_t rows = 0;
    for (int32_t i = 0; i < runs->count; i++) {
        rows += runs->length[i];
    }
    return rows;
}

SOLOW_CLONES
void solow_code_runs_add(const solow_code_runs *runs, ptrdiff_t columns, const double *x, ptrdiff_t ld, double *sums)
{
    double own[SOLOW_RUN_LEVELS];
    for (ptrdiff_t j = 0; j < columns; j++) {
        memset(own, 0, (size_t)runs->levels * sizeof *own);
        for (int32_t i = 0; i < runs->count; i++) {
            double *target = own + (runs->code[i] - runs->lowest);
            const double *value = x + j * ld + runs->row[i];
            for (int32_t t = 0; t < runs->length[i]; t++) {
                target[t] += value[t];
            }
        }
        double *place = sums + (ptrdiff_t)runs->lowest * 8 + j;
        for (int32_t l = 0; l < runs->levels; l++) {
            place[(ptrdiff_t)l * 8] += own[l];
        }
    }
}

SOLOW_CLONES
void solow_code_runs_subtract(const solow_code_runs *runs, ptrdiff_t columns, const double *gamma, const double *from,
                              double *x, ptrdiff_t ld)
{
    double own[SOLOW_RUN_LEVELS];
    for (ptrdiff_t j = 0; j < columns; j++) {
        const double *place = gamma + (ptrdiff_t)runs->lowest * 8 + j;
        for (int32_t l = 0; l < runs->levels; l++) {
            own[l] = place[(ptrdiff_t)l * 8];
        }
        for (int32_t i = 0; i < runs->count; i++) {
            const double *source = own + (runs->code[i] - runs->lowest);
            const double *value = from + j * ld + runs->row[i];
            double *left = x + j * ld + runs->row[i];
            for (int32_t t = 0; t < runs->length[i]; t++) {
                left[t] = value[t] - source[t];
            }
        }
    }
}
