/* Stata, SPSS and SAS files, written here by ReadStat's own writer: values, labels, missing values, and damage. */
#include "tests/support/data_file.h"
#include "tests/support/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef SOLOW_READSTAT
#include <readstat.h>

static ssize_t to_file(const void *data, size_t bytes, void *context)
{
    return (ssize_t)fwrite(data, 1, bytes, context);
}

typedef readstat_error_t (*begin_writing)(readstat_writer_t *, void *, long);
enum { ROWS = 300 };

/* firm (text), year (labelled 1990 and 1991), sales (every seventh missing). */
static char *write_table(const char *ending, begin_writing begin, double first_sales)
{
    char *path = solow_test_file(ending, "", 0);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    readstat_writer_t *writer = readstat_writer_init();
    readstat_set_data_writer(writer, to_file);
    bool bare = begin != readstat_begin_writing_dta && begin != readstat_begin_writing_sav;
    readstat_label_set_t *set = bare ? NULL : readstat_add_label_set(writer, READSTAT_TYPE_DOUBLE, "yl");
    if (set != NULL) {
        readstat_label_double_value(set, 1990, "before");
        readstat_label_double_value(set, 1991, "after");
    }
    readstat_variable_t *firm = readstat_add_variable(writer, "firm", READSTAT_TYPE_STRING, 12);
    readstat_variable_t *year = readstat_add_variable(writer, "year", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_t *sales = readstat_add_variable(writer, "sales", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_set_label(sales, "Sales, million");
    if (set != NULL) {
        readstat_variable_set_label_set(year, set);
    }
    ck_assert_int_eq(begin(writer, file, ROWS), READSTAT_OK);
    for (int i = 0; i < ROWS; i++) {
        char name[16];
        (void)sprintf(name, "f%03d", i / 2);
        readstat_begin_row(writer);
        readstat_insert_string_value(writer, firm, name);
        readstat_insert_double_value(writer, year, 1990 + i % 2);
        if (i % 7 == 3) {
            readstat_insert_missing_value(writer, sales);
        } else {
            readstat_insert_double_value(writer, sales, i == 0 ? first_sales : i * 0.5);
        }
        ck_assert_int_eq(readstat_end_row(writer), READSTAT_OK);
    }
    ck_assert_int_eq(readstat_end_writing(writer), READSTAT_OK);
    readstat_writer_free(writer);
    ck_assert_int_eq(fclose(file), 0);
    return path;
}

static const struct kind {
    const char *ending;
    begin_writing begin;
    bool labels;
} kinds[] = {{".dta", readstat_begin_writing_dta, true},
             {".sav", readstat_begin_writing_sav, true},
             {".sas7bdat", readstat_begin_writing_sas7bdat, false},
             {".xpt", readstat_begin_writing_xport, false}};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void check_table(const solow_columns *columns, bool labels)
{
    ck_assert_int_eq(columns->rows, ROWS);
    ck_assert_int_eq(columns->count, 3);
    const solow_column *firm = &columns->column[0], *year = &columns->column[1], *sales = &columns->column[2];
    ck_assert_str_eq(firm->name, "firm");
    ck_assert_int_eq(firm->kind, SOLOW_COLUMN_TEXT);
    ck_assert_str_eq(sales->label, "Sales, million");
    for (int i = 0; i < ROWS; i++) {
        char name[16];
        (void)sprintf(name, "f%03d", i / 2);
        ck_assert_str_eq(firm->levels.label[firm->code[i]], name);
        ck_assert_double_eq(year->number[i], 1990 + i % 2);
        if (i % 7 == 3) {
            ck_assert_double_nan(sales->number[i]);
        } else {
            ck_assert_double_eq(sales->number[i], i == 0 ? 0.25 : i * 0.5);
        }
    }
    ck_assert_int_eq(year->value_labels, labels ? 2 : 0);
    if (labels) {
        ck_assert_double_eq(year->labelled_value[1], 1991);
        ck_assert_str_eq(year->value_label[1], "after");
    }
}

START_TEST(values_labels_and_missing)
{
    for (int k = 0; k < KINDS; k++) {
        char *path = write_table(kinds[k].ending, kinds[k].begin, 0.25);
        for (int parts = 1; parts <= 3; parts++) {
            solow_error err = {0};
            solow_columns columns = {0};
            ck_assert_msg(solow_test_read(path, NULL, parts, &columns, &err) == SOLOW_OK, "%s", err.message);
            check_table(&columns, kinds[k].labels);
            solow_columns_clear(&columns);
        }
        solow_test_unlink(path);
    }
}
END_TEST

START_TEST(missing_codes_hold_here_too)
{
    const char *const codes[] = {"f000", "1991"};
    const solow_source_options options = {.missing_count = 2, .missing = codes};
    char *path = write_table(".dta", readstat_begin_writing_dta, 0.25);
    solow_error err = {0};
    solow_columns columns = {0};
    ck_assert_msg(solow_test_read(path, &options, 1, &columns, &err) == SOLOW_OK, "%s", err.message);
    ck_assert_int_eq(columns.column[0].code[1], -1);
    ck_assert_double_nan(columns.column[1].number[1]);
    ck_assert_double_eq(columns.column[1].number[2], 1990);
    solow_columns_clear(&columns);
    solow_test_unlink(path);
}
END_TEST

/* Cut anywhere: either refused with ReadStat's reason, or, where nothing of the table is lost, read whole. */
START_TEST(truncated_anywhere)
{
    for (int k = 0; k < KINDS; k++) {
        char *path = write_table(kinds[k].ending, kinds[k].begin, 0.25);
        FILE *file = fopen(path, "rb");
        static char bytes[1 << 18];
        size_t size = fread(bytes, 1, sizeof bytes, file);
        ck_assert_uint_lt(size, sizeof bytes);
        (void)fclose(file);
        solow_test_unlink(path);
        for (size_t cut = 1; cut < size; cut += size / 150 + 1) {
            char *damaged = solow_test_file(kinds[k].ending, bytes, cut);
            solow_error err = {0};
            solow_columns columns = {0};
            solow_status status = solow_test_read(damaged, NULL, 1, &columns, &err);
            bool short_xpt = kinds[k].begin == readstat_begin_writing_xport; /* states no row count */
            if (status == SOLOW_OK && !short_xpt) {
                ck_assert_msg(columns.rows == ROWS, "%s cut at %zu gives %lld rows", kinds[k].ending, cut,
                              (long long)columns.rows);
            } else if (status != SOLOW_OK) {
                ck_assert_msg(status == SOLOW_ERR_INPUT, "%s cut at %zu: %s", kinds[k].ending, cut, err.message);
                ck_assert_uint_gt(strlen(err.message), 20);
            }
            solow_columns_clear(&columns);
            solow_test_unlink(damaged);
        }
    }
}
END_TEST

START_TEST(flipped_bytes_never_crash)
{
    for (int k = 0; k < KINDS; k++) {
        char *path = write_table(kinds[k].ending, kinds[k].begin, 0.25);
        FILE *file = fopen(path, "rb");
        static char bytes[1 << 18];
        size_t size = fread(bytes, 1, sizeof bytes, file);
        (void)fclose(file);
        solow_test_unlink(path);
        for (size_t at = 0; at < size; at += at < 600 ? 7 : size / 60 + 1) {
            char kept = bytes[at];
            bytes[at] = (char)(kept ^ 0xff);
            char *damaged = solow_test_file(kinds[k].ending, bytes, size);
            solow_error err = {0};
            solow_columns columns = {0};
            solow_status status = solow_test_read(damaged, NULL, 1, &columns, &err);
            ck_assert_msg(status == SOLOW_OK || status == SOLOW_ERR_INPUT || status == SOLOW_ERR_MEMORY, "%s",
                          err.message);
            solow_columns_clear(&columns);
            solow_test_unlink(damaged);
            bytes[at] = kept;
        }
    }
}
END_TEST

START_TEST(text_demanded_as_numbers)
{
    char *path = write_table(".dta", readstat_begin_writing_dta, 0.25);
    const bool wanted[] = {true, false, false}, demanded[] = {true, true, true};
    bool numeric[3];
    int64_t rows;
    solow_error err = {0};
    solow_columns columns = {0};
    solow_source *source;
    ck_assert_int_eq(solow_source_open(path, NULL, &source, &err), SOLOW_OK);
    ck_assert_int_eq(solow_source_format(source), SOLOW_FORMAT_STATA);
    ck_assert_int_eq(solow_source_profile(source, 0, wanted, &rows, numeric, &err), SOLOW_OK);
    ck_assert_int_eq(rows, ROWS);
    ck_assert(!numeric[0] && numeric[1] && numeric[2]);
    ck_assert_int_eq(solow_source_read(source, 0, wanted, demanded, 0, &columns, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "column 'firm' is text where numbers are needed"));
    solow_columns_clear(&columns);
    solow_source_close(source);
    solow_test_unlink(path);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {values_labels_and_missing, missing_codes_hold_here_too, truncated_anywhere,
                                  flipped_bytes_never_crash, text_demanded_as_numbers,    NULL};
    TCase *const cases[] = {solow_test_case("statistics packages", tests, 120), NULL};
    return solow_test_run("panel", cases);
}

#else

START_TEST(absent_component_says_so)
{
    char *path = solow_test_file(".dta", "<stata_dta>", 11);
    solow_error err = {0};
    solow_source *source;
    ck_assert_int_eq(solow_source_open(path, NULL, &source, &err), SOLOW_ERR_CONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "libreadstat"));
    solow_test_unlink(path);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {absent_component_says_so, NULL};
    TCase *const cases[] = {solow_test_case("statistics packages", tests, 0), NULL};
    return solow_test_run("panel", cases);
}

#endif
