/* collect.c - a record becomes rows of the result tables. See run.h, io/result/results.h.
 *
 * Ids, groups, intervals and reference laws are made here, the same for every estimator.
 */
#include "engine/batch/drawn.h"
#include "engine/batch/run.h"

#include "io/job/universe.h"

#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for results");
}

/* A row with model and group set; -1 when there is no memory. */
static int64_t new_row(solow_table *table, const char *model, const char *group)
{
    int64_t row = solow_table_append(table);
    if (row < 0 || !solow_table_set_text(table, row, "model", model) ||
        !solow_table_set_text(table, row, "group", group)) {
        return -1;
    }
    return row;
}

/* Whose rows they are. */
typedef struct owner {
    solow_results *results;
    const char *model, *group;
    double level;                   /* of confidence */
    const solow_universe *universe; /* which terms have rows; NULL: all */
} owner;

static bool add_terms(const owner *of, const solow_record *record)
{
    solow_table *tidy = &of->results->tidy;
    for (ptrdiff_t i = 0; i < record->terms; i++) {
        const solow_record_term *term = &record->term[i];
        if (!solow_universe_shows(of->universe, term->term)) {
            continue;
        }
        int64_t row = new_row(tidy, of->model, of->group);
        if (row < 0 || !solow_table_set_text(tidy, row, "term", term->term)) {
            return false;
        }
        double statistic = term->estimate / term->std_error;
        double reach = solow_critical_value(of->level, term->df) * term->std_error;
        solow_table_set_number(tidy, row, "estimate", term->estimate);
        solow_table_set_number(tidy, row, "std_error", term->std_error);
        solow_table_set_number(tidy, row, "statistic", statistic);
        solow_table_set_number(tidy, row, "df", term->df);
        solow_table_set_number(tidy, row, "p_value", solow_p_value(statistic, term->df));
        solow_table_set_number(tidy, row, "conf_low", term->estimate - reach);
        solow_table_set_number(tidy, row, "conf_high", term->estimate + reach);
    }
    return true;
}

static bool add_effects(solow_run *run, const solow_outcome *outcome, const char *group)
{
    solow_table *table = &run->results->effects;
    for (ptrdiff_t i = 0; i < outcome->record.effects; i++) {
        const solow_record_effect *effect = &outcome->record.effect[i];
        int64_t row = new_row(table, outcome->model->id, group);
        if (row < 0 || !solow_table_set_text(table, row, "term", effect->term) ||
            !solow_table_set_text(table, row, "effect", effect->effect) ||
            !solow_table_set_text(table, row, "horizon", effect->horizon)) {
            return false;
        }
        double df = outcome->record.terms > 0 ? outcome->record.term[0].df : INFINITY;
        double statistic = effect->estimate / effect->std_error;
        double reach = solow_critical_value(outcome->model->level, df) * effect->std_error;
        solow_table_set_number(table, row, "estimate", effect->estimate);
        solow_table_set_number(table, row, "std_error", effect->std_error);
        solow_table_set_number(table, row, "statistic", statistic);
        solow_table_set_number(table, row, "p_value", solow_p_value(statistic, df));
        solow_table_set_number(table, row, "conf_low", effect->estimate - reach);
        solow_table_set_number(table, row, "conf_high", effect->estimate + reach);
    }
    return true;
}

static bool add_tests(const owner *of, const solow_record *record)
{
    solow_table *table = &of->results->tests;
    for (ptrdiff_t i = 0; i < record->tests; i++) {
        const solow_record_test *test = &record->test[i];
        int64_t row = new_row(table, of->model, of->group);
        if (row < 0 || !solow_table_set_text(table, row, "test", test->test) ||
            !solow_table_set_text(table, row, "note", test->note)) {
            return false;
        }
        solow_table_set_number(table, row, "statistic", test->statistic);
        solow_table_set_number(table, row, "df1", test->df1);
        solow_table_set_number(table, row, "df2", test->df2);
        solow_table_set_number(table, row, "p_value", test->p_value);
    }
    return true;
}

