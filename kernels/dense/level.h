/* level.h - which clone of the compute-bound kernels this processor runs.
 *
 * Every clone gives the same bits; the level is part of the machine kind all the same, and tests compare the levels.
 */
#ifndef SOLOW_KERNELS_DENSE_LEVEL_H
#define SOLOW_KERNELS_DENSE_LEVEL_H

typedef enum { SOLOW_LEVEL_PORTABLE, SOLOW_LEVEL_AVX2, SOLOW_LEVEL_AVX512 } solow_level;

/* The highest level that this processor and this build have. */
solow_level solow_best_level(void);

/* "portable", "avx2", "avx512". */
const char *solow_level_name(solow_level level);

#endif
