/* bandwidth.c - read bandwidth of this machine's memory: what the columns of a pass cost at the least.
 *
 *   bandwidth [MEGABYTES [REPEATS]]      prints `sum triad` in GB/s, the best of REPEATS
 *
 * sum    s = s + x[i] in 32 independent partial sums over one array: only reads
 * triad  a[i] = b[i] + 3 c[i] over three arrays of the size: 24 bytes a step, as STREAM counts them (McCalpin 1995)
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LANES = 32 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double sum(size_t count, const double *x)
{
    double lane[LANES] = {0}, total = 0;
    for (size_t i = 0; i + LANES <= count; i += LANES) {
        for (int j = 0; j < LANES; j++) {
            lane[j] += x[i + (size_t)j];
        }
    }
    for (int j = 0; j < LANES; j++) {
        total += lane[j];
    }
    return total;
}

static void triad(size_t count, double *restrict a, const double *restrict b, const double *restrict c)
{
    for (size_t i = 0; i < count; i++) {
        a[i] = b[i] + 3 * c[i];
    }
}

int main(int argc, char **argv)
{
    size_t count = (size_t)((argc > 1 ? strtod(argv[1], NULL) : 800) * 125000) / LANES * LANES;
    int repeats = argc > 2 ? atoi(argv[2]) : 7;
    double *a = malloc(count * sizeof *a), *b = malloc(count * sizeof *b), *c = malloc(count * sizeof *c);
    double best_sum = 1e30, best_triad = 1e30, check = 0;
    if (a == NULL || b == NULL || c == NULL || count == 0) {
        fputs("bandwidth: no memory\n", stderr);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        a[i] = 1;
        b[i] = 2;
        c[i] = (double)i;
    }
    for (int r = 0; r < repeats; r++) {
        double start = seconds();
        check += sum(count, c);
        double middle = seconds();
        triad(count, a, b, c);
        double end = seconds();
        best_sum = middle - start < best_sum ? middle - start : best_sum;
        best_triad = end - middle < best_triad ? end - middle : best_triad;
    }
    double bytes = 8e-9 * (double)count;
    printf("%.1f %.1f\n", bytes / best_sum, 3 * bytes / best_triad);
    return check > 0 && a[count - 1] > 0 ? 0 : 1;
}
