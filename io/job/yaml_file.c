/* yaml_file.c - the bytes of a job file: that they are there, not too many, and text; see yaml.h. */
#include "io/job/yaml.h"
#include "kernels/core/size.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Reads to the end, at most one byte past the limit. */
static solow_status read_all(FILE *file, const char *path, char **text, size_t *length, solow_error *err)
{
    size_t capacity = 1 << 16, used = 0;
    char *bytes = malloc(capacity + 1);
    while (bytes != NULL) {
        used += fread(bytes + used, 1, capacity - used, file);
        if (used < capacity || used > SOLOW_YAML_BYTES) {
            break;
        }
        capacity *= 2;
        char *more = realloc(bytes, capacity + 1);
        if (more == NULL) {
            free(bytes);
        }
        bytes = more;
    }
    if (bytes == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the text of %s", path);
    }
    if (ferror(file) != 0 || used > SOLOW_YAML_BYTES) {
        free(bytes);
        return ferror(file) != 0 ? SOLOW_FAIL(err, SOLOW_ERR_IO, "%s: reading broke off", path)
                                 : SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: larger than 16 MiB", path);
    }
    bytes[used] = '\0';
    *text = bytes;
    *length = used;
    return SOLOW_OK;
}

solow_status solow_yaml_read(const char *path, char **text, size_t *length, solow_error *err)
{
    struct stat about;
    if (stat(path, &about) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s: %s", path, strerror(errno));
    }
    if (S_ISDIR(about.st_mode)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s is a directory, not a job file", path);
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s: %s", path, strerror(errno));
    }
    solow_status status = read_all(file, path, text, length, err);
    (void)fclose(file);
    return status;
}

/* Bytes of the UTF-8 character at `at`, or 0 if it is none, too long a form, a surrogate, or a control character. */
static size_t character_length(const unsigned char *at, size_t left)
{
    if (at[0] < 0x80) {
        return at[0] >= 0x20 || at[0] == '\t' || at[0] == '\n' || at[0] == '\r' ? 1 : 0;
    }
    size_t length = at[0] >= 0xF0 && at[0] <= 0xF4 ? 4 : at[0] >= 0xE0 && at[0] < 0xF0 ? 3 : at[0] >= 0xC2 ? 2 : 0;
    if (length == 0 || length > left || at[0] > 0xF4) {
        return 0;
    }
    unsigned long code = at[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
        code = code << 6 | (at[i] & 0x3FU);
    }
    bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    return overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF ? 0 : length;
}

solow_status solow_yaml_characters(const char *text, size_t length, int *line, int *column, solow_error *err)
{
    *line = *column = 1;
    for (size_t i = 0; i < length;) {
        const unsigned char *at = (const unsigned char *)text + i;
        size_t step = character_length(at, length - i);
        if (step == 0 && *at == 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "a NUL byte: this is not a text file, or not one in UTF-8");
        }
        if (step == 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "byte 0x%02X is not UTF-8 text; save the file as UTF-8", *at);
        }
        *column = *at == '\n' ? 1 : *column + 1;
        *line += *at == '\n' ? 1 : 0;
        i += step;
    }
    *line = *column = 1;
    return SOLOW_OK;
}
