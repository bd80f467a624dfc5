/* The paths of a job, and the same job with a package's paths: nothing else may change, however YAML writes them. */
#include "io/report/package.h"
#include "tests/support/runner.h"

#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static solow_package package;

static void read_jobs(ptrdiff_t count, const char *const *text)
{
    static const char *const names[] = {"one", "two", "three"};
    package = (solow_package){.jobs = count, .job = solow_allocate_zeroed(count, sizeof *package.job)};
    for (ptrdiff_t j = 0; j < count; j++) {
        solow_error err = {0};
        int line = 0, column = 0;
        solow_package_job *job = &package.job[j];
        job->path = names[j];
        job->name = solow_copy_text(names[j]);
        job->text = text[j];
        ck_assert_msg(solow_yaml_parse(text[j], strlen(text[j]), &job->tree, &line, &column, &err) == SOLOW_OK, "%s",
                      err.message);
    }
}

static solow_status list_and_name(const char *folder, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < package.jobs && status == SOLOW_OK; j++) {
        status = solow_package_list(&package.job[j], folder, err);
    }
    return status == SOLOW_OK ? solow_package_name(&package, err) : status;
}

static void rewritten(const char *text, const char *expected)
{
    solow_error err = {0};
    read_jobs(1, &text);
    ck_assert_msg(list_and_name("/project", &err) == SOLOW_OK, "%s", err.message);
    ck_assert_str_eq(package.job[0].packaged, expected);
    solow_package_clear(&package);
}

START_TEST(only_paths_change)
{
    rewritten("data: {file: panel.csv, unit: file}\n", "data: {file: ../data/panel.csv, unit: file}\n");
    rewritten("# file: a.csv\r\ndata:\r\n  file: deep/er/a.csv   # a.csv\r\n",
              "# file: a.csv\r\ndata:\r\n  file: ../data/a.csv   # a.csv\r\n");
    rewritten(
        "data: {file: ['x/a.csv', \"b.csv\", /abs/c.dta], merge: [{file: d.csv, by: [u]}, {file: \"e\"}]}\n",
        "data: {file: [../data/a.csv, ../data/b.csv, ../data/c.dta], merge: [{file: ../data/d.csv, by: [u]}, {file: "
        "../data/e}]}\n");
    rewritten("title: no files\n", "title: no files\n");
}
END_TEST

/* Columns are counted in characters, paths with blanks come back in quotes. */
START_TEST(beyond_ascii)
{
    rewritten("data: {source: \"Été, Größe\", file: 'Größe 1.csv', licence: é}\n",
              "data: {source: \"Été, Größe\", file: \"../data/Größe 1.csv\", licence: é}\n");
}
END_TEST

START_TEST(every_section_that_names_files)
{
    rewritten(
        "data: {file: a.csv}\nspatial_weights:\n  w: {file: w/w.csv}\n  knn: {method: knn}\n"
        "indicator_systems: {s: {file: s.csv}}\ntables:\n  - {id: t, file: out/t.tex}\n  - {id: u}\n"
        "summaries:\n  - {id: v, file: v.md}\noutput: {file: /scratch/me/r.h5}\n",
        "data: {file: ../data/a.csv}\nspatial_weights:\n  w: {file: ../data/w.csv}\n  knn: {method: knn}\n"
        "indicator_systems: {s: {file: ../data/s.csv}}\ntables:\n  - {id: t, file: ../tables/t.tex}\n  - {id: u}\n"
        "summaries:\n  - {id: v, file: ../tables/v.md}\noutput: {file: ../results/one.h5}\n");
}
END_TEST

/* One name for two files gives two places; one file under two names of a path stays one. */
START_TEST(names_do_not_clash)
{
    static const char *const texts[] = {"data: {file: a/x.csv, merge: [{file: b/x.csv}, {file: a/x.csv}]}\n",
                                        "data: {file: c/x.csv, merge: {file: a/x.csv}}\n"};
    solow_error err = {0};
    read_jobs(2, texts);
    ck_assert_msg(list_and_name("/project", &err) == SOLOW_OK, "%s", err.message);
    ck_assert_str_eq(package.job[0].packaged,
                     "data: {file: ../data/x.csv, merge: [{file: ../data/one-x.csv}, {file: ../data/x.csv}]}\n");
    ck_assert_str_eq(package.job[1].packaged, "data: {file: ../data/two-x.csv, merge: {file: ../data/x.csv}}\n");
    ck_assert(package.job[0].file[2].repeated && package.job[1].file[1].repeated && !package.job[1].file[0].repeated);
    solow_package_clear(&package);
}
END_TEST

/* The panel's word on rights holds where a file has none of its own. */
START_TEST(rights_are_inherited)
{
    static const char *const texts[] = {"data: {file: a.csv, redistribute: false, access: ask, merge: [{file: b.csv}, "
                                        "{file: c.csv, redistribute: true}]}\n"
                                        "tables: [{id: t, file: t.tex}]\n"};
    static const bool withheld[] = {true, true, false, false};
    solow_error err = {0};
    read_jobs(1, texts);
    ck_assert_msg(list_and_name("/project", &err) == SOLOW_OK, "%s", err.message);
    ck_assert_int_eq(package.job[0].files, 4);
    for (ptrdiff_t f = 0; f < 4; f++) {
        ck_assert_msg(package.job[0].file[f].withheld == withheld[f], "file %td", f);
    }
    ck_assert_str_eq(solow_package_said(&package.job[0], &package.job[0].file[1], "access"), "ask");
    solow_package_clear(&package);
}
END_TEST

static void refused(const char *text)
{
    solow_error err = {0};
    read_jobs(1, &text);
    ck_assert_int_eq(list_and_name("/project", &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "one:2"));
    solow_package_clear(&package);
}

START_TEST(paths_that_cannot_be_found_again)
{
    refused("data:\n  file: \"a\\x2ecsv\"\n");
    refused("data:\n  file: >-\n    a.csv\n");
}
END_TEST

int main(void)
{
    const TTest *const texts[] = {only_paths_change, beyond_ascii, every_section_that_names_files,
                                  paths_that_cannot_be_found_again, NULL};
    const TTest *const files[] = {names_do_not_clash, rights_are_inherited, NULL};
    TCase *const cases[] = {solow_test_case("texts", texts, 0), solow_test_case("files", files, 0), NULL};
    return solow_test_run("package_paths", cases);
}
