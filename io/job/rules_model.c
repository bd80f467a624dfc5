/* rules_model.c - the keys of a model; see schema.h. */
#include "io/job/schema.h"

static const solow_rule any_item = {.key = "", .scalar = SOLOW_SCALAR_ANY, .item = &any_item, .value = &any_item};
const solow_rule solow_anything_rule = {
    .key = "", .scalar = SOLOW_SCALAR_ANY, .item = &any_item, .value = &any_item, .help = "anything"};

static const solow_rule text_item = {.key = "", .scalar = SOLOW_SCALAR_TEXT};
static const solow_rule id_item = {.key = "", .scalar = SOLOW_SCALAR_ID};
static const solow_rule factor_item = {.key = "", .scalar = SOLOW_SCALAR_FACTORS};
static const solow_rule term_item = {.key = "", .scalar = SOLOW_SCALAR_TERMS};
static const solow_rule restriction_item = {.key = "", .scalar = SOLOW_SCALAR_RESTRICTION};
static const solow_rule printed_value = {.key = "", .scalar = SOLOW_SCALAR_PRINTED};

/* ---- variances ---- */

static const solow_rule conley_keys[] = {{.key = "cutoff_km",
                                          .scalar = SOLOW_SCALAR_NUMBER,
                                          .minimum = 1e-9,
                                          .maximum = 20040,
                                          .required = true,
                                          .help = "distance beyond which errors are uncorrelated"},
                                         {.key = "kernel",
                                          .scalar = SOLOW_SCALAR_CHOICE,
                                          .choices = "bartlett uniform",
                                          .standard = "bartlett",
                                          .help = "weights of distances"},
                                         {.key = "time_lags",
                                          .scalar = SOLOW_SCALAR_INTEGER,
                                          .maximum = 10000,
                                          .standard = "0",
                                          .help = "periods of serial correlation within units"},
                                         {.key = NULL}};
static const solow_rule vcov_keys[] = {
    {.key = "cluster",
     .scalar = SOLOW_SCALAR_FACTORS,
     .item = &factor_item,
     .help = "one column, or a list for several ways; a^b combines two"},
    {.key = "type",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "cr1 cr0 cr2 cr3",
     .standard = "cr1",
     .help = "form of the cluster variance"},
    {.key = "newey_west", .scalar = SOLOW_SCALAR_ANY, .help = "lags within units, or auto"},
    {.key = "driscoll_kraay", .scalar = SOLOW_SCALAR_ANY, .help = "lags between periods, or auto"},
    {.key = "conley", .keys = conley_keys, .help = "correlation over space; needs data.coordinates"},
    {.key = "twoway", .instead = "cluster: [a, b]"},
    {.key = "group", .instead = "cluster: [a]"},
    {.key = NULL}};
static const char vcov_aliases[] =
    "robust=hc1 hetero=hc1 white=hc0 HC0=hc0 HC1=hc1 HC2=hc2 HC3=hc3 standard=iid ols=iid";

static const solow_rule ssc_keys[] = {
    {.key = "k",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "nested all none",
     .standard = "nested",
     .help = "effects counted: all but those nested in clusters, all, or no parameter at all"},
    {.key = "g",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "min each none",
     .standard = "min",
     .help = "G/(G-1): of the smallest set of clusters, of each, or none"},
    {.key = "df",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "min_g residual inf",
     .standard = "min_g",
     .help = "degrees of freedom of t"},
    {.key = "rows",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "n-1 n none",
     .help = "with clusters (n-1)/(n-K), n/(n-K), or neither; HC1 takes n/(n-K) unless none; default n-1, with `k: "
             "none` none"},
    {.key = NULL}};
/* ---- resampling ---- */