static bool add_diagnostic(const owner *of, const char *name, double value, const char *text)
{
    solow_table *table = &of->results->diagnostics;
    int64_t row = new_row(table, of->model, of->group);
    if (row < 0 || !solow_table_set_text(table, row, "name", name) || !solow_table_set_text(table, row, "text", text)) {
        return false;
    }
    solow_table_set_number(table, row, "value", value);
    return true;
}

static bool add_drops(const owner *of, const solow_outcome *outcome)
{
    bool good = true;
    for (ptrdiff_t d = 0; d < outcome->drops && good; d++) {
        char name[600];
        snprintf(name, sizeof name, "dropped_rows:%s", outcome->drop[d].reason);
        good = add_diagnostic(of, name, (double)outcome->drop[d].rows, "");
    }
    return good;
}

static bool add_diagnostics(const owner *of, const solow_record *record)
{
    bool good = true;
    for (ptrdiff_t d = 0; d < record->diagnostics && good; d++) {
        const solow_record_diagnostic *item = &record->diagnostic[d];
        good = add_diagnostic(of, item->name, item->value, item->text);
    }
    return good;
}

static void set_numbers(solow_table *glance, int64_t row, const solow_record *record)
{
    const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"k", record->k},           {"df_residual", record->df_residual},           {"r_squared", record->r_squared},
        {"sigma", record->sigma},   {"adj_r_squared", record->adj_r_squared},       {"loglik", record->loglik},
        {"aic", record->aic},       {"within_r_squared", record->within_r_squared}, {"bic", record->bic},
        {"mean_y", record->mean_y},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        solow_table_set_number(glance, row, numbers[i].name, numbers[i].value);
    }
    solow_table_set_integer(glance, row, "nobs", record->nobs);
    solow_table_set_integer(glance, row, "n_units", record->units);
    solow_table_set_integer(glance, row, "n_periods", record->periods);
    if (!isnan(record->clusters)) {
        solow_table_set_integer(glance, row, "n_clusters", (int64_t)record->clusters);
    }
}

/* The outcome of an estimate as printed, malloc'ed: of a multiverse, the one that its specification chose. */
static char *print_outcome(const solow_outcome *outcome)
{
    const solow_universe *universe = outcome->model->universe;
    for (ptrdiff_t g = 0; g < outcome->own_groups && universe != NULL; g++) {
        if (strcmp(outcome->own_group[g].key, "outcome") == 0) {
            return solow_copy_text(outcome->own_group[g].value);
        }
    }
    const solow_terms *terms = universe != NULL ? &universe->outcome : &outcome->model->formula.outcome;
    return solow_node_print(terms->node[0]);
}

static bool add_glance(solow_run *run, const solow_outcome *outcome, const char *group)
{
    solow_table *glance = &run->results->glance;
    const solow_record *record = &outcome->record;
    int64_t row = new_row(glance, outcome->model->id, group);
    if (row < 0) {
        return false;
    }
    bool failed = outcome->error.status != SOLOW_OK;
    char *dependent = print_outcome(outcome);
    const char *status = failed ? "failed" : record->warning ? "warning" : "ok";
    bool good =
        dependent != NULL && solow_table_set_text(glance, row, "estimator", outcome->model->estimator) &&
        solow_table_set_text(glance, row, "outcome", dependent) &&
        solow_table_set_text(glance, row, "vcov", record->vcov_text != NULL ? record->vcov_text : "") &&
        solow_table_set_text(glance, row, "ssc", record->ssc_text != NULL ? record->ssc_text : "") &&
        solow_table_set_text(glance, row, "effects", outcome->effects) &&
        solow_table_set_text(glance, row, "instruments", record->instruments != NULL ? record->instruments : "") &&
        solow_table_set_text(glance, row, "status", status) &&
        solow_table_set_text(glance, row, "message", record->message != NULL ? record->message : "");
    solow_table_set_integer(glance, row, "converged", !failed && record->converged);
    if (!failed) {
        set_numbers(glance, row, record);
    }
    free(dependent);
    return good;
}

