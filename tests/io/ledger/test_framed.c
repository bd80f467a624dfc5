/* Records that are whole are read, and nothing else is. */
#include "io/ledger/framed.h"
#include "tests/support/runner.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];
static solow_error err;

static void enter(void)
{
    err = (solow_error){0};
    strcpy(folder, "/tmp/solow-framed-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave(void)
{
    char command[128];
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(system(command), 0);
}

typedef struct seen {
    int count;
    int32_t type[64];
    char text[64][32];
} seen;

static solow_status note(void *context, const solow_framed_record *record, solow_error *error)
{
    seen *all = context;
    (void)error;
    ck_assert_int_lt(all->count, 64);
    ck_assert_int_lt((int)record->bytes, 32);
    memcpy(all->text[all->count], record->payload, record->bytes);
    all->text[all->count][record->bytes] = '\0';
    all->type[all->count++] = record->type;
    return SOLOW_OK;
}

static solow_status count_only(void *context, const solow_framed_record *record, solow_error *error)
{
    (void)error;
    (void)record;
    ++*(int *)context;
    return SOLOW_OK;
}

static void append(solow_framed *file, int32_t type, const char *text)
{
    solow_buffer buffer = {0};
    solow_framed_add(file, type, text, strlen(text), &buffer);
    ck_assert_int_eq(solow_framed_write(file, &buffer, &err), SOLOW_OK);
    solow_buffer_clear(&buffer);
}

static const char *const words[] = {"first", "", "the third"};

static void write_words(void)
{
    solow_framed file;
    solow_framed_facts facts;
    seen none = {0};
    ck_assert_int_eq(solow_framed_open("f", "TEST", note, &none, &file, &facts, &err), SOLOW_OK);
    for (int w = 0; w < 3; w++) {
        append(&file, w + 1, words[w]);
    }
    solow_framed_close(&file);
}

static int64_t size_of(const char *path)
{
    struct stat about;
    ck_assert_int_eq(stat(path, &about), 0);
    return about.st_size;
}

START_TEST(records_come_back_in_order)
{
    seen all = {0};
    solow_framed_facts facts;
    write_words();
    ck_assert_int_eq(solow_framed_read("f", "TEST", note, &all, &facts, &err), SOLOW_OK);
    ck_assert_int_eq(all.count, 3);
    for (int w = 0; w < 3; w++) {
        ck_assert_str_eq(all.text[w], words[w]);
        ck_assert_int_eq(all.type[w], w + 1);
    }
    ck_assert_int_eq((int)facts.torn, 0);
    ck_assert_int_eq((int)facts.sequence, 3);
}
END_TEST

START_TEST(a_file_that_is_not_there_has_no_records)
{
    seen all = {0};
    solow_framed_facts facts;
    ck_assert_int_eq(solow_framed_read("nowhere", "TEST", note, &all, &facts, &err), SOLOW_OK);
    ck_assert_int_eq(all.count, 0);
}
END_TEST

/* A process may die after any byte of the last record. */
START_TEST(a_last_record_torn_at_any_byte_is_dropped_and_cut_off)
{
    write_words();
    int64_t whole = size_of("f"), last = SOLOW_FRAMED_HEADER + (int64_t)strlen(words[2]);
    ck_assert_int_eq(system("cp f all"), 0);
    for (int64_t bytes = whole - last; bytes < whole; bytes++) {
        seen all = {0}, again = {0};
        solow_framed file;
        solow_framed_facts facts;
        ck_assert_int_eq(system("cp all f"), 0);
        ck_assert_int_eq(truncate("f", bytes), 0);
        ck_assert_int_eq(solow_framed_open("f", "TEST", note, &all, &file, &facts, &err), SOLOW_OK);
        ck_assert_int_eq(all.count, 2);
        ck_assert_int_eq((int)facts.torn, (int)(bytes - (whole - last)));
        append(&file, 9, "after");
        solow_framed_close(&file);
        ck_assert_int_eq(solow_framed_read("f", "TEST", note, &again, &facts, &err), SOLOW_OK);
        ck_assert_int_eq(again.count, 3);
        ck_assert_str_eq(again.text[2], "after");
        ck_assert_int_eq((int)facts.torn, 0);
    }
}
END_TEST

START_TEST(a_first_record_torn_at_any_byte_is_dropped)
{
    write_words();
    int64_t first = SOLOW_FRAMED_HEADER + (int64_t)strlen(words[0]);
    for (int64_t bytes = first - 1; bytes >= 0; bytes--) {
        seen all = {0};
        solow_framed_facts facts;
        ck_assert_int_eq(truncate("f", bytes), 0);
        ck_assert_int_eq(solow_framed_read("f", "TEST", note, &all, &facts, &err), SOLOW_OK);
        ck_assert_int_eq(all.count, 0);
        ck_assert_int_eq((int)facts.torn, (int)bytes);
    }
}
END_TEST

static void flip(int64_t at)
{
    int descriptor = open("f", O_RDWR);
    unsigned char byte;
    ck_assert_int_eq((int)pread(descriptor, &byte, 1, at), 1);
    byte ^= 0x10;
    ck_assert_int_eq((int)pwrite(descriptor, &byte, 1, at), 1);
    close(descriptor);
}

/* Whichever byte is wrong, no record is read that was not written. */
START_TEST(no_record_is_read_with_a_wrong_byte)
{
    write_words();
    ck_assert_int_eq(system("cp f all"), 0);
    int64_t whole = size_of("f"), first = SOLOW_FRAMED_HEADER + (int64_t)strlen(words[0]);
    for (int64_t at = first; at < whole; at++) {
        seen all = {0};
        solow_framed_facts facts;
        solow_error own = {0};
        ck_assert_int_eq(system("cp all f"), 0);
        flip(at);
        solow_status status = solow_framed_read("f", "TEST", note, &all, &facts, &own);
        ck_assert_int_le(all.count, 2);
        ck_assert_str_eq(all.text[0], words[0]);
        for (int r = 1; r < all.count; r++) {
            ck_assert(strcmp(all.text[r], words[1]) == 0 || strcmp(all.text[r], words[2]) == 0);
        }
        ck_assert(status == SOLOW_OK || status == SOLOW_ERR_CONFIG); /* a version that is another one */
        ck_assert(status != SOLOW_OK || facts.torn > 0 || facts.damaged > 0);
    }
}
END_TEST

START_TEST(a_wrong_payload_in_the_middle_loses_that_record_alone)
{
    seen all = {0};
    solow_framed_facts facts;
    write_words();
    flip(SOLOW_FRAMED_HEADER + 2);
    ck_assert_int_eq(solow_framed_read("f", "TEST", note, &all, &facts, &err), SOLOW_OK);
    ck_assert_int_eq(all.count, 2);
    ck_assert_str_eq(all.text[1], words[2]);
    ck_assert_int_eq((int)facts.damaged, 1);
}
END_TEST

START_TEST(another_version_and_strangers_are_refused_and_left_alone)
{
    solow_framed file;
    solow_framed_facts facts;
    seen all = {0};
    write_words();
    int64_t before = size_of("f");
    int descriptor = open("f", O_RDWR);
    uint16_t version = SOLOW_FRAMED_VERSION + 1;
    ck_assert_int_eq((int)pwrite(descriptor, &version, sizeof version, 4), (int)sizeof version);
    close(descriptor);
    ck_assert_int_eq(solow_framed_open("f", "TEST", note, &all, &file, &facts, &err), SOLOW_ERR_CONFIG);
    ck_assert_ptr_nonnull(strstr(err.message, "another version"));
    ck_assert_ptr_nonnull(strstr(err.message, "--restart"));
    ck_assert_int_eq((int)size_of("f"), (int)before);
    err = (solow_error){0};
    ck_assert_int_eq(solow_framed_open("f", "ELSE", note, &all, &file, &facts, &err), SOLOW_ERR_CONFIG);
    err = (solow_error){0};
    ck_assert_int_eq(system("seq 1000 >text"), 0);
    ck_assert_int_eq(solow_framed_open("text", "TEST", note, &all, &file, &facts, &err), SOLOW_ERR_CONFIG);
    ck_assert_int_eq(system("seq 1000 | cmp - text"), 0);
    ck_assert_int_eq(all.count, 0);
}
END_TEST

/* O_APPEND and one write() a record: two processes do not tear one another's. Both have the file open before either writes,
 * for who opens it cuts off a torn end, and a record under way looks like one. */
START_TEST(two_writers_keep_all_records_whole)
{
    enum { EACH = 2000 };
    solow_framed files[2];
    solow_framed_facts facts;
    int count = 0;
    for (int writer = 0; writer < 2; writer++) {
        ck_assert_int_eq(solow_framed_open("f", "TEST", count_only, &count, &files[writer], &facts, &err), SOLOW_OK);
    }
    for (int writer = 0; writer < 2; writer++) {
        pid_t child = fork();
        if (child == 0) {
            solow_buffer buffer = {0};
            char text[700];
            memset(text, 'a' + writer, sizeof text);
            bool good = true;
            for (int i = 0; i < EACH && good; i++) {
                solow_framed_add(&files[writer], writer, text, 100 + (size_t)(i % 600), &buffer);
                good = solow_framed_write(&files[writer], &buffer, NULL) == SOLOW_OK;
            }
            _exit(good ? 0 : 1);
        }
        ck_assert_int_gt(child, 0);
    }
    for (int writer = 0; writer < 2; writer++) {
        int status = 1;
        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
        solow_framed_close(&files[writer]);
    }
    ck_assert_int_eq(solow_framed_read("f", "TEST", count_only, &count, &facts, &err), SOLOW_OK);
    ck_assert_int_eq(count, 2 * EACH);
    ck_assert_int_eq((int)(facts.torn + facts.damaged), 0);
}
END_TEST

/* /dev/full says ENOSPC to every write. */
START_TEST(a_full_disk_is_told)
{
    solow_framed file = {.path = strdup("/dev/full"), .kind = "TES", .descriptor = open("/dev/full", O_WRONLY)};
    solow_buffer buffer = {0};
    ck_assert_int_ge(file.descriptor, 0);
    solow_framed_add(&file, 1, "x", 1, &buffer);
    ck_assert_int_eq(solow_framed_write(&file, &buffer, &err), SOLOW_ERR_IO);
    ck_assert_ptr_nonnull(strstr(err.message, "No space left"));
    solow_buffer_clear(&buffer);
    solow_framed_close(&file);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {records_come_back_in_order,
                                  a_file_that_is_not_there_has_no_records,
                                  a_last_record_torn_at_any_byte_is_dropped_and_cut_off,
                                  a_first_record_torn_at_any_byte_is_dropped,
                                  no_record_is_read_with_a_wrong_byte,
                                  a_wrong_payload_in_the_middle_loses_that_record_alone,
                                  another_version_and_strangers_are_refused_and_left_alone,
                                  two_writers_keep_all_records_whole,
                                  a_full_disk_is_told,
                                  NULL};
    TCase *all = solow_test_case("framed", tests, 60);
    tcase_add_checked_fixture(all, enter, leave);
    return solow_test_run("framed", (TCase *const[]){all, NULL});
}
