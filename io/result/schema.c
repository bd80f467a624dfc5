/* schema.c - see schema.h. */
#include "io/result/schema.h"

static const solow_column_schema tidy[] = {
    {"model", SOLOW_CELL_TEXT},       {"group", SOLOW_CELL_TEXT},       {"term", SOLOW_CELL_TEXT},
    {"estimate", SOLOW_CELL_NUMBER},  {"std_error", SOLOW_CELL_NUMBER}, {"statistic", SOLOW_CELL_NUMBER},
    {"df", SOLOW_CELL_NUMBER},        {"p_value", SOLOW_CELL_NUMBER},   {"conf_low", SOLOW_CELL_NUMBER},
    {"conf_high", SOLOW_CELL_NUMBER}, {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema glance[] = {
    {"model", SOLOW_CELL_TEXT},
    {"group", SOLOW_CELL_TEXT},
    {"estimator", SOLOW_CELL_TEXT},
    {"outcome", SOLOW_CELL_TEXT},
    {"nobs", SOLOW_CELL_INTEGER},
    {"n_units", SOLOW_CELL_INTEGER},
    {"n_periods", SOLOW_CELL_INTEGER},
    {"n_clusters", SOLOW_CELL_INTEGER},
    {"k", SOLOW_CELL_NUMBER},
    {"df_residual", SOLOW_CELL_NUMBER},
    {"r_squared", SOLOW_CELL_NUMBER},
    {"adj_r_squared", SOLOW_CELL_NUMBER},
    {"within_r_squared", SOLOW_CELL_NUMBER},
    {"sigma", SOLOW_CELL_NUMBER},
    {"loglik", SOLOW_CELL_NUMBER},
    {"aic", SOLOW_CELL_NUMBER},
    {"bic", SOLOW_CELL_NUMBER},
    {"mean_y", SOLOW_CELL_NUMBER},
    {"vcov", SOLOW_CELL_TEXT},
    {"ssc", SOLOW_CELL_TEXT},
    {"effects", SOLOW_CELL_TEXT},
    {"instruments", SOLOW_CELL_TEXT},
    {"converged", SOLOW_CELL_INTEGER},
    {"status", SOLOW_CELL_TEXT},
    {"message", SOLOW_CELL_TEXT},
    {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema groups[] = {
    {"model", SOLOW_CELL_TEXT}, {"group", SOLOW_CELL_TEXT}, {"key", SOLOW_CELL_TEXT},
    {"value", SOLOW_CELL_TEXT}, {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema effects[] = {
    {"model", SOLOW_CELL_TEXT},       {"group", SOLOW_CELL_TEXT},       {"term", SOLOW_CELL_TEXT},
    {"effect", SOLOW_CELL_TEXT},      {"horizon", SOLOW_CELL_TEXT},     {"estimate", SOLOW_CELL_NUMBER},
    {"std_error", SOLOW_CELL_NUMBER}, {"statistic", SOLOW_CELL_NUMBER}, {"p_value", SOLOW_CELL_NUMBER},
    {"conf_low", SOLOW_CELL_NUMBER},  {"conf_high", SOLOW_CELL_NUMBER}, {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema tests[] = {
    {"model", SOLOW_CELL_TEXT},       {"group", SOLOW_CELL_TEXT}, {"test", SOLOW_CELL_TEXT},
    {"statistic", SOLOW_CELL_NUMBER}, {"df1", SOLOW_CELL_NUMBER}, {"df2", SOLOW_CELL_NUMBER},
    {"p_value", SOLOW_CELL_NUMBER},   {"note", SOLOW_CELL_TEXT},  {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema diagnostics[] = {
    {"model", SOLOW_CELL_TEXT},   {"group", SOLOW_CELL_TEXT}, {"name", SOLOW_CELL_TEXT},
    {"value", SOLOW_CELL_NUMBER}, {"text", SOLOW_CELL_TEXT},  {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema resampling[] = {
    {"model", SOLOW_CELL_TEXT},     {"group", SOLOW_CELL_TEXT},      {"term", SOLOW_CELL_TEXT},
    {"design", SOLOW_CELL_TEXT},    {"kind", SOLOW_CELL_TEXT},       {"std_error", SOLOW_CELL_NUMBER},
    {"p_value", SOLOW_CELL_NUMBER}, {"conf_low", SOLOW_CELL_NUMBER}, {"conf_high", SOLOW_CELL_NUMBER},
    {"median", SOLOW_CELL_NUMBER},  {"reps", SOLOW_CELL_INTEGER},    {"failed", SOLOW_CELL_INTEGER},
    {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema adjusted[] = {
    {"family", SOLOW_CELL_TEXT},       {"model", SOLOW_CELL_TEXT},       {"group", SOLOW_CELL_TEXT},
    {"term", SOLOW_CELL_TEXT},         {"statistic", SOLOW_CELL_NUMBER}, {"p_value", SOLOW_CELL_NUMBER},
    {"p_adjusted", SOLOW_CELL_NUMBER}, {"method", SOLOW_CELL_TEXT},      {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema measures[] = {
    {"measure", SOLOW_CELL_TEXT}, {"unit", SOLOW_CELL_TEXT},    {"time", SOLOW_CELL_NUMBER},
    {"item", SOLOW_CELL_TEXT},    {"value", SOLOW_CELL_NUMBER}, {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema published[] = {
    {"model", SOLOW_CELL_TEXT},   {"group", SOLOW_CELL_TEXT},     {"kind", SOLOW_CELL_TEXT},
    {"term", SOLOW_CELL_TEXT},    {"quantity", SOLOW_CELL_TEXT},  {"published", SOLOW_CELL_NUMBER},
    {"ours", SOLOW_CELL_NUMBER},  {"digits", SOLOW_CELL_INTEGER}, {"source", SOLOW_CELL_TEXT},
    {"verdict", SOLOW_CELL_TEXT}, {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema timing[] = {
    {"phase", SOLOW_CELL_TEXT},  {"calls", SOLOW_CELL_INTEGER}, {"min", SOLOW_CELL_NUMBER},
    {"avg", SOLOW_CELL_NUMBER},  {"max", SOLOW_CELL_NUMBER},    {"share", SOLOW_CELL_NUMBER},
    {"rate", SOLOW_CELL_NUMBER}, {"unit", SOLOW_CELL_TEXT},     {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema inputs[] = {
    {"file", SOLOW_CELL_TEXT},    {"sha256", SOLOW_CELL_TEXT},       {"bytes", SOLOW_CELL_INTEGER},
    {"rows", SOLOW_CELL_INTEGER}, {"columns_used", SOLOW_CELL_TEXT}, {"source", SOLOW_CELL_TEXT},
    {"licence", SOLOW_CELL_TEXT}, {"citation", SOLOW_CELL_TEXT},     {NULL, SOLOW_CELL_TEXT},
};
static const solow_column_schema fixed_effects[] = {
    {"model", SOLOW_CELL_TEXT}, {"group", SOLOW_CELL_TEXT},   {"effect", SOLOW_CELL_TEXT},
    {"level", SOLOW_CELL_TEXT}, {"value", SOLOW_CELL_NUMBER}, {"component", SOLOW_CELL_INTEGER},
    {NULL, SOLOW_CELL_TEXT},
};

const solow_table_schema solow_result_schema[] = {
    {"tidy", "/tidy", offsetof(solow_results, tidy), tidy},
    {"glance", "/glance", offsetof(solow_results, glance), glance},
    {"groups", "/groups", offsetof(solow_results, groups), groups},
    {"effects", "/effects", offsetof(solow_results, effects), effects},
    {"tests", "/tests", offsetof(solow_results, tests), tests},
    {"diagnostics", "/diagnostics", offsetof(solow_results, diagnostics), diagnostics},
    {"resampling", "/resampling", offsetof(solow_results, resampling), resampling},
    {"adjusted", "/adjusted", offsetof(solow_results, adjusted), adjusted},
    {"measures", "/measures", offsetof(solow_results, measures), measures},
    {"published", "/published", offsetof(solow_results, published), published},
    {"timing", "/timing", offsetof(solow_results, timing), timing},
    {"inputs", "/provenance/inputs", offsetof(solow_results, inputs), inputs},
    {"fixed_effects", NULL, offsetof(solow_results, fixed_effects), fixed_effects},
    {NULL, NULL, 0, NULL},
};
