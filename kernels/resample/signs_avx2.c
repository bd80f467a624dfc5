/* signs_avx2.c - the sign kernel's avx2 clone; see signs_body.h. */
#if defined(__x86_64__)
#include "kernels/dense/lanes_avx2.h"

#include "kernels/resample/signs_body.h"

LANES_TARGET void solow_signs_avx2(const solow_signs_task *task)
{
    signs_all(task);
}
#else
typedef int solow_no_signs_avx2_here; /* a translation unit must not be empty */
#endif
