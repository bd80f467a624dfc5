/* Reading, merging, sorting and importing data with every allocation failing in turn: a status, and nothing left behind. */
#include "io/panel/merge.h"
#include "io/panel/panel_file.h"
#include "io/panel/sort.h"
#include "tests/support/data_file.h"
#include "tests/support/failing_memory.h"
#include "tests/support/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#ifdef SOLOW_READSTAT
#include <readstat.h>
#endif

enum { ROWS = 40 };

static char *text_file(const char *ending)
{
    char text[4096];
    int length = snprintf(text, sizeof text, "firm,year,sales,\"name, long\"\n");
    for (int i = 0; i < ROWS; i++) {
        length += snprintf(text + length, sizeof text - (size_t)length, "f%02d,%d,%d.5,\"n %d\"\n", (i * 7 % ROWS) / 2,
                           1990 + i * 7 % ROWS % 2, i, i % 3);
    }
    char *path = solow_test_file(ending, text, (size_t)length);
    if (strcmp(ending, ".csv.gz") == 0) {
        gzFile file = gzopen(path, "wb");
        ck_assert_ptr_nonnull(file);
        ck_assert_int_eq(gzwrite(file, text, (unsigned)length), length);
        ck_assert_int_eq(gzclose(file), Z_OK);
    }
    return path;
}

#ifdef SOLOW_READSTAT
static ssize_t to_file(const void *data, size_t bytes, void *context)
{
    return (ssize_t)fwrite(data, 1, bytes, context);
}
#endif

/* The same rows by ReadStat's writer; NULL without it. */
static char *stata_file(void)
{
#ifdef SOLOW_READSTAT
    char *path = solow_test_file(".dta", "", 0);
    FILE *file = fopen(path, "wb");
    readstat_writer_t *writer = readstat_writer_init();
    readstat_set_data_writer(writer, to_file);
    readstat_label_set_t *set = readstat_add_label_set(writer, READSTAT_TYPE_DOUBLE, "yl");
    readstat_label_double_value(set, 1990, "before");
    readstat_variable_t *firm = readstat_add_variable(writer, "firm", READSTAT_TYPE_STRING, 12);
    readstat_variable_t *year = readstat_add_variable(writer, "year", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_set_label_set(year, set);
    readstat_begin_writing_dta(writer, file, ROWS);
    for (int i = 0; i < ROWS; i++) {
        char name[16];
        snprintf(name, sizeof name, "f%02d", i / 2);
        readstat_begin_row(writer);
        readstat_insert_string_value(writer, firm, name);
        readstat_insert_double_value(writer, year, 1990 + i % 2);
        readstat_end_row(writer);
    }
    readstat_end_writing(writer);
    readstat_writer_free(writer);
    fclose(file);
    return path;
#else
    return NULL;
#endif
}

static solow_status read_file(void *context, solow_error *err)
{
    solow_columns columns = {0};
    solow_status status = solow_test_read(context, NULL, 3, &columns, err);
    ck_assert(status != SOLOW_OK || columns.rows == ROWS);
    solow_columns_clear(&columns);
    return status;
}

START_TEST(every_format_is_read)
{
    static const char *const endings[] = {".csv", ".csv.gz", ".h5", ".dta"};
    solow_error err = {0};
    char *path = _i == 3 ? stata_file() : text_file(_i == 1 ? ".csv.gz" : ".csv");
    if (path == NULL) {
        printf("skipped: Stata files need ReadStat\n");
        return;
    }
    if (_i == 2) {
        char *panel = solow_test_file(".h5", "", 0);
        unlink(panel);
        ck_assert_msg(solow_panel_import(path, NULL, "firm", "year", panel, NULL, &err) == SOLOW_OK, "%s", err.message);
        solow_test_unlink(path);
        path = panel;
    }
    memory_try(endings[_i], read_file, path, 10);
    solow_test_unlink(path);
}
END_TEST

/* Import: a status, nothing allocated, and no file unless it says OK. */
static solow_status import(void *context, solow_error *err)
{
    const char *const *path = context;
    solow_panel_structure structure;
    unlink(path[1]);
    solow_status status = solow_panel_import(path[0], NULL, "firm", "year", path[1], &structure, err);
    ck_assert_msg((access(path[1], F_OK) == 0) == (status == SOLOW_OK), "a file and status %d", (int)status);
    return status;
}

START_TEST(import_leaves_nothing)
{
    char *text = text_file(".csv"), *panel = solow_test_file(".h5", "", 0);
    char *path[2] = {text, panel};
    memory_try("import", import, path, 20);
    solow_test_unlink(text);
    solow_test_unlink(panel);
}
END_TEST

/* Two tables read anew each time, merged by two keys, one of them text. */
static solow_status merge(void *context, solow_error *err)
{
    static char *by[] = {"firm", "year"}, *keep[] = {"name, long"};
    const solow_merge how = {.file = "right", .by_count = 2, .by = by, .keep_count = 1, .keep = keep};
    solow_columns left = {0}, right = {0};
    solow_status status = solow_test_read(((char **)context)[0], NULL, 1, &left, err);
    status = status == SOLOW_OK ? solow_test_read(((char **)context)[1], NULL, 1, &right, err) : status;
    status = status == SOLOW_OK ? solow_columns_merge(&left, &right, &how, NULL, err) : status;
    solow_columns_clear(&left);
    solow_columns_clear(&right);
    return status;
}

START_TEST(merges)
{
    static const char text[] = "firm,year,x\nf00,1990,1\nf00,1991,2\nf07,1990,3\nq,1990,4\n";
    char *path[2] = {solow_test_file(".csv", text, sizeof text - 1), text_file(".csv")};
    memory_try("merge", merge, path, 20);
    solow_test_unlink(path[0]);
    solow_test_unlink(path[1]);
}
END_TEST

static solow_status sort(void *context, solow_error *err)
{
    solow_columns columns = {0};
    solow_panel_structure structure;
    int64_t order[ROWS];
    solow_status status = solow_test_read(context, NULL, 1, &columns, err);
    status = status == SOLOW_OK ? solow_panel_order(&columns, 0, 1, order, err) : status;
    status = status == SOLOW_OK ? solow_panel_check(&columns, 0, 1, order, "file", err) : status;
    status = status == SOLOW_OK ? solow_columns_permute(&columns, order, err) : status;
    status = status == SOLOW_OK ? solow_panel_structure_find(&columns, 0, 1, &structure, err) : status;
    solow_columns_clear(&columns);
    return status;
}

START_TEST(sorts)
{
    char *path = text_file(".csv");
    memory_try("sort", sort, path, 12);
    solow_test_unlink(path);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {import_leaves_nothing, merges, sorts, NULL};
    TCase *panel = solow_test_case("memory", tests, 60);
    tcase_add_loop_test(panel, every_format_is_read, 0, 4);
    TCase *const cases[] = {panel, NULL};
    return solow_test_run("panel memory", cases);
}
