/* lanes.h - eight doubles at a time, with the same bits on every machine.
 *
 * SOLOW_CLONES in front of a function compiles it for AVX-512, for AVX2 and for plain x86-64; the loader picks one. Sums
 * in such functions are written with eight fixed lanes and no contraction, so the clones differ in speed alone. Under a
 * sanitizer, or with another compiler or processor, there is one version.
 */
#ifndef SOLOW_KERNELS_PANEL_LANES_H
#define SOLOW_KERNELS_PANEL_LANES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__) &&                        \
    !defined(__SANITIZE_ADDRESS__)
#define SOLOW_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define SOLOW_CLONES
#endif

enum {
    SOLOW_LANES = 8,
    SOLOW_SHORT_RUN = 16 /* runs below this are summed in row order: many of them overlap in the processor */
};

typedef double solow_lanes __attribute__((vector_size(64)));                           /* a register, or two, or four */
typedef double solow_lanes_at __attribute__((vector_size(64), aligned(8), may_alias)); /* eight doubles in memory */

/* The sum of eight lanes, in the one order used everywhere. */
static inline __attribute__((always_inline)) double solow_lanes_fold(const solow_lanes *lane)
{
    const solow_lanes s = *lane;
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

#endif
