/* lanes_portable.h - eight lanes in plain C: the fallback, and the definition of what the other two compute.
 *
 * Kernels over rows keep eight partial results, lane l for rows l, l + 8, l + 16, ... Every operation is rounded once
 * per lane, the multiply-add by fma(), and the lanes are summed in one fixed tree, so a kernel gives the same bits in
 * every clone. Included by exactly one source file, together with the *_body.h that it instantiates.
 *
 *   LANES         storage of a lane function: static, inlined, for the clone's instruction set
 *   LANES_TARGET  the same instruction set, for a function that is called from outside
 *   LANES_SIDE    side of a triangular tile of entries on the diagonal, as LANES_SIDES for the preprocessor
 *   LANES_TALL    rows of a rectangular tile of LANES_SIDE columns
 */
#ifndef SOLOW_KERNELS_DENSE_LANES_PORTABLE_H
#define SOLOW_KERNELS_DENSE_LANES_PORTABLE_H

#include <math.h>
#include <stddef.h>
#include <string.h>

#define LANES_TARGET
#define LANES static inline __attribute__((always_inline))

#define LANES_SIDES 2
enum { LANES_SIDE = 2, LANES_TALL = 2 };

typedef struct {
    double lane[8];
} lanes;

LANES lanes lanes_zero(void)
{
    return (lanes){{0}};
}

LANES lanes lanes_load(const double *from)
{
    lanes a;
    memcpy(a.lane, from, sizeof a.lane);
    return a;
}

/* The first count values (0 <= count <= 8); the other lanes are zero and nothing beyond is read. */
LANES lanes lanes_load_some(const double *from, ptrdiff_t count)
{
    lanes a = {{0}};
    memcpy(a.lane, from, (size_t)count * sizeof *from);
    return a;
}

LANES void lanes_store(double *to, lanes a)
{
    memcpy(to, a.lane, sizeof a.lane);
}

LANES lanes lanes_add(lanes a, lanes b)
{
    for (int l = 0; l < 8; l++) {
        a.lane[l] += b.lane[l];
    }
    return a;
}

LANES lanes lanes_subtract(lanes a, lanes b)
{
    for (int l = 0; l < 8; l++) {
        a.lane[l] -= b.lane[l];
    }
    return a;
}

LANES lanes lanes_multiply(lanes a, lanes b)
{
    for (int l = 0; l < 8; l++) {
        a.lane[l] *= b.lane[l];
    }
    return a;
}

LANES lanes lanes_fma(lanes a, lanes b, lanes c)
{
    for (int l = 0; l < 8; l++) {
        c.lane[l] = fma(a.lane[l], b.lane[l], c.lane[l]);
    }
    return c;
}

/* a b - c */
LANES lanes lanes_fms(lanes a, lanes b, lanes c)
{
    for (int l = 0; l < 8; l++) {
        c.lane[l] = fma(a.lane[l], b.lane[l], -c.lane[l]);
    }
    return c;
}

/* totals[i] = the sum of the lanes of a[i], i < count <= LANES_SIDE, each in the one tree
 * ((l0 + l4) + (l1 + l5)) + ((l2 + l6) + (l3 + l7)). totals has room for LANES_SIDE values. */
LANES void lanes_totals(ptrdiff_t count, const lanes *a, double *totals)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        const double *l = a[i].lane;
        totals[i] = ((l[0] + l[4]) + (l[1] + l[5])) + ((l[2] + l[6]) + (l[3] + l[7]));
    }
}

#endif
