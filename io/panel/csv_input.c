/* csv_input.c - see csv_input.h. */
#include "io/panel/csv_input.h"
#include "io/panel/number.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#ifdef SOLOW_TINY_LIMITS
enum { FIRST_CAPACITY = 64 };
#else
enum { FIRST_CAPACITY = 256 << 10 }; /* half of a second-level cache */
#endif

enum { SPARE = 2 + SOLOW_NUMBER_PADDING }; /* a line end, a NUL, and what reading numbers may look at */

solow_status solow_csv_input_open(const char *path, bool gzip, solow_csv_input *input, solow_error *err)
{
    *input = (solow_csv_input){.path = path, .file = open(path, O_RDONLY | O_CLOEXEC), .capacity = FIRST_CAPACITY};
    if (input->file < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s: %s", path, strerror(errno));
    }
    input->buffer = calloc(FIRST_CAPACITY + SPARE, 1);
    if (gzip) {
        input->gzip = gzdopen(input->file, "rb");
        input->file = input->gzip != NULL ? -1 : input->file; /* gzclose closes it */
    }
    if (input->buffer == NULL || (gzip && input->gzip == NULL)) {
        solow_csv_input_close(input);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory to read the file", path);
    }
    input->buffer[0] = '\0';
    return SOLOW_OK;
}

void solow_csv_input_close(solow_csv_input *input)
{
    free(input->buffer);
    if (input->gzip != NULL) {
        (void)gzclose_r(input->gzip); /* reading told of any damage */
    } else if (input->file >= 0) {
        (void)close(input->file);
    }
    *input = (solow_csv_input){.file = -1};
}

solow_status solow_csv_input_seek(solow_csv_input *input, int64_t position, solow_error *err)
{
    input->begins = 0;
    input->ends = 0;
    input->buffer[0] = '\0';
    input->position = position;
    input->finished = false;
    if (input->gzip != NULL && gzseek(input->gzip, (z_off_t)position, SEEK_SET) < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: the gzip file is damaged or truncated", input->path);
    }
    return SOLOW_OK;
}

static solow_status make_room(solow_csv_input *input, solow_error *err)
{
    size_t kept = input->ends - input->begins;
    if (input->begins > 0) {
        memmove(input->buffer, input->buffer + input->begins, kept);
        input->position += (int64_t)input->begins;
        input->begins = 0;
        input->ends = kept;
    }
    if (kept < input->capacity) {
        return SOLOW_OK;
    }
    char *grown = realloc(input->buffer, 2 * input->capacity + SPARE);
    if (grown == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for a record of %zu bytes", input->path, kept);
    }
    memset(grown + input->capacity, 0, input->capacity + SPARE);
    input->buffer = grown;
    input->capacity *= 2;
    return SOLOW_OK;
}

static solow_status read_gzip(solow_csv_input *input, size_t room, ptrdiff_t *got, solow_error *err)
{
    int bytes = gzread(input->gzip, input->buffer + input->ends, (unsigned)room);
    int code = Z_OK;
    const char *reason = gzerror(input->gzip, &code);
    if (bytes < 0 || (bytes == 0 && code != Z_OK && code != Z_STREAM_END)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: the gzip file is damaged or truncated (%s)", input->path, reason);
    }
    *got = bytes;
    return SOLOW_OK;
}

static solow_status read_plain(solow_csv_input *input, size_t room, ptrdiff_t *got, solow_error *err)
{
    do {
        *got = pread(input->file, input->buffer + input->ends, room, (off_t)input->position + (off_t)input->ends);
    } while (*got < 0 && errno == EINTR);
    if (*got < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_IO, "%s: reading broke off: %s", input->path, strerror(errno));
    }
    return SOLOW_OK;
}

solow_status solow_csv_input_more(solow_csv_input *input, solow_error *err)
{
    solow_status status = make_room(input, err);
    if (status != SOLOW_OK) {
        return status;
    }
    ptrdiff_t got = 0;
    size_t room = input->capacity - input->ends;
    status = input->gzip != NULL ? read_gzip(input, room, &got, err) : read_plain(input, room, &got, err);
    if (status != SOLOW_OK) {
        return status;
    }
    input->ends += (size_t)got;
    input->buffer[input->ends] = '\0';
    input->finished = got == 0;
    return SOLOW_OK;
}

int64_t solow_csv_input_position(const solow_csv_input *input, const char *byte)
{
    return input->position + (byte - input->buffer);
}
