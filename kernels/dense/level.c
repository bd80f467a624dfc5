/* level.c - see level.h. */
#include "kernels/dense/level.h"

solow_level solow_best_level(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return __builtin_cpu_supports("avx512f") ? SOLOW_LEVEL_AVX512 : SOLOW_LEVEL_AVX2;
    }
#endif
    return SOLOW_LEVEL_PORTABLE;
}

const char *solow_level_name(solow_level level)
{
    static const char *const names[] = {"portable", "avx2", "avx512"};
    return names[level];
}
