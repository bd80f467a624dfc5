/* buffer.h - text that grows: messages, canonical formulas, the JSON Schema.
 *
 * A failed allocation is remembered; the text is then given up when it is taken, so callers check once.
 */
#ifndef SOLOW_IO_JOB_BUFFER_H
#define SOLOW_IO_JOB_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

typedef struct solow_job_buffer { /* zeroed: empty */
    char *text;
    ptrdiff_t length, capacity;
    bool failed;
} solow_job_buffer;

void solow_job_buffer_bytes(solow_job_buffer *buffer, const char *bytes, ptrdiff_t count);
void solow_job_buffer_add(solow_job_buffer *buffer, const char *text);
void solow_job_buffer_format(solow_job_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text, malloc'ed; NULL when there was no memory. The buffer is empty afterwards. */
char *solow_job_buffer_take(solow_job_buffer *buffer);
/* Frees what was written. */
void solow_job_buffer_clear(solow_job_buffer *buffer);

/* Makes room for one more item in a list of count: doubles at powers of two. The list, moved perhaps; NULL when there is
 * no memory (the old list then still stands). */
void *solow_job_room(void *list, ptrdiff_t count, size_t size);

#endif
