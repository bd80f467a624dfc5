/* CSV text: RFC 4180, kinds of columns, and the same table however the text is cut. */
#include "tests/support/data_file.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static void reads_as(const char *text, size_t bytes, const solow_source_options *options, int parts,
                     const char *expected)
{
    char *path = solow_test_file(".csv", text, bytes);
    solow_error err = {0};
    solow_columns columns = {0};
    solow_status status = solow_test_read(path, options, parts, &columns, &err);
    ck_assert_msg(status == SOLOW_OK, "%s", err.message);
    char *printed = solow_test_print(&columns);
    ck_assert_msg(strcmp(printed, expected) == 0, "in %d parts:\n%s\nexpected:\n%s", parts, printed, expected);
    free(printed);
    solow_columns_clear(&columns);
    solow_test_unlink(path);
}

static void text_reads_as(const char *text, const char *expected)
{
    reads_as(text, strlen(text), NULL, 1, expected);
}

static const char tricky[] = "\xef\xbb\xbf"
                             "unit, year ,\"name, long\",\"a \"\"q\"\"\"\r\n"
                             "1,1970,\"one, two\",3.5\r\n"
                             "\r\n"
                             "1,1971,\"line\r\nbreak\",\r\n"
                             "2,1970,\"say \"\"hi\"\"\n\n\",-1e-3\r\n"
                             "2,\"1971\",plain,NA\r\n"
                             "3, 1970 ,\"\",.\r\n"
                             "3,1971,\"\"\"\", 7 ";
static const char tricky_table[] = "unit|year|name, long|a \"q\"\n"
                                   "1|1970|<one, two>|3.5\n"
                                   "1|1971|<line\r\nbreak>|NA\n"
                                   "2|1970|<say \"hi\"\n\n>|-0.001\n"
                                   "2|1971|<plain>|NA\n"
                                   "3|1970|NA|NA\n"
                                   "3|1971|<\">|7\n";

START_TEST(cut_at_every_byte)
{
    const int data = (int)sizeof tricky - 40; /* about the bytes behind the header: then every byte is a part */
    for (int parts = 1; parts <= (int)sizeof tricky; parts += parts > 24 && parts < data ? 23 : 1) {
        reads_as(tricky, sizeof tricky - 1, NULL, parts, tricky_table);
    }
}
END_TEST

START_TEST(line_ends)
{
    text_reads_as("a,b\n1,2\n3,4\n", "a|b\n1|2\n3|4\n");
    text_reads_as("a,b\r\n1,2\r\n3,4\r\n", "a|b\n1|2\n3|4\n");
    text_reads_as("a,b\r1,2\r3,4\r", "a|b\n1|2\n3|4\n");
    text_reads_as("a,b\n1,2\n\n\n3,4", "a|b\n1|2\n3|4\n");
    text_reads_as("a,b\n1,2\r\n3,x\ry\n", "a|b\n1|<2>\n3|<x\ry>\n");
    for (int parts = 2; parts < 12; parts++) {
        reads_as("a,b\r1,2\r3,4", 11, NULL, parts, "a|b\n1|2\n3|4\n");
        reads_as("a,b\n1,2\r\n3,4\r", 13, NULL, parts, "a|b\n1|2\n3|4\n");
    }
}
END_TEST

START_TEST(delimiters)
{
    text_reads_as("a;b,c;d\n1;2;3\n", "a|b,c|d\n1|2|3\n");
    text_reads_as("a\tb\n1\t\n", "a|b\n1|NA\n");
    text_reads_as("a|b\n1|2\n", "a|b\n1|2\n");
    text_reads_as("\"a;b\",c\n1,2\n", "a;b|c\n1|2\n");
    text_reads_as("only\n1\n2\n", "only\n1\n2\n");
    const solow_source_options colon = {.delimiter = ':'};
    reads_as("a:b\n1:2\n", 8, &colon, 1, "a|b\n1|2\n");
}
END_TEST

START_TEST(missing_codes)
{
    const char *const codes[] = {"-999", "n/a"};
    const solow_source_options options = {.missing_count = 2, .missing = codes};
    const char text[] = "a,b\n-999, n/a \n-999.0,x\n1,\n";
    reads_as(text, sizeof text - 1, &options, 1, "a|b\nNA|NA\nNA|<x>\n1|NA\n");
    text_reads_as("a,b\nNA,.\n\" NA \",\"\"\n1,NaN\n2,-nan\n", "a|b\nNA|NA\nNA|NA\n1|NA\n2|NA\n");
}
END_TEST

START_TEST(a_column_turns_to_text_late)
{
    /* The labels before must be as written, also those that looked like numbers, were nan, or lie in another part. */
    const char text[] = "id,x\n01,1\n1,2\nnan,3\n1.50,4\nA,5\nInf,6\n1e400,7\n";
    for (int parts = 1; parts < (int)sizeof text; parts++) {
        reads_as(text, sizeof text - 1, NULL, parts,
                 "id|x\n<01>|1\n<1>|2\n<nan>|3\n<1.50>|4\n<A>|5\n<Inf>|6\n<1e400>|7\n");
    }
    text_reads_as("id\n\nNA\n\nb\n1\n", "id\nNA\n<b>\n<1>\n");
}
END_TEST

