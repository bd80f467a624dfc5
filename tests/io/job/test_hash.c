/* The identity of a model and of a job: what moves it and what does not. */
#include "io/job/hash.h"
#include "tests/io/job/fixture.h"

typedef struct hashes {
    char model[SOLOW_HASH_BYTES], job[SOLOW_HASH_BYTES];
} hashes;

/* Of the job's first model, and of the job. */
static hashes hash_of(const char *rest)
{
    fixture made = fixture_models(rest);
    hashes h;
    solow_error err = {0};
    ck_assert_msg(made.status == SOLOW_OK, "%s\n%s", rest, made.printed);
    const solow_option *options = NULL;
    for (int e = 0; e < 3; e++) {
        bool own = strcmp(fixture_estimators[e].name, made.job.model[0].estimator) == 0;
        options = own ? fixture_estimators[e].options : options;
    }
    ck_assert_int_eq(solow_model_hash(&made.job, &made.job.model[0], options, h.model, &err), SOLOW_OK);
    ck_assert_int_eq(solow_job_hash(&made.job, fixture_estimators, 3, h.job, &err), SOLOW_OK);
    ck_assert_uint_eq(strlen(h.model), 64);
    fixture_clear(&made);
    return h;
}

/* `keys` of a model m with estimator and formula. */
static hashes with(const char *estimator, const char *keys)
{
    char text[2000];
    snprintf(text, sizeof text, "models:\n  - {id: m, estimator: %s, formula: y ~ x + log(z) | state%s%s}\n", estimator,
             keys[0] != '\0' ? ", " : "", keys);
    return hash_of(text);
}

START_TEST(names_and_labels_do_not_count)
{
    hashes plain = with("ols", "");
    static const char *const others[] = {
        "title: T\nmodels: [{id: other, estimator: ols, formula: y ~ x + log(z) | state}]\n",
        "# a comment\nmodels:\n  - formula: 'y ~ x + log( z )|state'\n    estimator: ols\n    id: m\n",
        "models: [{id: m, estimator: ols, formula: y ~ x + log(z) | state, published: {values: {x: 0.1}}}]\n",
        "lists: {c: [log(z)]}\nmodels: [{id: m, estimator: ols, formula: y ~ x + ..c | state}]\n",
        "models: [{id: '{a}', estimator: ols, formula: y ~ x + log(z) | state, foreach: {a: [m]}}]\n",
        "output: {file: elsewhere.h5}\nmodels: [{id: m, estimator: ols, formula: y ~ x + log(z) | state}]\n"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        ck_assert_msg(strcmp(hash_of(others[i]).model, plain.model) == 0, "%s", others[i]);
    }
    ck_assert_str_ne(hash_of(others[0]).job, plain.job); /* it is printed */
    ck_assert_str_eq(hash_of(others[1]).job, plain.job);
    ck_assert_str_ne(hash_of(others[2]).job, plain.job);
    ck_assert_str_eq(hash_of(others[3]).job, plain.job);
    ck_assert_str_eq(hash_of(others[4]).job, plain.job);
    ck_assert_str_eq(hash_of(others[5]).job, plain.job);
}
END_TEST

START_TEST(defaults_spelled_out_are_defaults)
{
    static const struct {
        const char *estimator, *keys;
    } same[] = {{"ols", "vcov: iid"},
                {"ols", "ssc: fixest"},
                {"ols", "level: 0.95"},
                {"ols", "level: 0.950"},
                {"ols", "singletons: drop"},
                {"re", "method: swar"},
                {"re", "draws: 10"},
                {"re", "draws: 1e1"},
                {"re", "draws: 10, method: swar"},
                {"ols", "vcov: iid, level: .95"}};
    hashes ols = with("ols", ""), re = with("re", "");
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        const hashes *plain = strcmp(same[i].estimator, "ols") == 0 ? &ols : &re;
        hashes h = with(same[i].estimator, same[i].keys);
        ck_assert_msg(strcmp(h.model, plain->model) == 0, "%s", same[i].keys);
        ck_assert_msg(strcmp(h.job, plain->job) == 0, "%s", same[i].keys);
    }
    hashes by_default = hash_of("defaults: {vcov: {cluster: [state]}}\n"
                                "models: [{id: m, estimator: ols, formula: y ~ x + log(z) | state}]\n");
    ck_assert_str_eq(by_default.model, with("ols", "vcov: {cluster: state}").model);
    ck_assert_str_eq(by_default.job, with("ols", "vcov: {cluster: state}").job);
}
END_TEST

