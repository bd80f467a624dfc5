/* signs_avx512.c - the sign kernel's avx512 clone; see signs_body.h. */
#if defined(__x86_64__)
#include "kernels/dense/lanes_avx512.h"

#include "kernels/resample/signs_body.h"

LANES_TARGET void solow_signs_avx512(const solow_signs_task *task)
{
    signs_all(task);
}
#else
typedef int solow_no_signs_avx512_here; /* a translation unit must not be empty */
#endif
