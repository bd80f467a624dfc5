/* The canonical panel file: sorted, read back the same, and never half there. */
#include "io/panel/panel_file.h"
#include "tests/support/data_file.h"
#include "tests/support/runner.h"

#include <hdf5.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char unsorted[] = "state,year,gsp,region\n"
                               "Utah,1971,5.5,west\n"
                               "Ohio,1972,3,\n"
                               "Ohio,1970,1,east\n"
                               "\xc3\x85land,1970,NA,north\n"
                               "Utah,1970,-0,west\n";
static const char sorted[] = "state|year|gsp|region\n"
                             "<Ohio>|1970|1|<east>\n"
                             "<Ohio>|1972|3|NA\n"
                             "<Utah>|1970|-0|<west>\n"
                             "<Utah>|1971|5.5|<west>\n"
                             "<\xc3\x85land>|1970|NA|<north>\n";

static solow_status import_text(const char *text, const char *unit, const char *time, const char *output,
                                solow_panel_structure *structure, solow_error *err)
{
    char *path = solow_test_file(".csv", text, strlen(text));
    solow_status status = solow_panel_import(path, NULL, unit, time, output, structure, err);
    solow_test_unlink(path);
    return status;
}

/* A path at which there is no file. */
static char *free_path(const char *ending)
{
    char *path = solow_test_file(ending, "", 0);
    (void)unlink(path);
    return path;
}

START_TEST(written_and_read_back)
{
    char *output = free_path(".h5");
    solow_error err = {0};
    solow_panel_structure structure;
    solow_status status = import_text(unsorted, "state", "year", output, &structure, &err);
    ck_assert_msg(status == SOLOW_OK, "%s", err.message);
    ck_assert_int_eq(structure.rows, 5);
    ck_assert_int_eq(structure.units, 3);
    ck_assert_int_eq(structure.periods, 3);
    ck_assert_int_eq(structure.least_rows, 1);
    ck_assert_int_eq(structure.most_rows, 2);
    ck_assert_int_eq(structure.gaps, 1);
    ck_assert_int_eq(structure.missing_periods, 1);
    ck_assert_int_eq(structure.spells, 4);
    ck_assert(!structure.balanced);
    for (int parts = 1; parts <= 7; parts++) {
        solow_columns columns = {0};
        status = solow_test_read(output, NULL, parts, &columns, &err);
        ck_assert_msg(status == SOLOW_OK, "%s", err.message);
        char *printed = solow_test_print(&columns);
        ck_assert_str_eq(printed, sorted);
        free(printed);
        solow_columns_clear(&columns);
    }
    solow_source *source;
    ck_assert_int_eq(solow_source_open(output, NULL, &source, &err), SOLOW_OK);
    ck_assert(solow_source_sorted_by(source, "state", "year"));
    ck_assert(!solow_source_sorted_by(source, "state", "gsp"));
    ck_assert(!solow_source_sorted_by(source, "year", "state"));
    solow_source_close(source);
    solow_test_unlink(output);
}
END_TEST

START_TEST(layout)
{
    char *output = free_path(".h5");
    solow_error err = {0};
    ck_assert_int_eq(import_text(unsorted, "state", "year", output, NULL, &err), SOLOW_OK);
    ck_assert_int_eq(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    hid_t file = H5Fopen(output, H5F_ACC_RDONLY, H5P_DEFAULT);
    int64_t first[4], rows;
    hid_t dataset = H5Dopen2(file, "/panel/unit_first", H5P_DEFAULT);
    ck_assert_int_ge(H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, first), 0);
    ck_assert(first[0] == 0 && first[1] == 2 && first[2] == 4 && first[3] == 5);
    H5Dclose(dataset);
    dataset = H5Dopen2(file, "/panel/year", H5P_DEFAULT);
    hid_t type = H5Dget_type(dataset);
    ck_assert_int_gt(H5Tequal(type, H5T_STD_I32LE), 0);
    H5Tclose(type);
    H5Dclose(dataset);
    hid_t panel = H5Gopen2(file, "/panel", H5P_DEFAULT), attribute = H5Aopen(panel, "n", H5P_DEFAULT);
    ck_assert_int_ge(H5Aread(attribute, H5T_NATIVE_INT64, &rows), 0);
    ck_assert_int_eq(rows, 5);
    H5Aclose(attribute);
    H5Gclose(panel);
    H5Fclose(file);
    solow_test_unlink(output);
}
END_TEST

START_TEST(the_same_bytes_from_shuffled_rows)
{
    static const char other[] = "state,year,gsp,region\n"
                                "Ohio,1970,1.0,east\n"
                                "Utah,1970,-0e0,west\n"
                                "\xc3\x85land,1970,.,north\n"
                                "Utah,1971,55e-1,west\n"
                                "Ohio,1972,3,\n";
    static char one[1 << 17], two[1 << 17];
    char *output = free_path(".h5");
    solow_error err = {0};
    ck_assert_int_eq(import_text(unsorted, "state", "year", output, NULL, &err), SOLOW_OK);
    FILE *file = fopen(output, "rb");
    size_t size = fread(one, 1, sizeof one, file);
    (void)fclose(file);
    ck_assert_int_eq(import_text(other, "state", "year", output, NULL, &err), SOLOW_OK);
    file = fopen(output, "rb");
    ck_assert_uint_eq(fread(two, 1, sizeof two, file), size);
    (void)fclose(file);
    ck_assert_mem_eq(one, two, size);
    solow_test_unlink(output);
}
END_TEST

