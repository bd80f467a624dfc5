/* designs.c - random panels for the tests of effects. See absorb.h. */
#include "tests/support/absorb.h"

#include <stdlib.h>

static uint64_t stream;

double uniform(void)
{
    stream = stream * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(stream >> 11) / 9007199254740992.0;
}

double *random_column(ptrdiff_t n, double centre)
{
    double *x = calloc((size_t)n, sizeof *x);
    for (ptrdiff_t r = 0; r < n; r++) {
        x[r] = centre + uniform() + uniform() - 1;
    }
    return x;
}

enum { PERIODS = 9 };

/* Units of 1 to PERIODS rows, gaps in some of them; set 0: periods; set 1: groups of `islands` islands; set 2: random. */
design *random_design(uint64_t seed, ptrdiff_t units, ptrdiff_t sets, ptrdiff_t islands, bool gaps)
{
    stream = seed * 7919 + 1;
    design *d = calloc(1, sizeof *d);
    d->units = units;
    d->p = 11;
    d->local_level = true;
    d->start = calloc((size_t)(units + 1), sizeof *d->start);
    ptrdiff_t most = (units * PERIODS + 7) / 8 * 8;
    for (ptrdiff_t s = 0; s < 3; s++) {
        d->code[s] = calloc((size_t)most, sizeof *d->code[s]);
    }
    for (ptrdiff_t u = 0; u < units; u++) {
        ptrdiff_t length = gaps ? 1 + (ptrdiff_t)(uniform() * PERIODS) : PERIODS;
        ptrdiff_t first = (ptrdiff_t)(uniform() * (double)(PERIODS - length + 1));
        ptrdiff_t island = u % islands;
        for (ptrdiff_t t = first; t < first + length; t++) {
            if (gaps && uniform() < 0.15) {
                continue;
            }
            d->code[0][d->rows] = (int32_t)t;
            d->code[1][d->rows] = (int32_t)(island * 4 + (ptrdiff_t)(uniform() * 4));
            d->code[2][d->rows] = (int32_t)(uniform() * 7);
            d->rows++;
        }
        d->start[u + 1] = d->rows;
    }
    d->ld = (d->rows + 7) / 8 * 8;
    d->x = random_column(d->ld * d->p, 3);
    ptrdiff_t levels[3] = {PERIODS, islands * 4, 7};
    for (ptrdiff_t s = 0; s < sets; s++) {
        d->set[s] = (solow_global_set){.levels = levels[s], .level = true};
    }
    d->layout = (solow_global_layout){.sets = sets, .set = d->set};
    return d;
}

void free_design(design *d)
{
    for (ptrdiff_t s = 0; s < 3; s++) {
        free(d->code[s]);
        free((void *)d->slope[s][0]);
        free((void *)d->slope[s][1]);
    }
    free((void *)d->local_slope[0]);
    free((void *)d->local_slope[1]);
    free((void *)d->weight);
    free((void *)d->present);
    free(d->start);
    free(d->x);
    free(d);
}
