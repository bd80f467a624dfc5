/* arrange.h - from a rank's part of a file to its share of a sorted frame: agree on levels, sort, hand over, cut blocks. */
#ifndef SOLOW_ENGINE_FRAME_ARRANGE_H
#define SOLOW_ENGINE_FRAME_ARRANGE_H

#include "engine/frame/frame.h"

/* The whole way from columns in memory (this rank's rows, file after file) to a frame. Columns' arrays are taken over.
 * origin [rows of columns]: place of each row in all files laid one after the other; work space afterwards.
 * Collective. Errors as solow_frame_load. */
solow_status solow_frame_arrange(solow_comm *comm, solow_columns *columns, const solow_job *job, int64_t *origin,
                                 solow_frame *frame, solow_error *err);

/* Labels of a text column over all ranks, sorted by unsigned bytes; codes are rewritten. Collective. */
solow_status solow_agree_levels(solow_comm *comm, ptrdiff_t rows, solow_column *column, char ***label, int32_t *levels,
                                solow_error *err);

/* Moves every column's rows to their owners. order, position: as solow_order_ranks gives them. */
solow_status solow_frame_move_rows(solow_frame *frame, ptrdiff_t rows, const ptrdiff_t *order, const int64_t *position,
                                   solow_error *err);

/* unit, time, blocks and facts of a frame whose columns are in place; duplicates are an error naming the first. */
solow_status solow_frame_cut(solow_frame *frame, solow_error *err);

#endif
