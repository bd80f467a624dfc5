/* test_formats.c - one frame from one table, whatever file it came in: text, packed text, Stata, SPSS, SAS, HDF5, a panel file;
 * and wherever the ranks cut the text, between every two bytes. */
#include "io/panel/panel_file.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#ifdef SOLOW_READSTAT
#include <readstat.h>
#endif

static char folder[64]; /* the same on every rank */

static const char *path_of(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

enum { ROWS = 90 };
typedef struct record {
    char firm[8], note[32];
    double year, x, z; /* z: NAN where missing */
} record;

/* Rows in no order; labels with commas, quotes and a line break; numbers that need 17 digits. */
static record row_of(int i)
{
    static const char *const notes[] = {"plain", "a, b", "say \"so\"", "two\nlines", "\xc3\xa9"};
    int r = i * 37 % ROWS;
    record made = {.year = 1990 + r % 6, .x = 1.0 / (r + 3), .z = r % 7 == 4 ? NAN : r * 0.1 - 3e-5};
    snprintf(made.firm, sizeof made.firm, "f%02d", r / 6);
    snprintf(made.note, sizeof made.note, "%s", notes[r % 5]);
    return made;
}

static void append_quoted(char *text, const char *label)
{
    size_t at = strlen(text);
    text[at++] = '"';
    for (; *label != '\0'; label++) {
        text[at] = *label;
        text[at + 1] = '"';
        at += *label == '"' ? 2 : 1;
    }
    text[at] = '"';
    text[at + 1] = '\0';
}

/* The table as CSV; static. */
static const char *table_text(void)
{
    static char text[ROWS * 120];
    strcpy(text, "firm,year,x,z,note\n");
    for (int i = 0; i < ROWS; i++) {
        record r = row_of(i);
        char z[40] = "";
        if (!isnan(r.z)) {
            snprintf(z, sizeof z, "%.17g", r.z);
        }
        sprintf(text + strlen(text), "%s,%.0f,%.17g,%s,", r.firm, r.year, r.x, z);
        append_quoted(text, r.note);
        strcat(text, "\n");
    }
    return text;
}

static void write_bytes(const char *name, const void *bytes, size_t count)
{
    FILE *file = fopen(path_of(name), "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, count, file), count);
    ck_assert_int_eq(fclose(file), 0);
}

#ifdef SOLOW_READSTAT
static ssize_t to_file(const void *data, size_t bytes, void *context)
{
    return (ssize_t)fwrite(data, 1, bytes, context);
}

typedef readstat_error_t (*begin_writing)(readstat_writer_t *, void *, long);

static void write_stat(const char *name, begin_writing begin)
{
    FILE *file = fopen(path_of(name), "wb");
    ck_assert_ptr_nonnull(file);
    readstat_writer_t *writer = readstat_writer_init();
    readstat_set_data_writer(writer, to_file);
    readstat_variable_t *firm = readstat_add_variable(writer, "firm", READSTAT_TYPE_STRING, 8);
    readstat_variable_t *year = readstat_add_variable(writer, "year", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_t *x = readstat_add_variable(writer, "x", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_t *z = readstat_add_variable(writer, "z", READSTAT_TYPE_DOUBLE, 8);
    readstat_variable_t *note = readstat_add_variable(writer, "note", READSTAT_TYPE_STRING, 32);
    ck_assert_int_eq(begin(writer, file, ROWS), READSTAT_OK);
    for (int i = 0; i < ROWS; i++) {
        record r = row_of(i);
        readstat_begin_row(writer);
        readstat_insert_string_value(writer, firm, r.firm);
        readstat_insert_double_value(writer, year, r.year);
        readstat_insert_double_value(writer, x, r.x);
        if (isnan(r.z)) {
            readstat_insert_missing_value(writer, z);
        } else {
            readstat_insert_double_value(writer, z, r.z);
        }
        readstat_insert_string_value(writer, note, r.note);
        ck_assert_int_eq(readstat_end_row(writer), READSTAT_OK);
    }
    ck_assert_int_eq(readstat_end_writing(writer), READSTAT_OK);
    readstat_writer_free(writer);
    ck_assert_int_eq(fclose(file), 0);
}
#endif

static void write_files(void)
{
    const char *text = table_text();
    solow_error err = {0};
    write_bytes("t.csv", text, strlen(text));
    gzFile packed = gzopen(path_of("t.csv.gz"), "wb");
    ck_assert_int_eq(gzwrite(packed, text, (unsigned)strlen(text)), (int)strlen(text));
    ck_assert_int_eq(gzclose(packed), Z_OK);
    char source[128];
    snprintf(source, sizeof source, "%s/t.csv", folder);
    solow_panel_structure structure;
    ck_assert_msg(solow_panel_import(source, NULL, "firm", "year", path_of("t.h5"), &structure, &err) == SOLOW_OK, "%s",
                  err.message);
#ifdef SOLOW_READSTAT
    write_stat("t.dta", readstat_begin_writing_dta);
    write_stat("t.sav", readstat_begin_writing_sav);
    write_stat("t.sas7bdat", readstat_begin_writing_sas7bdat);
#endif
}

static void make_folder(void)
{
    solow_error err = {0};
    strcpy(folder, "/tmp/solow_test_formats_XXXXXX");
    if (world_rank() == 0) {
        ck_assert_ptr_nonnull(mkdtemp(folder));
    }
    world_good(solow_comm_broadcast(world(), 0, folder, sizeof folder, &err), &err);
    if (world_rank() == 0) {
        write_files();
    }
    world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
}

static void remove_folder(void)
{
    static const char *const names[] = {"t.csv", "t.csv.gz", "t.h5", "t.dta", "t.sav", "t.sas7bdat", "cut.csv"};
    solow_error err = {0};
    world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
    for (size_t i = 0; i < sizeof names / sizeof names[0] && world_rank() == 0; i++) {
        unlink(path_of(names[i]));
    }
    if (world_rank() == 0) {
        rmdir(folder);
    }
}

static uint64_t hash_of(solow_comm *comm, const char *name)
{
    static const char *const wanted[] = {"x", "z", "note"};
    char yaml[512];
    solow_error err = {0};
    solow_job job;
    solow_frame frame;
    snprintf(yaml, sizeof yaml,
             "solow: 1\ndata: {file: %s/%s, unit: firm, time: year}\nmodels:\n"
             "  - {id: m, estimator: ols, formula: x ~ z}\n",
             folder, name);
    made_job(yaml, &job);
    solow_status status = solow_frame_load(comm, &job, wanted, 3, &frame, &err);
    ck_assert_msg(status == SOLOW_OK, "%s: %s", name, err.message);
    uint64_t hash = made_hash(&frame);
    solow_frame_clear(&frame);
    solow_job_clear(&job);
    return hash;
}

START_TEST(every_format_is_one_frame)
{
    static const char *const names[] = {"t.csv", "t.csv.gz", "t.h5", "t.dta", "t.sav", "t.sas7bdat"};
    uint64_t hash = hash_of(world_alone(), "t.csv");
#ifdef SOLOW_READSTAT
    int count = 6;
#else
    int count = 3;
    printf("skipped: files of Stata, SPSS and SAS need ReadStat\n");
#endif
    for (int i = 0; i < count; i++) {
        ck_assert_msg(hash_of(world(), names[i]) == hash, "%s is another frame", names[i]);
    }
}
END_TEST

/* Blank lines behind the data, or before them, move the places where the ranks cut; between them every byte is one. */
START_TEST(cut_between_every_two_bytes)
{
    static const char head[] = "firm,year,x,z,note\n";
    static const char rows[] =
        "b,1991,1.5,,\"one, \"\"two\"\"\n\"\nb,1990,-2,3e-7,\"\n,\n\"\n\"a\",1990,.25,1,\"\"\"\"\r\n"
        "a,1992,7,NA,\"x\"\n";
    static char text[2 * sizeof rows + sizeof head];
    uint64_t hash = 0;
    solow_error err = {0};
    for (int blank = 0; blank <= 2 * (int)sizeof rows; blank++) {
        int before = blank % 2 == 0 ? blank / 2 : 0, behind = blank % 2 == 1 ? blank / 2 : 0;
        if (world_rank() == 0) {
            strcpy(text, head);
            memset(text + sizeof head - 1, '\n', (size_t)before);
            strcpy(text + sizeof head - 1 + before, rows);
            memset(text + strlen(text), '\n', (size_t)behind + 1);
            write_bytes("cut.csv", text, sizeof head + sizeof rows - 2 + (size_t)(before + behind));
        }
        world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
        uint64_t ours = hash_of(world(), "cut.csv");
        hash = blank == 0 ? hash_of(world_alone(), "cut.csv") : hash;
        ck_assert_msg(ours == hash, "with %d blank lines before and %d behind it is another frame", before, behind);
        world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {every_format_is_one_frame, cut_between_every_two_bytes, NULL};
    TCase *const formats = solow_test_case("formats", tests, 120);
    tcase_add_unchecked_fixture(formats, make_folder, remove_folder);
    TCase *const cases[] = {formats, NULL};
    return world_run(argc, argv, "formats", cases);
}
