/* gram_avx512.c - the Gram kernel's avx512 clone; see gram_body.h. */
#if defined(__x86_64__)
#include "kernels/dense/lanes_avx512.h"

#include "kernels/dense/gram_body.h"

LANES_TARGET void solow_gram_avx512(const solow_gram_task *task)
{
    gram_all(task);
}
#else
typedef int solow_no_avx512_here; /* a translation unit must not be empty */
#endif
