/* drawn.c - see drawn.h. */
#include "engine/batch/drawn.h"

#include "io/job/resampling.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT = 600 };

/* "12 singular, 3 lost level" */
static void list_failures(const solow_replicates *draws, char text[TEXT])
{
    text[0] = '\0';
    for (int reason = SOLOW_DRAW_MADE + 1; reason < SOLOW_DRAW_REASONS; reason++) {
        int64_t count = solow_replicates_failed(draws, (solow_draw_failure)reason);
        size_t used = strlen(text);
        if (count > 0) {
            snprintf(text + used, TEXT - used, "%s%lld %s", used > 0 ? ", " : "", (long long)count,
                     solow_draw_failure_name((solow_draw_failure)reason));
        }
    }
}

solow_status solow_judge_draws(solow_task *task, solow_error *err)
{
    char reasons[TEXT], sentence[2 * TEXT];
    solow_status status = SOLOW_OK;
    for (ptrdiff_t d = 0; task->replicates != NULL && d < task->model->designs && status == SOLOW_OK; d++) {
        const solow_replicates *draws = task->replicates[d];
        if (draws != NULL && draws->failed * 100 > draws->reps) {
            list_failures(draws, reasons);
            snprintf(sentence, sizeof sentence, "Of %lld draws (%s) %lld failed: %s.", (long long)draws->reps,
                     draws->kind, (long long)draws->failed, reasons);
            status = solow_record_say(&task->record, true, sentence, err);
        }
    }
    return status;
}

/* What was drawn, and where that comes from. */
static void describe(const solow_resampling *design, const solow_replicates *draws, char text[2 * TEXT])
{
    static const char *const sources[] = {[SOLOW_ITEMS_NAMED] = "",
                                          [SOLOW_ITEMS_VCOV] = ", the clusters of vcov",
                                          [SOLOW_ITEMS_UNITS] = ", the units",
                                          [SOLOW_ITEMS_PERIODS] = ", the periods",
                                          [SOLOW_ITEMS_ROWS] = ""};
    const char *items = design->from == SOLOW_ITEMS_ROWS ? "rows" : design->items;
    snprintf(text, (size_t)2 * TEXT, "%s over %.200s%s; seed %llu%s%s", draws->kind, items, sources[design->from],
             (unsigned long long)design->seed, draws->enumerated ? "; all draws that there are, each once" : "",
             draws->note != NULL && draws->note[0] != '\0' ? ". " : "");
    size_t used = strlen(text);
    snprintf(text + used, 2 * TEXT - used, "%s", draws->note != NULL ? draws->note : "");
}

typedef struct rows_of { /* whose rows they are */
    solow_results *results;
    const char *model, *group, *design;
} rows_of;

static int64_t new_row(solow_table *table, const rows_of *of)
{
    int64_t row = solow_table_append(table);
    bool good = row >= 0 && solow_table_set_text(table, row, "model", of->model) &&
                solow_table_set_text(table, row, "group", of->group);
    return good ? row : -1;
}

static bool add_diagnostic(const rows_of *of, const char *name, double value, const char *text)
{
    solow_table *table = &of->results->diagnostics;
    char full[TEXT];
    int64_t row = new_row(table, of);
    snprintf(full, sizeof full, "%s:%s", name, of->design);
    if (row < 0 || !solow_table_set_text(table, row, "name", full) || !solow_table_set_text(table, row, "text", text)) {
        return false;
    }
    solow_table_set_number(table, row, "value", value);
    return true;
}

static bool add_failures(const rows_of *of, const solow_replicates *draws)
{
    bool good = true;
    for (int reason = SOLOW_DRAW_MADE + 1; reason < SOLOW_DRAW_REASONS && good; reason++) {
        int64_t count = solow_replicates_failed(draws, (solow_draw_failure)reason);
        if (count > 0) {
            good = add_diagnostic(of, "resampling_failed", (double)count,
                                  solow_draw_failure_name((solow_draw_failure)reason));
        }
    }
    return good;
}

static bool add_terms(const rows_of *of, const solow_replicates *draws)
{
    solow_table *table = &of->results->resampling;
    for (ptrdiff_t t = 0; t < draws->terms; t++) {
        int64_t row = new_row(table, of);
        if (row < 0 || !solow_table_set_text(table, row, "term", draws->term[t]) ||
            !solow_table_set_text(table, row, "design", of->design) ||
            !solow_table_set_text(table, row, "kind", draws->kind)) {
            return false;
        }
        const solow_bounds *bounds = &draws->bounds[t];
        solow_table_set_number(table, row, "std_error", bounds->std_error);
        solow_table_set_number(table, row, "p_value", bounds->p_value);
        solow_table_set_number(table, row, "conf_low", bounds->low);
        solow_table_set_number(table, row, "conf_high", bounds->high);
        solow_table_set_number(table, row, "median", bounds->median);
        solow_table_set_integer(table, row, "reps", draws->reps);
        solow_table_set_integer(table, row, "failed", draws->failed);
    }
    return true;
}

solow_status solow_collect_draws(solow_results *results, const char *group, const solow_outcome *outcome,
                                 solow_error *err)
{
    char text[2 * TEXT];
    bool good = true;
    for (ptrdiff_t d = 0; d < outcome->designs && good; d++) {
        const solow_resampling *design = &outcome->model->design[d];
        const solow_replicates *draws = outcome->replicates[d];
        const rows_of of = {results, outcome->model->id, group, design->name};
        if (draws != NULL) {
            describe(design, draws, text);
            good = add_terms(&of, draws) && add_diagnostic(&of, "resampling", draws->clusters, text) &&
                   add_failures(&of, draws);
        }
    }
    return good ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the draws of a model");
}

const solow_replicates *solow_outcome_draws(const solow_outcome *outcome, const char *design)
{
    for (ptrdiff_t d = 0; d < outcome->designs; d++) {
        if (strcmp(outcome->model->design[d].name, design) == 0) {
            return outcome->replicates[d];
        }
    }
    return NULL;
}
