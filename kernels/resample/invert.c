/* invert.c - see invert.h. */
#include "kernels/resample/invert.h"

#include "kernels/core/size.h"
#include "kernels/resample/bounds.h"

#include <math.h>
#include <stdlib.h>

enum { GRID = 32, DOUBLINGS = 200 };
static const double SAME_EVERYWHERE = 1e-12; /* v2 against n1^2: above it a draw's t* is below 1e6 far out */

void solow_inversion_prepare(solow_inversion *inversion)
{
    int64_t draws = inversion->draws;
    double *five = inversion->five;
    for (int64_t d = 0; d < draws; d++) {
        double n1 = five[draws + d];
        if (five[4 * draws + d] <= SAME_EVERYWHERE * n1 * n1) {
            five[3 * draws + d] = five[4 * draws + d] = 0;
        }
    }
}

/* (1) of one draw. */
static bool reaches(const solow_inversion *inversion, int64_t d, double rho)
{
    int64_t draws = inversion->draws;
    const double *five = inversion->five + d;
    double square = inversion->std_error * inversion->std_error, bound = rho * rho * (1 - 2 * SOLOW_TIE);
    double delta = five[0] + five[draws] * rho;
    double variance = five[2 * draws] + rho * (five[3 * draws] + rho * five[4 * draws]);
    return delta * delta * square >= bound * variance;
}

double solow_inversion_p(const solow_inversion *inversion, double rho)
{
    int64_t reached = 0;
    for (int64_t d = 0; d < inversion->draws; d++) {
        reached += reaches(inversion, d, rho);
    }
    return (double)reached / (double)inversion->draws;
}

/* Share of draws with (4). */
static double share_everywhere(const solow_inversion *inversion)
{
    int64_t draws = inversion->draws, count = 0;
    for (int64_t d = 0; d < draws; d++) {
        count += inversion->five[4 * draws + d] == 0 && inversion->five[draws + d] != 0;
    }
    return (double)count / (double)draws;
}

/* Whether the draw's quartic keeps its sign from a to b: its value in the middle is larger than its steepest slope takes it. */
static bool is_settled(const solow_inversion *inversion, int64_t d, double a, double b)
{
    int64_t draws = inversion->draws;
    const double *five = inversion->five + d;
    double square = inversion->std_error * inversion->std_error, far = fmax(fabs(a), fabs(b)), middle = a + (b - a) / 2;
    double n0 = fabs(five[0]), n1 = fabs(five[draws]), v0 = fabs(five[2 * draws]), v1 = fabs(five[3 * draws]),
           v2 = fabs(five[4 * draws]);
    double delta = five[0] + five[draws] * middle;
    double variance = five[2 * draws] + middle * (five[3 * draws] + middle * five[4 * draws]);
    double value = delta * delta * square - middle * middle * (1 - 2 * SOLOW_TIE) * variance;
    double size = (n0 + n1 * far) * (n0 + n1 * far) * square + far * far * (v0 + far * (v1 + far * v2));
    double slope = 2 * n1 * (n0 + n1 * far) * square + far * (2 * v0 + far * (3 * v1 + far * 4 * v2));
    return fabs(value) > slope * fabs(b - a) + 1e-10 * size;
}

/* (3): bisection between an accepted and a rejected value, over the draws whose answer is still open. open [draws]. */
static double bisect(const solow_inversion *inversion, double alpha, double accepted, double rejected, int64_t *open)
{
    int64_t count = inversion->draws, settled = 0;
    double middle = accepted + (rejected - accepted) / 2;
    for (int64_t d = 0; d < count; d++) {
        open[d] = d;
    }
    while ((middle - accepted) * (rejected - middle) > 0) {
        int64_t reached = settled, kept = 0;
        for (int64_t i = 0; i < count; i++) {
            reached += reaches(inversion, open[i], middle);
        }
        bool inside = (double)reached / (double)inversion->draws > alpha;
        accepted = inside ? middle : accepted;
        rejected = inside ? rejected : middle;
        for (int64_t i = 0; i < count; i++) {
            if (is_settled(inversion, open[i], accepted, rejected)) {
                settled += reaches(inversion, open[i], accepted);
            } else {
                open[kept++] = open[i];
            }
        }
        count = kept;
        middle = accepted + (rejected - accepted) / 2;
    }
    return accepted;
}

/* (3) on one side: rho at the end. */
static double end_of(const solow_inversion *inversion, double alpha, double sign, int64_t *open, bool *disconnected)
{
    double step = sign * inversion->std_error, accepted = 0, rejected;
    int doublings = 0;
    bool gap = false;
    while (solow_inversion_p(inversion, step) > alpha && doublings++ < DOUBLINGS) {
        step *= 2;
    }
    if (doublings > DOUBLINGS) {
        return sign * INFINITY;
    }
    step *= 4.0 / GRID;
    rejected = step;
    for (int i = 1; i <= GRID; i++) {
        if (solow_inversion_p(inversion, i * step) > alpha) {
            *disconnected = *disconnected || gap;
            accepted = i * step;
            rejected = (i + 1) * step;
        } else {
            gap = true;
        }
    }
    return bisect(inversion, alpha, accepted, rejected, open);
}

solow_status solow_invert(const solow_inversion *inversion, double level, double *low, double *high, bool *disconnected,
                          solow_error *err)
{
    double alpha = (1 - level) * (1 + SOLOW_TIE); /* 0.05 of 999 draws: a share of exactly 0.05 is rejected */
    int64_t *open = solow_allocate((ptrdiff_t)inversion->draws, sizeof *open);
    if (open == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to invert a test of %lld draws",
                          (long long)inversion->draws);
    }
    *disconnected = false;
    *low = -INFINITY;
    *high = INFINITY;
    if (!(inversion->std_error > 0) || !isfinite(inversion->std_error)) {
        *low = *high = NAN;
    } else if (share_everywhere(inversion) <= alpha) {
        *low = inversion->estimate - end_of(inversion, alpha, 1, open, disconnected);
        *high = inversion->estimate - end_of(inversion, alpha, -1, open, disconnected);
    }
    free(open);
    return SOLOW_OK;
}
