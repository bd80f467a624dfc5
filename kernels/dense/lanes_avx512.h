/* lanes_avx512.h - eight lanes in one 512-bit register; see lanes_portable.h for what each function promises.
 *
 * Included by exactly one source file, together with the *_body.h that it instantiates.
 */
#ifndef SOLOW_KERNELS_DENSE_LANES_AVX512_H
#define SOLOW_KERNELS_DENSE_LANES_AVX512_H

#include <immintrin.h>
#include <stddef.h>

#define LANES_TARGET __attribute__((target("avx512f,avx2,fma")))
#define LANES static inline __attribute__((always_inline, target("avx512f,avx2,fma")))

#define LANES_SIDES 4
enum { LANES_SIDE = 4, LANES_TALL = 4 }; /* 4 x 4 entries: 16 accumulators and 8 operands of 32 registers */

typedef __m512d lanes;

LANES lanes lanes_zero(void)
{
    return _mm512_setzero_pd();
}

LANES lanes lanes_load(const double *from)
{
    return _mm512_loadu_pd(from);
}

LANES lanes lanes_load_some(const double *from, ptrdiff_t count)
{
    return _mm512_maskz_loadu_pd((__mmask8)((1U << count) - 1U), from);
}

LANES void lanes_store(double *to, lanes a)
{
    _mm512_storeu_pd(to, a);
}

LANES lanes lanes_add(lanes a, lanes b)
{
    return _mm512_add_pd(a, b);
}

LANES lanes lanes_subtract(lanes a, lanes b)
{
    return _mm512_sub_pd(a, b);
}

LANES lanes lanes_multiply(lanes a, lanes b)
{
    return _mm512_mul_pd(a, b);
}

LANES lanes lanes_fma(lanes a, lanes b, lanes c)
{
    return _mm512_fmadd_pd(a, b, c);
}

LANES lanes lanes_fms(lanes a, lanes b, lanes c)
{
    return _mm512_fmsub_pd(a, b, c);
}

LANES __m256d lanes_fold(lanes a)
{
    return _mm256_add_pd(_mm512_castpd512_pd256(a), _mm512_extractf64x4_pd(a, 1));
}

LANES void lanes_totals(ptrdiff_t count, const lanes *a, double *totals)
{
    lanes zero = lanes_zero();
    __m256d first = _mm256_hadd_pd(lanes_fold(a[0]), lanes_fold(count > 1 ? a[1] : zero));
    __m256d second = _mm256_hadd_pd(lanes_fold(count > 2 ? a[2] : zero), lanes_fold(count > 3 ? a[3] : zero));
    __m256d low = _mm256_permute2f128_pd(first, second, 0x20), high = _mm256_permute2f128_pd(first, second, 0x31);
    _mm256_storeu_pd(totals, _mm256_add_pd(low, high));
}

#endif
