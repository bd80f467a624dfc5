/* random_panel.c - see random_panel.h. */
#include "tests/support/random_panel.h"

#include "kernels/stats/random.h"

#include <math.h>

sample_data *random_panel(ptrdiff_t units, ptrdiff_t periods, uint64_t seed, uint64_t replicate)
{
    static const char *const normal[] = {"x", "z", "v", "u"};
    ptrdiff_t rows = units * periods;
    sample_data *data = sample_create(rows);
    double *unit = sample_add(data, "unit"), *time = sample_add(data, "time"), *region = sample_add(data, "region");
    double *row = sample_add(data, "row"), *w = sample_add(data, "w"), *a = sample_add(data, "a");
    for (ptrdiff_t i = 0; i < rows; i++) {
        unit[i] = (double)(i / periods);
        time[i] = 2001 + (double)(i % periods);
        region[i] = (double)(i / periods % 5);
        row[i] = (double)i;
        w[i] = 1 + (double)((i * 7 + i / periods) % 4);
    }
    for (ptrdiff_t u = 0; u < units; u++) {
        double draw;
        solow_draw_normal(&(solow_draws){seed, 9, replicate}, (uint64_t)u, 1, &draw);
        for (ptrdiff_t t = 0; t < periods; t++) {
            a[u * periods + t] = draw;
        }
    }
    for (uint64_t c = 0; c < 4; c++) {
        solow_draw_normal(&(solow_draws){seed, c, replicate}, 0, rows, sample_add(data, normal[c]));
    }
    return data;
}

void random_panel_gaps(sample_data *data, ptrdiff_t first, ptrdiff_t step)
{
    for (ptrdiff_t i = first; i < data->rows; i += step) {
        sample_column(data, "x")[i] = NAN;
    }
}
