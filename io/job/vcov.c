/* vcov.c - `vcov:` and `ssc:`; see sections.h and README.md for what each name of `ssc:` stands for. */
#include "io/job/sections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rules of other programs, read off their results (factors and degrees of freedom). */
static const solow_ssc_spec rules[] = {
    {"fixest", SOLOW_K_NESTED, SOLOW_G_MIN, SOLOW_DF_MIN_G, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_PERIODS},
    {"reghdfe", SOLOW_K_NESTED, SOLOW_G_MIN, SOLOW_DF_MIN_G, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_PERIODS},
    {"stata", SOLOW_K_NESTED, SOLOW_G_MIN, SOLOW_DF_MIN_G, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_PERIODS},
    {"xtreg", SOLOW_K_NESTED, SOLOW_G_MIN, SOLOW_DF_MIN_G, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_PERIODS},
    {"areg", SOLOW_K_ALL, SOLOW_G_MIN, SOLOW_DF_MIN_G, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_PERIODS},
    {"cgm", SOLOW_K_NESTED, SOLOW_G_EACH, SOLOW_DF_MIN_G, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_PERIODS},
    {"sandwich", SOLOW_K_ALL, SOLOW_G_EACH, SOLOW_DF_RESIDUAL, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_ROWS},
    {"plm", SOLOW_K_ALL, SOLOW_G_NONE, SOLOW_DF_RESIDUAL, SOLOW_ROWS_NONE, SOLOW_HAC_NONE},
    {"plm_hc1", SOLOW_K_NONE, SOLOW_G_NONE, SOLOW_DF_RESIDUAL, SOLOW_ROWS_ALL, SOLOW_HAC_ROWS},
    {"plm_sss", SOLOW_K_NONE, SOLOW_G_EACH, SOLOW_DF_RESIDUAL, SOLOW_ROWS_LESS_ONE, SOLOW_HAC_PERIODS},
    {"none", SOLOW_K_NONE, SOLOW_G_NONE, SOLOW_DF_INFINITE, SOLOW_ROWS_NONE, SOLOW_HAC_NONE},
};

static const char *text_under(const solow_yaml *mapping, const char *key, const char *standard)
{
    const solow_yaml *value = solow_yaml_get(mapping, key);
    return value != NULL && value->kind == SOLOW_YAML_SCALAR ? value->text : standard;
}

/* `{k:, g:, df:, rows:}`; what is not said is fixest's, but `k: none` alone takes the rows' factor away too. */
static void read_custom(const solow_yaml *node, solow_ssc_spec *ssc)
{
    const char *k = text_under(node, "k", "nested"), *g = text_under(node, "g", "min"),
               *df = text_under(node, "df", "min_g");
    ssc->k = strcmp(k, "all") == 0 ? SOLOW_K_ALL : strcmp(k, "none") == 0 ? SOLOW_K_NONE : SOLOW_K_NESTED;
    ssc->g = strcmp(g, "each") == 0 ? SOLOW_G_EACH : strcmp(g, "none") == 0 ? SOLOW_G_NONE : SOLOW_G_MIN;
    ssc->df = strcmp(df, "residual") == 0 ? SOLOW_DF_RESIDUAL
              : strcmp(df, "inf") == 0    ? SOLOW_DF_INFINITE
                                          : SOLOW_DF_MIN_G;
    const char *rows = text_under(node, "rows", ssc->k == SOLOW_K_NONE ? "none" : "n-1");
    ssc->rows = strcmp(rows, "none") == 0 ? SOLOW_ROWS_NONE
                : strcmp(rows, "n") == 0  ? SOLOW_ROWS_ALL
                                          : SOLOW_ROWS_LESS_ONE;
    ssc->hac = ssc->g != SOLOW_G_NONE         ? SOLOW_HAC_PERIODS
               : ssc->rows != SOLOW_ROWS_NONE ? SOLOW_HAC_ROWS
                                              : SOLOW_HAC_NONE;
}

void solow_job_read_ssc(solow_reader *reader, const solow_yaml *node, solow_ssc_spec *ssc)
{
    const char *name = node == NULL ? "fixest" : node->kind == SOLOW_YAML_SCALAR ? node->text : "custom";
    *ssc = rules[0];
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].name, name) == 0) {
            *ssc = rules[i];
        }
    }
    if (node != NULL && node->kind == SOLOW_YAML_MAPPING) {
        read_custom(node, ssc);
    }
    ssc->name = solow_reader_copy(reader, name);
}

