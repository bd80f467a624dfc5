/* reader.c - errors, copies and paths; see reader.h. */
#include "io/job/reader.h"
#include "io/job/buffer.h"
#include "kernels/core/size.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void solow_reader_error(solow_reader *reader, const solow_yaml *at, const char *hint, const char *format, ...)
{
    char message[SOLOW_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    solow_place place = at != NULL ? (solow_place){at->line, at->column} : (solow_place){0, 0};
    solow_diagnostics_add(reader->diagnostics, false, place, hint, "%s", message);
}

const char *solow_reader_did_you_mean(char buffer[SOLOW_HINT_BYTES], const char *name)
{
    if (name == NULL) {
        return NULL;
    }
    (void)snprintf(buffer, SOLOW_HINT_BYTES, "did you mean `%s`?", name);
    return buffer;
}

solow_place solow_reader_place(const solow_reader *reader, const solow_yaml *scalar, ptrdiff_t offset)
{
    solow_place place = {scalar->line, scalar->column};
    if (scalar->line > 0 && scalar->line <= reader->lines) {
        place.column = solow_yaml_column_of(scalar, reader->line[scalar->line - 1], offset);
    }
    return place;
}

void *solow_reader_allocate(solow_reader *reader, ptrdiff_t count, size_t size)
{
    void *block = solow_allocate_zeroed(count, size);
    reader->no_memory |= block == NULL;
    return block;
}

char *solow_reader_copy(solow_reader *reader, const char *text)
{
    char *copy = text != NULL ? solow_copy_text(text) : NULL;
    reader->no_memory |= text != NULL && copy == NULL;
    return copy;
}

char *solow_reader_text(solow_reader *reader, const solow_yaml *mapping, const char *key)
{
    const solow_yaml *value = solow_yaml_get(mapping, key);
    return value != NULL && value->kind == SOLOW_YAML_SCALAR ? solow_reader_copy(reader, value->text) : NULL;
}

char **solow_reader_texts(solow_reader *reader, const solow_yaml *node, ptrdiff_t *count)
{
    *count = 0;
    if (node == NULL || node->kind == SOLOW_YAML_MAPPING) {
        return NULL;
    }
    bool list = node->kind == SOLOW_YAML_LIST;
    char **texts = solow_reader_allocate(reader, list ? node->count : 1, sizeof *texts);
    for (ptrdiff_t i = 0; i < (list ? node->count : 1) && texts != NULL; i++) {
        const solow_yaml *item = list ? node->item[i] : node;
        if (item->kind == SOLOW_YAML_SCALAR) {
            texts[*count] = solow_reader_copy(reader, item->text);
            *count += texts[*count] != NULL ? 1 : 0;
        }
    }
    return texts;
}

char *solow_reader_resolve(solow_reader *reader, const char *path)
{
    if (path == NULL || path[0] == '/' || strcmp(reader->job->folder, ".") == 0) {
        return solow_reader_copy(reader, path);
    }
    solow_job_buffer buffer = {0};
    solow_job_buffer_add(&buffer, reader->job->folder);
    solow_job_buffer_add(&buffer, "/");
    solow_job_buffer_add(&buffer, path);
    char *resolved = solow_job_buffer_take(&buffer);
    reader->no_memory |= resolved == NULL;
    return resolved;
}
