/* test_ssc.c - small-sample rules by hand: K, G, factors, reference degrees of freedom; several ways by brute force. */
#include "engine/estimators/linear/ols.h"
#include "engine/inference/ssc.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <string.h>

/* 100 units x 10 periods; unit and period effects; clusters of units, or units and periods. */
static const bool unit_nested[] = {true, false, true}, time_nested[] = {false, true, true};
static const solow_shape_effect effects[] = {{.name = "unit", .levels = 100, .parameters = 100, .nested = unit_nested},
                                             {.name = "time", .levels = 10, .parameters = 10, .nested = time_nested}};
static const solow_shape_key keys[] = {{.name = "unit", .levels = 100, .present = 100, .local = true},
                                       {.name = "time", .levels = 10, .present = 10},
                                       {.name = "unit^time", .levels = 1000, .present = 1000, .local = true},
                                       {.name = "(time)", .levels = 10, .present = 10}};

static solow_shape shape_of(ptrdiff_t effect_count)
{
    return (solow_shape){.rows = 1000,
                         .nobs = 1000,
                         .has_units = true,
                         .has_time = true,
                         .units = 100,
                         .periods = 10,
                         .effects = effect_count,
                         .effect = effects,
                         .effects_rank = effect_count == 2   ? 109
                                         : effect_count == 1 ? 100
                                                             : 0,
                         .keys = 4,
                         .key = keys,
                         .cluster_keys = 3};
}

static solow_small_sample sample_of(const char *rule, solow_vcov_kind kind, ptrdiff_t ways, ptrdiff_t effect_count)
{
    solow_shape shape = shape_of(effect_count);
    solow_vcov_spec vcov = {.kind = kind, .cluster = {.count = ways}};
    solow_ssc_spec ssc = sample_ssc(rule);
    solow_small_sample sample;
    solow_error err = {0};
    ck_assert_msg(solow_small_sample_of(&vcov, &ssc, &shape, 3, (double)shape.effects_rank, 1000, &sample, &err) ==
                      SOLOW_OK,
                  "%s", err.message);
    return sample;
}

START_TEST(k_follows_the_rule)
{
    ck_assert(sample_of("fixest", SOLOW_VCOV_IID, 0, 2).k_counted == 112);
    ck_assert(sample_of("fixest", SOLOW_VCOV_CLUSTER, 1, 1).k_counted == 4);  /* unit effects are nested: 3 + 1 */
    ck_assert(sample_of("fixest", SOLOW_VCOV_CLUSTER, 1, 2).k_counted == 13); /* 3 + 1 + 9 of the periods */
    ck_assert(sample_of("fixest", SOLOW_VCOV_CLUSTER, 2, 2).k_counted == 4);  /* both nested */
    ck_assert(sample_of("areg", SOLOW_VCOV_CLUSTER, 1, 1).k_counted == 103);
    ck_assert(sample_of("none", SOLOW_VCOV_CLUSTER, 1, 2).k_counted == 3);
    ck_assert(sample_of("fixest", SOLOW_VCOV_CLUSTER, 1, 2).df_residual == 888);
}
END_TEST

START_TEST(factors_follow_the_rule)
{
    solow_small_sample s = sample_of("fixest", SOLOW_VCOV_CLUSTER, 2, 0);
    ck_assert(s.terms == 3 && s.sign[0] == 1 && s.sign[1] == 1 && s.sign[2] == -1);
    ck_assert_double_eq_tol(s.factor[0], 10.0 / 9 * 999 / 997, 1e-14);
    ck_assert_double_eq_tol(s.factor[2], 10.0 / 9 * 999 / 997, 1e-14);
    s = sample_of("cgm", SOLOW_VCOV_CLUSTER, 2, 0);
    ck_assert_double_eq_tol(s.factor[0], 100.0 / 99 * 999 / 997, 1e-14);
    ck_assert_double_eq_tol(s.factor[1], 10.0 / 9 * 999 / 997, 1e-14);
    ck_assert_double_eq_tol(s.factor[2], 1000.0 / 999 * 999 / 997, 1e-14);
    ck_assert(sample_of("none", SOLOW_VCOV_CLUSTER, 1, 1).factor[0] == 1);
    ck_assert_double_eq_tol(sample_of("fixest", SOLOW_VCOV_HC1, 0, 1).factor[0], 1000.0 / 897, 1e-14);
    ck_assert(sample_of("fixest", SOLOW_VCOV_HC3, 0, 1).factor[0] == 1);
}
END_TEST

/* fixest T/(T-1) (n-1)/(n-K), sandwich's vcovPL n/(n-K), plm's vcovNW and vcovSCC nothing. */
START_TEST(factors_over_time_follow_the_rule)
{
    static const solow_vcov_kind kinds[] = {SOLOW_VCOV_NEWEY_WEST, SOLOW_VCOV_DRISCOLL_KRAAY};
    for (int i = 0; i < 2; i++) {
        ck_assert_double_eq_tol(sample_of("fixest", kinds[i], 0, 1).factor[0], 10.0 / 9 * 999 / 897, 1e-14);
        ck_assert_double_eq_tol(sample_of("sandwich", kinds[i], 0, 0).factor[0], 1000.0 / 997, 1e-14);
        ck_assert(sample_of("plm", kinds[i], 0, 1).factor[0] == 1);
        ck_assert(sample_of("none", kinds[i], 0, 1).factor[0] == 1);
    }
}
END_TEST

