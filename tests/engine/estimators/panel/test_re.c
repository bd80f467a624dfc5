/* test_re.c - random effects of units, periods and both, balanced and not, against plm 2.6-2.
 *
 * Data: Grunfeld's firms with a period effect added to the outcome, inv + 30 (3 year mod 7); the unbalanced panel lacks
 * every seventh row, the last years of firm 4 and the first of firm 9. Figures: plm(inv ~ value + capital, model = "random",
 * effect =, random.method =), coef, sqrt(diag(vcov)), ercomp. For two ways of an unbalanced panel plm's standard errors
 * are those of s2 = 1: ours are sigma times them.
 */
#include "engine/estimators/panel/re.h"
#include "tests/support/runner.h"
#include "tests/support/sample_driver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *effects, *method;
    bool balanced;
    double b[3], se[3], sigma2[3]; /* e, then unit, then time, as far as there are */
} cases[] = {
    {"unit",
     "swar",
     false,
     {46.7915510160513, 0.0893366071062223, 0.321982458250674},
     {33.3488940862009, 0.0155042086390845, 0.0287770655869447},
     {6758.38728308783, 8157.10371033022}},
    {"unit",
     "walhus",
     false,
     {46.9173715558953, 0.0891844180134129, 0.322121310086146},
     {33.6057594931702, 0.0155555408538794, 0.0287710181857894},
     {6852.64123869855, 8438.6403464352}},
    {"unit",
     "amemiya",
     false,
     {47.147878546083, 0.0889066732090881, 0.32237144685237},
     {34.0837936249282, 0.0156488811952115, 0.0287602508941026},
     {6758.38728308783, 8634.81262977295}},
    {"unit",
     "nerlove",
     false,
     {48.3880690647906, 0.087433588568426, 0.323632937301955},
     {36.8478553810993, 0.0161366733960458, 0.0287085223864714},
     {6254.65655391358, 9763.06481223229}},
    {"time",
     "swar",
     true,
     {44.595352280195, 0.11595416833182, 0.222585681248634},
     {15.8611457187366, 0.0062577673220523, 0.0305409221370657},
     {9623.43675714249, 2906.81965494923}},
    {"time",
     "walhus",
     true,
     {44.5977457909326, 0.115942404659739, 0.222623110194696},
     {15.7836435187849, 0.00626114583967768, 0.0305388876637619},
     {9529.5911947136, 2823.98659737336}},
    {"time",
     "amemiya",
     true,
     {44.5964037738388, 0.11594898859117, 0.222602170564318},
     {15.8267979851149, 0.00625925483303042, 0.0305400257659088},
     {9516.50968206313, 2850.37704184762}},
    {"time",
     "nerlove",
     true,
     {44.5508914515588, 0.116193959843029, 0.221807044424877},
     {17.9648706482484, 0.00618909984139915, 0.0305833947075176},
     {8564.85871385682, 4002.1347474252}},
    {"time",
     "swar",
     false,
     {40.5963979101817, 0.115671516885684, 0.237339549506781},
     {17.1177233160053, 0.00702164457924481, 0.0341598892322545},
     {10183.5223911294, 3023.12111719638}},
    {"time",
     "walhus",
     false,
     {40.5184383613187, 0.115843135550302, 0.236808126320553},
     {17.7359772107135, 0.00698951995994352, 0.0342030658914784},
     {10142.5319032474, 3505.89603202928}},
    {"time",
     "amemiya",
     false,
     {40.5365697505819, 0.115802645694207, 0.236934173147177},
     {17.5800227270082, 0.00699707956543734, 0.0341926985032105},
     {10183.5223911294, 3393.20667587221}},
    {"twoways",
     "swar",
     false,
     {6.57132072548483, 0.113334596555573, 0.367046257177118},
     {0.671363191585745, 0.000251301743796019, 0.000459810477771741},
     {2740.98616577789, 8356.1213099104, 3778.04513911755}},
    {"twoways",
     "walhus",
     false,
     {7.45159623736856, 0.112776772744061, 0.366102676659366},
     {0.639157339823496, 0.000246454906330703, 0.000458327055804729},
     {3188.32168504877, 8599.21116211952, 4110.13622206982}},
    {"twoways",
     "amemiya",
     false,
     {4.86064781122751, 0.114403670799563, 0.368880618586578},
     {0.710131365200631, 0.000255759773495343, 0.000463314862076031},
     {2740.98616577789, 9253.17374966023, 4778.22539493142}},
    {"twoways",
     "nerlove",
     true,
     {12.7733166241622, 0.112512303813853, 0.351364039600204},
     {37.3533994589048, 0.0119339179302201, 0.0218209420407413},
     {2260.73535189469, 8426.92271283285, 4467.36583739812}},
};

