/* lanes_avx2.h - eight lanes in two 256-bit registers; see lanes_portable.h for what each function promises.
 *
 * Included by exactly one source file, together with the *_body.h that it instantiates.
 */
#ifndef SOLOW_KERNELS_DENSE_LANES_AVX2_H
#define SOLOW_KERNELS_DENSE_LANES_AVX2_H

#include <immintrin.h>
#include <stddef.h>

#define LANES_TARGET __attribute__((target("avx2,fma")))
#define LANES static inline __attribute__((always_inline, target("avx2,fma")))

#define LANES_SIDES 3
enum { LANES_SIDE = 3, LANES_TALL = 2 }; /* 6 entries at most: 12 accumulators of 16 registers */

typedef struct {
    __m256d low, high;
} lanes;

LANES lanes lanes_zero(void)
{
    return (lanes){_mm256_setzero_pd(), _mm256_setzero_pd()};
}

LANES lanes lanes_load(const double *from)
{
    return (lanes){_mm256_loadu_pd(from), _mm256_loadu_pd(from + 4)};
}

LANES lanes lanes_load_some(const double *from, ptrdiff_t count)
{
    __m256i wanted = _mm256_set1_epi64x(count);
    __m256i low = _mm256_cmpgt_epi64(wanted, _mm256_setr_epi64x(0, 1, 2, 3));
    __m256i high = _mm256_cmpgt_epi64(wanted, _mm256_setr_epi64x(4, 5, 6, 7));
    return (lanes){_mm256_maskload_pd(from, low), _mm256_maskload_pd(from + 4, high)};
}

LANES void lanes_store(double *to, lanes a)
{
    _mm256_storeu_pd(to, a.low);
    _mm256_storeu_pd(to + 4, a.high);
}

LANES lanes lanes_add(lanes a, lanes b)
{
    return (lanes){_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)};
}

LANES lanes lanes_subtract(lanes a, lanes b)
{
    return (lanes){_mm256_sub_pd(a.low, b.low), _mm256_sub_pd(a.high, b.high)};
}

LANES lanes lanes_multiply(lanes a, lanes b)
{
    return (lanes){_mm256_mul_pd(a.low, b.low), _mm256_mul_pd(a.high, b.high)};
}

LANES lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return (lanes){_mm256_fmadd_pd(a.low, b.low, c.low), _mm256_fmadd_pd(a.high, b.high, c.high)};
}

LANES lanes lanes_fms(lanes a, lanes b, lanes c)
{
    return (lanes){_mm256_fmsub_pd(a.low, b.low, c.low), _mm256_fmsub_pd(a.high, b.high, c.high)};
}

LANES __m256d lanes_fold(lanes a)
{
    return _mm256_add_pd(a.low, a.high);
}

LANES __m128d lanes_pair(lanes a, lanes b)
{
    __m256d pairs = _mm256_hadd_pd(lanes_fold(a), lanes_fold(b));
    return _mm_add_pd(_mm256_castpd256_pd128(pairs), _mm256_extractf128_pd(pairs, 1));
}

LANES void lanes_totals(ptrdiff_t count, const lanes *a, double *totals)
{
    if (count == 1) {
        _mm_store_sd(totals, lanes_pair(a[0], a[0]));
        return;
    }
    _mm_storeu_pd(totals, lanes_pair(a[0], a[1]));
    if (count == 3) {
        _mm_store_sd(totals + 2, lanes_pair(a[2], a[2]));
    }
}

#endif
