/* diagnostics.c - errors of a job file: collected, put in order of place, printed with source line and caret; see job.h.
 */
#include "io/job/buffer.h"
#include "io/job/job.h"
#include "kernels/core/size.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 200, LINE_SHOWN = 160 }; /* items kept; bytes of a source line shown */

static bool is_known(const solow_diagnostics *diagnostics, bool warning, solow_place place, const char *message)
{
    for (ptrdiff_t i = 0; i < diagnostics->count; i++) {
        const struct solow_diagnostic *item = &diagnostics->item[i];
        if (item->warning == warning && item->place.line == place.line && item->place.column == place.column &&
            strcmp(item->message, message) == 0) {
            return true;
        }
    }
    return false;
}

/* Keeps the item; the message is used up. Without memory or beyond the limit only the count of errors tells of it. */
static void keep(solow_diagnostics *diagnostics, bool warning, solow_place place, const char *hint, char *message)
{
    if (message != NULL && is_known(diagnostics, warning, place, message)) {
        free(message);
        return;
    }
    diagnostics->errors += warning ? 0 : 1;
    struct solow_diagnostic *items = NULL;
    if (message != NULL && diagnostics->count < MOST) {
        items = solow_job_room(diagnostics->item, diagnostics->count, sizeof *items);
    }
    if (items == NULL) {
        free(message);
        return;
    }
    diagnostics->item = items;
    ptrdiff_t at = diagnostics->count++;
    for (; at > 0; at--) {
        solow_place before = items[at - 1].place;
        if (before.line < place.line || (before.line == place.line && before.column <= place.column)) {
            break;
        }
        items[at] = items[at - 1];
    }
    items[at] = (struct solow_diagnostic){.warning = warning, .place = place, .message = message};
    items[at].hint = hint != NULL ? solow_copy_text(hint) : NULL;
}

void solow_diagnostics_add(solow_diagnostics *diagnostics, bool warning, solow_place place, const char *hint,
                           const char *format, ...)
{
    char message[SOLOW_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    keep(diagnostics, warning, place, hint, length >= 0 ? solow_copy_text(message) : NULL);
}

/* The start of line `line` (1-based) in source, or NULL. */
static const char *find_line(const char *source, int line)
{
    for (int at = 1; at < line && source != NULL; at++) {
        source = strchr(source, '\n');
        source = source != NULL ? source + 1 : NULL;
    }
    return source;
}

static ptrdiff_t step_back(const char *line, ptrdiff_t at)
{
    while (at > 0 && ((unsigned char)line[at] & 0xC0) == 0x80) {
        at--;
    }
    return at;
}

/* The line, cut around the caret if it is long, and the caret under its column; tabs stay tabs in both. */
static void print_source(solow_job_buffer *out, const char *line, int column)
{
    ptrdiff_t length = (ptrdiff_t)strcspn(line, "\r\n"), caret = 0, first = 0;
    for (int at = 1; at < column && caret < length; at++) {
        caret++;
        while (caret < length && ((unsigned char)line[caret] & 0xC0) == 0x80) {
            caret++;
        }
    }
    if (caret > LINE_SHOWN - 20) {
        first = step_back(line, caret - LINE_SHOWN / 2);
    }
    ptrdiff_t last = length - first > LINE_SHOWN ? step_back(line, first + LINE_SHOWN) : length;
    solow_job_buffer_add(out, first > 0 ? "    ..." : "    ");
    solow_job_buffer_bytes(out, line + first, last - first);
    solow_job_buffer_add(out, last < length ? "...\n" : "\n");
    solow_job_buffer_add(out, first > 0 ? "       " : "    ");
    for (ptrdiff_t i = first; i < caret; i++) {
        if (((unsigned char)line[i] & 0xC0) != 0x80) {
            solow_job_buffer_add(out, line[i] == '\t' ? "\t" : " ");
        }
    }
    solow_job_buffer_add(out, "^\n");
}

char *solow_diagnostics_print(const solow_diagnostics *diagnostics)
{
    solow_job_buffer out = {0};
    const char *file = diagnostics->file != NULL ? diagnostics->file : "job";
    for (ptrdiff_t i = 0; i < diagnostics->count; i++) {
        const struct solow_diagnostic *item = &diagnostics->item[i];
        solow_job_buffer_add(&out, file);
        if (item->place.line > 0) {
            solow_job_buffer_format(&out, ":%d:%d", item->place.line, item->place.column);
        }
        solow_job_buffer_format(&out, ": %s: %s", item->warning ? "warning" : "error", item->message);
        solow_job_buffer_format(&out, item->hint != NULL ? "; %s\n" : "%s\n", item->hint != NULL ? item->hint : "");
        const char *line = item->place.line > 0 ? find_line(diagnostics->source, item->place.line) : NULL;
        if (line != NULL && *line != '\0') {
            print_source(&out, line, item->place.column);
        }
    }
    ptrdiff_t shown = 0;
    for (ptrdiff_t i = 0; i < diagnostics->count; i++) {
        shown += diagnostics->item[i].warning ? 0 : 1;
    }
    if (diagnostics->errors > shown) {
        solow_job_buffer_format(&out, "%s: and %td errors more\n", file, diagnostics->errors - shown);
    }
    return solow_job_buffer_take(&out);
}

void solow_diagnostics_clear(solow_diagnostics *diagnostics)
{
    for (ptrdiff_t i = 0; i < diagnostics->count; i++) {
        free(diagnostics->item[i].message);
        free(diagnostics->item[i].hint);
    }
    free(diagnostics->item);
    free(diagnostics->file);
    free(diagnostics->source);
    *diagnostics = (solow_diagnostics){0};
}
