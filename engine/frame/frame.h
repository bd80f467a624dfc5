/* frame.h - the panel in memory: each rank's rows of the columns that a job uses, sorted by (unit, time), cut into blocks.
 *
 * Way of the data: io/panel gives each rank a part of the file; solow_frame_load agrees on levels, sorts, hands rows to
 * their owners and cuts blocks. From then on rows never move; samples are masks. Columns are added (variables, saved
 * columns, materialised expressions) but never changed.
 */
#ifndef SOLOW_ENGINE_FRAME_FRAME_H
#define SOLOW_ENGINE_FRAME_FRAME_H

#include "engine/comm/layout.h"
#include "io/job/job.h"
#include "io/panel/columns.h"

typedef struct solow_frame_column {
    char *name;
    solow_column_kind kind;
    double *number; /* [rows of the rank], NUMBER */
    int32_t *code;  /* [rows of the rank], TEXT: codes into label, -1 missing */
    int32_t levels; /* TEXT: labels over all ranks, sorted by unsigned bytes */
    char **label;
    bool borrows_labels; /* the texts of label[] belong to another frame's column */
    bool has_missing;    /* any NaN (or -1) in any rank's rows */
    bool has_infinite;
    int64_t text_row;    /* TEXT: row of the files, from 1, of the first label that is no number; 0: none */
    char text_label[64]; /* that label, cut */
} solow_frame_column;

/* A column as a classification: codes 0..levels-1 in the order of values (numbers by size, text by bytes, combinations by
 * their parts in order). */
typedef struct solow_factor {
    char *name;    /* canonical text of the expression */
    int32_t *code; /* [rows of the rank]; -1 missing; borrowed from a text column if !owns_code */
    bool owns_code;
    int32_t levels;
    double *value;   /* [levels] for a numeric column, else NULL */
    char **label;    /* [levels] as printed; made on demand by solow_factor_label for numbers */
    bool local;      /* every level lies inside one unit */
    bool missing;    /* a row of the frame, of any rank, has no level */
    int32_t filled;  /* levels with a row in the frame, over all ranks */
    int32_t lone;    /* levels with exactly one */
    bool is_unit;    /* the levels are the units, and no row is without one */
    ptrdiff_t parts; /* combination: the factors combined, and the part codes of each level */
    const struct solow_factor *part[4];
    int32_t *part_code; /* [levels x parts] */
} solow_factor;

typedef struct solow_panel_facts { /* of the frame, over all ranks */
    int64_t units, rows, longest, shortest;
    int64_t gaps;   /* missing periods inside a unit's first and last */
    int64_t spells; /* runs of consecutive periods */
    int32_t first_period, last_period;
    bool balanced;
} solow_panel_facts;

typedef struct solow_frame {
    solow_comm *comm;
    solow_layout layout;
    ptrdiff_t rows; /* of this rank */
    ptrdiff_t columns, column_capacity;
    solow_frame_column **column; /* stable pointers */
    ptrdiff_t factors, factor_capacity;
    solow_factor **factor;
    bool has_unit, has_time;
    bool is_part;  /* of another frame (part.h): what looks beyond a row is a column, under its own text */
    int32_t *unit; /* [rows] code of the unit over all ranks; NULL without unit */
    int32_t *time; /* [rows] period; NULL without time */
    const solow_factor *unit_factor;
    const solow_frame_column *unit_column; /* where unit came from; NULL without unit */
    const solow_frame_column *time_column; /* where time came from; NULL without time */
    ptrdiff_t blocks;                      /* of this rank */
    ptrdiff_t *block_start;                /* [blocks + 1] local rows */
    ptrdiff_t units;                       /* local; without unit, every row */
    ptrdiff_t *unit_start;                 /* [units + 1] local rows; NULL without unit */
    ptrdiff_t *block_unit;                 /* [blocks + 1] first local unit of each block; NULL without unit */
    solow_panel_facts facts;
    int64_t dropped_where, dropped_key; /* rows left out by data.where, and for a missing unit or period */
    double bytes_read;                  /* of the files, by this rank */
    char *note;                         /* what merges left unmatched, a line a file; NULL: nothing */
    ptrdiff_t available_count;
    char **available; /* [available_count] names of all columns of the files, used or not */
} solow_frame;

/* Reads what the job's data section names; only wanted columns (by name; the unit, time and merge keys are added).
 * Collective; every rank gets the same status.
 * Errors  as io/panel's; SOLOW_ERR_INPUT for duplicate (unit, time), a period that is not an integer, no rows */
solow_status solow_frame_load(solow_comm *comm, const solow_job *job, const char *const *wanted, ptrdiff_t count,
                              solow_frame *frame, solow_error *err);
/* A frame from columns in memory: this rank's part of the rows, in file order over ranks. Takes the columns over. */
solow_status solow_frame_build(solow_comm *comm, solow_columns *columns, const solow_job *job, solow_frame *frame,
                               solow_error *err);
void solow_frame_clear(solow_frame *frame);

solow_frame_column *solow_frame_find(const solow_frame *frame, const char *name); /* NULL if absent */

/* Adds a numeric column, to be filled by the caller, who then calls solow_frame_column_check (collective) to set
 * has_missing and has_infinite. */
solow_status solow_frame_add_number(solow_frame *frame, const char *name, solow_frame_column **column,
                                    solow_error *err);
solow_status solow_frame_column_check(solow_frame *frame, solow_frame_column *column, solow_error *err);

/* "did you mean" over column names, or "". */
const char *solow_frame_closest(const solow_frame *frame, const char *name);

#endif
