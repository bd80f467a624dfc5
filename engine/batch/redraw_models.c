/* redraw_models.c - which models a draw estimates, what they read, and under which conditions and weights. See redraw.h. */
#include "engine/batch/redraw_data.h"

#include "kernels/stats/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for draws");
}

void solow_redraw_inputs(const solow_job *job, const solow_model *model, bool *needed)
{
    bool more = true;
    for (ptrdiff_t m = 0; m < job->models; m++) {
        needed[m] = solow_model_reads(model, job->model[m].id);
    }
    while (more) {
        more = false;
        for (ptrdiff_t m = 0; m < job->models; m++) {
            for (ptrdiff_t other = 0; needed[m] && other < job->models; other++) {
                bool reads = !needed[other] && solow_model_reads(&job->model[m], job->model[other].id);
                needed[other] = needed[other] || reads;
                more = more || reads;
            }
        }
    }
}

static void copy_model(const solow_model *from, solow_model *to)
{
    *to = *from;
    to->designs = 0;
    to->by = (solow_terms){0};
    to->leave_out = (solow_terms){0};
}

/* The task's model behind those that it reads, in the order of what they read. */
solow_status solow_redraw_models(solow_redraw *redraw, solow_error *err)
{
    const solow_job *job = redraw->run->job;
    const solow_model *own = redraw->task->model;
    bool *needed = solow_allocate_zeroed(job->models, sizeof *needed);
    ptrdiff_t *order = solow_allocate(job->models, sizeof *order);
    redraw->model = solow_allocate_zeroed(job->models + 1, sizeof *redraw->model);
    redraw->where = solow_allocate_zeroed(job->models + 1, sizeof *redraw->where);
    bool good = needed != NULL && order != NULL && redraw->model != NULL && redraw->where != NULL;
    solow_status status = good ? solow_model_order(job, order, err) : no_memory(err);
    if (status == SOLOW_OK) {
        solow_redraw_inputs(job, own, needed);
    }
    for (ptrdiff_t i = 0; i < job->models && status == SOLOW_OK; i++) {
        const solow_model *input = &job->model[order[i]];
        if (!needed[order[i]]) {
            continue;
        }
        copy_model(input, &redraw->model[redraw->models++]);
        if (input->by.count > 0 && !(redraw->run->frame->is_part && solow_terms_equal(&input->by, &own->by))) {
            snprintf(
                redraw->refusal, sizeof redraw->refusal,
                "its input `%.128s` is estimated by groups that are not its own, and cannot be estimated again in a "
                "draw",
                input->id);
        }
    }
    if (status == SOLOW_OK) {
        copy_model(own, &redraw->model[redraw->models++]);
        redraw->model[redraw->models - 1].save_count = 0;
    }
    free(needed);
    free(order);
    return status;
}

/* Columns that a draw estimates again are not copied into it; what is made of them beyond their row cannot be made again. */
static void drop_saved(solow_redraw *redraw)
{
    solow_needs *needs = &redraw->needs;
    ptrdiff_t kept = 0;
    for (ptrdiff_t c = 0; c < needs->count; c++) {
        const char *name = needs->column[c]->name;
        bool saved = redraw->models > 1 && strstr(name, "saved(") != NULL;
        if (saved && strncmp(name, "saved(", 6) != 0) {
            snprintf(redraw->refusal, sizeof redraw->refusal,
                     "`%.200s` looks beyond its row at a column that each draw estimates again", name);
        }
        if (!saved) {
            needs->column[kept++] = needs->column[c];
        }
    }
    needs->count = kept;
}

solow_status solow_redraw_needs(solow_redraw *redraw, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (redraw->design->type == SOLOW_RESAMPLING_PERMUTATION) {
        status = solow_comm_agree(redraw->run->comm, solow_permute_needs(redraw, err), err);
    } else {
        for (ptrdiff_t m = 0; m < redraw->models && status == SOLOW_OK; m++) {
            status = solow_needs_model(redraw->run->frame, &redraw->model[m], &redraw->needs, err);
        }
    }
    drop_saved(redraw);
    return status;
}

/* weights: those of the model times those of the draw */
static solow_status weigh(solow_model *model, bool whole_numbers, solow_error *err)
{
    solow_node *draw = solow_node_create(SOLOW_NODE_NAME, "(draw)", 0, 0);
    if (model->weights != NULL) {
        solow_node *product =
            solow_node_push(solow_node_create(SOLOW_NODE_CALL, "*", 0, 0), solow_node_copy(model->weights), NULL);
        draw = solow_node_push(product, draw, NULL);
    }
    if (draw == NULL) {
        return no_memory(err);
    }
    bool keeps = model->weights != NULL && (whole_numbers || model->weight_type != SOLOW_WEIGHT_FREQUENCY);
    model->weight_type = keeps ? model->weight_type : SOLOW_WEIGHT_ANALYTIC;
    model->weights = draw;
    return SOLOW_OK;
}

/* The conditions and weights under which the models are estimated in a draw: nodes of their own. */
solow_status solow_redraw_settle(solow_redraw *redraw, solow_error *err)
{
    bool permutes = redraw->design->type == SOLOW_RESAMPLING_PERMUTATION;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < redraw->models; m++) { /* from here on, what is freed is the copy's */
        solow_model *model = &redraw->model[m];
        solow_node *weights = model->weights;
        char name[48];
        snprintf(name, sizeof name, "(where:%td)", m);
        bool has = redraw->where[m] != NULL;
        model->where = has ? solow_node_create(SOLOW_NODE_NAME, name, 0, 0) : NULL;
        status = has && model->where == NULL ? no_memory(err) : status;
        if (permutes || redraw->copies) {
            model->weights = weights != NULL ? solow_node_copy(weights) : NULL;
            status = weights != NULL && model->weights == NULL ? no_memory(err) : status;
        } else if (weigh(model, redraw->weights.kind != SOLOW_WEIGHTS_EXPONENTIAL, err) != SOLOW_OK) {
            model->weights = NULL;
            status = SOLOW_ERR_MEMORY;
        }
    }
    return status;
}

solow_weights solow_redraw_weights(const solow_redraw *redraw)
{
    const solow_resampling *design = redraw->design;
    solow_weights weights = {.seed = design->seed,
                             .stream =
                                 solow_stream(solow_resampling_scheme(design->type), design->items, design->stream),
                             .clusters = redraw->items,
                             .number = redraw->number,
                             .length = design->length};
    weights.kind = design->type == SOLOW_RESAMPLING_BAYESIAN            ? SOLOW_WEIGHTS_EXPONENTIAL
                   : design->type == SOLOW_RESAMPLING_BLOCK             ? SOLOW_WEIGHTS_BLOCK
                   : design->type == SOLOW_RESAMPLING_JACKKNIFE         ? SOLOW_WEIGHTS_JACKKNIFE
                   : design->distribution == SOLOW_DISTRIBUTION_POISSON ? SOLOW_WEIGHTS_POISSON
                                                                        : SOLOW_WEIGHTS_MULTINOMIAL;
    return weights;
}
