/* What was written is read back the same; damaged and foreign files get a sentence. */
#include "io/report/diff.h"
#include "io/result/results.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void enter_folder(void)
{
    strcpy(folder, "/tmp/solow-read-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
}

static void write_sample(const char *path, int more)
{
    solow_error err = {0};
    solow_results results;
    solow_sample_results(&results);
    solow_sample_many(&results, more);
    ck_assert_int_eq(solow_results_write(&results, path, &err), SOLOW_OK);
    solow_results_clear(&results);
}

START_TEST(written_and_read_back_is_the_same)
{
    const int more = _i == 0 ? 0 : 600;
    solow_error err = {0};
    solow_results ours, theirs;
    solow_sample_results(&ours);
    solow_sample_many(&ours, more);
    ck_assert_int_eq(solow_results_write(&ours, "a.h5", &err), SOLOW_OK);
    ck_assert_msg(solow_results_read("a.h5", &theirs, &err) == SOLOW_OK, "%s", err.message);
    solow_buffer out = {0};
    int64_t differences = -1;
    ck_assert_int_eq(solow_results_diff(&ours, &theirs, 0, &out, &differences, &err), SOLOW_OK);
    ck_assert_msg(differences == 0, "%s", out.text);
    ck_assert_int_eq(theirs.model_count, 3 + more);
    ck_assert_int_eq(theirs.attribute_count, 3);
    ck_assert_str_eq(theirs.attribute[0].text, "solow: 1\n");
    ck_assert_int_eq(theirs.attribute[1].integer, 2);
    ck_assert_double_eq(theirs.attribute[2].number, 0.25);
    ck_assert_str_eq(theirs.created, "2024-05-01T12:00:00Z");
    ck_assert_str_eq(solow_table_text(&theirs.inputs, 0, "file"), "Produc.csv");
    ck_assert_int_eq(solow_table_integer(&theirs.timing, 0, "calls"), 3);
    const solow_model_arrays *east = solow_results_model(&theirs, "east", "region=No%2FWest");
    ck_assert_ptr_nonnull(east);
    ck_assert_double_eq(east->vcov[0], 0.0625);
    ck_assert_int_eq(solow_results_write(&theirs, "b.h5", &err), SOLOW_OK); /* and written again: the same bytes */
    ck_assert_int_eq(system("cmp a.h5 b.h5"), 0);
    solow_buffer_clear(&out);
    solow_results_clear(&ours);
    solow_results_clear(&theirs);
}
END_TEST

/* Above a million rows texts are codes with levels; what is read back is the same. */
START_TEST(a_million_rows_and_one)
{
    solow_error err = {0};
    solow_results ours, theirs;
    ck_assert_int_eq(solow_results_init(&ours, &err), SOLOW_OK);
    ck_assert_int_eq(solow_table_grow(&ours.measures, 1000001, &err), SOLOW_OK);
    for (int64_t row = 0; row < ours.measures.rows; row += 1000) {
        ck_assert(solow_table_set_text(&ours.measures, row, "unit", row % 3000 == 0 ? "Hebei" : "Henan"));
        solow_table_set_number(&ours.measures, row, "value", (double)row);
    }
    ck_assert_int_eq(solow_results_write(&ours, "a.h5", &err), SOLOW_OK);
    ck_assert_msg(solow_results_read("a.h5", &theirs, &err) == SOLOW_OK, "%s", err.message);
    ck_assert_int_eq(theirs.measures.rows, 1000001);
    ck_assert_str_eq(solow_table_text(&theirs.measures, 3000, "unit"), "Hebei");
    ck_assert_str_eq(solow_table_text(&theirs.measures, 4000, "unit"), "Henan");
    ck_assert_str_eq(solow_table_text(&theirs.measures, 4001, "unit"), "");
    ck_assert_double_eq(solow_table_number(&theirs.measures, 1000000, "value"), 1000000);
    struct stat info;
    ck_assert_int_eq(stat("a.h5", &info), 0);
    ck_assert_int_lt(info.st_size, 29 * 1000000); /* two numbers and three codes a row */
    solow_results_clear(&ours);
    solow_results_clear(&theirs);
}
END_TEST

START_TEST(empty_results_make_a_file)
{
    solow_error err = {0};
    solow_results results, back;
    ck_assert_int_eq(solow_results_init(&results, &err), SOLOW_OK);
    ck_assert_int_eq(solow_results_write(&results, "a.h5", &err), SOLOW_OK);
    ck_assert_msg(solow_results_read("a.h5", &back, &err) == SOLOW_OK, "%s", err.message);
    ck_assert_int_eq(back.tidy.rows, 0);
    ck_assert_uint_eq(strlen(back.created), strlen("2024-05-01T12:00:00Z"));
    ck_assert_str_eq(back.engine_version, SOLOW_VERSION);
    solow_results_clear(&results);
    solow_results_clear(&back);
}
END_TEST

/* Status and sentence for a file that must be refused. */
static void refused(const char *path, solow_status expected, const char *part)
{
    solow_error err = {0};
    solow_results results;
    solow_status status = solow_results_read(path, &results, &err);
    ck_assert_msg(status == expected, "%s: status %d, %s", path, (int)status, err.message);
    ck_assert_msg(strstr(err.message, part) != NULL, "%s", err.message);
}

START_TEST(files_that_are_not_there_or_not_ours)
{
    refused("absent.h5", SOLOW_ERR_NO_INPUT, "absent.h5");
    ck_assert_int_eq(mkdir("folder.h5", 0777), 0);
    refused("folder.h5", SOLOW_ERR_NO_INPUT, "folder");
    fclose(fopen("empty.h5", "w"));
    refused("empty.h5", SOLOW_ERR_INPUT, "empty");
    FILE *stream = fopen("text.h5", "w");
    fputs("model,term\n", stream);
    fclose(stream);
    refused("text.h5", SOLOW_ERR_INPUT, "not an HDF5 file");
    hid_t file = H5Fcreate("foreign.h5", H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(file);
    refused("foreign.h5", SOLOW_ERR_INPUT, "not results of solow");
}
END_TEST

START_TEST(cut_short_at_many_places)
{
    write_sample("a.h5", 0);
    struct stat info;
    ck_assert_int_eq(stat("a.h5", &info), 0);
    char *bytes = malloc((size_t)info.st_size);
    FILE *stream = fopen("a.h5", "rb");
    ck_assert_uint_eq(fread(bytes, 1, (size_t)info.st_size, stream), (size_t)info.st_size);
    fclose(stream);
    for (long size = 1; size < info.st_size - 24; size += 997) {
        stream = fopen("cut.h5", "wb");
        fwrite(bytes, 1, (size_t)size, stream);
        fclose(stream);
        refused("cut.h5", SOLOW_ERR_INPUT, "cut.h5");
    }
    free(bytes);
}
END_TEST

/* Bytes overwritten anywhere: the seal shows it (HDF5 alone crashes on some of these). */
START_TEST(bytes_overwritten_anywhere)
{
    write_sample("a.h5", 0);
    struct stat info;
    ck_assert_int_eq(stat("a.h5", &info), 0);
    unsigned state = 12345;
    for (int i = 0; i < 150; i++) {
        ck_assert_int_eq(system("cp a.h5 hit.h5"), 0);
        FILE *stream = fopen("hit.h5", "r+b");
        state = state * 1103515245u + 12345u;
        fseek(stream, (long)(state % (unsigned)(info.st_size - 4 - 24)), SEEK_SET);
        state = state * 1103515245u + 12345u;
        fwrite(&state, 1, sizeof state, stream);
        fclose(stream);
        refused("hit.h5", SOLOW_ERR_INPUT, "hit.h5");
    }
}
END_TEST

/* Replaces one object by something else of that name. */
static void forge(const char *path, const char *object, hid_t type, hsize_t length)
{
    write_sample(path, 0);
    hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    ck_assert_int_ge(H5Ldelete(file, object, H5P_DEFAULT), 0);
    if (length > 0) {
        hid_t space = H5Screate_simple(1, &length, NULL);
        hid_t dataset = H5Dcreate2(file, object, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        ck_assert_int_ge(dataset, 0);
        H5Dclose(dataset);
        H5Sclose(space);
    }
    H5Fclose(file);
}

START_TEST(objects_that_are_missing_or_forged)
{
    forge("a.h5", "/tidy", 0, 0);
    refused("a.h5", SOLOW_ERR_INPUT, "/tidy is missing");
    forge("a.h5", "/tidy/estimate", 0, 0);
    refused("a.h5", SOLOW_ERR_INPUT, "/tidy/estimate is missing");
    forge("a.h5", "/tidy/estimate", H5T_NATIVE_DOUBLE, 3);
    refused("a.h5", SOLOW_ERR_INPUT, "/tidy/estimate has another length");
    forge("a.h5", "/tidy/term", H5T_NATIVE_INT, 4);
    refused("a.h5", SOLOW_ERR_INPUT, "/tidy/term has another type");
    forge("a.h5", "/tidy/model", H5T_NATIVE_DOUBLE, (hsize_t)1 << 50); /* a claim of petabytes */
    refused("a.h5", SOLOW_ERR_INPUT, "/tidy/model cannot be read");
    forge("a.h5", "/models/within/estimate", H5T_NATIVE_DOUBLE, 1000000);
    refused("a.h5", SOLOW_ERR_INPUT, "larger than the file");
}
END_TEST

int main(void)
{
    TCase *file = tcase_create("file");
    tcase_add_checked_fixture(file, enter_folder, leave_folder);
    tcase_set_timeout(file, 120);
    tcase_add_loop_test(file, written_and_read_back_is_the_same, 0, 2);
    tcase_add_test(file, a_million_rows_and_one);
    tcase_add_test(file, empty_results_make_a_file);
    tcase_add_test(file, files_that_are_not_there_or_not_ours);
    tcase_add_test(file, cut_short_at_many_places);
    tcase_add_test(file, bytes_overwritten_anywhere);
    tcase_add_test(file, objects_that_are_missing_or_forged);
    TCase *const cases[] = {file, NULL};
    return solow_test_run("read", cases);
}
