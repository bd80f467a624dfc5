/* An output file is there whole or as it was. */
#include "io/result/atomic_file.h"
#include "tests/support/runner.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void enter_folder(void)
{
    strcpy(folder, "/tmp/solow-atomic-XXXXXX");
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

static void holds(const char *path, const char *expected)
{
    char text[64] = "";
    FILE *stream = fopen(path, "r");
    ck_assert_ptr_nonnull(stream);
    size_t length = fread(text, 1, sizeof text - 1, stream);
    text[length] = '\0';
    fclose(stream);
    ck_assert_str_eq(text, expected);
}

static int entries(const char *path)
{
    int count = 0;
    DIR *open_folder = opendir(path);
    while (readdir(open_folder) != NULL) {
        count++;
    }
    closedir(open_folder);
    return count - 2;
}

START_TEST(replaces_only_at_the_commit)
{
    solow_error err = {0};
    solow_atomic_file file;
    ck_assert_int_eq(solow_atomic_put("a.txt", "old", 3, &err), SOLOW_OK);
    ck_assert_int_eq(solow_atomic_open("a.txt", &file, &err), SOLOW_OK);
    ck_assert_int_eq(solow_atomic_write(&file, "ne", 2, &err), SOLOW_OK);
    holds("a.txt", "old");
    ck_assert_int_eq(solow_atomic_write(&file, "w", 1, &err), SOLOW_OK);
    ck_assert_int_eq(solow_atomic_commit(&file, &err), SOLOW_OK);
    holds("a.txt", "new");
    ck_assert_int_eq(entries("."), 1);
    solow_atomic_discard(&file); /* finished: nothing to do */
}
END_TEST

START_TEST(discarded_it_was_never_there)
{
    solow_error err = {0};
    solow_atomic_file file;
    ck_assert_int_eq(solow_atomic_open("sub.txt", &file, &err), SOLOW_OK);
    ck_assert_int_eq(solow_atomic_write(&file, "x", 1, &err), SOLOW_OK);
    ck_assert_int_eq(entries("."), 1); /* the temporary stands beside it */
    solow_atomic_discard(&file);
    ck_assert_int_eq(entries("."), 0);
}
END_TEST

START_TEST(where_it_cannot_be)
{
    solow_error err = {0}, folder_err = {0}, rename_err = {0};
    solow_atomic_file file;
    ck_assert_int_eq(mkdir("sub", 0777), 0);
    ck_assert_int_eq(solow_atomic_open("sub", &file, &folder_err), SOLOW_ERR_CREATE);
    ck_assert_int_eq(solow_atomic_open("absent/a.txt", &file, &err), SOLOW_ERR_CREATE);
    ck_assert_ptr_nonnull(strstr(err.message, "absent/a.txt"));
    ck_assert_int_eq(solow_atomic_open("late", &file, &rename_err), SOLOW_OK);
    ck_assert_int_eq(mkdir("late", 0777), 0); /* a folder takes the name meanwhile */
    ck_assert_int_eq(solow_atomic_commit(&file, &rename_err), SOLOW_ERR_IO);
    ck_assert_int_eq(entries("."), 2);
}
END_TEST

/* A file system of 64 KiB; needs root and mount rights, else skipped. */
START_TEST(a_full_disk)
{
    static char bytes[200000];
    solow_error err = {0};
    ck_assert_int_eq(mkdir("small", 0777), 0);
    if (mount("none", "small", "tmpfs", 0, "size=64k") != 0) {
        printf("skipped: no right to mount a small file system\n");
        return;
    }
    solow_status status = solow_atomic_put("small/a.bin", bytes, sizeof bytes, &err);
    int left = entries("small");
    ck_assert_int_eq(umount("small"), 0);
    ck_assert_int_eq(status, SOLOW_ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "No space left"));
    ck_assert_int_eq(left, 0);
}
END_TEST

int main(void)
{
    TCase *file = tcase_create("file");
    tcase_add_checked_fixture(file, enter_folder, leave_folder);
    tcase_add_test(file, replaces_only_at_the_commit);
    tcase_add_test(file, discarded_it_was_never_there);
    tcase_add_test(file, where_it_cannot_be);
    tcase_add_test(file, a_full_disk);
    TCase *const cases[] = {file, NULL};
    return solow_test_run("atomic file", cases);
}
