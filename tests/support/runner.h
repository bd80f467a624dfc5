/* runner.h - one call that runs a Check suite made of test cases and gives main's exit code. */
#ifndef SOLOW_TESTS_SUPPORT_RUNNER_H
#define SOLOW_TESTS_SUPPORT_RUNNER_H

#include <check.h>

/* A case of one list of tests, ended by NULL, with its own time limit in seconds (0: a minute). */
TCase *solow_test_case(const char *name, const TTest *const *tests, double timeout);

/* Runs the cases (ended by NULL) as one suite; 0 if all passed. */
int solow_test_run(const char *suite, TCase *const *cases);

#endif
