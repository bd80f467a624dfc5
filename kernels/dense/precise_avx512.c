/* precise_avx512.c - the double-double Gram kernel's avx512 clone; see precise_body.h. */
#if defined(__x86_64__)
#include "kernels/dense/lanes_avx512.h"

#include "kernels/dense/precise_body.h"

LANES_TARGET void solow_precise_avx512(const solow_precise_task *task)
{
    if (task->weight != NULL) {
        precise_all(task, true);
    } else {
        precise_all(task, false);
    }
}
#else
typedef int solow_no_precise_avx512_here; /* a translation unit must not be empty */
#endif