START_TEST(labels_keep_their_blanks)
{
    text_reads_as("s\n a\na \na\n\" a\"\n", "s\n< a>\n<a >\n<a>\n< a>\n");
}
END_TEST

START_TEST(only_a_header)
{
    text_reads_as("a,b\n", "a|b\n");
    text_reads_as("a,b", "a|b\n");
    reads_as("a,b\r\n", 5, NULL, 4, "a|b\n");
}
END_TEST

START_TEST(records_longer_than_the_first_buffer)
{
    size_t bytes = (size_t)3 << 20;
    char *text = malloc(bytes + 64);
    ck_assert_ptr_nonnull(text);
    size_t used = (size_t)sprintf(text, "a,b\n1,\"");
    memset(text + used, 'x', bytes);
    text[used + 100] = '\n';
    used += bytes;
    used += (size_t)sprintf(text + used, "\"\n2,y\n");
    char *path = solow_test_file(".csv", text, used);
    for (int parts = 1; parts <= 7; parts++) {
        solow_error err = {0};
        solow_columns columns = {0};
        ck_assert_msg(solow_test_read(path, NULL, parts, &columns, &err) == SOLOW_OK, "%s", err.message);
        ck_assert_int_eq(columns.rows, 2);
        ck_assert_uint_eq(strlen(columns.column[1].levels.label[0]), bytes);
        solow_columns_clear(&columns);
    }
    solow_test_unlink(path);
    free(text);
}
END_TEST

START_TEST(many_rows_cross_many_buffers)
{
    enum { ROWS = 50000 };
    char *text = malloc((size_t)ROWS * 64);
    ck_assert_ptr_nonnull(text);
    size_t used = (size_t)sprintf(text, "id,name,x\n");
    for (int i = 0; i < ROWS; i++) {
        used += (size_t)sprintf(text + used, "%d,\"f,%d\",%.17g\n", i, i % 1000, sqrt(i));
    }
    char *path = solow_test_file(".csv", text, used);
    for (int parts = 1; parts <= 3; parts++) {
        solow_error err = {0};
        solow_columns columns = {0};
        ck_assert_msg(solow_test_read(path, NULL, parts, &columns, &err) == SOLOW_OK, "%s", err.message);
        ck_assert_int_eq(columns.rows, ROWS);
        for (int i = 0; i < ROWS; i++) {
            char label[16];
            (void)sprintf(label, "f,%d", i % 1000);
            ck_assert_double_eq(columns.column[0].number[i], i);
            ck_assert_str_eq(columns.column[1].levels.label[columns.column[1].code[i]], label);
            ck_assert_double_eq(columns.column[2].number[i], sqrt(i));
        }
        solow_columns_clear(&columns);
    }
    solow_test_unlink(path);
    free(text);
}
END_TEST

START_TEST(gzip_in_two_members)
{
    char *path = solow_test_file(".csv.gz", "", 0);
    gzFile file = gzopen(path, "wb");
    ck_assert_int_gt(gzwrite(file, tricky, 50), 0);
    ck_assert_int_eq(gzclose(file), Z_OK);
    file = gzopen(path, "ab");
    ck_assert_int_gt(gzwrite(file, tricky + 50, (unsigned)(sizeof tricky - 51)), 0);
    ck_assert_int_eq(gzclose(file), Z_OK);
    for (int parts = 1; parts <= 3; parts++) {
        solow_error err = {0};
        solow_columns columns = {0};
        ck_assert_msg(solow_test_read(path, NULL, parts, &columns, &err) == SOLOW_OK, "%s", err.message);
        char *printed = solow_test_print(&columns);
        ck_assert_str_eq(printed, tricky_table);
        free(printed);
        solow_columns_clear(&columns);
    }
    solow_test_unlink(path);
}
END_TEST

START_TEST(levels_sort_by_unsigned_bytes)
{
    solow_error err = {0};
    solow_columns columns = {0};
    char *path = solow_test_file(".csv", "s\nb\n\xc3\xa9\nB\na\nb\n", 13);
    ck_assert_int_eq(solow_test_read(path, NULL, 1, &columns, &err), SOLOW_OK);
    ck_assert_int_eq(solow_column_sort_levels(&columns.column[0], columns.rows, &err), SOLOW_OK);
    static const int32_t expected[] = {2, 3, 0, 1, 2};
    for (int i = 0; i < 5; i++) {
        ck_assert_int_eq(columns.column[0].code[i], expected[i]);
    }
    ck_assert_str_eq(columns.column[0].levels.label[0], "B");
    ck_assert_int_eq(solow_levels_find(&columns.column[0].levels, "b", 1), 2);
    ck_assert_int_eq(solow_levels_find(&columns.column[0].levels, "bb", 2), -1);
    solow_columns_clear(&columns);
    solow_test_unlink(path);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {cut_at_every_byte,
                                  line_ends,
                                  delimiters,
                                  missing_codes,
                                  a_column_turns_to_text_late,
                                  labels_keep_their_blanks,
                                  only_a_header,
                                  records_longer_than_the_first_buffer,
                                  many_rows_cross_many_buffers,
                                  gzip_in_two_members,
                                  levels_sort_by_unsigned_bytes,
                                  NULL};
    TCase *const cases[] = {solow_test_case("csv", tests, 60), NULL};
    return solow_test_run("panel", cases);
}
