/* gram_avx2.c - the Gram kernel's avx2 clone; see gram_body.h. */
#if defined(__x86_64__)
#include "kernels/dense/lanes_avx2.h"

#include "kernels/dense/gram_body.h"

LANES_TARGET void solow_gram_avx2(const solow_gram_task *task)
{
    gram_all(task);
}
#else
typedef int solow_no_avx2_here; /* a translation unit must not be empty */
#endif
