/* fixture.h - a job from text: written to a temporary file, read with three made-up estimators. */
#ifndef SOLOW_TESTS_IO_JOB_FIXTURE_H
#define SOLOW_TESTS_IO_JOB_FIXTURE_H

#include "io/job/job.h"
#include "tests/support/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct fixture {
    solow_job job;
    solow_diagnostics diagnostics;
    solow_error err;
    solow_status status;
    char *printed; /* diagnostics, with the file called "job" */
} fixture;

static const solow_option fixture_iv[] = {
    {"method", SOLOW_OPTION_CHOICE, "2sls liml fuller gmm cue", "2sls", 0, 0, "how"},
    {"report", SOLOW_OPTION_LIST, NULL, NULL, 0, 0, "stages"},
    {.name = NULL}};
static const solow_option fixture_re[] = {
    {"method", SOLOW_OPTION_CHOICE, "swar walhus amemiya nerlove", "swar", 0, 0, "how"},
    {"draws", SOLOW_OPTION_INTEGER, NULL, "10", 1, 100, "how many"},
    {.name = NULL}};
static const solow_option fixture_none[] = {{.name = NULL}};
static const solow_estimator_names fixture_estimators[] = {{"ols", "reghdfe feols areg xtreg lm", fixture_none, false},
                                                           {"iv", "ivreghdfe", fixture_iv, true},
                                                           {"re", "", fixture_re, false}};

static inline void fixture_write(char *path, const char *text, size_t length)
{
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, length), (ssize_t)length);
    ck_assert_int_eq(close(file), 0);
}

static inline fixture fixture_read_file(const char *path, const solow_override *overrides, ptrdiff_t count)
{
    fixture made = {0};
    made.status =
        solow_job_read(path, fixture_estimators, 3, overrides, count, &made.job, &made.diagnostics, &made.err);
    if (made.diagnostics.file != NULL) {
        strcpy(made.diagnostics.file, "job");
    }
    made.printed = solow_diagnostics_print(&made.diagnostics);
    ck_assert_ptr_nonnull(made.printed);
    return made;
}

static inline fixture fixture_read(const char *text)
{
    char path[] = "/tmp/solow_job_XXXXXX";
    fixture_write(path, text, strlen(text));
    fixture made = fixture_read_file(path, NULL, 0);
    ck_assert_int_eq(unlink(path), 0);
    return made;
}

/* The lines that every job needs, then the rest. */
static inline fixture fixture_models(const char *rest)
{
    static const char head[] = "solow: 1\ndata: {file: p.csv, unit: state, time: year}\n";
    char *text = malloc(sizeof head + strlen(rest));
    ck_assert_ptr_nonnull(text);
    strcpy(text, head);
    strcat(text, rest);
    fixture made = fixture_read(text);
    free(text);
    return made;
}

static inline void fixture_clear(fixture *made)
{
    solow_job_clear(&made->job);
    solow_diagnostics_clear(&made->diagnostics);
    free(made->printed);
}

/* Reads, expects errors, and expects the printed diagnostics to hold the text. */
static inline void fixture_expect(const char *rest, const char *expected)
{
    fixture made = fixture_models(rest);
    ck_assert_int_eq(made.status, SOLOW_ERR_INPUT);
    ck_assert_msg(strstr(made.printed, expected) != NULL, "expected\n%s\nin\n%s", expected, made.printed);
    fixture_clear(&made);
}

#endif
