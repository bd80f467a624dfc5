/* Input that cannot be used: each gets a status and a sentence that names the place, and nothing leaks or crashes. */
#include "tests/support/data_file.h"
#include "tests/support/runner.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

static void refused(const char *ending, const char *text, size_t bytes, int parts, const char *because)
{
    char *path = solow_test_file(ending, text, bytes);
    solow_error err = {0};
    solow_columns columns = {0};
    solow_status status = solow_test_read(path, NULL, parts, &columns, &err);
    ck_assert_msg(status == SOLOW_ERR_INPUT, "status %d, %s, for: %s", status, err.message, because);
    ck_assert_int_eq(err.status, SOLOW_ERR_INPUT);
    ck_assert_msg(strstr(err.message, because) != NULL, "'%s' does not say: %s", err.message, because);
    solow_columns_clear(&columns);
    solow_test_unlink(path);
}

static void text_refused(const char *text, const char *because)
{
    refused(".csv", text, strlen(text), 1, because);
}

START_TEST(headers)
{
    refused(".csv", "", 0, 1, "is empty");
    text_refused("a,b,a\n1,2,3\n", "columns 1 and 3 have the same name 'a'");
    text_refused("a, a \n1,2\n", "columns 1 and 2 have the same name 'a'");
    text_refused("\"\",a\n1,2\n", "column 1 has no name");
    text_refused("a,b,\n1,2,3\n", "column 3 has no name");
    text_refused("\n\n1\n", "column 1 has no name");
    text_refused("1990,2,3\n4,5,6\n", "only numbers");
    text_refused("a,\"b\n1,2\n", "never closed");
    text_refused("a,b\"\n1,2\n", "quotation mark");
    text_refused("a,\"b\"x\n1,2\n", "behind a closing quotation mark");
    text_refused("a,\xe9\n1,2\n", "not UTF-8");
    refused(".csv",
            "\xff\xfe"
            "a\0,\0b\0",
            8, 1, "UTF-16");
    refused(".csv", "a,b\0\n1,2\n", 9, 1, "byte 4 is NUL");
}
END_TEST

START_TEST(records)
{
    text_refused("a,b\n1,2\n\n3\n", "row 2 (line 4): 1 fields where the header has 2 columns");
    text_refused("a,b\n1,2,3\n", "row 1 (line 2): 3 fields where the header has 2 columns");
    text_refused("a,b\n1,\"2\n\n\"\n3,4,\n", "row 2 (line 5): 3 fields");
    text_refused("a,b\n1,\"2\n3,4\n", "row 1 (line 2): a quotation mark that opens in this record is never closed");
    text_refused("a,b\n1,5\" pipe\n", "row 1 (line 2), column 'b': a quotation mark inside a field");
    text_refused("a,b\n1,\"x\"y\n", "row 1 (line 2), column 'b': text behind a closing");
    text_refused("a,b\n1,x\n2,\xe9t\xe9\n", "row 2 (line 3): the text in column 'b' is not UTF-8");
    refused(".csv", "a,b\n1,2\n3,\0004\n", 13, 1, "row 2 (line 3): byte 11 of the file is NUL");
    refused(".csv", "a,b\n1,2\n\0\0\0\0", 12, 1, "byte 9 of the file is NUL");
    text_refused("a,b\n1,2\n3,inf\n", "row 2 (line 3): the number in column 'b' is infinite");
    text_refused("a,b\n1,2\n3,-Infinity\n", "row 2 (line 3): the number in column 'b' is infinite");
    text_refused("a,b\n1,2\n1e400,4\n3,inf\n", "row 2 (line 3): the number in column 'a' is infinite");
}
END_TEST

/* The same sentence wherever the text is cut, with the row counted over the whole file. */
START_TEST(places_do_not_depend_on_parts)
{
    static const char ragged[] = "a,b\n1,\"x\ny\"\n2,z\n3\n4,w\n", infinite[] = "a,b\n1,2\n3,4\n5,-inf\n7,8\n";
    for (int parts = 1; parts < 26; parts++) {
        refused(".csv", ragged, sizeof ragged - 1, parts, "row 3 (line 5): 1 fields");
        refused(".csv", infinite, sizeof infinite - 1, parts, "row 3 (line 4): the number in column 'b'");
    }
}
END_TEST

START_TEST(text_where_numbers_are_demanded)
{
    static const char text[] = "a,b\n1,2\n3,\"four, or so\"\n";
    char *path = solow_test_file(".csv", text, sizeof text - 1);
    const bool wanted[] = {true, true}, demanded[] = {true, true};
    bool numeric[2];
    int64_t rows;
    solow_error err = {0};
    solow_columns columns = {0};
    solow_source *source;
    ck_assert_int_eq(solow_source_open(path, NULL, &source, &err), SOLOW_OK);
    ck_assert_int_eq(solow_source_profile(source, 0, wanted, &rows, numeric, &err), SOLOW_OK);
    ck_assert(numeric[0] && !numeric[1]);
    ck_assert_int_eq(solow_source_read(source, 0, wanted, demanded, 0, &columns, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "row 2 (line 3): 'four, or so' in column 'b' is not a number"));
    solow_columns_clear(&columns);
    solow_source_close(source);
    solow_test_unlink(path);
}
END_TEST

