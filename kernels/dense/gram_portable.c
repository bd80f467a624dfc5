/* gram_portable.c - the Gram kernel's portable clone; see gram_body.h. */
#include "kernels/dense/lanes_portable.h"

#include "kernels/dense/gram_body.h"

LANES_TARGET void solow_gram_portable(const solow_gram_task *task)
{
    gram_all(task);
}
