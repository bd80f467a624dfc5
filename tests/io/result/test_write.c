/* A result file appears whole or not at all, and equal content gives equal bytes. */
#include "io/result/results.h"
#include "kernels/core/size.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void enter_folder(void)
{
    strcpy(folder, "/tmp/solow-write-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

/* Entries of the folder beside . and .. */
static int entries(void)
{
    int count = 0;
    DIR *open_folder = opendir(folder);
    while (readdir(open_folder) != NULL) {
        count++;
    }
    closedir(open_folder);
    return count - 2;
}

static void leave_folder(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
}

static char *slurp(const char *path, size_t *size)
{
    struct stat info;
    ck_assert_int_eq(stat(path, &info), 0);
    *size = (size_t)info.st_size;
    char *bytes = malloc(*size + 1);
    FILE *stream = fopen(path, "rb");
    ck_assert_uint_eq(fread(bytes, 1, *size, stream), *size);
    fclose(stream);
    return bytes;
}

static void write_sample(const char *path, int more)
{
    solow_error err = {0};
    solow_results results;
    solow_sample_results(&results);
    solow_sample_many(&results, more);
    solow_status status = solow_results_write(&results, path, &err);
    ck_assert_msg(status == SOLOW_OK, "%s", err.message);
    solow_results_clear(&results);
}

START_TEST(equal_content_gives_equal_bytes)
{
    const int more = _i == 0 ? 0 : 600; /* 600: the packed form */
    size_t first_size, second_size;
    write_sample("a.h5", more);
    sleep(1);                     /* a time kept anywhere would show */
    char *waste = malloc(100000); /* another heap than the first time */
    memset(waste, 0x5a, 100000);
    free(waste);
    write_sample("b.h5", more);
    char *first = slurp("a.h5", &first_size), *second = slurp("b.h5", &second_size);
    ck_assert_uint_eq(first_size, second_size);
    ck_assert_mem_eq(first, second, first_size);
    free(first);
    free(second);
    ck_assert_int_eq(entries(), 2);
}
END_TEST

/* RLIMIT_FSIZE stands for a full disk: write(2) fails in the middle with EFBIG. */
static void break_off(void)
{
    solow_error err = {0};
    solow_results results;
    solow_sample_results(&results);
    struct rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 8192;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &small), 0);
    solow_status status = solow_results_write(&results, "a.h5", &err);
    setrlimit(RLIMIT_FSIZE, &before);
    ck_assert_int_eq(status, SOLOW_ERR_IO);
    ck_assert_msg(strstr(err.message, "a.h5") != NULL, "%s", err.message);
    solow_results_clear(&results);
}

START_TEST(a_write_that_breaks_off_leaves_nothing)
{
    break_off();
    ck_assert_int_eq(entries(), 0);
}
END_TEST

START_TEST(the_old_file_survives_a_write_that_breaks_off)
{
    size_t size;
    FILE *stream = fopen("a.h5", "w");
    fputs("old", stream);
    fclose(stream);
    break_off();
    char *bytes = slurp("a.h5", &size);
    ck_assert_uint_eq(size, 3);
    ck_assert_mem_eq(bytes, "old", 3);
    ck_assert_int_eq(entries(), 1);
    free(bytes);
}
END_TEST

/* HDF5's own tool reads texts, scales and links. */
START_TEST(other_tools_read_it)
{
    write_sample("a.h5", 0);
    if (system("h5dump --version > /dev/null 2>&1") != 0) {
        printf("skipped: h5dump is not installed\n");
        return;
    }
    ck_assert_int_eq(system("h5dump -d /tidy/term a.h5 | grep -q '\"log(pc)\", \"unemp\"'"), 0);
    ck_assert_int_eq(system("h5dump -A -d /models/within/vcov a.h5 | grep -q 'DATASET .* \"/models/within/term_b\"'"),
                     0);
    ck_assert_int_eq(system("h5dump -n a.h5 | grep -q '/models/east/region=No%2FWest/estimate'"), 0);
}
END_TEST

START_TEST(where_nothing_can_be_created)
{
    solow_error err = {0}, folder_err = {0};
    solow_results results;
    solow_sample_results(&results);
    ck_assert_int_eq(solow_results_write(&results, "absent/a.h5", &err), SOLOW_ERR_CREATE);
    ck_assert_int_eq(mkdir("b.h5", 0777), 0);
    ck_assert_int_eq(solow_results_write(&results, "b.h5", &folder_err), SOLOW_ERR_CREATE);
    ck_assert_int_eq(entries(), 1);
    solow_results_clear(&results);
}
END_TEST

int main(void)
{
    TCase *file = tcase_create("file");
    tcase_add_checked_fixture(file, enter_folder, leave_folder);
    tcase_set_timeout(file, 60);
    tcase_add_loop_test(file, equal_content_gives_equal_bytes, 0, 2);
    tcase_add_test(file, a_write_that_breaks_off_leaves_nothing);
    tcase_add_test(file, the_old_file_survives_a_write_that_breaks_off);
    tcase_add_test(file, other_tools_read_it);
    tcase_add_test(file, where_nothing_can_be_created);
    TCase *const cases[] = {file, NULL};
    return solow_test_run("write", cases);
}