START_TEST(the_first_text_of_a_column_is_found_again)
{
    static const char text[] = "a,b,c\n1,0.5,x\n2,NA,y\n3,1.7five,z\n4,bad,w\n";
    char *path = solow_test_file(".csv", text, sizeof text - 1);
    solow_error err = {0};
    ck_assert_int_eq(solow_source_demand_numbers(path, NULL, "a", &err), SOLOW_OK);
    ck_assert_int_eq(solow_source_demand_numbers(path, NULL, "absent", &err), SOLOW_OK);
    ck_assert_int_eq(solow_source_demand_numbers(path, NULL, "b", &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "row 3 (line 4): '1.7five' in column 'b' is not a number"));
    solow_test_unlink(path);
}
END_TEST

START_TEST(only_wanted_columns_are_looked_at)
{
    static const char text[] = "a,b,c\n1,inf,x\n2,\xe9,y\n";
    char *path = solow_test_file(".csv", text, sizeof text - 1);
    const bool wanted[] = {true, false, true};
    bool numeric[3];
    int64_t rows;
    solow_error err = {0};
    solow_columns columns = {0};
    solow_source *source;
    ck_assert_int_eq(solow_source_open(path, NULL, &source, &err), SOLOW_OK);
    ck_assert_int_eq(solow_source_profile(source, 0, wanted, &rows, numeric, &err), SOLOW_OK);
    ck_assert_int_eq(solow_source_read(source, 0, wanted, numeric, 0, &columns, &err), SOLOW_OK);
    char *printed = solow_test_print(&columns);
    ck_assert_str_eq(printed, "a|c\n1|<x>\n2|<y>\n");
    free(printed);
    solow_columns_clear(&columns);
    /* Again, without the profile: the text is read anew. */
    ck_assert_int_eq(solow_source_read(source, 0, wanted, numeric, 0, &columns, &err), SOLOW_OK);
    ck_assert_int_eq(columns.rows, 2);
    solow_columns_clear(&columns);
    solow_source_close(source);
    solow_test_unlink(path);
}
END_TEST

START_TEST(files_that_are_not_there)
{
    solow_error err = {0};
    solow_source *source = NULL;
    ck_assert_int_eq(solow_source_open("/no/such/file.csv", NULL, &source, &err), SOLOW_ERR_NO_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "/no/such/file.csv: No such file"));
    err = (solow_error){0};
    ck_assert_int_eq(solow_source_open("/tmp", NULL, &source, &err), SOLOW_ERR_NO_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "is a directory"));
    err = (solow_error){0};
    ck_assert_int_eq(solow_source_open("/dev/null", NULL, &source, &err), SOLOW_ERR_NO_INPUT);
    ck_assert_ptr_null(source);
    refused(".xlsx", "PK\003\004 and more", 13, 1, "save the table as CSV");
}
END_TEST

/* 1 GB without a line end: refused after 64 MiB, whatever part begins where. The file is sparse but for its quotes. */
START_TEST(a_record_without_end)
{
    char *path = solow_test_file(".csv", "a,b\n1,", 6);
    char *line = malloc((size_t)1 << 20);
    ck_assert_ptr_nonnull(line);
    memset(line, 'x', (size_t)1 << 20);
    FILE *file = fopen(path, "ab");
    ck_assert_ptr_nonnull(file);
    for (int i = 0; i < 72; i++) {
        ck_assert_uint_eq(fwrite(line, 1, (size_t)1 << 20, file), (size_t)1 << 20);
    }
    (void)fclose(file);
    free(line);
    solow_error err = {0};
    solow_columns columns = {0};
    ck_assert_int_eq(solow_test_read(path, NULL, 1, &columns, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "row 1 (line 2): the record is longer than 64 MiB"));
    solow_columns_clear(&columns);
    solow_test_unlink(path);
}
END_TEST

START_TEST(damaged_gzip)
{
    char text[4000] = "a,b\n";
    for (int i = 1; i < 900; i++) {
        (void)sprintf(text + 4 * i, "%d,%d\n", i % 10, (i * 7) % 10);
    }
    char *path = solow_test_file(".csv.gz", "", 0);
    gzFile file = gzopen(path, "wb");
    ck_assert_int_gt(gzwrite(file, text, 3600), 0);
    ck_assert_int_eq(gzclose(file), Z_OK);
    FILE *whole = fopen(path, "rb");
    unsigned char packed[4000];
    size_t bytes = fread(packed, 1, sizeof packed, whole);
    (void)fclose(whole);
    solow_test_unlink(path);
    for (size_t cut = 2; cut < bytes; cut++) {
        refused(".csv.gz", (const char *)packed, cut, 1, "");
    }
    packed[bytes - 6] ^= 1; /* the checksum */
    refused(".csv.gz", (const char *)packed, bytes, 1, "damaged");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {headers,
                                  records,
                                  places_do_not_depend_on_parts,
                                  text_where_numbers_are_demanded,
                                  the_first_text_of_a_column_is_found_again,
                                  only_wanted_columns_are_looked_at,
                                  files_that_are_not_there,
                                  a_record_without_end,
                                  damaged_gzip,
                                  NULL};
    TCase *const cases[] = {solow_test_case("bad CSV", tests, 60), NULL};
    return solow_test_run("panel", cases);
}
