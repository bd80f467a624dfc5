/* made_panel.h - tables made in memory, cut over the ranks in any way and in any order of rows, and frames from them.
 *
 * A table is the same on every rank; each takes its share of the rows. The same call with world_alone() gives what one
 * rank makes of the same rows.
 */
#ifndef SOLOW_TESTS_SUPPORT_MADE_PANEL_H
#define SOLOW_TESTS_SUPPORT_MADE_PANEL_H

#include "engine/frame/frame.h"
#include "tests/support/world.h"

/* How rows are dealt to ranks. */
typedef enum { SHARES_EVEN, SHARES_ALL_ON_LAST, SHARES_UNEVEN } made_shares;

/* An empty table of that many rows. */
void made_table(solow_columns *table, int64_t rows);
/* New columns; the caller fills the numbers, or sets labels row by row (NULL: missing). */
double *made_number(solow_columns *table, const char *name);
void made_text(solow_columns *table, const char *name);
void made_label(solow_columns *table, const char *name, int64_t row, const char *label);
double *made_find(const solow_columns *table, const char *name);

/* An unbalanced panel with columns firm, year (gaps in the calendar), sector and region (text, constant in a firm), x, z,
 * y, w (weights, some zero), g (few integers), h (many fractions); some values of z missing. Rows in order of firm, year. */
void made_panel(solow_columns *table, int64_t firms, uint64_t seed);

/* This rank's rows: share of `shares` of the rows in the order given (NULL: as they are). */
void made_part(solow_comm *comm, const solow_columns *table, const ptrdiff_t *order, made_shares shares,
               solow_columns *part);

/* A job from YAML text; the test fails with what the reader says. Models of every registered estimator are known. */
void made_job(const char *yaml, solow_job *job);

/* A frame by the job's data section. Fails the test unless it can be made. */
void made_frame(solow_comm *comm, const solow_columns *table, const ptrdiff_t *order, made_shares shares,
                const solow_job *job, solow_frame *frame);

/* order [rows]: a random permutation. */
ptrdiff_t *made_shuffle(int64_t rows, uint64_t seed);

/* The numbers of all ranks' rows, in the frame's order; malloc'ed. */
double *made_gather(const solow_frame *frame, const double *number);

/* One hash of everything in a frame: names, values, labels, units, periods, over all ranks in order. */
uint64_t made_hash(const solow_frame *frame);

/* A parsed expression; the test fails if it does not parse. */
solow_node *made_node(const char *text);

#endif
