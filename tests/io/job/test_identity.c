/* What changes no number does not change a model's specification; what may change one does. */
#include "io/job/identity.h"
#include "tests/support/made_panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const solow_option options[] = {
    {"method", SOLOW_OPTION_CHOICE, "2sls liml", "2sls", 0, 0, "how"},
    {NULL, SOLOW_OPTION_ANY, NULL, NULL, 0, 0, NULL},
};

/* The specification of the only (or the last) model of a job whose models section is text; malloc'ed. */
static char *specification(const char *text)
{
    char yaml[2000];
    solow_job job;
    (void)snprintf(yaml, sizeof yaml, "solow: 1\ndata: {file: a.csv, unit: firm, time: year}\n%s", text);
    made_job(yaml, &job);
    char *made = solow_model_specification(&job.model[job.models - 1], options);
    ck_assert_ptr_nonnull(made);
    solow_job_clear(&job);
    return made;
}

static void compare(const char *a, const char *b, bool same)
{
    char *x = specification(a), *y = specification(b);
    ck_assert_msg((strcmp(x, y) == 0) == same, "%s:\n%s\n%s\n%s\n%s", same ? "differ" : "are the same", a, b, x, y);
    free(x);
    free(y);
}

static const char plain[] = "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z}]";

START_TEST(names_and_figures_do_not_count)
{
    compare(plain, "title: other\nmodels: [{id: n, estimator: iv, formula: y ~ x | firm | q ~ z}]", true);
    compare(plain, "models: [{id: m, estimator: iv, formula: y~x|firm|q~z, published: {source: s, values: {x: 1.0}}}]",
            true);
    compare(plain, "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, level: 0.9}]", true);
    compare(plain, "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, combine: {s: \"x + q\"}}]", true);
}
END_TEST

START_TEST(defaults_count_as_if_written)
{
    compare(plain, "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, method: 2sls}]", true);
    compare(plain, "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, vcov: iid, ssc: fixest}]", true);
    compare("models: [{id: m, estimator: ols, formula: y ~ x, vcov: {cluster: [firm]}}]",
            "defaults: {vcov: {cluster: firm}}\nmodels: [{estimator: ols, formula: y ~ x, id: m}]", true);
    compare("models: [{id: m, estimator: ols, formula: y ~ x + w}]",
            "lists: {c: [w]}\nmodels: [{id: b, estimator: ols, formula: y ~ x}, {id: m, like: b, add: ..c}]", true);
}
END_TEST

START_TEST(whatever_may_change_a_number_counts)
{
    static const char *const changed[] = {
        "models: [{id: m, estimator: iv, formula: y ~ x | year | q ~ z}]",
        "models: [{id: m, estimator: iv, formula: y ~ 1 | firm | q ~ z}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | z ~ q}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, method: liml}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, where: year > 3}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, weights: w}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, vcov: hc1}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, ssc: stata}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, singletons: keep}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, save: [residuals]}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, tests: [sargan]}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, by: [sector]}]",
        "models: [{id: m, estimator: iv, formula: y ~ x | firm | q ~ z, window: {length: 3, step: 1}}]",
    };
    for (size_t i = 0; i < sizeof changed / sizeof changed[0]; i++) {
        compare(plain, changed[i], false);
    }
    compare("models: [{id: m, estimator: ols, formula: y ~ x}]",
            "models: [{id: m, estimator: ols, formula: y ~ 0 + x}]", false);
    compare("models: [{id: m, estimator: ols, formula: \"y ~ x | firm[z]\"}]",
            "models: [{id: m, estimator: ols, formula: \"y ~ x | firm[[z]]\"}]", false);
}
END_TEST

START_TEST(mappings_are_the_same_in_any_order_of_keys)
{
    static const char *const text[] = {"{a: 1, b: [x, {c: y, d: z}]}", "{b: [x, {d: z, c: y}], a: 1}",
                                       "{a: 1, b: [{c: y, d: z}, x]}"};
    char *made[3];
    for (int i = 0; i < 3; i++) {
        solow_yaml *root = NULL;
        int line, column;
        ck_assert_int_eq(solow_yaml_parse(text[i], strlen(text[i]), &root, &line, &column, NULL), SOLOW_OK);
        made[i] = solow_yaml_canonical(root);
        ck_assert_ptr_nonnull(made[i]);
        solow_yaml_destroy(root);
    }
    ck_assert_str_eq(made[0], made[1]);
    ck_assert_str_ne(made[0], made[2]);
    for (int i = 0; i < 3; i++) {
        free(made[i]);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {names_and_figures_do_not_count, defaults_count_as_if_written,
                                  whatever_may_change_a_number_counts, mappings_are_the_same_in_any_order_of_keys,
                                  NULL};
    return solow_test_run("identity", (TCase *const[]){solow_test_case("identity", tests, 30), NULL});
}
