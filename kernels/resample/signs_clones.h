/* signs_clones.h - the three clones of the kernel of signs.h; private to kernels/resample. */
#ifndef SOLOW_KERNELS_RESAMPLE_SIGNS_CLONES_H
#define SOLOW_KERNELS_RESAMPLE_SIGNS_CLONES_H

#include "kernels/resample/signs.h"

void solow_signs_portable(const solow_signs_task *task);
void solow_signs_avx2(const solow_signs_task *task);
void solow_signs_avx512(const solow_signs_task *task);

#endif
