/* Results made, written, read back, exported, shown, compared and set as a paper's table, with every allocation failing in
 * turn: a status, and nothing left behind. */
#include "io/job/yaml.h"
#include "io/report/diff.h"
#include "io/report/export.h"
#include "io/report/paper_table.h"
#include "io/report/show.h"
#include "tests/support/failing_memory.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static solow_results results, other;

static void make_results(void)
{
    solow_sample_results(&results);
    solow_sample_results(&other);
    solow_sample_many(&other, 3);
}

static void clear_results(void)
{
    solow_results_clear(&results);
    solow_results_clear(&other);
}

static char path[] = "/tmp/solow_results_XXXXXX";

static void temporary(void)
{
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
}

static solow_status write_results(void *context, solow_error *err)
{
    unlink(path);
    solow_status status = solow_results_write(context, path, err);
    ck_assert_msg((access(path, F_OK) == 0) == (status == SOLOW_OK), "a file and status %d", (int)status);
    return status;
}

static solow_status read_results(void *context, solow_error *err)
{
    solow_results again = {0};
    (void)context;
    solow_status status = solow_results_read(path, &again, err);
    if (status == SOLOW_OK) {
        solow_results_clear(&again);
    }
    return status;
}

START_TEST(written_and_read)
{
    temporary();
    solow_error err = {0};
    memory_try("write", write_results, &results, 5);
    ck_assert_int_eq(solow_results_write(&results, path, &err), SOLOW_OK);
    memory_try("read", read_results, NULL, 50);
    unlink(path);
}
END_TEST

/* Every table in every format. */
static solow_status export_all(void *context, solow_error *err)
{
    static const char *const names[] = {"tidy", "glance", "groups", "tests", "diagnostics", "vcov"};
    (void)context;
    solow_status status = SOLOW_OK;
    for (int t = 0; t < 6; t++) {
        for (int f = 0; f < 4 && status == SOLOW_OK; f++) {
            solow_buffer out = {0};
            status = solow_export(&results, names[t], (solow_export_format)f, &out, err);
            status = status == SOLOW_OK ? solow_buffer_finish(&out, err) : status;
            solow_buffer_clear(&out);
        }
    }
    return status;
}

static solow_status show_all(void *context, solow_error *err)
{
    solow_buffer out = {0};
    const solow_show_style style = {.width = 80};
    solow_status status = solow_show(&results, context, &style, &out, err);
    status = status == SOLOW_OK ? solow_buffer_finish(&out, err) : status;
    solow_buffer_clear(&out);
    return status;
}

static solow_status compare(void *context, solow_error *err)
{
    solow_buffer out = {0};
    int64_t differences = 0;
    (void)context;
    solow_status status = solow_results_diff(&results, &other, 0, &out, &differences, err);
    status = status == SOLOW_OK ? solow_buffer_finish(&out, err) : status;
    ck_assert(status != SOLOW_OK || differences > 0);
    solow_buffer_clear(&out);
    return status;
}

static solow_status set_table(void *context, solow_error *err)
{
    solow_grid grid;
    solow_buffer out = {0};
    solow_status status = solow_paper_table(context, &results, &grid, err);
    for (int f = 0; f < 4 && status == SOLOW_OK; f++) {
        status = solow_grid_render(&grid, (solow_grid_format)f, &out, err);
        status = status == SOLOW_OK ? solow_buffer_finish(&out, err) : status;
    }
    solow_buffer_clear(&out);
    solow_grid_clear(&grid);
    return status;
}

START_TEST(printed)
{
    static const char yaml[] = "{id: t, file: t.tex, columns: [within], stars: {'*': 0.1, '**': 0.05}}";
    solow_yaml *table = NULL;
    solow_error err = {0};
    int line = 0, column = 0;
    static char within[] = "within";
    memory_try("export", export_all, NULL, 20);
    memory_try("show", show_all, NULL, 5);
    memory_try("show a model", show_all, within, 5);
    memory_try("diff", compare, NULL, 3);
    ck_assert_int_eq(solow_yaml_parse(yaml, strlen(yaml), &table, &line, &column, &err), SOLOW_OK);
    memory_try("paper table", set_table, table, 10);
    solow_yaml_destroy(table);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {written_and_read, printed, NULL};
    TCase *const report = solow_test_case("memory", tests, 120);
    tcase_add_unchecked_fixture(report, make_results, clear_results);
    TCase *const cases[] = {report, NULL};
    return solow_test_run("report memory", cases);
}
