/* test_load.c - one frame from one file, from the file shuffled, from two files, and with another file merged. */
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
    char folder[64]; /* the same on every rank */
    solow_columns table;
    ptrdiff_t *order;
} files;

static FILE *open_file(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", files.folder, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    return file;
}

/* Rows of the table, with quotes, commas and a line break in the labels. */
static void write_rows(const char *name, const ptrdiff_t *order, int64_t begin, int64_t end)
{
    const solow_column *sector = &files.table.column[solow_columns_find(&files.table, "sector")];
    const double *firm = made_find(&files.table, "firm"), *year = made_find(&files.table, "year"),
                 *x = made_find(&files.table, "x"), *z = made_find(&files.table, "z");
    FILE *file = open_file(name);
    fputs("firm,year,x,z,sector\n", file);
    for (int64_t i = begin; i < end; i++) {
        int64_t row = order != NULL ? order[i] : i;
        char number[40] = "NA";
        if (!isnan(z[row])) {
            snprintf(number, sizeof number, "%.17g", z[row]);
        }
        fprintf(file, "%.0f,%.0f,%.17g,%s,\"the \"\"%s\"\",\nor so\"\n", firm[row], year[row], x[row], number,
                sector->levels.label[sector->code[row]]);
    }
    fclose(file);
}

static void write_files(void)
{
    int64_t rows = files.table.rows;
    write_rows("whole.csv", NULL, 0, rows);
    write_rows("shuffled.csv", files.order, 0, rows);
    write_rows("first.csv", files.order, 0, rows / 3);
    write_rows("second.csv", files.order, rows / 3, rows);
    FILE *tax = open_file("tax.csv"); /* firms 1000, 1006, 1012, ...: every other one */
    fputs("firm,tax\n", tax);
    for (int f = 0; f < 200; f += 2) {
        fprintf(tax, "%d,%d.5\n", 1000 + 3 * f, f);
    }
    fclose(tax);
}

static void make_folder(void)
{
    solow_error err = {0};
    strcpy(files.folder, "/tmp/solow_test_load_XXXXXX");
    if (world_rank() == 0) {
        ck_assert_ptr_nonnull(mkdtemp(files.folder));
    }
    world_good(solow_comm_broadcast(world(), 0, files.folder, sizeof files.folder, &err), &err);
    made_panel(&files.table, 200, 4);
    files.order = made_shuffle(files.table.rows, 1);
    if (world_rank() == 0) {
        write_files();
    }
    world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
}

static void remove_folder(void)
{
    static const char *const names[] = {"whole.csv", "shuffled.csv", "first.csv", "second.csv", "tax.csv", "long.csv"};
    solow_error err = {0};
    world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && world_rank() == 0; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", files.folder, names[i]);
        unlink(path);
    }
    if (world_rank() == 0) {
        rmdir(files.folder);
    }
    solow_columns_clear(&files.table);
    free(files.order);
}

/* %s of data is the folder, wherever it stands (at most four times). */
static solow_status try_load(solow_comm *comm, const char *data, solow_frame *frame, solow_error *err)
{
    static const char *const wanted[] = {"x", "z", "sector", "tax"};
    const char *f = files.folder;
    char section[1024], yaml[2048];
    solow_job job;
    snprintf(section, sizeof section, data, f, f, f, f);
    snprintf(yaml, sizeof yaml, "solow: 1\ndata:\n%smodels:\n  - {id: m, estimator: ols, formula: x ~ z}\n", section);
    made_job(yaml, &job);
    solow_status status = solow_frame_load(comm, &job, wanted, 4, frame, err);
    solow_job_clear(&job);
    return status;
}

static void load(solow_comm *comm, const char *data, solow_frame *frame)
{
    solow_error err = {0};
    world_good(try_load(comm, data, frame, &err), &err);
}

static uint64_t hash_of(solow_comm *comm, const char *data)
{
    solow_frame frame;
    load(comm, data, &frame);
    uint64_t hash = made_hash(&frame);
    solow_frame_clear(&frame);
    return hash;
}

START_TEST(whole_shuffled_split)
{
    uint64_t hash = hash_of(world_alone(), "  file: %s/whole.csv\n  unit: firm\n  time: year\n");
    ck_assert_uint_eq(hash_of(world(), "  file: %s/whole.csv\n  unit: firm\n  time: year\n"), hash);
    ck_assert_uint_eq(hash_of(world(), "  file: %s/shuffled.csv\n  unit: firm\n  time: year\n"), hash);
    ck_assert_uint_eq(hash_of(world(), "  file: [%s/first.csv, %s/second.csv]\n  unit: firm\n  time: year\n"), hash);
    ck_assert_uint_eq(hash_of(world(), "  file: [%s/second.csv, %s/first.csv]\n  unit: firm\n  time: year\n"), hash);
}
END_TEST

