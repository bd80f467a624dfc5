/* precise_portable.c - the double-double Gram kernel's portable clone; see precise_body.h. */
#include "kernels/dense/lanes_portable.h"

#include "kernels/dense/precise_body.h"

LANES_TARGET void solow_precise_portable(const solow_precise_task *task)
{
    if (task->weight != NULL) {
        precise_all(task, true);
    } else {
        precise_all(task, false);
    }
}
