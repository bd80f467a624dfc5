/* link_name.c - see link_name.h. */
#include "io/result/link_name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

char *solow_link_name(const char *text)
{
    static const char digit[] = "0123456789ABCDEF";
    size_t length = strlen(text);
    char *name = malloc(3 * length + 1);
    if (name == NULL) {
        return NULL;
    }
    const bool dots = strspn(text, ".") == length;
    size_t at = 0;
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        bool last = i + 1 == length;
        if (byte == '/' || byte < ' ' || byte == 127 || (last && byte == ' ') || dots) {
            name[at++] = '%';
            name[at++] = digit[byte >> 4];
            name[at++] = digit[byte & 15];
        } else {
            name[at++] = (char)byte;
        }
    }
    name[at] = '\0';
    return name;
}