/* Without a unit the frame keeps the order of the files. */
START_TEST(order_of_files)
{
    uint64_t hash = hash_of(world_alone(), "  file: %s/shuffled.csv\n");
    ck_assert_uint_eq(hash_of(world(), "  file: %s/shuffled.csv\n"), hash);
    ck_assert_uint_eq(hash_of(world(), "  file: [%s/first.csv, %s/second.csv]\n"), hash);
}
END_TEST

START_TEST(values_arrive)
{
    solow_frame frame;
    load(world(), "  file: %s/shuffled.csv\n  unit: firm\n  time: year\n", &frame);
    double *x = made_gather(&frame, solow_frame_find(&frame, "x")->number);
    double *z = made_gather(&frame, solow_frame_find(&frame, "z")->number);
    for (int64_t i = 0; i < files.table.rows; i++) {
        ck_assert_double_eq(x[i], made_find(&files.table, "x")[i]);
        double expected = made_find(&files.table, "z")[i];
        ck_assert(z[i] == expected || (isnan(z[i]) && isnan(expected)));
    }
    ck_assert_str_eq(solow_frame_find(&frame, "sector")->label[0], "the \"coal\",\nor so");
    ck_assert_int_eq(frame.available_count, 5);
    ck_assert_str_eq(frame.available[4], "sector");
    free(x);
    free(z);
    solow_frame_clear(&frame);
}
END_TEST

/* Every other firm has a tax; the others are missing, or dropped. */
START_TEST(merged)
{
    static const char *const unmatched[] = {"report", "drop"};
    for (int drop = 0; drop < 2; drop++) {
        for (int unit = 0; unit < 2; unit++) {
            char data[512];
            snprintf(
                data, sizeof data,
                "  file: [%%s/first.csv, %%s/second.csv]\n%s  merge: [{file: %%s/tax.csv, by: [firm], keep: [tax], "
                "match: many_to_one, unmatched: %s}]\n",
                unit ? "  unit: firm\n  time: year\n" : "", unmatched[drop]);
            solow_frame frame;
            load(world(), data, &frame);
            double *firm = made_gather(&frame, solow_frame_find(&frame, "firm")->number);
            double *tax = made_gather(&frame, solow_frame_find(&frame, "tax")->number);
            for (int64_t i = 0; i < frame.layout.rows; i++) {
                int number = (int)(firm[i] - 1000) / 3;
                ck_assert(number % 2 == 0 ? tax[i] == number + 0.5 : !drop && isnan(tax[i]));
            }
            ck_assert_int_eq(frame.layout.rows < files.table.rows, drop);
            free(firm);
            free(tax);
            solow_frame_clear(&frame);
            ck_assert_uint_eq(hash_of(world(), data), hash_of(world_alone(), data));
        }
    }
}
END_TEST

/* Rows that share a key are refused wherever they are: a firm's rows are spread over all ranks. */
START_TEST(one_to_one_over_ranks)
{
    solow_error err = {0};
    solow_frame frame = {0};
    solow_status status = try_load(world(),
                                   "  file: %s/shuffled.csv\n  merge: [{file: %s/tax.csv, by: [firm], keep: [tax], "
                                   "match: one_to_one}]\n",
                                   &frame, &err);
    world_refused(status, SOLOW_ERR_INPUT, &err, "rows of the data have the same key (firm 1006)");
}
END_TEST

/* What users read of a merge counts the rows of all ranks. */
START_TEST(unmatched_rows_are_counted)
{
    solow_frame frame, alone;
    const char data[] = "  file: %s/shuffled.csv\n  merge: [{file: %s/tax.csv, by: [firm], keep: [tax]}]\n";
    load(world(), data, &frame);
    load(world_alone(), data, &alone);
    ck_assert_str_eq(frame.note, alone.note);
    ck_assert_ptr_nonnull(strstr(frame.note, "rows found no match"));
    solow_frame_clear(&frame);
    solow_frame_clear(&alone);
}
END_TEST

/* 2^53 and 2^53 + 1 are one double. */
START_TEST(long_identifiers)
{
    solow_error err = {0};
    solow_frame frame = {0};
    if (world_rank() == 0) {
        FILE *file = open_file("long.csv");
        fputs("firm,year,x,z\n17,1,2,3\n9007199254740992,1,4,5\n9007199254740993,1,6,7\n", file);
        fclose(file);
    }
    world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
    solow_status status = try_load(world(), "  file: %s/long.csv\n  unit: firm\n  time: year\n", &frame, &err);
    world_refused(status, SOLOW_ERR_INPUT, &err, "`firm` is used as an identifier and holds 9007199254740992");
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {
        whole_shuffled_split,       order_of_files,   values_arrive, merged, one_to_one_over_ranks,
        unmatched_rows_are_counted, long_identifiers, NULL};
    TCase *const load_case = solow_test_case("load", tests, 60);
    tcase_add_unchecked_fixture(load_case, make_folder, remove_folder);
    TCase *const cases[] = {load_case, NULL};
    return world_run(argc, argv, "load", cases);
}
