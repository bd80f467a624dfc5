/* utf8.c - see utf8.h. */
#include "io/panel/utf8.h"

/* Length of the well-formed sequence that begins at p (bytes left), 0 if there is none. */
static size_t sequence(const unsigned char *p, size_t left)
{
    if (p[0] < 0x80) {
        return 1;
    }
    size_t length = p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
    if (length == 0 || length > left) {
        return 0;
    }
    unsigned char least = p[0] == 0xe0 ? 0xa0 : p[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char most = p[0] == 0xed ? 0x9f : p[0] == 0xf4 ? 0x8f : 0xbf;
    if (p[1] < least || p[1] > most) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

bool solow_utf8_is_valid(const char *text, size_t bytes)
{
    const unsigned char *p = (const unsigned char *)text;
    while (bytes > 0) {
        size_t length = sequence(p, bytes);
        if (length == 0) {
            return false;
        }
        p += length;
        bytes -= length;
    }
    return true;
}
