/* data_file.c - see data_file.h. */
#include "tests/support/data_file.h"
#include "io/panel/append.h"
#include "kernels/core/size.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *solow_test_file(const char *ending, const void *content, size_t bytes)
{
    char base[] = "/tmp/solow_test_XXXXXX";
    int taken = mkstemp(base);
    ck_assert_int_ge(taken, 0);
    char *path = malloc(sizeof base + strlen(ending));
    ck_assert_ptr_nonnull(path);
    (void)sprintf(path, "%s%s", base, ending);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(content, 1, bytes, file), bytes);
    ck_assert_int_eq(fclose(file), 0);
    if (ending[0] != '\0') {
        (void)unlink(base);
    }
    (void)close(taken);
    return path;
}

void solow_test_unlink(char *path)
{
    (void)unlink(path);
    free(path);
}

enum { MOST_PARTS = 512, MOST_COLUMNS = 64 };

static solow_status read_parts(solow_source **source, int parts, solow_columns *out, solow_error *err)
{
    bool wanted[MOST_COLUMNS], numeric[MOST_COLUMNS], own[MOST_COLUMNS];
    int quoted[MOST_PARTS + 1] = {0};
    int64_t rows[MOST_PARTS], first = 0;
    for (int j = 0; j < MOST_COLUMNS; j++) {
        wanted[j] = true;
        numeric[j] = true;
    }
    solow_status status = SOLOW_OK;
    for (int p = 0; p < parts && status == SOLOW_OK; p++) {
        int parity = 0;
        solow_source_part(source[p], p, parts);
        status = solow_source_scan(source[p], &parity, err);
        quoted[p + 1] = quoted[p] ^ parity;
    }
    for (int p = 0; p < parts && status == SOLOW_OK; p++) {
        status = solow_source_profile(source[p], quoted[p], wanted, &rows[p], own, err);
        for (ptrdiff_t j = 0; j < solow_source_columns(source[p]) && status == SOLOW_OK; j++) {
            numeric[j] = numeric[j] && own[j];
        }
    }
    for (int p = 0; p < parts && status == SOLOW_OK; p++) {
        solow_columns part = {0};
        status = solow_source_read(source[p], quoted[p], wanted, numeric, first, &part, err);
        if (status == SOLOW_OK) {
            ck_assert_int_eq(part.rows, rows[p]);
            first += part.rows;
            status = solow_columns_append(out, &part, "the next part", err);
        }
        solow_columns_clear(&part);
    }
    return status;
}

solow_status solow_test_read(const char *path, const solow_source_options *options, int parts, solow_columns *out,
                             solow_error *err)
{
    solow_source *source[MOST_PARTS] = {NULL};
    ck_assert_int_le(parts, MOST_PARTS);
    solow_status status = SOLOW_OK;
    for (int p = 0; p < parts && status == SOLOW_OK; p++) {
        status = solow_source_open(path, options, &source[p], err);
    }
    if (status == SOLOW_OK) {
        ck_assert_int_le(solow_source_columns(source[0]), MOST_COLUMNS);
        status = read_parts(source, parts, out, err);
    }
    for (int p = 0; p < parts; p++) {
        solow_source_close(source[p]);
    }
    return status;
}

char *solow_test_print(const solow_columns *columns)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    ck_assert_ptr_nonnull(stream);
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        (void)fprintf(stream, "%s%s", j > 0 ? "|" : "", columns->column[j].name);
    }
    (void)fputc('\n', stream);
    for (int64_t i = 0; i < columns->rows; i++) {
        for (ptrdiff_t j = 0; j < columns->count; j++) {
            const solow_column *column = &columns->column[j];
            (void)fputs(j > 0 ? "|" : "", stream);
            if (column->kind == SOLOW_COLUMN_TEXT && column->code[i] >= 0) {
                (void)fprintf(stream, "<%s>", column->levels.label[column->code[i]]);
            } else if (column->kind == SOLOW_COLUMN_TEXT || isnan(column->number[i])) {
                (void)fputs("NA", stream);
            } else {
                (void)fprintf(stream, "%.17g", column->number[i]);
            }
        }
        (void)fputc('\n', stream);
    }
    (void)fclose(stream);
    return text;
}
