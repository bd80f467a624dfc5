/* resample_draws.h - draws made by all ranks together, a run of them each; private to engine/batch/resample*.c. */
#ifndef SOLOW_ENGINE_BATCH_RESAMPLE_DRAWS_H
#define SOLOW_ENGINE_BATCH_RESAMPLE_DRAWS_H

#include "engine/comm/comm.h"
#include "kernels/core/size.h"
#include "kernels/resample/weights.h"

enum { SOLOW_DEAL = SOLOW_DRAW_CHUNK }; /* runs begin at multiples of that many draws */

/* This rank's draws: *first .. *first + *draws - 1. */
void solow_deal_draws(const solow_comm *comm, int64_t reps, int64_t *first, ptrdiff_t *draws);

/* mine [series x own draws] of every rank to all [series x reps]: series s of draw r at s reps + r. Collective. */
solow_status solow_gather_draws(solow_comm *comm, int64_t reps, ptrdiff_t series, const double *mine, double *all,
                                solow_error *err);

#endif