static void not_written(const char *text, const char *unit, const char *time, const char *because)
{
    char *output = free_path(".h5");
    solow_error err = {0};
    solow_status status = import_text(text, unit, time, output, NULL, &err);
    ck_assert_msg(status == SOLOW_ERR_INPUT, "status %d for: %s", status, because);
    ck_assert_msg(strstr(err.message, because) != NULL, "'%s' does not say: %s", err.message, because);
    ck_assert_int_ne(access(output, F_OK), 0);
    free(output);
}

START_TEST(what_is_no_panel)
{
    not_written("id,t,x\n1,1,5\n2,1,6\n1,2,7\n1,1,8\n", "id", "t", "id 1, t 1 (rows 1 and 4)");
    not_written(
        "id,t\na,1\na,1\na,1\nb,2\nb,2\nc,3\nc,3\n", "id", "t",
        "4 rows repeat a (id, t) that another row has: id 'a', t 1 (rows 1 and 2); id 'a', t 1 (rows 2 and 3); id "
        "'b', t 2 (rows 4 and 5); ...");
    not_written("id,t\n1,1\n,2\n", "id", "t", "row 2: the unit 'id' is missing");
    not_written("id,t\n1,1\n1,NA\n", "id", "t", "row 2: the time 't' is missing");
    not_written("id,t\n1,1\n1,1.5\n", "id", "t", "row 2: the time 't' is 1.5, not a whole number");
    not_written("id,t\n1,x\n", "id", "t", "the time 't' is text");
    not_written("id,t\n9007199254740993,1\n", "id", "t", "row 1: the unit 'id' is beyond 2^53");
    not_written("firm,year\n1,2\n", "frim", "year", "has no column 'frim' for the unit; did you mean 'firm'?");
    not_written("firm,year\n", "firm", "year", "has no rows");
    not_written("firm,a/b\n1,2\n", "firm", NULL, "cannot hold a column named 'a/b'");
}
END_TEST

START_TEST(without_time_or_unit)
{
    char *output = free_path(".h5");
    solow_error err = {0};
    solow_panel_structure structure;
    ck_assert_int_eq(import_text("id,x\n2,1\n1,2\n2,3\n", "id", NULL, output, &structure, &err), SOLOW_OK);
    ck_assert_int_eq(structure.units, 2);
    ck_assert_int_eq(import_text("x,y\n2,1\n1,2\n2,3\n", NULL, NULL, output, &structure, &err), SOLOW_OK);
    ck_assert_int_eq(structure.units, 3);
    solow_columns columns = {0};
    ck_assert_int_eq(solow_test_read(output, NULL, 2, &columns, &err), SOLOW_OK);
    ck_assert_double_eq(columns.column[0].number[0], 2);
    solow_columns_clear(&columns);
    solow_test_unlink(output);
}
END_TEST

START_TEST(output_that_cannot_be)
{
    solow_error err = {0};
    ck_assert_int_eq(import_text(unsorted, "state", "year", "/no/such/folder/x.h5", NULL, &err), SOLOW_ERR_CREATE);
    err = (solow_error){0};
    ck_assert_int_eq(import_text(unsorted, "state", "year", "/tmp", NULL, &err), SOLOW_ERR_CREATE);
}
END_TEST

START_TEST(full_disk_leaves_the_old_file)
{
    char *output = solow_test_file(".h5", "old", 3);
    char *input = solow_test_file(".csv", unsorted, sizeof unsorted - 1);
    const struct rlimit small = {4096, 4096};
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0); /* for this test's own process */
    solow_error err = {0};
    ck_assert_int_eq(solow_panel_import(input, NULL, "state", "year", output, NULL, &err), SOLOW_ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "no room for"));
    char kept[8] = "";
    FILE *file = fopen(output, "rb");
    ck_assert_uint_eq(fread(kept, 1, sizeof kept, file), 3);
    (void)fclose(file);
    solow_test_unlink(input);
    solow_test_unlink(output);
}
END_TEST

START_TEST(labels_are_kept)
{
    solow_error err = {0};
    solow_columns columns = {0}, back = {0};
    ck_assert_int_eq(solow_columns_reserve(&columns, 2, true, &err), SOLOW_OK);
    ck_assert_int_eq(solow_columns_add(&columns, "sector", SOLOW_COLUMN_NUMBER, NULL, &err), SOLOW_OK);
    columns.rows = 2;
    columns.column[0].number[0] = 1;
    columns.column[0].number[1] = 2.5;
    columns.column[0].label = strdup("Sector of the firm");
    ck_assert_int_eq(solow_column_add_value_label(&columns.column[0], 1, "steel", &err), SOLOW_OK);
    ck_assert_int_eq(solow_column_add_value_label(&columns.column[0], 2.5, "gl\xc3\xa4s", &err), SOLOW_OK);
    char *output = free_path(".h5");
    ck_assert_msg(solow_panel_write(output, &columns, -1, -1, &err) == SOLOW_OK, "%s", err.message);
    ck_assert_msg(solow_test_read(output, NULL, 1, &back, &err) == SOLOW_OK, "%s", err.message);
    ck_assert_str_eq(back.column[0].label, "Sector of the firm");
    ck_assert_int_eq(back.column[0].value_labels, 2);
    ck_assert_double_eq(back.column[0].labelled_value[1], 2.5);
    ck_assert_str_eq(back.column[0].value_label[1], "gl\xc3\xa4s");
    solow_columns_clear(&columns);
    solow_columns_clear(&back);
    solow_test_unlink(output);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {written_and_read_back,
                                  layout,
                                  the_same_bytes_from_shuffled_rows,
                                  what_is_no_panel,
                                  without_time_or_unit,
                                  output_that_cannot_be,
                                  full_disk_leaves_the_old_file,
                                  labels_are_kept,
                                  NULL};
    TCase *const cases[] = {solow_test_case("panel file", tests, 60), NULL};
    return solow_test_run("panel", cases);
}
