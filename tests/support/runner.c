/* runner.c - see runner.h. */
#include "tests/support/runner.h"

#include <stddef.h>

TCase *solow_test_case(const char *name, const TTest *const *tests, double timeout)
{
    TCase *test_case = tcase_create(name);
    tcase_set_timeout(test_case, timeout > 0 ? timeout : 60); /* Check's own 4 s are too few on a busy machine */
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
