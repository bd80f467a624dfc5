/* What is wrong with a job file is said at its line and column, all of it in one run. */
#include "tests/io/job/fixture.h"

#define MODEL "models:\n  - {id: m, estimator: ols, formula: \"y ~ x\"}\n"

/* Below the two lines of fixture_models: so these texts start at line 3. */
static const struct {
    const char *text, *expected;
} cases_of[] = {
    {"seeds: 3\n" MODEL, "job:3:1: error: unknown key `seeds`; did you mean `seed`?\n    seeds: 3\n    ^\n"},
    {"seed: a\n" MODEL, "job:3:7: error: `seed` is a whole number, not `a`\n    seed: a\n          ^\n"},
    {"seed: \"1\"\n" MODEL, "`seed` is a whole number"},
    {"seed: 1.5\n" MODEL, "`seed` is a whole number"},
    {"seed: -1\n" MODEL, "`seed` lies between"},
    {"seed: {a: 1}\n" MODEL, "`seed` is a number, not a mapping"},
    {"title:\n" MODEL, "`title` has no value"},
    {"seed: 1\nseed: 2\n" MODEL, "job:4:1: error: the key `seed` stands here a second time"},
    {"measures: []\n" MODEL, "`measures` is not available in this version"},
    {"spatial_weights: {w: {file: a}}\n" MODEL, "`spatial_weights` is not available in this version"},
    {"title: x\n", "there is nothing to do"},
    {"models: {a: 1}\n", "`models` is a list, not a mapping"},
    {"models:\n  - text\n", "`models` is a mapping, not a text"},
    {"models:\n  - {estimator: ols, formula: y ~ x}\n", "job:4:5: error: `id:` is missing here"},
    {"models:\n  - {id: m, formula: y ~ x}\n", "job:4:5: error: `estimator:` is missing here"},
    {"models:\n  - {id: m, estimator: olz, formula: y ~ x}\n",
     "job:4:24: error: unknown estimator `olz`; see `solow estimators`; did you mean `ols`?"},
    {"models:\n  - {id: m, estimator: reghdfe, formula: y ~ x}\n", "unknown estimator `reghdfe`; here it is `ols`"},
    {"models:\n  - {id: m, estimator: ppmlhdfe, formula: y ~ x}\n", "`ppmlhdfe`; here it is `poisson`"},
    {"models:\n  - {id: m, estimator: xsmle, formula: y ~ x}\n", "`xsmle`; here it is `sdm`"},
    {"models:\n  - {id: m, estimator: pgmm, formula: y ~ x}\n", "`pgmm`; here it is `dgmm`"},
    {"models:\n  - {id: m, estimator: sdm, formula: y ~ x}\n", "`sdm` is not available in this version"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, method: swar}\n",
     "`method` is an option of iv, re, not of ols"},
    {"models:\n  - {id: m, estimator: re, formula: y ~ x, method: swra}\n",
     "`method` is one of: swar walhus amemiya nerlove; not `swra`; did you mean `swar`?"},
    {"models:\n  - {id: m, estimator: re, formula: y ~ x, draws: 1000}\n",
     "`draws` lies between 1 and 100; 1000 does not"},
    {"models:\n  - {id: m, estimator: ols, formual: y ~ x}\n", "unknown key `formual`; did you mean `formula`?"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, absorb: s}\n",
     "unknown key `absorb`; write the effects behind | in the formula"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, uncertainty: {}}\n", "`uncertainty` is not available"},
    {"models:\n  - {id: a b, estimator: ols, formula: y ~ x}\n", "job:4:11: error: `id` has only letters"},
    {"models:\n  - {id: \"a{W}\", estimator: ols, formula: y ~ x}\n", "foreach"},
    {MODEL "  - {id: m, estimator: ols, formula: \"y ~ z\"}\n", "job:5:10: error: several models have the id `m`"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ lg(x)}\n",
     "job:4:42: error: unknown function `lg`; did you mean `log`?\n"
     "      - {id: m, estimator: ols, formula: y ~ lg(x)}\n"
     "                                             ^\n"},
    {"models:\n  - {id: m, estimator: ols, formula: \"y ~ x + | z\"}\n", "job:4:47: error"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x | q ~ z}\n", "`ols` takes no instruments; use `iv`"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ i(year, x, ref = 1970) | state, where: x > 1}\n",
     "job:4:38: error: YAML cut this text at a comma, since it stands in { } without quotes: it was meant to be "
     "\"y ~ i(year, x, ref = 1970) | state\"; put it in quotes"},
    {"summaries:\n  - {id: s, variables: [l(x, 1), z]}\n", "since it stands in [ ] without quotes"},
    {"models:\n  - id: m\n    estimator: ols\n    formula: y ~ log(x #1)\n", "YAML took ` #`"},
    {"models:\n  - id: m\n    estimator: ols\n    where: {W}\n    formula: y ~ x\n",
     "in YAML {W} is a mapping; write \"{W}\""},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, where: x = 1}\n", "job:4:54: error: `=` names"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, vcov: robust}\n", "here it is `hc1`"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, vcov: {cluster: [s], newey_west: 2}}\n", "here are 2"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, vcov: {newey_west: -2}}\n", "number of lags"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, vcov: {conley: {cutoff_km: 100}}}\n",
     "needs the coordinates"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, vcov: {cluster: []}}\n", "empty list"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, ssc: fixst}\n", "did you mean `fixest`?"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, level: 95}\n", "`level` lies between"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, tests: [{hausmn: {against: m}}]}\n",
     "did you mean `hausman`?"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, tests: [{hausman: {against: n}}]}\n",
     "there is no model `n`"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, published: {values: {x: abc}}}\n",
     "`x` is a number, not `abc`"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, published: {values: {x: {se: 1}}}}\n", "published quantity"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, bootstrap: firms}\n", "no design `firms`"},
    {"models:\n  - {id: m, estimator: ols, formula: \"y ~ saved(n, omega)\"}\n",
     "job:4:49: error: there is no model `n`"},
    {"models:\n  - {id: m, estimator: ols, formula: \"y ~ saved(m, omega)\"}\n", "reads its own column"},
    {MODEL "  - {id: n, like: k}\n", "there is no model `k` to be like"},
    {"models:\n  - {id: a, like: b}\n  - {id: b, like: c}\n  - {id: c, like: a}\n", "in a cycle: a -> b -> c -> a"},
    {MODEL "  - {id: n, like: m, drop: z}\n", "`drop`: the formula has no term `z`"},
    {MODEL "  - {id: n, like: m, drop: [x, \"b +\"]}\n", "is missing at the end"},
    {"defaults: {id: a}\n" MODEL, "`id` belongs to one model"},
    {"defaults: {vcof: iid}\n" MODEL, "unknown key `vcof`; did you mean `vcov`?"},
    {"defaults: {vcov: hc9}\n" MODEL, "`vcov` is one of"},
    {"lists: {a: \"x + | s\"}\n" MODEL, "job:3:17: error"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, foreach: {W: x}}\n", "`W` in `foreach` is a list"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, foreach: {W: [a, b]}}\n",
     "put the {names} of its `foreach` into the id"},
    {"variables: {a: log(b), b: exp(a)}\n" MODEL, "variables read each other in a cycle: a -> b -> a"},
    {"variables: {a: a + 1}\n" MODEL, "a -> a; give the new column another name"},
    {"variables: {a: i(year)}\n" MODEL, "`i` stands only in formulas"},
    {MODEL "tables:\n  - {id: t, columns: [n]}\n", "job:6:23: error: there is no model `n`"},
    {MODEL "tables:\n  - {id: t, columns: [\"z*\"]}\n", "no model's id matches `z*`"},
    {MODEL "tables:\n  - {id: t, columns: [m], cells: [se]}\n", "`cells` is one of"},
    {MODEL "tables:\n  - {id: t, columns: [m]}\n  - {id: t, columns: [m]}\n", "a second time"},
    {MODEL "summaries:\n  - {id: s, variables: [x], statistics: [avg]}\n", "`statistics` is one of"},
    {MODEL "compare:\n  - {id: c, models: [m]}\n", "`term:` is missing here"},
    {MODEL "families: {f: {models: [m], terms: [x], method: bonf}}\n", "`method` is one of"},
    {MODEL "resampling: {f: {type: pairs, reps: 0}}\n", "`reps` lies between"},
    {MODEL "resampling: {f: {type: pair}}\n", "job:5:24: error: `type` is one of"},
    {MODEL "resampling: {f: {type: pairs, distribution: webb}}\n",
     "job:5:45: error: `distribution` is one of: multinomial poisson here; not `webb`"},
    {MODEL "resampling: {f: {type: bayesian, distribution: webb}}\n", "`distribution` has no meaning with this `type`"},
    {MODEL "resampling: {f: {type: wild, interval: percentile_t}}\n", "`interval` is one of: inversion here"},
    {MODEL "resampling: {f: {type: wild, restricted: false, interval: bca}}\n", "not `bca`"},
    {MODEL "resampling: {f: {type: pairs, restricted: true}}\n", "`restricted` goes with `type: wild`"},
    {MODEL "resampling: {f: {type: pairs, length: 3}}\n", "`length` goes with `type: block`"},
    {MODEL "resampling: {f: {type: pairs, permute: x}}\n", "`permute` goes with `type: permutation`"},
    {MODEL "resampling: {f: {type: pairs, cluster: [a, b]}}\n", "one set of clusters; a^b combines two"},
    {MODEL "resampling: {f: {type: pairs, weights: poisson}}\n", "write distribution: ..."},
    {MODEL "resampling: {f: {type: block}}\n", "`length:` is missing here"},
    {MODEL "resampling: {f: {type: block, length: 2, cluster: s}}\n", "takes no `cluster`"},
    {MODEL "resampling: {f: {type: jackknife, reps: 9}}\n", "takes no `reps`"},
    {MODEL "resampling: {f: {type: permutation}}\n", "`permute:` is missing here"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, placebo: {within: s}}\n", "`permute:` is missing here"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, placebo: {permute: x, type: pairs}}\n",
     "unknown key `type`"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, leave_out: [a, b]}\n", "`leave_out` is one factor"},
    {"models:\n  - {id: m, estimator: ols, formula: y ~ x, vcov: {cluster: [a, b]}, bootstrap: {type: pairs}}\n",
     "job:4:81: error: model `m` clusters in several ways"},
    {MODEL "compare:\n  - {id: c, models: [m], term: x, bootstrap: f}\n", "`resampling:` has no design `f`"},
};

