/* buffer.c - see buffer.h. */
#include "io/report/buffer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 256 };

static bool make_room(solow_buffer *buffer, size_t more)
{
    if (buffer->failed || more > SIZE_MAX / 4 || buffer->length > SIZE_MAX / 4) {
        buffer->failed = true;
        return false;
    }
    size_t needed = buffer->length + more + 1;
    if (needed <= buffer->size) {
        return true;
    }
    size_t size = buffer->size == 0 ? FIRST_BYTES : buffer->size;
    while (size < needed) {
        size *= 2;
    }
    char *text = realloc(buffer->text, size);
    if (text == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->text = text;
    buffer->size = size;
    return true;
}

void solow_buffer_bytes(solow_buffer *buffer, const char *bytes, size_t count)
{
    if (make_room(buffer, count)) {
        memcpy(buffer->text + buffer->length, bytes, count);
        buffer->length += count;
        buffer->text[buffer->length] = '\0';
    }
}

void solow_buffer_text(solow_buffer *buffer, const char *text)
{
    solow_buffer_bytes(buffer, text, strlen(text));
}

void solow_buffer_char(solow_buffer *buffer, char byte)
{
    solow_buffer_bytes(buffer, &byte, 1);
}

void solow_buffer_repeat(solow_buffer *buffer, char byte, ptrdiff_t count)
{
    if (count > 0 && make_room(buffer, (size_t)count)) {
        memset(buffer->text + buffer->length, byte, (size_t)count);
        buffer->length += (size_t)count;
        buffer->text[buffer->length] = '\0';
    }
}

void solow_buffer_format(solow_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = true;
    } else if (make_room(buffer, (size_t)length)) {
        va_start(arguments, format);
        (void)vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, arguments);
        va_end(arguments);
        buffer->length += (size_t)length;
    }
}

/* The next code point and how many bytes it took; a byte that is no UTF-8 counts as itself. */
static uint32_t code_point(const unsigned char *text, size_t *bytes)
{
    static const uint32_t mask[] = {0x7f, 0x1f, 0x0f, 0x07};
    size_t extra = text[0] >= 0xf0 ? 3 : text[0] >= 0xe0 ? 2 : text[0] >= 0xc0 ? 1 : 0;
    uint32_t code = text[0] & mask[extra];
    for (size_t i = 1; i <= extra; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            *bytes = 1;
            return text[0];
        }
        code = code << 6 | (text[i] & 0x3f);
    }
    *bytes = extra + 1;
    return code;
}

/* Terminal columns of a code point: combining marks none, East Asian wide characters two. */
static ptrdiff_t columns_of(uint32_t code)
{
    static const struct {
        uint32_t first, last;
        ptrdiff_t columns;
    } range[] = {{0x0300, 0x036f, 0}, {0x1100, 0x115f, 2}, {0x200b, 0x200f, 0},   {0x2e80, 0x303e, 2},
                 {0x3041, 0xa4cf, 2}, {0xac00, 0xd7a3, 2}, {0xf900, 0xfaff, 2},   {0xfe30, 0xfe6f, 2},
                 {0xff00, 0xff60, 2}, {0xffe0, 0xffe6, 2}, {0x1f300, 0x1faff, 2}, {0x20000, 0x3fffd, 2}};
    for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
        if (code >= range[i].first && code <= range[i].last) {
            return range[i].columns;
        }
    }
    return 1;
}

ptrdiff_t solow_text_width(const char *text)
{
    ptrdiff_t width = 0;
    for (size_t bytes; *text != '\0'; text += bytes) {
        width += columns_of(code_point((const unsigned char *)text, &bytes));
    }
    return width;
}

void solow_buffer_padded(solow_buffer *buffer, const char *text, ptrdiff_t width, bool right_aligned)
{
    ptrdiff_t blanks = width - solow_text_width(text);
    if (right_aligned) {
        solow_buffer_repeat(buffer, ' ', blanks);
    }
    solow_buffer_text(buffer, text);
    if (!right_aligned) {
        solow_buffer_repeat(buffer, ' ', blanks);
    }
}

solow_status solow_buffer_finish(const solow_buffer *buffer, solow_error *err)
{
    return buffer->failed ? SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the text of a report") : SOLOW_OK;
}

solow_status solow_buffer_send(const solow_buffer *buffer, FILE *stream, solow_error *err)
{
    solow_status status = solow_buffer_finish(buffer, err);
    if (status != SOLOW_OK) {
        return status;
    }
    if ((buffer->length > 0 && fwrite(buffer->text, 1, buffer->length, stream) != buffer->length) ||
        fflush(stream) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_IO, "writing the report broke off: %s", strerror(errno));
    }
    return SOLOW_OK;
}

void solow_buffer_clear(solow_buffer *buffer)
{
    free(buffer->text);
    *buffer = (solow_buffer){0};
}
