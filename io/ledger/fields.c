/* fields.c - see fields.h. */
#include "io/ledger/fields.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

void solow_put_integer(solow_buffer *buffer, int64_t value)
{
    solow_buffer_bytes(buffer, (const char *)&value, sizeof value);
}

void solow_put_number(solow_buffer *buffer, double value)
{
    solow_buffer_bytes(buffer, (const char *)&value, sizeof value);
}

void solow_put_digest(solow_buffer *buffer, solow_digest digest)
{
    solow_buffer_bytes(buffer, (const char *)&digest, sizeof digest);
}

void solow_put_text(solow_buffer *buffer, const char *text)
{
    int64_t length = text != NULL ? (int64_t)strlen(text) : -1;
    solow_put_integer(buffer, length);
    if (length > 0) {
        solow_buffer_bytes(buffer, text, (size_t)length);
    }
}

static void take(solow_cursor *cursor, void *out, size_t bytes)
{
    if (cursor->bad || cursor->left < bytes) {
        cursor->bad = true;
        memset(out, 0, bytes);
        return;
    }
    memcpy(out, cursor->next, bytes);
    cursor->next += bytes;
    cursor->left -= bytes;
}

int64_t solow_get_integer(solow_cursor *cursor)
{
    int64_t value;
    take(cursor, &value, sizeof value);
    return value;
}

double solow_get_number(solow_cursor *cursor)
{
    double value;
    take(cursor, &value, sizeof value);
    return value;
}

solow_digest solow_get_digest(solow_cursor *cursor)
{
    solow_digest digest;
    take(cursor, &digest, sizeof digest);
    return digest;
}

bool solow_cursor_holds(solow_cursor *cursor, int64_t count, size_t bytes)
{
    if (cursor->bad || count < 0 || (uint64_t)count > cursor->left / bytes) {
        cursor->bad = true;
    }
    return !cursor->bad;
}

char *solow_get_text(solow_cursor *cursor)
{
    int64_t length = solow_get_integer(cursor);
    if (length == -1 || !solow_cursor_holds(cursor, length, 1)) {
        return NULL;
    }
    char *text = solow_allocate((ptrdiff_t)length + 1, 1);
    if (text == NULL) {
        cursor->bad = true;
        return NULL;
    }
    take(cursor, text, (size_t)length);
    text[length] = '\0';
    return text;
}
