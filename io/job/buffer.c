/* buffer.c - see buffer.h. */
#include "io/job/buffer.h"
#include "kernels/core/size.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool make_room(solow_job_buffer *buffer, ptrdiff_t more)
{
    if (buffer->failed) {
        return false;
    }
    if (buffer->length + more + 1 <= buffer->capacity) {
        return true;
    }
    ptrdiff_t capacity = 2 * (buffer->length + more + 32);
    char *text = solow_resize(buffer->text, capacity, 1);
    if (text == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->text = text;
    buffer->capacity = capacity;
    return true;
}

void solow_job_buffer_bytes(solow_job_buffer *buffer, const char *bytes, ptrdiff_t count)
{
    if (make_room(buffer, count)) {
        memcpy(buffer->text + buffer->length, bytes, (size_t)count);
        buffer->length += count;
        buffer->text[buffer->length] = '\0';
    }
}

void solow_job_buffer_add(solow_job_buffer *buffer, const char *text)
{
    solow_job_buffer_bytes(buffer, text, (ptrdiff_t)strlen(text));
}

void solow_job_buffer_format(solow_job_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = true;
    } else if (make_room(buffer, length)) {
        (void)vsnprintf(buffer->text + buffer->length, (size_t)length + 1, format, again);
        buffer->length += length;
    }
    va_end(again);
}

char *solow_job_buffer_take(solow_job_buffer *buffer)
{
    solow_job_buffer_bytes(buffer, "", 0);
    char *text = buffer->failed ? NULL : buffer->text;
    if (buffer->failed) {
        free(buffer->text);
    }
    *buffer = (solow_job_buffer){0};
    return text;
}

void solow_job_buffer_clear(solow_job_buffer *buffer)
{
    free(buffer->text);
    *buffer = (solow_job_buffer){0};
}

void *solow_job_room(void *list, ptrdiff_t count, size_t size)
{
    if (list != NULL && (count & (count - 1)) != 0) {
        return list;
    }
    return solow_resize(list, count > 0 ? 2 * count : 1, size);
}
