/* connected.h - connected components of two effects: levels that rows of the sample join.
 *
 * Values of two sets of effects compare inside a component only. Components are numbered from 1 in the order of their first
 * level of the first effect; levels without a row in the sample have none (0).
 * Source    Abowd, Creecy & Kramarz (2002), Computing person and firm effects using linked employer-employee data.
 */
#ifndef SOLOW_ENGINE_BATCH_CONNECTED_H
#define SOLOW_ENGINE_BATCH_CONNECTED_H

#include "engine/frame/sample.h"

/* component[0] [levels of a] and component[1] [levels of b], malloc'ed, on every rank; count: how many. Collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_connected_levels(const solow_frame *frame, const solow_sample *sample, const solow_factor *a,
                                    const solow_factor *b, int32_t *component[2], int64_t *count, solow_error *err);

#endif