/* Every key that changes digits or rows moves the hash, each to a place of its own. */
START_TEST(what_is_asked_for_counts)
{
    static const char *const keys[] = {"",
                                       "vcov: hc1",
                                       "vcov: {cluster: [state]}",
                                       "vcov: {cluster: [state], type: cr2}",
                                       "vcov: {cluster: [state, year]}",
                                       "vcov: {newey_west: 2}",
                                       "vcov: {newey_west: 3}",
                                       "ssc: reghdfe",
                                       "ssc: none",
                                       "where: x > 1",
                                       "where: x > 2",
                                       "weights: w",
                                       "weights: {column: w, type: frequency}",
                                       "level: 0.9",
                                       "singletons: keep",
                                       "save: [residuals]",
                                       "combine: {s: x + `log(z)`}",
                                       "combine: {t: x + `log(z)`}",
                                       "tests: [{wald: [x = 0]}]",
                                       "by: [region]",
                                       "window: {length: 5}",
                                       "window: {length: 5, step: 2}",
                                       "add: v",
                                       "drop: x"};
    enum { COUNT = sizeof keys / sizeof *keys };
    static hashes h[COUNT];
    for (int i = 0; i < COUNT; i++) {
        h[i] = with("ols", keys[i]);
        for (int j = 0; j < i; j++) {
            ck_assert_msg(strcmp(h[i].model, h[j].model) != 0, "`%s` and `%s`", keys[i], keys[j]);
            ck_assert_msg(strcmp(h[i].job, h[j].job) != 0, "`%s` and `%s`", keys[i], keys[j]);
        }
    }
    ck_assert_str_ne(with("re", "").model, h[0].model);
    ck_assert_str_ne(with("re", "method: nerlove").model, with("re", "").model);
    ck_assert_str_ne(with("re", "draws: 11").model, with("re", "").model);
}
END_TEST

/* A test against another model changes when that model does, and the seed belongs to the job alone. */
START_TEST(others_count_where_they_are_read)
{
    static const char format[] = "seed: %d\n"
                                 "models:\n"
                                 "  - {id: a, estimator: ols, formula: y ~ x, tests: [{hausman: {against: b}}]}\n"
                                 "  - {id: b, estimator: re, formula: y ~ x, method: %s}\n"
                                 "  - {id: c, estimator: ols, formula: y ~ %s}\n";
    char text[4][1000];
    hashes h[4];
    snprintf(text[0], sizeof text[0], format, 1, "swar", "z");
    snprintf(text[1], sizeof text[1], format, 1, "nerlove", "z");
    snprintf(text[2], sizeof text[2], format, 1, "swar", "v");
    snprintf(text[3], sizeof text[3], format, 2, "swar", "z");
    for (int i = 0; i < 4; i++) {
        h[i] = hash_of(text[i]);
    }
    ck_assert_str_ne(h[0].model, h[1].model);
    ck_assert_str_eq(h[0].model, h[2].model);
    ck_assert_str_eq(h[0].model, h[3].model);
    for (int i = 1; i < 4; i++) {
        ck_assert_str_ne(h[0].job, h[i].job);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {names_and_labels_do_not_count, defaults_spelled_out_are_defaults,
                                  what_is_asked_for_counts, others_count_where_they_are_read, NULL};
    TCase *const cases[] = {solow_test_case("hash", tests, 30), NULL};
    return solow_test_run("hash", cases);
}
