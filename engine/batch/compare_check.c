/* compare_check.c - what the job alone tells of a comparison: who is named, and what none can do. See compare.h. */
#include "engine/batch/compare.h"

#include "engine/batch/influence.h"
#include "engine/estimators/registry.h"
#include "io/job/named.h"
#include "io/job/resampling.h"

#include <string.h>

bool solow_compares_groups(const solow_yaml *item)
{
    const solow_yaml *across = solow_yaml_get(item, "across");
    return across != NULL && strcmp(across->text, "group") == 0;
}

bool solow_compare_needs_scores(const solow_job *job)
{
    bool needs = false;
    for (ptrdiff_t c = 0; job->compare != NULL && c < job->compare->count; c++) {
        needs = needs || solow_yaml_get(job->compare->item[c], "bootstrap") == NULL;
    }
    return needs;
}

static bool same_ways(const solow_vcov_spec *a, const solow_vcov_spec *b)
{
    return (a->kind == SOLOW_VCOV_CLUSTER) == (b->kind == SOLOW_VCOV_CLUSTER) &&
           solow_terms_equal(&a->cluster, &b->cluster);
}

/* What a member cannot do, or how it disagrees with the first; NULL: nothing. */
static const char *objection(const solow_model *model, const solow_model *first)
{
    solow_vcov_spec stacked;
    const solow_estimator *estimator = solow_estimator_find(model->estimator);
    if (estimator == NULL || estimator->influence == NULL) {
        return "its estimator has no scores that could be stacked";
    }
    if (!solow_compare_pattern(&model->vcov, &stacked)) {
        return "scores can be stacked by row or by cluster only, and its `vcov` is neither";
    }
    return same_ways(&model->vcov, &first->vcov)
               ? NULL
               : "its clusters are not those of the first of them; the same `cluster:` (or none) is needed in all";
}

/* Draws whose spread is not that of the estimates. */
static const char *cannot_draw(const solow_model *model, const char *design)
{
    const solow_resampling *own = solow_model_design(model, design);
    if (own != NULL && own->type == SOLOW_RESAMPLING_WILD && own->restricted) {
        return "draws under the null have no spread of the estimates; give the design `restricted: false`";
    }
    if (own != NULL && own->type == SOLOW_RESAMPLING_PERMUTATION) {
        return "permutations have no spread of the estimates";
    }
    return NULL;
}

static void check_entry(const solow_job *job, const solow_yaml *item, solow_diagnostics *diagnostics)
{
    const solow_yaml *models = solow_yaml_get(item, "models"), *design = solow_yaml_get(item, "bootstrap");
    const solow_place place = {models->line, models->column};
    const solow_model *first = NULL;
    bool several = false;
    for (ptrdiff_t m = 0; m < job->models; m++) {
        const solow_model *model = &job->model[m];
        if (!solow_may_name_model(models, model)) {
            continue;
        }
        first = first != NULL ? first : model;
        several = several || model->by.count > 0 || model->window_length > 0 ||
                  (first != model && (!solow_compares_groups(item) || strcmp(first->id, model->id) == 0));
        const char *why = design != NULL ? cannot_draw(model, design->text) : objection(model, first);
        if (why != NULL) {
            solow_diagnostics_add(diagnostics, false, place, NULL, "model `%s` cannot be compared: %s", model->id, why);
            return;
        }
    }
    if (!several) {
        const char *why =
            solow_compares_groups(item)
                ? "the models have no groups to compare: `by`, several outcomes or a stepwise list make some"
                : "there is only one estimate: name two models or more, or `across: group`";
        solow_diagnostics_add(diagnostics, false, place, NULL, "%s", why);
    }
}

void solow_compare_check(const solow_job *job, solow_diagnostics *diagnostics)
{
    for (ptrdiff_t c = 0; job->compare != NULL && c < job->compare->count; c++) {
        check_entry(job, job->compare->item[c], diagnostics);
    }
}