static const solow_rule resampling_keys[] = {
    {.key = "type",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "pairs wild bayesian block jackknife permutation",
     .required = true,
     .help = "the design"},
    {.key = "cluster", .scalar = SOLOW_SCALAR_FACTORS, .item = &factor_item, .help = "what is drawn together"},
    {.key = "reps",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 1,
     .maximum = 10000000,
     .standard = "999",
     .help = "draws"},
    {.key = "seed",
     .scalar = SOLOW_SCALAR_INTEGER,
     .maximum = 9007199254740992,
     .help = "of the draws; the job's if not given"},
    {.key = "length", .scalar = SOLOW_SCALAR_INTEGER, .minimum = 1, .maximum = 1000000, .help = "periods of a block"},
    {.key = "distribution",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "rademacher webb mammen normal multinomial poisson",
     .help = "of wild weights (rademacher webb mammen normal) or of pairs (multinomial poisson)"},
    {.key = "restricted",
     .scalar = SOLOW_SCALAR_BOOLEAN,
     .standard = "true",
     .help = "wild: residuals under the null, and intervals by inverting that test"},
    {.key = "interval",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "percentile percentile_t bca normal inversion",
     .aliases = "percentile-t=percentile_t studentized=percentile_t BCa=bca test=inversion",
     .help = "of confidence; the type says which are possible, the first is the default: pairs and bayesian "
             "percentile percentile_t bca normal; block percentile percentile_t normal; wild inversion, unrestricted "
             "percentile_t percentile normal; jackknife normal"},
    {.key = "permute", .scalar = SOLOW_SCALAR_EXPRESSION, .help = "permutation: what changes places between clusters"},
    {.key = "within",
     .scalar = SOLOW_SCALAR_FACTORS,
     .item = &factor_item,
     .help = "permutation: strata inside which values change places"},
    {.key = "stream", .scalar = SOLOW_SCALAR_TEXT, .help = "a name that makes draws independent of other designs'"},
    {.key = "weights", .instead = "distribution: ..."},
    {.key = "draws", .instead = "reps: ..."},
    {.key = NULL}};
static const solow_rule placebo_keys[] = {
    {.key = "permute",
     .scalar = SOLOW_SCALAR_EXPRESSION,
     .required = true,
     .help = "the column whose values change places between units"},
    {.key = "within", .scalar = SOLOW_SCALAR_FACTORS, .item = &factor_item, .help = "strata inside which they do"},
    {.key = "cluster",
     .scalar = SOLOW_SCALAR_FACTORS,
     .item = &factor_item,
     .help = "what moves as one; the units if not given"},
    {.key = "reps",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 1,
     .maximum = 10000000,
     .standard = "999",
     .help = "permutations"},
    {.key = "seed", .scalar = SOLOW_SCALAR_INTEGER, .maximum = 9007199254740992, .help = "the job's if not given"},
    {.key = "stream", .scalar = SOLOW_SCALAR_TEXT, .help = "a name that makes draws independent of other designs'"},
    {.key = NULL}};
const solow_rule solow_resampling_rule = {.key = "", .keys = resampling_keys, .help = "a resampling design"};

/* ---- parts of a model ---- */

static const solow_rule window_keys[] = {{.key = "length",
                                          .scalar = SOLOW_SCALAR_INTEGER,
                                          .minimum = 1,
                                          .maximum = 1000000,
                                          .required = true,
                                          .help = "periods"},
                                         {.key = "step",
                                          .scalar = SOLOW_SCALAR_INTEGER,
                                          .minimum = 1,
                                          .maximum = 1000000,
                                          .standard = "1",
                                          .help = "periods between windows"},
                                         {.key = NULL}};
static const solow_rule weight_keys[] = {
    {.key = "column", .scalar = SOLOW_SCALAR_EXPRESSION, .required = true, .help = "a column or expression"},
    {.key = "type",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "analytic frequency probability",
     .aliases = "aweight=analytic fweight=frequency pweight=probability",
     .standard = "analytic",
     .help = "what the weights mean"},
    {.key = NULL}};

static const solow_rule hausman_keys[] = {
    {.key = "against", .scalar = SOLOW_SCALAR_ID, .required = true, .help = "the other model"},
    {.key = "robust",
     .scalar = SOLOW_SCALAR_BOOLEAN,
     .standard = "false",
     .help = "by an auxiliary regression with the model's vcov"},
    {.key = NULL}};
static const solow_rule against_keys[] = {
    {.key = "against", .scalar = SOLOW_SCALAR_ID, .required = true, .help = "the model it nests or is nested in"},
    {.key = NULL}};
static const char test_names[] =
    "sargan ar first_stage reset serial_correlation common_factor lm_spatial moran cd wu_hausman";
