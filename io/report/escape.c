/* escape.c - see escape.h. */
#include "io/report/escape.h"

#include <string.h>

typedef struct replacement {
    char byte;
    const char *text;
} replacement;

static void replace(solow_buffer *buffer, const char *text, const replacement *table)
{
    for (; *text != '\0'; text++) {
        const replacement *entry = table;
        while (entry->text != NULL && entry->byte != *text) {
            entry++;
        }
        if (entry->text != NULL) {
            solow_buffer_text(buffer, entry->text);
        } else {
            solow_buffer_char(buffer, *text);
        }
    }
}

void solow_escape_csv(solow_buffer *buffer, const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || (strpbrk(text, ",\"\r\n") == NULL && text[0] != ' ' && text[length - 1] != ' ')) {
        solow_buffer_bytes(buffer, text, length);
        return;
    }
    static const replacement table[] = {{'"', "\"\""}, {0, NULL}};
    solow_buffer_char(buffer, '"');
    replace(buffer, text, table);
    solow_buffer_char(buffer, '"');
}

void solow_escape_json(solow_buffer *buffer, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    solow_buffer_char(buffer, '"');
    while (*text != '\0') {
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && text[plain] != '"' && text[plain] != '\\') {
            plain++;
        }
        solow_buffer_bytes(buffer, text, plain);
        text += plain;
        if (*text == '"' || *text == '\\') {
            const char pair[2] = {'\\', *text++};
            solow_buffer_bytes(buffer, pair, sizeof pair);
        } else if (*text != '\0') {
            unsigned byte = (unsigned char)*text++;
            const char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 0xf]};
            solow_buffer_bytes(buffer, escape, sizeof escape);
        }
    }
    solow_buffer_char(buffer, '"');
}

void solow_escape_tex(solow_buffer *buffer, const char *text)
{
    static const replacement table[] = {
        {'\\', "\\textbackslash{}"},
        {'{', "\\{"},
        {'}', "\\}"},
        {'$', "\\$"},
        {'&', "\\&"},
        {'#', "\\#"},
        {'%', "\\%"},
        {'_', "\\_"},
        {'^', "\\textasciicircum{}"},
        {'~', "\\textasciitilde{}"},
        {'<', "\\textless{}"},
        {'>', "\\textgreater{}"},
        {'|', "\\textbar{}"},
        {'"', "\\textquotedbl{}"},
        {'\n', " "},
        {'\r', " "},
        {0, NULL},
    };
    replace(buffer, text, table);
}

void solow_escape_markdown(solow_buffer *buffer, const char *text)
{
    static const replacement table[] = {
        {'\\', "\\\\"}, {'|', "\\|"}, {'*', "\\*"}, {'_', "\\_"}, {'`', "\\`"}, {'<', "\\<"}, {'>', "\\>"},
        {'[', "\\["},   {']', "\\]"}, {'#', "\\#"}, {'~', "\\~"}, {'\n', " "},  {'\r', " "},  {0, NULL},
    };
    replace(buffer, text, table);
}

void solow_escape_html(solow_buffer *buffer, const char *text)
{
    static const replacement table[] = {{'&', "&amp;"},  {'<', "&lt;"},   {'>', "&gt;"},
                                        {'"', "&quot;"}, {'\'', "&#39;"}, {0, NULL}};
    replace(buffer, text, table);
}

void solow_escape_shell(solow_buffer *buffer, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-";
    if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
        solow_buffer_text(buffer, text);
        return;
    }
    solow_buffer_char(buffer, '\'');
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'') {
            solow_buffer_text(buffer, "'\\''");
        } else {
            solow_buffer_char(buffer, *at);
        }
    }
    solow_buffer_char(buffer, '\'');
}
