/* fields.h - the content of records as bytes, and back: exact, in the machine's own byte order.
 *
 * Records are read by the machine kind that wrote them, and a foreign byte order is refused by their magic number, so
 * nothing is converted. Reading past the end, or a text that does not end, marks the cursor as bad; every value is then 0.
 */
#ifndef SOLOW_IO_LEDGER_FIELDS_H
#define SOLOW_IO_LEDGER_FIELDS_H

#include "io/ledger/digest.h"
#include "io/report/buffer.h"

void solow_put_integer(solow_buffer *buffer, int64_t value);
void solow_put_number(solow_buffer *buffer, double value); /* bit for bit, NaN too */
void solow_put_digest(solow_buffer *buffer, solow_digest digest);
void solow_put_text(solow_buffer *buffer, const char *text); /* NULL is told from "" */

typedef struct solow_cursor {
    const char *next;
    size_t left;
    bool bad; /* the bytes were not what was asked for, or there was no memory */
} solow_cursor;

int64_t solow_get_integer(solow_cursor *cursor);
double solow_get_number(solow_cursor *cursor);
solow_digest solow_get_digest(solow_cursor *cursor);
/* malloc'ed; NULL for NULL, and when the cursor is or becomes bad. */
char *solow_get_text(solow_cursor *cursor);
/* count items of at least that many bytes each are left: what a count is checked by before memory is asked for. */
bool solow_cursor_holds(solow_cursor *cursor, int64_t count, size_t bytes);

#endif