static bool add_levels(solow_run *run, const solow_outcome *outcome, const char *group)
{
    solow_table *table = &run->results->fixed_effects;
    for (ptrdiff_t l = 0; l < outcome->levels; l++) {
        const solow_level_value *level = &outcome->level[l];
        int64_t row = new_row(table, outcome->model->id, group);
        if (row < 0 || !solow_table_set_text(table, row, "effect", level->effect) ||
            !solow_table_set_text(table, row, "level", level->level)) {
            return false;
        }
        solow_table_set_number(table, row, "value", level->value);
        solow_table_set_integer(table, row, "component", level->component);
    }
    return true;
}

static bool add_groups(solow_run *run, const solow_outcome *outcome, const char *group)
{
    solow_table *table = &run->results->groups;
    for (ptrdiff_t g = 0; g < solow_outcome_groups(outcome); g++) {
        const solow_key_value *pair = solow_outcome_group(outcome, g);
        int64_t row = new_row(table, outcome->model->id, group);
        if (row < 0 || !solow_table_set_text(table, row, "key", pair->key) ||
            !solow_table_set_text(table, row, "value", pair->value)) {
            return false;
        }
    }
    return true;
}

static solow_status add_arrays(solow_run *run, const solow_outcome *outcome, const char *group, solow_error *err)
{
    const solow_record *record = &outcome->record;
    if (record->terms == 0 || record->vcov == NULL) {
        return SOLOW_OK;
    }
    const char **term = solow_allocate(record->terms, sizeof *term);
    double *estimate = solow_allocate(record->terms, sizeof *estimate);
    double *vcov = solow_allocate(solow_product(record->terms, record->terms), sizeof *vcov), *next = vcov;
    solow_status status = term != NULL && estimate != NULL && vcov != NULL ? SOLOW_OK : no_memory(err);
    ptrdiff_t terms = 0;
    for (ptrdiff_t i = 0; i < record->terms && status == SOLOW_OK; i++) {
        if (!solow_universe_shows(outcome->model->universe, record->term[i].term)) {
            continue;
        }
        term[terms] = record->term[i].term;
        estimate[terms++] = record->term[i].estimate;
        for (ptrdiff_t j = 0; j < record->terms; j++) {
            if (solow_universe_shows(outcome->model->universe, record->term[j].term)) {
                *next++ = record->vcov[i * record->terms + j];
            }
        }
    }
    if (status == SOLOW_OK && terms > 0) {
        status = solow_results_add_model(run->results, outcome->model->id, group, terms, term, estimate, vcov, err);
    }
    free(term);
    free(estimate);
    free(vcov);
    return status;
}

solow_status solow_collect(solow_run *run, const solow_outcome *outcome, solow_error *err)
{
    char *group = solow_group_text(outcome->model, outcome->own_groups, outcome->own_group);
    if (group == NULL) {
        return no_memory(err);
    }
    bool failed = outcome->error.status != SOLOW_OK;
    const owner of = {run->results, outcome->model->id, group, outcome->model->level, outcome->model->universe};
    bool good = add_glance(run, outcome, group) && add_groups(run, outcome, group) && add_drops(&of, outcome) &&
                add_diagnostics(&of, &outcome->record);
    if (good && !failed) {
        good = add_terms(&of, &outcome->record) && add_effects(run, outcome, group) &&
               add_tests(&of, &outcome->record) && add_levels(run, outcome, group);
    }
    solow_status status = good ? SOLOW_OK : no_memory(err);
    if (status == SOLOW_OK && !failed) {
        status = add_arrays(run, outcome, group, err);
        status = status == SOLOW_OK ? solow_collect_draws(run->results, group, outcome, err) : status;
    }
    free(group);
    return status;
}

solow_status solow_collect_rows(solow_results *results, const char *model, const char *group, double level,
                                const solow_record *record, solow_error *err)
{
    const owner of = {results, model, group, level, NULL};
    bool good = add_terms(&of, record) && add_tests(&of, record) && add_diagnostics(&of, record);
    return good ? SOLOW_OK : no_memory(err);
}
