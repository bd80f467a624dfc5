/* HDF5 files made by hand: every type a column may have, slabs, and truncation. (Flipped bytes are not tried: HDF5 1.10.8
 * itself crashes on some.)
 */
#include "tests/support/data_file.h"
#include "tests/support/runner.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 50 };

static void put(hid_t group, const char *name, hid_t type, hid_t memory, hsize_t rows, const void *cells)
{
    hid_t space = H5Screate_simple(1, &rows, NULL);
    hid_t dataset = H5Dcreate2(group, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells), 0);
    H5Dclose(dataset);
    H5Sclose(space);
}

static hid_t text_type(size_t bytes, H5T_str_t padding)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, bytes);
    if (bytes != H5T_VARIABLE) {
        H5Tset_strpad(type, padding);
    }
    return type;
}

static void put_attribute(hid_t group, const char *dataset, const char *name, hid_t type, const void *value)
{
    hid_t object = H5Oopen(group, dataset, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    ck_assert_int_ge(H5Awrite(attribute, type, value), 0);
    H5Aclose(attribute);
    H5Sclose(space);
    H5Oclose(object);
}

static void put_texts(hid_t group)
{
    char *label[ROWS];
    char fixed[ROWS][6], padded[ROWS][4];
    for (int i = 0; i < ROWS; i++) {
        label[i] = malloc(16);
        (void)sprintf(label[i], i % 10 == 9 ? "" : "firm %d", i / 3);
        memset(fixed[i], 0, sizeof fixed[i]);
        memset(padded[i], ' ', sizeof padded[i]);
        (void)snprintf(fixed[i], sizeof fixed[i], "f%d", i % 5);
        memcpy(padded[i], "ab", 2);
    }
    hid_t variable = text_type(H5T_VARIABLE, H5T_STR_NULLTERM), zero = text_type(6, H5T_STR_NULLPAD),
          blank = text_type(4, H5T_STR_SPACEPAD);
    put(group, "variable", variable, variable, ROWS, label);
    put(group, "fixed", zero, zero, ROWS, fixed);
    put(group, "padded", blank, blank, ROWS, padded);
    H5Tclose(variable);
    H5Tclose(zero);
    H5Tclose(blank);
    for (int i = 0; i < ROWS; i++) {
        free(label[i]);
    }
}

static void put_bools(hid_t group)
{
    signed char flag[ROWS], value = 0;
    for (int i = 0; i < ROWS; i++) {
        flag[i] = (signed char)(i % 2);
    }
    hid_t type = H5Tenum_create(H5T_STD_I8LE);
    H5Tenum_insert(type, "FALSE", &value);
    value = 1;
    H5Tenum_insert(type, "TRUE", &value);
    put(group, "flag", type, type, ROWS, flag);
    H5Tclose(type);
}

static void put_numbers(hid_t group)
{
    double number[ROWS];
    int64_t whole[ROWS];
    for (int i = 0; i < ROWS; i++) {
        number[i] = i == 7 ? NAN : i * 0.25;
        whole[i] = i == 8 ? -99 : i;
    }
    const int64_t fill = -99;
    put(group, "x", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, ROWS, number);
    put(group, "single", H5T_IEEE_F32BE, H5T_NATIVE_DOUBLE, ROWS, number);
    put(group, "long", H5T_STD_I64LE, H5T_NATIVE_INT64, ROWS, whole);
    put(group, "byte", H5T_STD_U8LE, H5T_NATIVE_INT64, ROWS, whole);
    put_attribute(group, "long", "_FillValue", H5T_NATIVE_INT64, &fill);
    double matrix[4] = {1, 2, 3, 4};
    const hsize_t sides[2] = {2, 2};
    hid_t space = H5Screate_simple(2, sides, NULL);
    hid_t dataset = H5Dcreate2(group, "matrix", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, matrix);
    H5Dclose(dataset);
    H5Sclose(space);
}

static void put_codes(hid_t file, hid_t group)
{
    static const char *const label[3] = {"west", "east", "north"};
    int32_t code[ROWS];
    for (int i = 0; i < ROWS; i++) {
        code[i] = i % 4 - 1;
    }
    hid_t variable = text_type(H5T_VARIABLE, H5T_STR_NULLTERM);
    hid_t levels = H5Gcreate2(file, "levels", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put(levels, "region", variable, variable, 3, label);
    put(group, "region", H5T_STD_I32LE, H5T_NATIVE_INT32, ROWS, code);
    const char *path = "/levels/region";
    put_attribute(group, "region", "levels", variable, &path);
    H5Gclose(levels);
    H5Tclose(variable);
}

static char *write_file(const char *group_name)
{
    char *path = solow_test_file(".h5", "", 0);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t group = group_name == NULL ? H5Gopen2(file, "/", H5P_DEFAULT)
                                     : H5Gcreate2(file, group_name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    put_numbers(group);
    put_bools(group);
    put_texts(group);
    put_codes(file, group);
    H5Gclose(group);
    H5Fclose(file);
    return path;
}

static const char *text_of(const solow_columns *columns, const char *name, int row)
{
    const solow_column *column = &columns->column[solow_columns_find(columns, name)];
    ck_assert_int_eq(column->kind, SOLOW_COLUMN_TEXT);
    return column->code[row] < 0 ? "NA" : column->levels.label[column->code[row]];
}

static double number_of(const solow_columns *columns, const char *name, int row)
{
    const solow_column *column = &columns->column[solow_columns_find(columns, name)];
    ck_assert_int_eq(column->kind, SOLOW_COLUMN_NUMBER);
    return column->number[row];
}

static void check_file(const solow_columns *columns)
{
    static const char *const region[3] = {"west", "east", "north"};
    ck_assert_int_eq(columns->rows, ROWS);
    ck_assert_int_eq(columns->count, 9);
    for (int i = 0; i < ROWS; i++) {
        char name[16];
        (void)sprintf(name, "firm %d", i / 3);
        ck_assert_str_eq(text_of(columns, "variable", i), i % 10 == 9 ? "NA" : name);
        (void)sprintf(name, "f%d", i % 5);
        ck_assert_str_eq(text_of(columns, "fixed", i), name);
        ck_assert_str_eq(text_of(columns, "padded", i), "ab");
        ck_assert_str_eq(text_of(columns, "region", i), i % 4 == 0 ? "NA" : region[i % 4 - 1]);
        ck_assert_double_eq(number_of(columns, "flag", i), i % 2);
        ck_assert(i == 7 ? isnan(number_of(columns, "x", i)) : number_of(columns, "x", i) == i * 0.25);
        ck_assert(i == 7 ? isnan(number_of(columns, "single", i)) : number_of(columns, "single", i) == i * 0.25);
        ck_assert(i == 8 ? isnan(number_of(columns, "long", i)) : number_of(columns, "long", i) == i);
        ck_assert_double_eq(number_of(columns, "byte", i), i == 8 ? 0 : i); /* HDF5 clamps -99 */
    }
}

START_TEST(every_type_in_any_number_of_parts)
{
    static const char *const groups[] = {NULL, "panel", "data"};
    for (int g = 0; g < 3; g++) {
        const solow_source_options options = {.group = groups[g]};
        char *path = write_file(groups[g]);
        for (int parts = 1; parts <= 60; parts += 7) {
            solow_error err = {0};
            solow_columns columns = {0};
            solow_status status = solow_test_read(path, g == 2 ? &options : NULL, parts, &columns, &err);
            ck_assert_msg(status == SOLOW_OK, "%s", err.message);
            check_file(&columns);
            solow_columns_clear(&columns);
        }
        solow_test_unlink(path);
    }
}
END_TEST

START_TEST(nothing_stays_open)
{
    char *path = write_file(NULL);
    solow_error err = {0};
    solow_columns columns = {0};
    ck_assert_int_eq(solow_test_read(path, NULL, 3, &columns, &err), SOLOW_OK);
    ck_assert_int_eq(H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL), 0);
    solow_columns_clear(&columns);
    solow_test_unlink(path);
}
END_TEST

static void refused(const char *path, const char *because)
{
    solow_error err = {0};
    solow_columns columns = {0};
    solow_status status = solow_test_read(path, NULL, 1, &columns, &err);
    ck_assert_msg(status == SOLOW_ERR_INPUT, "status %d: %s", status, err.message);
    ck_assert_msg(strstr(err.message, because) != NULL, "'%s' does not say: %s", err.message, because);
    solow_columns_clear(&columns);
}

static char *one_column(const char *name, hid_t type, hid_t memory, hsize_t rows, const void *cells)
{
    char *path = solow_test_file(".h5", "", 0);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const double first[2] = {1, 2};
    put(file, "a", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, 2, first);
    put(file, name, type, memory, rows, cells);
    H5Fclose(file);
    return path;
}

START_TEST(what_is_refused)
{
    const double infinite[3] = {1, INFINITY, 3};
    const int64_t large[2] = {5, INT64_C(9007199254740993)};
    char *path = one_column("b", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, 3, infinite);
    refused(path, "'a' has 2 values, but 'b' has 3");
    solow_test_unlink(path);
    path = one_column("b", H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, 2, infinite);
    refused(path, "row 2: the number in column 'b' is infinite");
    solow_test_unlink(path);
    path = one_column("b", H5T_NATIVE_INT64, H5T_NATIVE_INT64, 2, large);
    refused(path, "row 2: the integer in column 'b' is beyond 2^53");
    solow_test_unlink(path);
    hid_t latin = text_type(4, H5T_STR_NULLPAD);
    path = one_column("b", latin, latin, 2, "ab\0\0\xe9t\0\0");
    refused(path, "row 2: the text in column 'b' is not UTF-8");
    solow_test_unlink(path);
    H5Tclose(latin);
    path = solow_test_file(".h5", "not HDF5 at all", 15);
    refused(path, "is not an HDF5 file");
    solow_test_unlink(path);
}
END_TEST

START_TEST(absent_group)
{
    char *path = write_file(NULL);
    const solow_source_options options = {.group = "/nowhere"};
    solow_error err = {0};
    solow_source *source;
    ck_assert_int_eq(solow_source_open(path, &options, &source, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "has no group '/nowhere'"));
    solow_test_unlink(path);
}
END_TEST

/* The file's bytes; it goes. */
static char *take_file(char *path, size_t *size)
{
    char *bytes = malloc(1 << 18);
    FILE *file = fopen(path, "rb");
    *size = fread(bytes, 1, 1 << 18, file);
    ck_assert_uint_lt(*size, 1 << 18);
    (void)fclose(file);
    solow_test_unlink(path);
    return bytes;
}

START_TEST(truncated_anywhere)
{
    size_t size;
    char *bytes = take_file(write_file("panel"), &size);
    for (size_t cut = 1; cut < size; cut += size / 200 + 1) {
        char *path = solow_test_file(".h5", bytes, cut);
        refused(path, "");
        solow_test_unlink(path);
    }
    free(bytes);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_type_in_any_number_of_parts, nothing_stays_open, what_is_refused, absent_group, truncated_anywhere, NULL};
    TCase *const cases[] = {solow_test_case("hdf5", tests, 120), NULL};
    return solow_test_run("panel", cases);
}
