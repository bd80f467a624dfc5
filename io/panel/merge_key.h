/* merge_key.h - inside io/panel: rows of two tables compared by the values of their keys.
 *
 * Text codes of both tables are put into the right table's levels first, so that a row of either is a tuple of numbers and
 * codes.
 */
#ifndef SOLOW_IO_PANEL_MERGE_KEY_H
#define SOLOW_IO_PANEL_MERGE_KEY_H

#include "io/panel/columns.h"

typedef struct solow_key_part {
    const solow_column *left, *right;
    int32_t *translated; /* text: [left levels] the right table's code of each left label, -1 if it has none */
} solow_key_part;

typedef struct solow_key_table { /* rows of the right table by key: open addressing, linear probing */
    ptrdiff_t parts;
    solow_key_part *part; /* [parts] */
    int64_t slots;        /* a power of two */
    int64_t *slot;        /* [slots] right row, -1 if free */
} solow_key_table;

/* file: the right table's, for messages.
 * Errors  SOLOW_ERR_INPUT for a key that is absent or of two kinds, and for a key on two rows of right */
solow_status solow_key_table_create(const solow_columns *left, const solow_columns *right, ptrdiff_t count,
                                    char *const *by, const char *file, solow_key_table *table, solow_error *err);
void solow_key_table_clear(solow_key_table *table);

/* The right row with the key of a left row, -1 if there is none. */
int64_t solow_key_table_find(const solow_key_table *table, int64_t left_row);

/* The first label of a text key that right lacks but has in another spelling: blanks at the ends, zeros in front, or case.
 * A sentence, or "". */
void solow_key_table_near_miss(const solow_key_table *table, const char *file, char *text, size_t bytes);

#endif
