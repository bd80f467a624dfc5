/* rules.c - the sections of a job file; see schema.h. */
#include "io/job/schema.h"

static const solow_rule any_item = {.key = "", .scalar = SOLOW_SCALAR_ANY, .item = &any_item, .value = &any_item};
static const solow_rule text_item = {.key = "", .scalar = SOLOW_SCALAR_TEXT};
static const solow_rule id_item = {.key = "", .scalar = SOLOW_SCALAR_TEXT};
static const solow_rule path_item = {.key = "", .scalar = SOLOW_SCALAR_PATH};
static const solow_rule column_item = {.key = "", .scalar = SOLOW_SCALAR_COLUMN};
static const solow_rule term_item = {.key = "", .scalar = SOLOW_SCALAR_TERMS};
static const solow_rule expression_value = {.key = "", .scalar = SOLOW_SCALAR_EXPRESSION};
static const solow_rule number_value = {.key = "", .scalar = SOLOW_SCALAR_NUMBER, .maximum = 1};

/* ---- data ---- */

static const solow_rule merge_keys[] = {
    {.key = "file", .scalar = SOLOW_SCALAR_PATH, .required = true, .help = "the other file"},
    {.key = "by",
     .scalar = SOLOW_SCALAR_COLUMN,
     .item = &column_item,
     .required = true,
     .help = "columns that both have"},
    {.key = "keep", .scalar = SOLOW_SCALAR_COLUMN, .item = &column_item, .help = "columns to take; all if not given"},
    {.key = "match",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "many_to_one one_to_one",
     .aliases = "m:1=many_to_one 1:1=one_to_one",
     .standard = "many_to_one",
     .help = "rows per key"},
    {.key = "unmatched",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "report error drop",
     .standard = "report",
     .help = "rows without a partner"},
    {.key = "source", .scalar = SOLOW_SCALAR_TEXT, .help = "where this file comes from; as data: if not given"},
    {.key = "licence", .scalar = SOLOW_SCALAR_TEXT, .help = "its licence"},
    {.key = "citation", .scalar = SOLOW_SCALAR_TEXT, .help = "how to cite it"},
    {.key = "redistribute", .scalar = SOLOW_SCALAR_BOOLEAN, .help = "whether a replication package may hold it"},
    {.key = "access", .scalar = SOLOW_SCALAR_TEXT, .help = "how others get it"},
    {.key = NULL}};
static const solow_rule merge_item = {.key = "", .keys = merge_keys};
static const solow_rule coordinate_keys[] = {
    {.key = "longitude", .scalar = SOLOW_SCALAR_COLUMN, .required = true, .help = "degrees"},
    {.key = "latitude", .scalar = SOLOW_SCALAR_COLUMN, .required = true, .help = "degrees"},
    {.key = NULL}};
static const solow_rule data_keys[] = {
    {.key = "file",
     .scalar = SOLOW_SCALAR_PATH,
     .item = &path_item,
     .required = true,
     .help = ".csv .csv.gz .dta .sav .sas7bdat .h5, relative to the job file; a list is appended"},
    {.key = "unit", .scalar = SOLOW_SCALAR_COLUMN, .help = "cross-section identifier; omit for plain cross-sections"},
    {.key = "time", .scalar = SOLOW_SCALAR_COLUMN, .help = "period; omit if there is none"},
    {.key = "frequency",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "year half quarter month week day",
     .aliases = "annual=year yearly=year quarterly=quarter monthly=month weekly=week daily=day",
     .help = "of dates; whole numbers need none"},
    {.key = "missing",
     .scalar = SOLOW_SCALAR_TEXT,
     .item = &text_item,
     .standard = "[\"\", NA, \".\"]",
     .help = "texts that mean missing"},
    {.key = "delimiter", .scalar = SOLOW_SCALAR_TEXT, .help = "one character; found by itself if not given"},
    {.key = "where", .scalar = SOLOW_SCALAR_EXPRESSION, .help = "rows to read"},
    {.key = "merge", .item = &merge_item, .keys = merge_keys, .help = "files joined to the rows"},
    {.key = "coordinates", .keys = coordinate_keys, .help = "columns of longitude and latitude"},
    {.key = "source", .scalar = SOLOW_SCALAR_TEXT, .help = "where the data come from"},
    {.key = "licence", .scalar = SOLOW_SCALAR_TEXT, .help = "their licence"},
    {.key = "citation", .scalar = SOLOW_SCALAR_TEXT, .help = "how to cite them"},
    {.key = "redistribute",
     .scalar = SOLOW_SCALAR_BOOLEAN,
     .standard = "true",
     .help = "false: a replication package holds the hash of these files and how to get them, not the files"},
    {.key = "access", .scalar = SOLOW_SCALAR_TEXT, .help = "how others get the data: where, registration, cost, time"},
    {.key = "license", .instead = "licence: ..."},
    {.key = "id", .instead = "unit: ..."},
    {.key = "panel", .instead = "unit: ... and time: ..."},
    {.key = NULL}};