START_TEST(reference_law_follows_the_rule)
{
    ck_assert(sample_of("fixest", SOLOW_VCOV_CLUSTER, 2, 2).df == 9);
    ck_assert(sample_of("fixest", SOLOW_VCOV_CLUSTER, 1, 2).df == 99);
    ck_assert(sample_of("fixest", SOLOW_VCOV_HC1, 0, 2).df == 888);
    ck_assert(sample_of("fixest", SOLOW_VCOV_NEWEY_WEST, 0, 2).df == 9);
    ck_assert(sample_of("plm", SOLOW_VCOV_CLUSTER, 1, 2).df == 888);
}
END_TEST

START_TEST(impossible_clusters_are_refused)
{
    solow_shape shape = shape_of(0);
    solow_shape_key one = {.name = "country", .levels = 1, .present = 1};
    solow_vcov_spec vcov = {.kind = SOLOW_VCOV_CLUSTER, .cluster = {.count = 1}};
    solow_ssc_spec ssc = sample_ssc("fixest");
    solow_small_sample sample;
    solow_error err = {0};
    shape.key = &one;
    ck_assert(solow_small_sample_of(&vcov, &ssc, &shape, 3, 0, 1000, &sample, &err) == SOLOW_ERR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(err.message, "only one cluster of country"));
    vcov.cluster.count = 5;
    ck_assert(solow_small_sample_of(&vcov, &ssc, &shape, 3, 0, 1000, &sample, NULL) == SOLOW_ERR_NUMERIC);
}
END_TEST

/* Three ways by brute force: V = B sum_ij 1{i and j share a cluster of any way} s_i s_j' B. */
START_TEST(three_ways_are_pairs_that_share_any)
{
    sample_data *data = sample_read("Grunfeld.csv");
    if (data == NULL) {
        return;
    }
    double *third = sample_add(data, "third");
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        third[i] = (double)((i * 7) % 11);
    }
    sample_model model = {.outcome = "inv",
                          .regressor = {"value"},
                          .unit = "firm",
                          .time = "year",
                          .cluster = {"firm", "year", "third"},
                          .save = true,
                          .vcov = {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR0}};
    sample_result r;
    sample_run(data, &model, &solow_ols, &r);
    const double *x = sample_column(data, "value"), *firm = sample_column(data, "firm");
    const double *year = sample_column(data, "year");
    double square = 0, meat = 0;
    for (ptrdiff_t i = 0; i < data->rows; i++) {
        square += x[i] * x[i];
        for (ptrdiff_t j = 0; j < data->rows; j++) {
            bool share = firm[i] == firm[j] || year[i] == year[j] || third[i] == third[j];
            meat += share ? x[i] * r.saved[i] * x[j] * r.saved[j] : 0;
        }
    }
    sample_close(sample_std_error(&r, "value"), sqrt(meat) / square, 1e-10, "three ways");
    sample_close(r.record.clusters, 10, 0, "least G");
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

/* A variance with a negative eigenvalue is repaired and the record says so. */
START_TEST(repair_is_reported)
{
    sample_data *data = sample_create(12);
    double *a = sample_add(data, "a"), *b = sample_add(data, "b"), *y = sample_add(data, "y");
    static const double e[12] = {3, -3, 2, -2, 1, -1, -3, 3, -2, 2, -1, 1};
    for (ptrdiff_t i = 0; i < 12; i++) {
        a[i] = (double)(i / 2);
        b[i] = (double)(i % 2);
        y[i] = e[i] + 0.1 * (double)i;
    }
    sample_model model = {.outcome = "y",
                          .constant = true,
                          .regressor = {"a"},
                          .cluster = {"a", "b"},
                          .vcov = {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR0}};
    sample_result r;
    sample_run(data, &model, &solow_ols, &r);
    double least = sample_diagnostic(&r, "least_eigenvalue")->value;
    ck_assert(least < 0 && r.record.warning);
    ck_assert_ptr_nonnull(strstr(r.record.message, "not positive semidefinite"));
    ck_assert(r.record.vcov[0] >= 0 && r.record.vcov[3] >= 0);
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {k_follows_the_rule,
                                  factors_follow_the_rule,
                                  factors_over_time_follow_the_rule,
                                  reference_law_follows_the_rule,
                                  impossible_clusters_are_refused,
                                  three_ways_are_pairs_that_share_any,
                                  repair_is_reported,
                                  NULL};
    TCase *const cases[] = {solow_test_case("ssc", tests, 60), NULL};
    return solow_test_run("ssc", cases);
}
