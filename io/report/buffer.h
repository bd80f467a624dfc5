/* buffer.h - text that grows: what every report is written into before it goes to a file or a terminal.
 *
 * The first failed allocation sticks: later calls do nothing and solow_buffer_finish tells it.
 */
#ifndef SOLOW_IO_REPORT_BUFFER_H
#define SOLOW_IO_REPORT_BUFFER_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct solow_buffer { /* start from {0} */
    char *text;               /* [length], NUL-terminated; NULL while empty */
    size_t length, size;
    bool failed;
} solow_buffer;

void solow_buffer_bytes(solow_buffer *buffer, const char *bytes, size_t count);
void solow_buffer_text(solow_buffer *buffer, const char *text);
void solow_buffer_char(solow_buffer *buffer, char byte);
void solow_buffer_repeat(solow_buffer *buffer, char byte, ptrdiff_t count);
void solow_buffer_format(solow_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text padded with blanks to width columns of a terminal, on the right, or on the left if right_aligned. */
void solow_buffer_padded(solow_buffer *buffer, const char *text, ptrdiff_t width, bool right_aligned);

/* Columns of a terminal that UTF-8 text takes (wide and combining characters are known). */
ptrdiff_t solow_text_width(const char *text);

/* Errors  SOLOW_ERR_MEMORY if anything was lost */
solow_status solow_buffer_finish(const solow_buffer *buffer, solow_error *err);
/* Everything to a stream. Errors  also SOLOW_ERR_IO */
solow_status solow_buffer_send(const solow_buffer *buffer, FILE *stream, solow_error *err);
void solow_buffer_clear(solow_buffer *buffer);

#endif
