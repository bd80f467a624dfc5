/* part.h - a frame taken apart by the levels of a factor: each part whole on one rank, and a frame of its own.
 *
 *   (1) needs    the columns that models read; what looks beyond its own row (lags, means within units, ranks) becomes a
 *                column first, so that it has seen all rows of the panel
 *   (2) deal     levels to ranks, the longest first: each to the rank that has most of its rows, while that has less than its
 *                share; the others to the rank that has least rows so far
 *   (3) move     rows travel to the owner of their level and keep the frame's order; what lies there already stays where it is
 *   (4) frame    one part, sorted, coded and cut as a panel of its own, on a communicator of this process alone
 *   (5) return   columns that were made on the parts travel back to the rows of the frame
 *   (6) gather   or every rank gets all rows, as one part, to draw rows from: a row may then stand in a frame several times
 *   (7) share    a level that is too large for one rank: a frame too, whose rows lie on all ranks, laid out by itself
 *
 * Blocks of a part are cut by its own rows, so its digits depend neither on who owns it nor on the other parts.
 *
 * Cost  one exchange a column of the rows that change their rank; a part costs one gather of its rows, or a copy where they
 *       stand together.
 */
#ifndef SOLOW_ENGINE_FRAME_PART_H
#define SOLOW_ENGINE_FRAME_PART_H

#include "engine/frame/frame.h"

typedef struct solow_needs { /* columns that travel with the rows, each once */
    ptrdiff_t count, capacity;
    const solow_frame_column **column;
} solow_needs;

/* Adds what node reads to needs; node NULL: nothing. Names that the frame lacks are left for the compiler to refuse.
 * Collective: hidden columns are made.
 * Errors  as solow_frame_evaluate */
solow_status solow_needs_expression(solow_frame *frame, const solow_node *node, solow_needs *needs, solow_error *err);
/* Adds everything that a model reads: terms, effects, slopes, clusters, weights, where. Collective. */
solow_status solow_needs_model(solow_frame *frame, const solow_model *model, solow_needs *needs, solow_error *err);
void solow_needs_clear(solow_needs *needs);

typedef struct solow_part_values { /* one array of the frame, as far as this rank needs it */
    const void *here;              /* [own] the frame's own, numbers or codes */
    void *came;                    /* [before + after] of other ranks */
} solow_part_values;

/* Rows are numbered in the order of the frame: `before` that came from lower ranks, `own` of this rank, those from higher. */
typedef struct solow_parts {
    solow_frame *frame;
    const solow_factor *by;
    solow_comm *alone;
    ptrdiff_t columns;
    const solow_frame_column *const *column; /* [columns] of the frame */
    ptrdiff_t parts;                         /* of this rank */
    int32_t *level;                          /* [parts] of the factor, rising */
    ptrdiff_t *start;                        /* [parts + 1] into row */
    ptrdiff_t *row;                          /* numbers of rows, part after part */
    ptrdiff_t before, own, rows;             /* rows: all that have a number */
    solow_part_values *value;                /* [columns] */
    solow_part_values unit, time, code;      /* code: of the factor */
    int32_t **mark;                          /* [columns] work for recoding labels; NULL for numbers */
    int32_t *rank_of;                        /* [levels] owner of each level; -1: no row */
    size_t *send, *receive;                  /* [ranks] rows that change their rank */
    ptrdiff_t *order;                        /* rows of the frame in the order in which they were sent */
    const int32_t
        *copy; /* [rows of the part, as in row] the caller's: which copy of its unit a row belongs to; each is a
                            unit of its own. NULL: rows stand once */
} solow_parts;

/* needs must outlive the parts, as must frame and factor. shared [levels]: which are left to (7). Collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_parts_create(solow_frame *frame, const solow_factor *by, const solow_needs *needs,
                                const bool *shared, solow_parts *parts, solow_error *err);
/* (6): one part of all rows, in the order of the frame, on every rank: start and row are the caller's to change. Collective.
 * Cost  8 bytes x rows of all ranks x columns on every rank; on one rank nothing is copied. Errors  SOLOW_ERR_MEMORY */
solow_status solow_parts_gather(solow_frame *frame, const solow_needs *needs, solow_parts *parts, solow_error *err);
void solow_parts_clear(solow_parts *parts);

/* Part p of this rank as a frame; not collective.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_parts_frame(const solow_parts *parts, ptrdiff_t p, solow_frame *frame, solow_error *err);

/* Value number i of the arrays above. */
static inline double solow_part_number(const solow_parts *parts, const solow_part_values *from, ptrdiff_t i)
{
    bool here = i >= parts->before && i < parts->before + parts->own;
    return here ? ((const double *)from->here)[i - parts->before]
                : ((const double *)from->came)[i < parts->before ? i : i - parts->own];
}

static inline int32_t solow_part_code(const solow_parts *parts, const solow_part_values *from, ptrdiff_t i)
{
    bool here = i >= parts->before && i < parts->before + parts->own;
    return here ? ((const int32_t *)from->here)[i - parts->before]
                : ((const int32_t *)from->came)[i < parts->before ? i : i - parts->own];
}

/* values [parts->rows] by the rows' numbers, into out [rows of the frame], which is left as it is where
 * no part has the row. Collective. */
solow_status solow_parts_return(const solow_parts *parts, const double *values, double *out, solow_error *err);

typedef struct solow_shared_part {
    solow_frame frame;
    ptrdiff_t rows;         /* of the whole frame on this rank that the level has */
    ptrdiff_t *row;         /* [rows] which, in order */
    size_t *send, *receive; /* [ranks] rows that go, and come */
} solow_shared_part;

/* (7): the level of by as a frame of all ranks. Collective; what is shared is to be cleared in every case.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_shared_part_create(const solow_frame *whole, const solow_factor *by, int32_t level,
                                      const solow_needs *needs, solow_shared_part *part, solow_error *err);
/* values [rows of part->frame] into out [rows of the whole frame], where the level has rows. Collective. */
solow_status solow_shared_part_return(const solow_shared_part *part, const double *values, double *out,
                                      solow_error *err);
void solow_shared_part_clear(solow_shared_part *part);

/* A column of a part like that of the whole, its values yet to be filled: number, or code and label. */
solow_status solow_part_column(solow_frame *frame, const solow_frame *whole, const solow_frame_column *from,
                               solow_frame_column **column, solow_error *err);
/* The end of both ways: unit factor, blocks, periods. value: of the units of numeric ids, or NULL; taken over. */
solow_status solow_part_finish(solow_frame *frame, int32_t units, double *value, solow_error *err);

#endif