/* A number of lags, or -1 for auto. */
static int read_lags(solow_reader *reader, const char *key, const solow_yaml *node)
{
    double value = 0;
    if (solow_yaml_is_null(node) || (node->kind == SOLOW_YAML_SCALAR && strcmp(node->text, "auto") == 0)) {
        return -1;
    }
    if (!solow_yaml_number(node, &value) || value != floor(value) || !(value >= 0 && value <= 10000)) {
        solow_reader_error(reader, node, NULL, "`%s` is a number of lags from 0 to 10,000, or auto", key);
        return 0;
    }
    return (int)value;
}

static void read_conley(solow_reader *reader, const solow_yaml *node, solow_vcov_spec *vcov)
{
    double value;
    vcov->kind = SOLOW_VCOV_CONLEY;
    vcov->cutoff_km = solow_yaml_number(solow_yaml_get(node, "cutoff_km"), &value) ? value : 0;
    vcov->time_lags =
        solow_yaml_number(solow_yaml_get(node, "time_lags"), &value) && value >= 0 && value <= 10000 ? (int)value : 0;
    vcov->kernel = solow_reader_copy(reader, text_under(node, "kernel", "bartlett"));
    if (reader->job->data.longitude == NULL) {
        solow_reader_error(reader, node, "data: {coordinates: {longitude: ..., latitude: ...}}",
                           "`conley` needs the coordinates of the data");
    }
}

/* Exactly one of the kinds that a mapping can hold. */
static void read_mapping(solow_reader *reader, const solow_yaml *node, solow_vcov_spec *vcov)
{
    const solow_yaml *cluster = solow_yaml_get(node, "cluster"), *newey_west = solow_yaml_get(node, "newey_west"),
                     *driscoll_kraay = solow_yaml_get(node, "driscoll_kraay"), *conley = solow_yaml_get(node, "conley");
    int kinds = (cluster != NULL) + (newey_west != NULL) + (driscoll_kraay != NULL) + (conley != NULL);
    if (kinds != 1) {
        solow_reader_error(reader, node, NULL,
                           "`vcov` holds one of cluster, newey_west, driscoll_kraay, conley; here are %d", kinds);
        return;
    }
    const char *type = text_under(node, "type", "cr1");
    if (cluster == NULL && solow_yaml_get(node, "type") != NULL) {
        solow_reader_error(reader, solow_yaml_get(node, "type"), NULL, "`type` goes with `cluster`");
    }
    if (cluster != NULL) {
        vcov->kind = SOLOW_VCOV_CLUSTER;
        (void)solow_reader_factors(reader, cluster, &vcov->cluster);
        if (cluster->kind == SOLOW_YAML_LIST && cluster->count == 0) {
            solow_reader_error(reader, cluster, NULL, "`cluster` is an empty list");
        }
        if (vcov->cluster.count > 4) {
            solow_reader_error(reader, cluster, NULL, "more than four ways of clustering");
        }
    } else if (newey_west != NULL) {
        vcov->kind = SOLOW_VCOV_NEWEY_WEST;
        vcov->lags = read_lags(reader, "newey_west", newey_west);
    } else if (driscoll_kraay != NULL) {
        vcov->kind = SOLOW_VCOV_DRISCOLL_KRAAY;
        vcov->lags = read_lags(reader, "driscoll_kraay", driscoll_kraay);
    } else {
        read_conley(reader, conley, vcov);
    }
    vcov->type = strcmp(type, "cr0") == 0   ? SOLOW_CLUSTER_CR0
                 : strcmp(type, "cr2") == 0 ? SOLOW_CLUSTER_CR2
                 : strcmp(type, "cr3") == 0 ? SOLOW_CLUSTER_CR3
                                            : SOLOW_CLUSTER_CR1;
}

void solow_job_read_vcov(solow_reader *reader, const solow_yaml *node, solow_vcov_spec *vcov)
{
    static const char *const names[] = {[SOLOW_VCOV_IID] = "iid",
                                        [SOLOW_VCOV_HC0] = "hc0",
                                        [SOLOW_VCOV_HC1] = "hc1",
                                        [SOLOW_VCOV_HC2] = "hc2",
                                        [SOLOW_VCOV_HC3] = "hc3"};
    *vcov = (solow_vcov_spec){.kind = SOLOW_VCOV_IID, .is_default = node == NULL};
    if (node == NULL) {
        return;
    }
    vcov->place = (solow_place){node->line, node->column};
    if (node->kind == SOLOW_YAML_MAPPING) {
        read_mapping(reader, node, vcov);
    }
    for (size_t i = 0; i < sizeof names / sizeof *names && node->kind == SOLOW_YAML_SCALAR; i++) {
        if (strcmp(node->text, names[i]) == 0) {
            vcov->kind = (solow_vcov_kind)i;
        }
    }
}