static const solow_rule test_keys[] = {
    {.key = "hausman", .keys = hausman_keys, .help = "Hausman's test of two models"},
    {.key = "wald",
     .scalar = SOLOW_SCALAR_RESTRICTION,
     .item = &restriction_item,
     .help = "linear restrictions, `a` = 0"},
    {.key = "lr", .keys = against_keys, .help = "likelihood ratio"},
    {.key = "common_factor", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "common factor restriction"},
    {.key = "lm_spatial",
     .scalar = SOLOW_SCALAR_ANY,
     .item = &any_item,
     .value = &any_item,
     .help = "LM tests of spatial dependence"},
    {.key = "moran", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "Moran's I of residuals"},
    {.key = "cd", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "cross-section dependence"},
    {.key = "sargan", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "overidentification"},
    {.key = "ar",
     .scalar = SOLOW_SCALAR_ANY,
     .item = &any_item,
     .value = &any_item,
     .help = "serial correlation, or Anderson-Rubin with instruments"},
    {.key = "first_stage", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "strength of instruments"},
    {.key = "wu_hausman", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "exogeneity of regressors"},
    {.key = "reset", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "functional form"},
    {.key = "serial_correlation", .scalar = SOLOW_SCALAR_ANY, .value = &any_item, .help = "of idiosyncratic errors"},
    {.key = NULL}};
static const solow_rule test_item = {
    .key = "", .scalar = SOLOW_SCALAR_CHOICE, .choices = test_names, .keys = test_keys};

static const solow_rule published_term = {.key = "", .scalar = SOLOW_SCALAR_PRINTED, .value = &printed_value};
static const solow_rule published_test = {.key = "", .value = &printed_value};
static const solow_rule published_keys[] = {
    {.key = "source", .scalar = SOLOW_SCALAR_TEXT, .help = "article, table, row"},
    {.key = "values",
     .value = &published_term,
     .help = "by term: the estimate, or {estimate: x, std_error: y}; term@effect for effects"},
    {.key = "glance", .value = &printed_value, .help = "by column of /glance"},
    {.key = "tests", .value = &published_test, .help = "by test: {statistic: x, p_value: y}"},
    {.key = "tolerance",
     .scalar = SOLOW_SCALAR_NUMBER,
     .maximum = 1e300,
     .help = "instead of half a unit of the last printed digit"},
    {.key = "group",
     .scalar = SOLOW_SCALAR_TEXT,
     .help = "the group they belong to, as in results: key=value;key=value"},
    {.key = NULL}};
static const solow_rule published_item = {.key = "", .keys = published_keys};

static const solow_rule foreach_value = {.key = "", .scalar = SOLOW_SCALAR_ANY, .item = &any_item, .value = &any_item};

/* ---- multiverse ---- */

static const solow_rule outcome_item = {.key = "", .scalar = SOLOW_SCALAR_EXPRESSION};
static const solow_rule choice_item = {.key = "", .scalar = SOLOW_SCALAR_TERMS, .item = &term_item};
static const solow_rule control_keys[] = {
    {.key = "always", .scalar = SOLOW_SCALAR_TERMS, .item = &term_item, .help = "in every specification"},
    {.key = "any", .scalar = SOLOW_SCALAR_TERMS, .item = &choice_item, .help = "every subset of them"},
    {.key = "one_of", .item = &choice_item, .help = "sets of which one enters; [] for none"},
    {.key = NULL}};
static const solow_rule sample_value = {.key = "", .scalar = SOLOW_SCALAR_EXPRESSION};
static const solow_rule vcov_item = {.key = "",
                                     .scalar = SOLOW_SCALAR_CHOICE,
                                     .choices = "iid hc0 hc1 hc2 hc3",
                                     .aliases = vcov_aliases,
                                     .keys = vcov_keys};
static const solow_rule draw_keys[] = {
    {.key = "n",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 1,
     .maximum = 10000000,
     .required = true,
     .help = "distinct specifications"},
    {.key = "seed", .scalar = SOLOW_SCALAR_INTEGER, .maximum = 9e15, .help = "of the draw; default the job's seed"},
    {.key = NULL}};
static const solow_rule universe_keys[] = {
    {.key = "outcomes", .scalar = SOLOW_SCALAR_EXPRESSION, .item = &outcome_item, .help = "in place of the formula's"},
    {.key = "controls",
     .scalar = SOLOW_SCALAR_TERMS,
     .item = &choice_item,
     .keys = control_keys,
     .help = "terms beside the formula's; a list: every subset of it"},
    {.key = "effects", .scalar = SOLOW_SCALAR_TEXT, .item = &text_item, .help = "in place of the formula's; none"},
    {.key = "samples", .value = &sample_value, .help = "names and conditions; 1: every row"},
    {.key = "vcov",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "iid hc0 hc1 hc2 hc3",
     .aliases = vcov_aliases,
     .item = &vcov_item,
     .keys = vcov_keys,
     .help = "variances"},
    {.key = "terms", .scalar = SOLOW_SCALAR_TEXT, .item = &text_item, .help = "that have rows in results; default all"},
    {.key = "limit",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 1,
     .maximum = 10000000,
     .standard = "100000",
     .help = "most specifications"},
    {.key = "draw", .keys = draw_keys, .help = "some of them at random"},
    {.key = NULL}};

