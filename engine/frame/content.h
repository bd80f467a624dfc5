/* content.h - a column's content as one number, so that an estimate can be known by the data it used.
 *
 *   (1) h_b = hash of the bytes of block b;  h = hash of (h_1, h_2, ..., h_B)
 *
 * Blocks are cut by the data alone, so (1) does not depend on the ranks. Of text the labels enter too.
 */
#ifndef SOLOW_ENGINE_FRAME_CONTENT_H
#define SOLOW_ENGINE_FRAME_CONTENT_H

#include "engine/frame/frame.h"
#include "io/ledger/digest.h"

/* Collective; the same on every rank. Errors  SOLOW_ERR_MEMORY */
solow_status solow_frame_content(const solow_frame *frame, const solow_frame_column *column, solow_digest *digest,
                                 solow_error *err);

#endif
