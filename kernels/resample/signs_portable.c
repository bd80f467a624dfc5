/* signs_portable.c - the sign kernel's portable clone; see signs_body.h. */
#include "kernels/dense/lanes_portable.h"

#include "kernels/resample/signs_body.h"

LANES_TARGET void solow_signs_portable(const solow_signs_task *task)
{
    signs_all(task);
}