static sample_data *read_panel(void)
{
    sample_data *data = sample_read("jobs/data/grunfeld.csv");
    ck_assert_ptr_nonnull(data);
    double *inv = sample_column(data, "inv"), *year = sample_column(data, "year"), *keep = sample_add(data, "keep");
    for (ptrdiff_t i = 0; i < data->rows; i++) { /* as the file has them: firm by firm */
        ptrdiff_t firm = i / 20 + 1;
        inv[i] += 30 * fmod(3 * year[i], 7);
        keep[i] = !(i % 7 == 3 || (firm == 4 && year[i] > 1948) || (firm == 9 && year[i] < 1940));
    }
    sample_sort(data, "firm", "year");
    return data;
}

static sample_model model_of(const char *effects, const char *method, bool balanced)
{
    return (sample_model){.outcome = "inv",
                          .constant = true,
                          .regressor = {"value", "capital"},
                          .unit = "firm",
                          .time = "year",
                          .keep = balanced ? NULL : "keep",
                          .option = {"method", method, "effects", effects}};
}

START_TEST(components_and_estimates_agree_with_plm)
{
    static const char *const terms[] = {"(Intercept)", "value", "capital"};
    sample_data *data = read_panel();
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        sample_model model = model_of(cases[c].effects, cases[c].method, cases[c].balanced);
        bool unit = strcmp(cases[c].effects, "time") != 0, both = strcmp(cases[c].effects, "twoways") == 0;
        sample_result r;
        char what[128];
        sample_run(data, &model, &solow_re, &r);
        double scale = both && !cases[c].balanced ? r.record.sigma : 1;
        ck_assert(r.arena_peak <= r.arena_bytes);
        for (int j = 0; j < 3; j++) {
            snprintf(what, sizeof what, "%s %s %s", cases[c].effects, cases[c].method, terms[j]);
            sample_close(sample_estimate(&r, terms[j]), cases[c].b[j], 1e-9, what);
            sample_close(sample_std_error(&r, terms[j]), scale * cases[c].se[j], 1e-9, what);
        }
        snprintf(what, sizeof what, "%s %s variance", cases[c].effects, cases[c].method);
        sample_close(sample_diagnostic(&r, "sigma2_idiosyncratic")->value, cases[c].sigma2[0], 1e-10, what);
        sample_close(sample_diagnostic(&r, unit ? "sigma2_unit" : "sigma2_time")->value, cases[c].sigma2[1], 1e-10,
                     what);
        if (both) {
            sample_close(sample_diagnostic(&r, "sigma2_time")->value, cases[c].sigma2[2], 1e-10, what);
        }
        sample_result_clear(&r);
    }
    sample_free(data);
}
END_TEST

