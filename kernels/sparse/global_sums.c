/* global_sums.c - see global.h: (3) and (4), panel by panel, rows turned eight by eight. */
#include "kernels/panel/lanes.h"
#include "kernels/sparse/global_runs.h"
#include "kernels/sparse/global_terms.h"

#include <string.h>

bool solow_global_absent(const solow_global *global, ptrdiff_t row)
{
    bool absent =
        (global->present != NULL && global->present[row] == 0) || (global->weight != NULL && global->weight[row] == 0);
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        absent = absent || global->code[s][row] < 0;
    }
    return absent;
}

const double *solow_global_slope(const solow_global *global, ptrdiff_t s, ptrdiff_t part)
{
    const solow_global_set *set = &global->layout->set[s];
    return set->level && part == 0 ? NULL : global->slope[s][part - (set->level ? 1 : 0)];
}

/* One column of D2 by level: its codes, its slope, where its unknowns are in a panel. */
typedef struct term {
    const int32_t *code;
    const double *slope; /* NULL: 1 */
    ptrdiff_t first, stride;
} term;

static term term_of(const solow_global *global, ptrdiff_t s, ptrdiff_t part)
{
    const solow_global_set *set = &global->layout->set[s];
    return (term){.code = global->code[s],
                  .slope = solow_global_slope(global, s, part),
                  .first = (set->first + part) * 8,
                  .stride = set->width * 8};
}

/* Turns eight vectors: out[i] holds lane i of each. */
static inline __attribute__((always_inline)) void transpose(const solow_lanes *in, solow_lanes *out)
{
    solow_lanes a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = __builtin_shufflevector(in[i], in[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        a[i + 1] = __builtin_shufflevector(in[i], in[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int k = 0; k < 2; k++) {
            b[i + k] = __builtin_shufflevector(a[i + k], a[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            b[i + k + 2] = __builtin_shufflevector(a[i + k], a[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int i = 0; i < 4; i++) {
        out[i] = __builtin_shufflevector(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        out[i + 4] = __builtin_shufflevector(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/* Rows row .. row + 7 of up to eight columns, as eight vectors over columns. */
static inline __attribute__((always_inline)) void load_rows(ptrdiff_t columns, const double *x, ptrdiff_t ld,
                                                            ptrdiff_t row, solow_lanes *rows)
{
    solow_lanes in[8] = {{0}};
    for (ptrdiff_t j = 0; j < 8; j++) {
        if (j < columns) {
            in[j] = *(const solow_lanes_at *)(x + j * ld + row);
        }
    }
    transpose(in, rows);
}

/* (3) for one term and one panel. A level's sum stays in a register while rows stay with the level. */
SOLOW_CLONES
static void add_term(const solow_global *global, term own, ptrdiff_t columns, const double *x, ptrdiff_t ld,
                     double *sums)
{
    solow_lanes value[8], sum = {0};
    int32_t at = -1;
    for (ptrdiff_t r = 0; r < global->rows; r += 8) {
        ptrdiff_t count = global->rows - r < 8 ? global->rows - r : 8;
        load_rows(columns, x, ld, r, value);
        for (ptrdiff_t i = 0; i < count; i++) {
            int32_t code = own.code[r + i];
            if (code < 0 || (own.slope != NULL && solow_global_absent(global, r + i))) {
                continue;
            }
            if (code != at) {
                if (at >= 0) {
                    *(solow_lanes_at *)(sums + own.first + at * own.stride) = sum;
                }
                at = code;
                sum = *(const solow_lanes_at *)(sums + own.first + at * own.stride);
            }
            if (global->weight != NULL || own.slope != NULL) {
                double factor = (global->weight != NULL ? global->weight[r + i] : 1);
                sum += (own.slope != NULL ? factor * own.slope[r + i] : factor) * value[i];
            } else {
                sum += value[i];
            }
        }
    }
    if (at >= 0) {
        *(solow_lanes_at *)(sums + own.first + at * own.stride) = sum;
    }
}

void solow_global_add(const solow_global *global, ptrdiff_t p, const double *x, ptrdiff_t ld, double *sums)
{
    const solow_global_layout *layout = global->layout;
    solow_code_runs runs;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        bool in_runs = layout->set[s].width == 1 && layout->set[s].level && global->weight == NULL &&
                       solow_code_runs_find(global->rows, global->code[s], &runs);
        for (ptrdiff_t j = 0; j < p; j += 8) {
            ptrdiff_t columns = p - j < 8 ? p - j : 8;
            double *panel = sums + j * layout->unknowns;
            if (in_runs) {
                solow_code_runs_add(&runs, columns, x + j * ld, ld, panel + layout->set[s].first * 8);
            }
            for (ptrdiff_t part = 0; !in_runs && part < layout->set[s].width; part++) {
                add_term(global, term_of(global, s, part), columns, x + j * ld, ld, panel);
            }
        }
    }
}

/* (4) for one term and one panel. */
SOLOW_CLONES
static void subtract_term(const solow_global *global, term own, ptrdiff_t columns, const double *gamma, double *x,
                          ptrdiff_t ld)
{
    solow_lanes value[8], off[8];
    for (ptrdiff_t r = 0; r < global->rows; r += 8) {
        ptrdiff_t count = global->rows - r < 8 ? global->rows - r : 8;
        for (ptrdiff_t i = 0; i < 8; i++) {
            int32_t code = i < count ? own.code[r + i] : -1;
            value[i] = (solow_lanes){0};
            if (code >= 0) {
                value[i] = *(const solow_lanes_at *)(gamma + own.first + code * own.stride);
            }
            if (code >= 0 && own.slope != NULL) {
                value[i] *= own.slope[r + i];
            }
        }
        transpose(value, off);
        for (ptrdiff_t j = 0; j < columns; j++) {
            *(solow_lanes_at *)(x + j * ld + r) -= off[j];
        }
    }
}

/* Absent rows were given values: they are 0 again. */
static void clear_absent(const solow_global *global, ptrdiff_t p, double *x, ptrdiff_t ld)
{
    bool any = global->present != NULL || global->weight != NULL;
    for (ptrdiff_t s = 0; s < global->layout->sets && !any; s++) {
        int32_t signs = 0;
        for (ptrdiff_t r = 0; r < global->rows; r++) {
            signs |= global->code[s][r];
        }
        any = signs < 0;
    }
    for (ptrdiff_t r = 0; any && r < global->rows; r++) {
        if (solow_global_absent(global, r)) {
            for (ptrdiff_t j = 0; j < p; j++) {
                x[j * ld + r] = 0;
            }
        }
    }
}

void solow_global_subtract(const solow_global *global, ptrdiff_t p, const double *gamma, double *x, ptrdiff_t ld)
{
    const solow_global_layout *layout = global->layout;
    solow_code_runs runs;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        bool in_runs = layout->set[s].width == 1 && layout->set[s].level &&
                       solow_code_runs_find(global->rows, global->code[s], &runs);
        for (ptrdiff_t j = 0; j < p; j += 8) {
            ptrdiff_t columns = p - j < 8 ? p - j : 8;
            const double *panel = gamma + j * layout->unknowns;
            if (in_runs) {
                solow_code_runs_subtract(&runs, columns, panel + layout->set[s].first * 8, x + j * ld, x + j * ld, ld);
            }
            for (ptrdiff_t part = 0; !in_runs && part < layout->set[s].width; part++) {
                subtract_term(global, term_of(global, s, part), columns, panel, x + j * ld, ld);
            }
        }
    }
    clear_absent(global, p, x, ld);
}
