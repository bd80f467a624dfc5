/* runner.c - see runner.h. */
#include "tests/support/runner.h"

#include <stddef.h>

TCase *solow_test_case(const char *name, const TTest *const *tests, double timeout)
{
    TCase *test_case = tcase_create(name);
    if (timeout > 0) {
        tcase_set_timeout(test_case, timeout);
    }
    for (const TTest *const *test = tests; *test != NULL; test++) {
        tcase_add_test(test_case, *test);
    }
    return test_case;
}

int solow_test_run(const char *suite_name, TCase *const *cases)
{
    Suite *suite = suite_create(suite_name);
    for (TCase *const *test_case = cases; *test_case != NULL; test_case++) {
        suite_add_tcase(suite, *test_case);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