/* vcovHC(arellano), vcovHC(white1) and vcovSCC(maxlag = 2) of the balanced two-way fit by swar. */
START_TEST(robust_variances_of_two_ways_agree_with_plm)
{
    static const struct {
        solow_vcov_spec vcov;
        const char *cluster;
        double se[3];
    } wanted[] = {{{.kind = SOLOW_VCOV_CLUSTER}, "firm", {26.9059526077680609, 0.0112881325632464, 0.0478312832577376}},
                  {{.kind = SOLOW_VCOV_HC0}, NULL, {28.8016060198850958, 0.0191357035531268, 0.0514296258701122}},
                  {{.kind = SOLOW_VCOV_DRISCOLL_KRAAY, .lags = 2},
                   NULL,
                   {44.6207225429438310, 0.0252356028615398, 0.0565473451700876}}};
    sample_data *data = read_panel();
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        sample_model model = model_of("twoways", "swar", true);
        sample_result r;
        model.vcov = wanted[i].vcov;
        model.cluster[0] = wanted[i].cluster;
        model.ssc = sample_ssc("plm");
        sample_run(data, &model, &solow_re, &r);
        sample_close(sample_std_error(&r, "(Intercept)"), wanted[i].se[0], 1e-9, "constant");
        sample_close(sample_std_error(&r, "value"), wanted[i].se[1], 1e-9, "value");
        sample_close(sample_std_error(&r, "capital"), wanted[i].se[2], 1e-9, "capital");
        sample_result_clear(&r);
    }
    sample_free(data);
}
END_TEST

/* Random effects of periods are those of units when the names are exchanged. */
START_TEST(periods_are_units_by_another_name)
{
    sample_data *data = read_panel();
    sample_model model = model_of("time", "walhus", false), turned = model_of("unit", "walhus", false);
    sample_result r, t;
    sample_run(data, &model, &solow_re, &r);
    turned.unit = "year";
    turned.time = "firm";
    sample_sort(data, "year", "firm");
    sample_run(data, &turned, &solow_re, &t);
    sample_close(sample_estimate(&r, "capital"), sample_estimate(&t, "capital"), 1e-11, "capital");
    sample_close(sample_std_error(&r, "value"), sample_std_error(&t, "value"), 1e-11, "value");
    sample_close(sample_test(&r, "breusch_pagan")->statistic, sample_test(&t, "breusch_pagan")->statistic, 1e-10, "LM");
    sample_result_clear(&r);
    sample_result_clear(&t);
    sample_free(data);
}
END_TEST

/* A regressor far from zero that hardly varies between units keeps its place in the regression of unit means: adding a
 * constant to it changes the constant of the model alone. */
START_TEST(a_shifted_regressor_changes_the_constant_alone)
{
    static const char *const ways[] = {"unit", "time", "twoways"};
    sample_data *data = read_panel();
    double *value = sample_column(data, "value");
    for (int w = 0; w < 3; w++) {
        sample_model model = model_of(ways[w], "swar", false);
        sample_result r, t;
        sample_run(data, &model, &solow_re, &r);
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            value[i] += 1e7;
        }
        sample_run(data, &model, &solow_re, &t);
        for (ptrdiff_t i = 0; i < data->rows; i++) {
            value[i] -= 1e7;
        }
        sample_close(sample_estimate(&t, "value"), sample_estimate(&r, "value"), 1e-7, "value");
        sample_close(sample_diagnostic(&t, "sigma2_idiosyncratic")->value,
                     sample_diagnostic(&r, "sigma2_idiosyncratic")->value, 1e-8, "variance");
        sample_result_clear(&r);
        sample_result_clear(&t);
    }
    sample_free(data);
}
END_TEST

START_TEST(what_has_no_form_is_refused)
{
    sample_data *data = read_panel();
    sample_model model = model_of("twoways", "nerlove", false);
    sample_result r;
    sample_run(data, &model, &solow_re, &r);
    ck_assert(r.status == SOLOW_ERR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(r.error.message, "unbalanced"));
    sample_result_clear(&r);
    model = model_of("time", "swar", true);
    model.time = NULL;
    sample_run(data, &model, &solow_re, &r);
    ck_assert(r.status == SOLOW_ERR_NUMERIC);
    ck_assert_ptr_nonnull(strstr(r.error.message, "time:"));
    sample_result_clear(&r);
    sample_free(data);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {components_and_estimates_agree_with_plm,
                                  robust_variances_of_two_ways_agree_with_plm,
                                  periods_are_units_by_another_name,
                                  a_shifted_regressor_changes_the_constant_alone,
                                  what_has_no_form_is_refused,
                                  NULL};
    TCase *const cases_of[] = {solow_test_case("random effects", tests, 60), NULL};
    return solow_test_run("re", cases_of);
}
