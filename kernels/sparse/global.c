/* global.c - see global.h. */
#include "kernels/sparse/global.h"

#include <math.h>

ptrdiff_t solow_panel_doubles(ptrdiff_t m, ptrdiff_t p)
{
    return solow_product(m, (p + 7) / 8 * 8);
}

ptrdiff_t solow_panel_index(ptrdiff_t m, ptrdiff_t unknown, ptrdiff_t column)
{
    return ((column / 8) * m + unknown) * 8 + column % 8;
}

solow_status solow_global_number(solow_global_layout *layout, solow_error *err)
{
    ptrdiff_t unknowns = 0, parts = 0, diagonal = 0;
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        solow_global_set *set = &layout->set[s];
        set->width = (set->level ? 1 : 0) + set->slopes;
        set->first = unknowns;
        set->part = parts;
        if (set->width < 1 || set->levels < 1) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "effect set %td has no levels or no parts", s + 1);
        }
        ptrdiff_t count = solow_product(set->levels, set->width);
        if (count < 0 || count > INT32_MAX - unknowns) {
            return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "more than %d effects that reach across units", INT32_MAX);
        }
        unknowns += count;
        parts += set->width;
        diagonal += set->levels * (set->width * (set->width + 1) / 2);
    }
    layout->unknowns = unknowns;
    layout->parts = parts;
    layout->diagonal = diagonal;
    return SOLOW_OK;
}

static bool is_absent(const solow_global *global, ptrdiff_t s, ptrdiff_t r)
{
    return global->code[s][r] < 0 || (global->present != NULL && global->present[r] == 0) ||
           (global->weight != NULL && global->weight[r] == 0);
}

static const double *part_values(const solow_global *global, ptrdiff_t s, ptrdiff_t part)
{
    const solow_global_set *set = &global->layout->set[s];
    return set->level && part == 0 ? NULL : global->slope[s][part - (set->level ? 1 : 0)];
}

void solow_global_add(const solow_global *global, ptrdiff_t p, const double *x, ptrdiff_t ld, double *sums)
{
    ptrdiff_t m = global->layout->unknowns;
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        const solow_global_set *set = &global->layout->set[s];
        const int32_t *code = global->code[s];
        for (ptrdiff_t part = 0; part < set->width; part++) {
            const double *z = part_values(global, s, part);
            for (ptrdiff_t j = 0; j < p; j++) {
                double *target = sums + solow_panel_index(m, set->first + part, j);
                const double *column = x + j * ld;
                for (ptrdiff_t r = 0; r < global->rows; r++) {
                    if (!is_absent(global, s, r)) {
                        double factor = (global->weight != NULL ? global->weight[r] : 1) * (z != NULL ? z[r] : 1);
                        target[code[r] * set->width * 8] += factor * column[r];
                    }
                }
            }
        }
    }
}

void solow_global_subtract(const solow_global *global, ptrdiff_t p, const double *gamma, double *x, ptrdiff_t ld)
{
    ptrdiff_t m = global->layout->unknowns;
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        const solow_global_set *set = &global->layout->set[s];
        const int32_t *code = global->code[s];
        for (ptrdiff_t part = 0; part < set->width; part++) {
            const double *z = part_values(global, s, part);
            for (ptrdiff_t j = 0; j < p; j++) {
                const double *source = gamma + solow_panel_index(m, set->first + part, j);
                double *column = x + j * ld;
                for (ptrdiff_t r = 0; r < global->rows; r++) {
                    if (!is_absent(global, s, r)) {
                        column[r] -= (z != NULL ? z[r] : 1) * source[code[r] * set->width * 8];
                    }
                }
            }
        }
    }
}

void solow_global_size(const solow_global *global, ptrdiff_t p, const double *x, ptrdiff_t ld, double *size)
{
    ptrdiff_t parts = global->layout->parts;
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        const solow_global_set *set = &global->layout->set[s];
        for (ptrdiff_t part = 0; part < set->width; part++) {
            const double *z = part_values(global, s, part);
            for (ptrdiff_t j = 0; j < p; j++) {
                double sum = 0;
                for (ptrdiff_t r = 0; r < global->rows; r++) {
                    if (!is_absent(global, s, r)) {
                        double factor = (global->weight != NULL ? global->weight[r] : 1) * (z != NULL ? z[r] : 1);
                        sum += fabs(factor * x[j * ld + r]);
                    }
                }
                size[j * parts + set->part + part] += sum;
            }
        }
    }
}

void solow_global_certificate(const solow_global_layout *layout, ptrdiff_t p, const double *sums, const double *size,
                              double *worst)
{
    for (ptrdiff_t j = 0; j < p; j++) {
        worst[j] = 0;
        for (ptrdiff_t s = 0; s < layout->sets; s++) {
            const solow_global_set *set = &layout->set[s];
            for (ptrdiff_t u = 0; u < set->levels * set->width; u++) {
                double whole = size[j * layout->parts + set->part + u % set->width];
                double sum = fabs(sums[solow_panel_index(layout->unknowns, set->first + u, j)]);
                if (whole > 0 && !isnan(worst[j]) && !(sum <= worst[j] * whole)) {
                    worst[j] = sum / whole; /* a NaN stays, and is never below a bound */
                }
            }
        }
    }
}
