/* Designs of draws: what a model carries, and what its design leaves out. */
#include "io/job/hash.h"
#include "io/job/resampling.h"
#include "tests/io/job/fixture.h"

static const char job[] = "seed: 7\n"
                          "resampling:\n"
                          "  firms: {type: pairs, cluster: firm, reps: 99, seed: 3}\n"
                          "  plain: {type: wild}\n"
                          "  free: {type: wild, restricted: false, distribution: webb, stream: other}\n"
                          "models:\n"
                          "  - {id: a, estimator: ols, formula: y ~ x, bootstrap: plain}\n"
                          "  - {id: b, like: a, vcov: {cluster: [region]}, bootstrap: free}\n"
                          "  - {id: c, like: a, bootstrap: {type: jackknife}, leave_out: region,\n"
                          "     placebo: {permute: x, within: province, reps: 500}}\n"
                          "  - {id: d, estimator: ols, formula: y ~ x}\n"
                          "families:\n"
                          "  all: {models: [a, c], terms: [x], method: romano_wolf, bootstrap: firms}\n"
                          "compare:\n"
                          "  - {id: ab, models: [a, b], term: x, bootstrap: firms}\n";

START_TEST(a_model_carries_every_design_that_names_it)
{
    fixture made = fixture_models(job);
    ck_assert_msg(made.status == SOLOW_OK, "%s", made.printed);
    const solow_model *a = &made.job.model[0], *b = a + 1, *c = a + 2, *d = a + 3;
    ck_assert_int_eq(a->designs, 2);
    ck_assert_str_eq(a->design[0].name, "plain");
    ck_assert_ptr_eq(solow_model_design(a, "firms"), &a->design[1]);
    ck_assert_ptr_null(solow_model_design(a, "free"));
    ck_assert_int_eq(b->designs, 2);
    ck_assert_int_eq(c->designs, 3);
    ck_assert_str_eq(c->design[0].name, "");
    ck_assert_str_eq(c->design[1].name, "firms");
    ck_assert_str_eq(c->design[2].name, "placebo");
    ck_assert_int_eq(d->designs, 0);
    ck_assert_int_eq(c->leave_out.count, 1);
    fixture_clear(&made);
}
END_TEST

START_TEST(what_is_left_out_is_filled_in)
{
    fixture made = fixture_models(job);
    const solow_resampling *plain = &made.job.model[0].design[0], *firms = plain + 1,
                           *free_of = &made.job.model[1].design[0], *jackknife = &made.job.model[2].design[0],
                           *placebo = &made.job.model[2].design[2];
    ck_assert(plain->restricted && plain->interval == SOLOW_INTERVAL_INVERSION);
    ck_assert_int_eq(plain->distribution, SOLOW_DISTRIBUTION_RADEMACHER);
    ck_assert_int_eq(plain->reps, 999);
    ck_assert_uint_eq(plain->seed, 7);
    ck_assert_int_eq(plain->from, SOLOW_ITEMS_UNITS);
    ck_assert_str_eq(plain->items, "state");
    ck_assert_str_eq(firms->items, "firm");
    ck_assert_int_eq(firms->from, SOLOW_ITEMS_NAMED);
    ck_assert_uint_eq(firms->seed, 3);
    ck_assert_int_eq(firms->interval, SOLOW_INTERVAL_PERCENTILE);
    ck_assert_int_eq(firms->distribution, SOLOW_DISTRIBUTION_MULTINOMIAL);
    ck_assert(!free_of->restricted && free_of->interval == SOLOW_INTERVAL_PERCENTILE_T);
    ck_assert_int_eq(free_of->distribution, SOLOW_DISTRIBUTION_WEBB);
    ck_assert_int_eq(free_of->from, SOLOW_ITEMS_VCOV);
    ck_assert_str_eq(free_of->items, "region");
    ck_assert_str_eq(free_of->stream, "other");
    ck_assert_int_eq(jackknife->reps, 0);
    ck_assert_int_eq(placebo->type, SOLOW_RESAMPLING_PERMUTATION);
    ck_assert_int_eq(placebo->reps, 500);
    ck_assert_int_eq(placebo->within.count, 1);
    ck_assert_str_eq(placebo->permute->text, "x");
    fixture_clear(&made);
}
END_TEST

static void hash_of(const char *design, const char *keys, char hash[SOLOW_HASH_BYTES])
{
    char text[512];
    solow_error err = {0};
    snprintf(text, sizeof text,
             "resampling: {n: %s}\nmodels:\n  - {id: m, estimator: ols, formula: y ~ x%s, bootstrap: n}\n", design,
             keys);
    fixture made = fixture_models(text);
    ck_assert_msg(made.status == SOLOW_OK, "%s", made.printed);
    ck_assert_int_eq(solow_model_hash(&made.job, &made.job.model[0], fixture_none, hash, &err), SOLOW_OK);
    fixture_clear(&made);
}

START_TEST(identity_knows_the_draws_and_not_their_spelling)
{
    static const char *const same[][2] = {{"{type: pairs}", ""},
                                          {"{reps: 999, type: pairs, seed: 1}", ""},
                                          {"{type: pairs, cluster: state}", ""},
                                          {"{type: pairs, interval: percentile}", ""}};
    static const char *const other[][2] = {
        {"{type: pairs, reps: 1000}", ""},        {"{type: pairs, seed: 2}", ""},
        {"{type: pairs, cluster: region}", ""},   {"{type: pairs, interval: bca}", ""},
        {"{type: pairs, stream: s}", ""},         {"{type: bayesian}", ""},
        {"{type: pairs}", ", leave_out: region"}, {"{type: pairs}", ", placebo: {permute: x}"}};
    char first[SOLOW_HASH_BYTES], hash[SOLOW_HASH_BYTES];
    hash_of(same[0][0], same[0][1], first);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++) {
        hash_of(same[i][0], same[i][1], hash);
        ck_assert_str_eq(hash, first);
    }
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        hash_of(other[i][0], other[i][1], hash);
        ck_assert_str_ne(hash, first);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_model_carries_every_design_that_names_it, what_is_left_out_is_filled_in,
                                  identity_knows_the_draws_and_not_their_spelling, NULL};
    TCase *const cases[] = {solow_test_case("resampling", tests, 30), NULL};
    return solow_test_run("resampling", cases);
}
