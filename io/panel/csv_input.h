/* csv_input.h - the bytes of a text file in order, plain or gzip, through one buffer.
 *
 * The reader works on buffer[begins..ends), which a NUL follows, and asks for more when a record is not whole. A record
 * may fill the buffer up to SOLOW_RECORD_LIMIT, so that neither a file of one line nor a quotation mark that is never
 * closed takes the memory. pread into a buffer that stays in cache costs less than the page faults of a mapping, and
 * the text does not count as resident memory.
 */
#ifndef SOLOW_IO_PANEL_CSV_INPUT_H
#define SOLOW_IO_PANEL_CSV_INPUT_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stdint.h>

#define SOLOW_RECORD_LIMIT ((size_t)64 << 20) /* bytes of one CSV record */

typedef struct solow_csv_input {
    const char *path; /* borrowed */
    int file;         /* -1: not open */
    void *gzip;       /* gzFile, or NULL for plain text */
    char *buffer;
    size_t capacity;     /* bytes that may be held; a few more are allocated, all initialised */
    size_t begins, ends; /* unread bytes: buffer[begins..ends) */
    int64_t position;    /* of buffer[0] in the (uncompressed) text */
    bool finished;       /* the text ends at buffer[ends] */
} solow_csv_input;

/* Errors  SOLOW_ERR_NO_INPUT, SOLOW_ERR_MEMORY */
solow_status solow_csv_input_open(const char *path, bool gzip, solow_csv_input *input, solow_error *err);
void solow_csv_input_close(solow_csv_input *input);

/* Forgets the buffer and goes on at this byte of the text. */
solow_status solow_csv_input_seek(solow_csv_input *input, int64_t position, solow_error *err);

/* Moves the unread bytes to the front and reads behind them; the buffer grows when they fill it. At the end of the text
 * finished is set.
 * Errors  SOLOW_ERR_IO, SOLOW_ERR_MEMORY, SOLOW_ERR_INPUT for damaged gzip */
solow_status solow_csv_input_more(solow_csv_input *input, solow_error *err);

/* Position in the text of a byte of the buffer. */
int64_t solow_csv_input_position(const solow_csv_input *input, const char *byte);

#endif