const solow_rule solow_model_rules[] = {
    {.key = "id", .scalar = SOLOW_SCALAR_ID, .required = true, .help = "the model's name in results and tables"},
    {.key = "estimator", .scalar = SOLOW_SCALAR_TEXT, .help = "see `solow estimators`"},
    {.key = "formula",
     .scalar = SOLOW_SCALAR_FORMULA,
     .help = "outcome ~ regressors | effects | endogenous ~ instruments"},
    {.key = "like", .scalar = SOLOW_SCALAR_TEXT, .help = "the model whose keys this one starts from"},
    {.key = "add", .scalar = SOLOW_SCALAR_TERMS, .item = &term_item, .help = "terms that the formula gains"},
    {.key = "drop", .scalar = SOLOW_SCALAR_TERMS, .item = &term_item, .help = "terms that the formula loses"},
    {.key = "where", .scalar = SOLOW_SCALAR_EXPRESSION, .help = "the rows of the sample"},
    {.key = "and_where", .scalar = SOLOW_SCALAR_EXPRESSION, .help = "a further condition on them"},
    {.key = "by", .scalar = SOLOW_SCALAR_FACTORS, .item = &factor_item, .help = "one estimate per level"},
    {.key = "window", .keys = window_keys, .help = "rolling periods"},
    {.key = "weights", .scalar = SOLOW_SCALAR_EXPRESSION, .keys = weight_keys, .help = "regression weights"},
    {.key = "vcov",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "iid hc0 hc1 hc2 hc3",
     .aliases = vcov_aliases,
     .keys = vcov_keys,
     .standard = "iid",
     .help = "variance of the estimates"},
    {.key = "ssc",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "fixest reghdfe stata areg xtreg cgm sandwich plm plm_hc1 plm_sss none",
     .keys = ssc_keys,
     .standard = "fixest",
     .help = "small-sample rule"},
    {.key = "level",
     .scalar = SOLOW_SCALAR_NUMBER,
     .minimum = 0.01,
     .maximum = 0.9999999,
     .standard = "0.95",
     .help = "of confidence intervals"},
    {.key = "singletons",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "drop keep",
     .standard = "drop",
     .help = "rows alone in a level of an effect"},
    {.key = "save",
     .scalar = SOLOW_SCALAR_ID,
     .item = &id_item,
     .help = "columns to keep: residuals, fitted, fixed_effects, ..."},
    {.key = "tests",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = test_names,
     .item = &test_item,
     .help = "tests of the model"},
    {.key = "combine", .value = &restriction_item, .help = "combinations of estimates, by name"},
    {.key = "published", .item = &published_item, .keys = published_keys, .help = "printed figures to reproduce"},
    {.key = "bootstrap",
     .scalar = SOLOW_SCALAR_ID,
     .keys = resampling_keys,
     .help = "a name under resampling:, or a design"},
    {.key = "recompute",
     .scalar = SOLOW_SCALAR_TEXT,
     .item = &text_item,
     .later = true,
     .help = "measures and matrices made anew in each draw"},
    {.key = "foreach",
     .item = &foreach_value,
     .value = &foreach_value,
     .help = "names and their values: one model for each combination"},
    {.key = "multiverse", .keys = universe_keys, .help = "one estimate for each combination of choices"},
    {.key = "leave_out",
     .scalar = SOLOW_SCALAR_FACTORS,
     .item = &factor_item,
     .help = "one estimate without each level"},
    {.key = "placebo", .keys = placebo_keys, .help = "a permutation test"},
    {.key = "uncertainty",
     .scalar = SOLOW_SCALAR_ANY,
     .later = true,
     .value = &any_item,
     .help = "uncertainty of measures"},
    {.key = "cluster", .instead = "vcov: {cluster: [a]}"},
    {.key = "clusters", .instead = "vcov: {cluster: [a]}"},
    {.key = "se", .instead = "vcov: ..."},
    {.key = "fixef", .instead = "the effects behind | in the formula"},
    {.key = "fe", .instead = "the effects behind | in the formula"},
    {.key = "absorb", .instead = "the effects behind | in the formula"},
    {.key = "subset", .instead = "where: ..."},
    {.key = "sample", .instead = "where: ..."},
    {.key = "split", .instead = "by: [...]"},
    {.key = "fsplit", .instead = "by: [...]"},
    {.key = "model", .instead = "estimator: ..."},
    {.key = NULL}};
