/* invert.c - see invert.h. */
#include "kernels/resample/invert.h"

#include "kernels/resample/bounds.h"

#include <math.h>

enum { GRID = 64, DOUBLINGS = 200 };
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

double solow_inversion_p(const solow_inversion *inversion, double rho)
{
    int64_t draws = inversion->draws, reached = 0, valid = 0;
    const double *n0 = inversion->five, *n1 = n0 + draws, *v0 = n1 + draws, *v1 = v0 + draws, *v2 = v1 + draws;
    double square = inversion->std_error * inversion->std_error, bound = rho * rho * (1 - 2 * SOLOW_TIE);
    for (int64_t d = 0; d < draws; d++) {
        double delta = n0[d] + n1[d] * rho, variance = v0[d] + rho * (v1[d] + rho * v2[d]);
        reached += (delta * delta * square >= bound * variance) & (variance > 0);
        valid += variance > 0;
    }
    return valid > 0 ? (double)reached / (double)valid : NAN;
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

/* (3) on one side: the size of rho at the end. */
static double end_of(const solow_inversion *inversion, double alpha, double sign, bool *disconnected)
{
    double far = inversion->std_error, accepted = 0, rejected;
    int doublings = 0;
    while (solow_inversion_p(inversion, sign * far) > alpha && doublings++ < DOUBLINGS) {
        far *= 2;
    }
    if (doublings > DOUBLINGS) {
        return INFINITY;
    }
    bool gap = false;
    rejected = 4 * far / GRID;
    for (int i = 1; i <= GRID; i++) {
        double rho = 4 * far * i / GRID;
        if (solow_inversion_p(inversion, sign * rho) > alpha) {
            *disconnected = *disconnected || gap;
            accepted = rho;
            rejected = 4 * far * (i + 1) / GRID;
        } else {
            gap = true;
        }
    }
    double middle = accepted + (rejected - accepted) / 2;
    while (middle > accepted && middle < rejected) {
        if (solow_inversion_p(inversion, sign * middle) > alpha) {
            accepted = middle;
        } else {
            rejected = middle;
        }
        middle = accepted + (rejected - accepted) / 2;
    }
    return accepted;
}

void solow_invert(const solow_inversion *inversion, double level, double *low, double *high, bool *disconnected)
{
    double alpha = (1 - level) * (1 + SOLOW_TIE); /* 0.05 of 999 draws: a share of exactly 0.05 is rejected */
    *disconnected = false;
    *low = -INFINITY;
    *high = INFINITY;
    if (!(inversion->std_error > 0) || !isfinite(inversion->std_error)) {
        *low = *high = NAN;
    } else if (share_everywhere(inversion) <= alpha) {
        *low = inversion->estimate - end_of(inversion, alpha, 1, disconnected);
        *high = inversion->estimate + end_of(inversion, alpha, -1, disconnected);
    }
}
