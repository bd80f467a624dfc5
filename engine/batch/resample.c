/* resample.c - see resample.h: who is drawn, by which clusters, and what the draws say. */
#include "engine/batch/resample.h"

#include "engine/batch/resample_one.h"
#include "engine/estimators/linear/iv.h"
#include "engine/estimators/linear/ols.h"
#include "engine/frame/factor.h"
#include "engine/inference/ssc.h"
#include "kernels/stats/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two-stage least squares: iv with its own method. */
static bool is_two_stage(const solow_task *task)
{
    return task->estimator == &solow_iv &&
           strcmp(solow_model_option(task->model, solow_iv.options, "method"), "2sls") == 0;
}

bool solow_resample_applies(const solow_task *task, ptrdiff_t d)
{
    const solow_resampling *design = &task->model->design[d];
    bool clusters = design->cluster.count > 0 || design->from == SOLOW_ITEMS_PERIODS;
    bool linear = task->estimator == &solow_ols || (is_two_stage(task) && design->type != SOLOW_RESAMPLING_WILD);
    return task->error.status == SOLOW_OK && linear && clusters && task->record.terms > 0 &&
           design->type != SOLOW_RESAMPLING_PERMUTATION && !solow_model_reads(task->model, NULL);
}

static solow_status find_clusters(solow_run *run, const solow_resampling *design, const solow_factor **cluster,
                                  solow_error *err)
{
    return design->from == SOLOW_ITEMS_PERIODS
               ? solow_frame_time_factor(run->frame, cluster, err)
               : solow_frame_factor_join(run->frame, design->cluster.count, design->cluster.node, cluster, err);
}

/* The factor of CR1 by the design's clusters, under the model's small-sample rule; NAN where there is none. */
static double factor_of(const solow_task *task, const solow_factor *cluster, const solow_cluster_pass *pass)
{
    solow_shape shape = task->shape;
    solow_shape_effect effect[32];
    const solow_shape_key key = {
        .name = cluster->name, .levels = cluster->levels, .present = pass->grams.clusters, .local = cluster->local};
    const solow_vcov_spec spec = {.kind = SOLOW_VCOV_CLUSTER, .type = SOLOW_CLUSTER_CR1, .cluster = {.count = 1}};
    solow_small_sample sample;
    if (shape.effects > 32) {
        return NAN;
    }
    for (ptrdiff_t e = 0; e < shape.effects; e++) {
        effect[e] = shape.effect[e];
        effect[e].nested = &pass->nested[e];
    }
    shape.effect = effect;
    shape.key = &key;
    shape.keys = shape.cluster_keys = 1;
    solow_status status = solow_small_sample_of(&spec, &task->model->ssc, &shape, task->record.terms,
                                                (double)shape.effects_rank, (double)shape.nobs, &sample, NULL);
    return status == SOLOW_OK ? sample.factor[0] : NAN;
}

/* A model that was to be drawn and is not says why. */
static solow_status refuse(solow_task *task, const solow_resampling *design, const char *why, solow_error *err)
{
    char sentence[800];
    snprintf(sentence, sizeof sentence, "No draws under the %s design `%.128s`: %s.",
             solow_resampling_scheme(design->type), design->name, why);
    return solow_record_say(&task->record, true, sentence, err);
}

static solow_status draw(solow_run *run, solow_task *task, ptrdiff_t d, solow_error *err)
{
    const solow_resampling *design = &task->model->design[d];
    const solow_factor *cluster = NULL;
    solow_cluster_pass pass = {0};
    solow_status status = find_clusters(run, design, &cluster, err);
    if (status == SOLOW_OK) {
        status = solow_cluster_pass_make(run, task, cluster, &pass, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    solow_resample_one one = {.run = run,
                              .task = task,
                              .design = design,
                              .pass = &pass,
                              .stream =
                                  solow_stream(solow_resampling_scheme(design->type), design->items, design->stream),
                              .factor = factor_of(task, cluster, &pass)};
    if (pass.refusal[0] == '\0' && (pass.grams.clusters < 2 || isnan(one.factor))) {
        snprintf(pass.refusal, sizeof pass.refusal, "there are fewer than two clusters `%.200s`", cluster->name);
    }
    if (pass.refusal[0] == '\0' && design->type == SOLOW_RESAMPLING_BLOCK && design->length > pass.grams.clusters) {
        snprintf(pass.refusal, sizeof pass.refusal, "blocks of %td periods are longer than the %td periods",
                 design->length, pass.grams.clusters);
    }
    if (pass.refusal[0] == '\0') {
        status =
            design->type == SOLOW_RESAMPLING_WILD ? solow_resample_wild(&one, err) : solow_resample_weights(&one, err);
    }
    if (status == SOLOW_OK && pass.refusal[0] != '\0') {
        status = refuse(task, design, pass.refusal, err);
    }
    task->replicates[d] = one.made;
    solow_cluster_pass_clear(&pass);
    return status;
}

solow_status solow_resample_tasks(solow_run *run, ptrdiff_t count, solow_task *const *task, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t t = 0; t < count && status == SOLOW_OK; t++) {
        ptrdiff_t designs = task[t]->model->designs;
        if (designs > 0 && task[t]->replicates == NULL) {
            task[t]->replicates = solow_allocate_zeroed(designs, sizeof(solow_replicates *));
            status = task[t]->replicates != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for draws");
            status = solow_comm_agree(run->comm, status, err);
        }
        for (ptrdiff_t d = 0; d < designs && status == SOLOW_OK; d++) {
            if (task[t]->replicates[d] == NULL && solow_resample_applies(task[t], d)) {
                status = draw(run, task[t], d, err);
            }
        }
    }
    return status;
}