/* ---- what is done with estimates ---- */

static const solow_rule compare_keys[] = {
    {.key = "id", .scalar = SOLOW_SCALAR_ID, .required = true, .help = "name of the test in results"},
    {.key = "models", .scalar = SOLOW_SCALAR_TEXT, .item = &id_item, .required = true, .help = "ids, globs, id/group"},
    {.key = "term", .scalar = SOLOW_SCALAR_TEXT, .required = true, .help = "the term whose coefficients are compared"},
    {.key = "across",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "models group",
     .aliases = "groups=group model=models",
     .standard = "models",
     .help = "what differs"},
    {.key = "bootstrap",
     .scalar = SOLOW_SCALAR_ID,
     .help = "a name under resampling: the variance of the estimates from joint draws instead of stacked scores"},
    {.key = NULL}};
static const solow_rule compare_item = {.key = "", .keys = compare_keys};
static const solow_rule family_keys[] = {
    {.key = "models", .scalar = SOLOW_SCALAR_TEXT, .item = &id_item, .required = true, .help = "ids, globs, id/group"},
    {.key = "terms",
     .scalar = SOLOW_SCALAR_TEXT,
     .item = &text_item,
     .required = true,
     .help = "the hypotheses' terms"},
    {.key = "method",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "romano_wolf westfall_young holm bh",
     .aliases = "bonferroni=holm fdr=bh benjamini_hochberg=bh rw=romano_wolf wy=westfall_young",
     .required = true,
     .help = "of adjustment"},
    {.key = "bootstrap", .scalar = SOLOW_SCALAR_ID, .help = "a name under resampling:"},
    {.key = NULL}};
static const solow_rule family_value = {.key = "", .keys = family_keys};

static const solow_rule header_keys[] = {
    {.key = "text", .scalar = SOLOW_SCALAR_TEXT, .required = true, .help = "what stands above the columns"},
    {.key = "span",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 1,
     .maximum = 1000,
     .standard = "1",
     .help = "how many columns"},
    {.key = NULL}};
static const solow_rule header_item = {.key = "", .scalar = SOLOW_SCALAR_TEXT, .keys = header_keys};
static const char cell_names[] = "estimate std_error statistic p_value conf adjusted_p";
static const solow_rule cell_item = {.key = "", .scalar = SOLOW_SCALAR_CHOICE, .choices = cell_names};
static const solow_rule table_keys[] = {
    {.key = "id", .scalar = SOLOW_SCALAR_ID, .required = true, .help = "the table's name"},
    {.key = "file", .scalar = SOLOW_SCALAR_PATH, .help = ".tex .md .html .csv, by ending"},
    {.key = "title", .scalar = SOLOW_SCALAR_TEXT, .help = "the caption"},
    {.key = "columns",
     .scalar = SOLOW_SCALAR_TEXT,
     .item = &text_item,
     .required = true,
     .help = "ids, globs, id/group, id@effect"},
    {.key = "headers", .item = &header_item, .help = "texts above columns"},
    {.key = "keep", .scalar = SOLOW_SCALAR_TEXT, .item = &text_item, .help = "terms, in order"},
    {.key = "drop", .scalar = SOLOW_SCALAR_TEXT, .item = &text_item, .help = "terms to leave out"},
    {.key = "labels", .value = &text_item, .help = "by term: what the table calls it"},
    {.key = "cells",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = cell_names,
     .item = &cell_item,
     .standard = "[estimate, std_error]",
     .help = "rows of a term"},
    {.key = "stars",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "none",
     .value = &number_value,
     .standard = "{\"*\": 0.10, \"**\": 0.05, \"***\": 0.01}",
     .help = "levels of significance, or none"},
    {.key = "digits",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 0,
     .maximum = 15,
     .standard = "3",
     .help = "behind the point"},
    {.key = "rows", .scalar = SOLOW_SCALAR_TEXT, .item = &text_item, .help = "effects, vcov, and columns of /glance"},
    {.key = "notes",
     .scalar = SOLOW_SCALAR_TEXT,
     .item = &text_item,
     .standard = "auto",
     .help = "auto, none, or texts"},
    {.key = "sample",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = "own common",
     .standard = "own",
     .help = "common: every column on the rows that all share"},
    {.key = NULL}};
