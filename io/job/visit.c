/* visit.c - see visit.h. */
#include "io/job/visit.h"

#include "io/job/resampling.h"
#include "io/job/universe.h"

static void visit_terms(const solow_terms *terms, const char *context, const solow_model *model, solow_visit visit,
                        void *to)
{
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        visit(to, terms->node[i], context, model);
    }
}

static void visit_effects(const solow_formula *formula, const solow_model *model, solow_visit visit, void *to)
{
    for (ptrdiff_t i = 0; i < formula->effects; i++) {
        visit(to, formula->effect[i].factor, "effects", model);
        visit_terms(&formula->effect[i].slopes, "effects", model, visit, to);
    }
}

static void visit_universe(const solow_universe *universe, const solow_model *model, solow_visit visit, void *to)
{
    visit_terms(&universe->outcome, "formula", model, visit, to);
    visit_terms(&universe->always, "formula", model, visit, to);
    for (ptrdiff_t i = 0; i < universe->any + universe->one_of; i++) {
        const solow_named_terms *item =
            i < universe->any ? &universe->any_item[i] : &universe->one_of_item[i - universe->any];
        visit_terms(&item->terms, "formula", model, visit, to);
    }
    for (ptrdiff_t e = 0; e < universe->effects; e++) {
        visit_effects(&universe->formula[e], model, visit, to);
    }
    for (ptrdiff_t s = 0; s < universe->samples; s++) {
        if (universe->sample[s].where != NULL) {
            visit(to, universe->sample[s].where, "where", model);
        }
    }
    for (ptrdiff_t v = 0; v < universe->vcovs; v++) {
        visit_terms(&universe->vcov[v].spec.cluster, "cluster", model, visit, to);
    }
}

void solow_visit_model(const solow_model *model, solow_visit visit, void *to)
{
    const solow_formula *formula = &model->formula;
    visit_terms(&formula->outcome, "formula", model, visit, to);
    visit_terms(&formula->regressor, "formula", model, visit, to);
    visit_effects(formula, model, visit, to);
    visit_terms(&formula->endogenous, "formula", model, visit, to);
    visit_terms(&formula->instrument, "formula", model, visit, to);
    if (model->where != NULL) {
        visit(to, model->where, "where", model);
    }
    visit_terms(&model->by, "by", model, visit, to);
    visit_terms(&model->vcov.cluster, "cluster", model, visit, to);
    if (model->weights != NULL) {
        visit(to, model->weights, "weights", model);
    }
    visit_terms(&model->leave_out, "leave_out", model, visit, to);
    for (ptrdiff_t i = 0; i < model->designs; i++) {
        const solow_resampling *design = &model->design[i];
        visit_terms(&design->cluster, "resampling", model, visit, to);
        visit_terms(&design->within, "resampling", model, visit, to);
        if (design->permute != NULL) {
            visit(to, design->permute, "resampling", model);
        }
    }
    if (model->universe != NULL) {
        visit_universe(model->universe, model, visit, to);
    }
}

void solow_visit_job(const solow_job *job, solow_visit visit, void *to)
{
    if (job->data.where != NULL) {
        visit(to, job->data.where, "data.where", NULL);
    }
    for (ptrdiff_t i = 0; i < job->variables; i++) {
        visit(to, job->variable[i].expression, "variables", NULL);
    }
    for (ptrdiff_t i = 0; i < job->models; i++) {
        solow_visit_model(&job->model[i], visit, to);
    }
}
