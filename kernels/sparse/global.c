/* global.c - see global.h: the layout and the certificate. The sums are in global_sums.c. */
#include "kernels/sparse/global.h"

#include "kernels/panel/combine.h"
#include "kernels/sparse/global_terms.h"

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

/* sum |w z x| for a slope z, which may hold anything on absent rows. */
static double slope_sum(const solow_global *global, const double *x, const double *z)
{
    double sum = 0;
    for (ptrdiff_t r = 0; r < global->rows; r++) {
        if (!solow_global_absent(global, r)) {
            sum += fabs((global->weight != NULL ? global->weight[r] : 1) * z[r] * x[r]);
        }
    }
    return sum;
}

void solow_global_size(const solow_global *global, ptrdiff_t p, const double *x, ptrdiff_t ld, double *size)
{
    const solow_global_layout *layout = global->layout;
    for (ptrdiff_t j = 0; j < p; j++) {
        double level = solow_absolute_sum(global->rows, x + j * ld, global->weight);
        for (ptrdiff_t s = 0; s < layout->sets; s++) {
            const solow_global_set *set = &layout->set[s];
            for (ptrdiff_t part = 0; part < set->width; part++) {
                const double *z = solow_global_slope(global, s, part);
                size[j * layout->parts + set->part + part] += z == NULL ? level : slope_sum(global, x + j * ld, z);
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