static const solow_rule table_item = {.key = "", .keys = table_keys};

static const char statistic_names[] =
    "n mean sd var min max p1 p5 p10 p25 p50 p75 p90 p95 p99 median sum within_sd between_sd missing units";
static const solow_rule statistic_item = {.key = "", .scalar = SOLOW_SCALAR_CHOICE, .choices = statistic_names};
static const solow_rule summary_keys[] = {
    {.key = "id", .scalar = SOLOW_SCALAR_ID, .required = true, .help = "the table's name"},
    {.key = "variables",
     .scalar = SOLOW_SCALAR_EXPRESSION,
     .item = &expression_value,
     .required = true,
     .help = "columns or expressions"},
    {.key = "sample", .scalar = SOLOW_SCALAR_TEXT, .help = "the model whose rows are described; all rows if not given"},
    {.key = "where", .scalar = SOLOW_SCALAR_EXPRESSION, .help = "a condition on rows"},
    {.key = "statistics",
     .scalar = SOLOW_SCALAR_CHOICE,
     .choices = statistic_names,
     .item = &statistic_item,
     .standard = "[n, mean, sd, min, max]",
     .help = "columns of the table"},
    {.key = "correlations",
     .scalar = SOLOW_SCALAR_BOOLEAN,
     .standard = "false",
     .help = "with a table of correlations"},
    {.key = "labels", .value = &text_item, .help = "by variable: what the table calls it"},
    {.key = "title", .scalar = SOLOW_SCALAR_TEXT, .help = "the caption"},
    {.key = "digits",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 0,
     .maximum = 15,
     .standard = "3",
     .help = "behind the point"},
    {.key = "file", .scalar = SOLOW_SCALAR_PATH, .help = ".tex .md .html .csv, by ending"},
    {.key = NULL}};
static const solow_rule summary_item = {.key = "", .keys = summary_keys};

static const solow_rule output_keys[] = {{.key = "file",
                                          .scalar = SOLOW_SCALAR_PATH,
                                          .required = true,
                                          .help = "results; JOB.h5 in the current folder if not given"},
                                         {.key = NULL}};

static const solow_rule list_value = {.key = "", .scalar = SOLOW_SCALAR_TERMS, .item = &term_item};
static const solow_rule model_item = {.key = "", .value = &any_item}; /* checked one by one after expansion */

const solow_rule solow_job_rules[] = {
    {.key = "solow",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 1,
     .maximum = 1,
     .required = true,
     .help = "format version"},
    {.key = "title", .scalar = SOLOW_SCALAR_TEXT, .help = "what the job is about"},
    {.key = "seed",
     .scalar = SOLOW_SCALAR_INTEGER,
     .minimum = 0,
     .maximum = 9007199254740992,
     .standard = "1",
     .help = "of every random draw"},
    {.key = "data", .keys = data_keys, .required = true, .help = "the panel"},
    {.key = "variables", .value = &expression_value, .help = "new columns by expression"},
    {.key = "spatial_weights",
     .scalar = SOLOW_SCALAR_ANY,
     .later = true,
     .value = &any_item,
     .help = "named matrices W"},
    {.key = "indicator_systems",
     .scalar = SOLOW_SCALAR_ANY,
     .later = true,
     .value = &any_item,
     .help = "indicators and their hierarchy"},
    {.key = "measures",
     .scalar = SOLOW_SCALAR_ANY,
     .later = true,
     .item = &any_item,
     .help = "indices and other measures"},
    {.key = "resampling", .value = &solow_resampling_rule, .help = "named designs of draws"},
    {.key = "defaults", .value = &any_item, .help = "keys that fill any model"},
    {.key = "lists", .value = &list_value, .help = "terms that ..name stands for in formulas"},
    {.key = "models", .item = &model_item, .help = "what is estimated"},
    {.key = "compare", .item = &compare_item, .help = "equality of a coefficient across models or groups"},
    {.key = "families", .value = &family_value, .help = "hypotheses tested together"},
    {.key = "tables", .item = &table_item, .help = "tables of estimates"},
    {.key = "summaries", .item = &summary_item, .help = "tables of data"},
    {.key = "output", .keys = output_keys, .help = "where results go"},
    {.key = "model", .instead = "models: a list"},
    {.key = "version", .instead = "solow: 1"},
    {.key = "variable", .instead = "variables: ..."},
    {.key = "regressions", .instead = "models: ..."},
    {.key = NULL}};
