/* signs.c - see signs.h. */
#include "kernels/resample/signs.h"

#include "kernels/resample/signs_clones.h"

void solow_signs_at_level(solow_level level, const solow_signs_task *task)
{
    switch (level) {
#if defined(__x86_64__)
    case SOLOW_LEVEL_AVX512:
        solow_signs_avx512(task);
        break;
    case SOLOW_LEVEL_AVX2:
        solow_signs_avx2(task);
        break;
#endif
    default:
        solow_signs_portable(task);
        break;
    }
}

void solow_signs(const solow_signs_task *task)
{
    solow_signs_at_level(solow_best_level(), task);
}

void solow_signs_enumerate(ptrdiff_t clusters, int64_t first, ptrdiff_t draws, uint8_t *byte)
{
    uint64_t last = UINT64_C(1) << (clusters - 1);
    for (ptrdiff_t q = 0; 8 * q < clusters; q++) {
        for (ptrdiff_t d = 0; d < draws; d++) {
            byte[q * draws + d] = (uint8_t)(((uint64_t)(first + d) | last) >> (8 * q));
        }
    }
}