START_TEST(is_said_at_its_place)
{
    fixture_expect(cases_of[_i].text, cases_of[_i].expected);
}
END_TEST

START_TEST(all_errors_in_one_run_in_order)
{
    fixture made = fixture_models("sed: 1\nmodels:\n  - {id: m, estimator: olz, formula: y ~ lg(x)}\n"
                                  "  - {id: n, estimator: ols, formual: y ~ x}\n");
    ck_assert_int_eq(made.diagnostics.errors, 4);
    const char *first = strstr(made.printed, "job:3:1:"), *second = strstr(made.printed, "job:5:24:"),
               *third = strstr(made.printed, "job:5:42:"), *fourth = strstr(made.printed, "job:6:29:");
    ck_assert_msg(first != NULL && second > first && third > second && fourth > third, "%s", made.printed);
    ck_assert_ptr_nonnull(strstr(made.err.message, "4 errors"));
    fixture_clear(&made);
}
END_TEST

START_TEST(top_level)
{
    static const char *const texts[][2] = {
        {"", "job:1:1: error: this job file is empty"},
        {"# nothing\n", "this job file is empty"},
        {"- a\n", "a job file is a mapping of keys"},
        {"solow: 2\ndata: {file: x}\n" MODEL, "job:1:8: error: `solow` is 1 in this version, not 2"},
        {"data: {file: x}\n" MODEL, "`solow:` is missing here"},
        {"solow: 1\n" MODEL, "`data:` is missing here"},
        {"solow: 1\ndata: {unit: x}\n" MODEL, "`file:` is missing here"},
        {"solow: 1\ndata: {file: []}\n" MODEL, "`file` is an empty list"},
        {"solow: 1\ndata: {file: x, unit: a, time: a}\n" MODEL, "the same column"},
        {"solow: 1\ndata: {file: x, delimiter: ab}\n" MODEL, "one ASCII character"},
        {"solow: 1\ndata: {file: x, where: log(}\n" MODEL, "job:2:28: error"},
        {"solow: 1\n\tdata: x\n", "job:2:1: error: YAML: found a tab character"},
        {"solow: 1\ndata: {file: x\n", "job:3:1: error: YAML"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        fixture made = fixture_read(texts[i][0]);
        ck_assert_int_eq(made.status, SOLOW_ERR_INPUT);
        ck_assert_msg(strstr(made.printed, texts[i][1]) != NULL, "expected\n%s\nin\n%s", texts[i][1], made.printed);
        fixture_clear(&made);
    }
}
END_TEST

START_TEST(comments_that_look_like_a_part_are_warned_of)
{
    fixture made = fixture_models("models:\n  - id: m\n    estimator: ols\n    formula: y ~ x #z | state\n");
    ck_assert_int_eq(made.status, SOLOW_OK);
    ck_assert_ptr_nonnull(strstr(made.printed, "job:6:19: warning: YAML takes `#z | state` for a comment"));
    fixture_clear(&made);
    made = fixture_models("models:\n  - id: m\n    estimator: ols\n    formula: y ~ x # column 3\n");
    ck_assert_int_eq(made.status, SOLOW_OK);
    ck_assert_str_eq(made.printed, "");
    fixture_clear(&made);
}
END_TEST

START_TEST(places_in_quotes_and_blocks)
{
    fixture_expect("models:\n  - id: m\n    estimator: ols\n    formula: 'y ~ lg(x)'\n", "job:6:19: error");
    fixture_expect("models:\n  - id: m\n    estimator: ols\n    where: \"a == \\\"b\\\" and lg(x)\"\n"
                   "    formula: y ~ x\n",
                   "job:6:28: error");
    fixture_expect("models:\n  - id: m\n    estimator: ols\n    formula: |\n      y ~ lg(x)\n", "job:6:14: error");
    fixture_expect("lists: {c: [\"z + lg(x)\"]}\nmodels:\n  - {id: m, estimator: ols, formula: y ~ ..c}\n",
                   "job:3:18: error: unknown function `lg`");
}
END_TEST

START_TEST(many_errors_and_long_lines)
{
    char text[40000] = "models:\n";
    for (int i = 0; i < 300; i++) {
        char line[80];
        (void)snprintf(line, sizeof line, "  - {id: m%d, estimator: zzzz, formula: y ~ x}\n", i);
        strcat(text, line);
    }
    fixture made = fixture_models(text);
    ck_assert_int_eq(made.diagnostics.errors, 300);
    ck_assert_ptr_nonnull(strstr(made.printed, "job: and 100 errors more"));
    fixture_clear(&made);
    strcpy(text, "title: \"");
    memset(text + 8, 'x', 20000);
    strcpy(text + 20008, "\\q\"\n");
    made = fixture_models(text);
    ck_assert_int_eq(made.status, SOLOW_ERR_INPUT);
    ck_assert_uint_lt(strlen(made.printed), 1000);
    fixture_clear(&made);
}
END_TEST

int main(void)
{
    TCase *loops = tcase_create("table");
    tcase_add_loop_test(loops, is_said_at_its_place, 0, sizeof cases_of / sizeof *cases_of);
    const TTest *const tests[] = {all_errors_in_one_run_in_order,
                                  top_level,
                                  comments_that_look_like_a_part_are_warned_of,
                                  places_in_quotes_and_blocks,
                                  many_errors_and_long_lines,
                                  NULL};
    TCase *const cases[] = {loops, solow_test_case("errors", tests, 0), NULL};
    return solow_test_run("job errors", cases);
}
