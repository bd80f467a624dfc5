/* transform.h - the columns of a block, transformed: within, between, differences, quasi-demeaned. */
#ifndef SOLOW_ENGINE_PASS_TRANSFORM_H
#define SOLOW_ENGINE_PASS_TRANSFORM_H

#include "engine/pass/pass.h"

/* Bytes that solow_transform_block takes from the block's arena, beyond those of the effects. */
size_t solow_transform_need(const solow_frame *frame);

/* Fills block b and applies transform; WITHIN, here, is of no effects (solow_absorb_within takes effects out). The view's
 * presence and weights follow (between: one row a unit, weight 1). */
solow_status solow_transform_block(const solow_transform *transform, solow_block *block, ptrdiff_t b, solow_error *err);

#endif
