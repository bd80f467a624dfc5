/* redraw.c - see redraw.h: which models are estimated in a draw, the draws of this rank, and what they say together. */
#include "engine/batch/redraw.h"

#include "engine/batch/redraw_data.h"
#include "engine/batch/resample.h"
#include "engine/batch/resample_draws.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for draws");
}

/* ---- one draw ---- */

typedef struct outcome_of { /* [terms] of one draw */
    double *value, *error;  /* b*, se* */
    solow_draw_failure failure;
} outcome_of;

static void read_record(const solow_redraw *redraw, const solow_record *record, outcome_of *draw)
{
    const solow_record *own = &redraw->task->record;
    draw->failure = own->converged && !record->converged ? SOLOW_DRAW_NOT_CONVERGED : SOLOW_DRAW_MADE;
    for (ptrdiff_t t = 0; t < own->terms; t++) {
        ptrdiff_t at = 0;
        while (at < record->terms && strcmp(record->term[at].term, own->term[t].term) != 0) {
            at++;
        }
        bool there = at < record->terms && isfinite(record->term[at].estimate);
        draw->value[t] = there ? record->term[at].estimate : NAN;
        draw->error[t] = there ? record->term[at].std_error : NAN;
        if (!there) {
            draw->failure = SOLOW_DRAW_SINGULAR;
        }
    }
    for (ptrdiff_t t = 0; t < own->terms && draw->failure == SOLOW_DRAW_NOT_CONVERGED; t++) {
        draw->value[t] = draw->error[t] = NAN;
    }
}

/* The models on the frame of a draw, one after the other. */
static solow_status estimate(solow_redraw *redraw, solow_frame *frame, outcome_of *draw, solow_error *err)
{
    solow_run own = {.comm = redraw->parts.alone, .job = &redraw->job, .frame = frame};
    solow_status status = SOLOW_OK;
    draw->failure = SOLOW_DRAW_OTHER;
    for (ptrdiff_t m = 0; m < redraw->models && status == SOLOW_OK; m++) {
        const solow_model *model = &redraw->model[m];
        solow_outcome outcome = {.model = model};
        status = solow_run_tasks(&own, 1, &model, &outcome, err);
        if (status == SOLOW_OK && m + 1 == redraw->models && outcome.error.status == SOLOW_OK) {
            read_record(redraw, &outcome.record, draw);
        }
        solow_outcome_clear(&outcome);
    }
    redraw->run->passes += own.passes;
    redraw->run->pass_bytes += own.pass_bytes;
    redraw->run->pass_flops += own.pass_flops;
    redraw->run->pass_seconds += own.pass_seconds;
    return status;
}

/* Whether the draw takes every row once: it is the estimate then, whose bits weights of 1 would not give. */
static bool is_plain(const solow_redraw *redraw)
{
    bool plain = !redraw->copies;
    for (ptrdiff_t g = 0; g < redraw->items && plain; g++) {
        plain = redraw->weight[g] == 1;
    }
    return plain;
}

static solow_status make_draw(solow_redraw *redraw, int64_t number, outcome_of *draw, solow_error *err)
{
    solow_frame frame = {0};
    solow_status status;
    if (redraw->design->type == SOLOW_RESAMPLING_PERMUTATION) {
        status = solow_permute_frame(redraw, number, &frame, err);
    } else {
        solow_weights_fill(&redraw->weights, number, 1, redraw->weight);
        if (is_plain(redraw)) {
            read_record(redraw, &redraw->task->record, draw);
            return SOLOW_OK;
        }
        status = solow_redraw_frame(redraw, &frame, err);
    }
    draw->failure = SOLOW_DRAW_LOST_LEVEL; /* of a draw without a row */
    if (status == SOLOW_OK && frame.comm != NULL) {
        status = estimate(redraw, &frame, draw, err);
        solow_frame_clear(&frame);
    }
    return status;
}

/* all [(2 terms + 1) x reps]: b*, se* and the failure of every draw, on every rank. */
static solow_status make_draws(solow_redraw *redraw, int64_t reps, double *all, solow_error *err)
{
    solow_comm *comm = redraw->run->comm;
    ptrdiff_t terms = redraw->task->record.terms, draws = 0, series = 2 * terms + 1;
    int64_t first = 0;
    solow_deal_draws(comm, reps, &first, &draws);
    double *mine = solow_allocate(solow_product(series, draws), sizeof *mine);
    double *one = solow_allocate(2 * terms, sizeof *one);
    solow_status status = mine != NULL && one != NULL ? SOLOW_OK : no_memory(err);
    for (ptrdiff_t d = 0; d < draws && status == SOLOW_OK; d++) {
        outcome_of draw = {.value = one, .error = one + terms};
        for (ptrdiff_t t = 0; t < 2 * terms; t++) {
            one[t] = NAN;
        }
        status = make_draw(redraw, first + d, &draw, err);
        for (ptrdiff_t s = 0; s < 2 * terms; s++) {
            mine[s * draws + d] = one[s];
        }
        mine[2 * terms * draws + d] = draw.failure;
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_gather_draws(comm, reps, series, mine, all, err);
    }
    free(mine);
    free(one);
    return status;
}

/* ---- what they say ---- */

static solow_status create(const solow_redraw *redraw, int64_t reps, bool studentised, solow_replicates **made,
                           solow_error *err)
{
    const solow_record *record = &redraw->task->record;
    const char **term = solow_allocate(record->terms, sizeof *term);
    for (ptrdiff_t t = 0; term != NULL && t < record->terms; t++) {
        term[t] = record->term[t].term;
    }
    solow_status status =
        term == NULL ? no_memory(err)
                     : solow_replicates_create(redraw->design->name, solow_resampling_scheme(redraw->design->type),
                                               reps, record->terms, term, studentised, made, err);
    for (ptrdiff_t t = 0; status == SOLOW_OK && t < record->terms; t++) {
        (*made)->estimate[t] = record->term[t].estimate;
        (*made)->std_error[t] = record->term[t].std_error;
    }
    free(term);
    return status;
}

static void take_draws(solow_replicates *made, const double *all)
{
    ptrdiff_t reps = (ptrdiff_t)made->reps, values = made->terms * reps;
    for (ptrdiff_t r = 0; r < reps; r++) {
        made->failure[r] = (uint8_t)all[2 * values + r];
    }
    for (ptrdiff_t at = 0; at < values; at++) {
        ptrdiff_t t = at / reps, r = at % reps;
        made->value[at] = all[at];
        if (made->statistic != NULL) {
            double error = all[values + at];
            made->statistic[at] = error > 0 ? (all[at] - made->estimate[t]) / error : NAN;
            if (!(error > 0) && made->failure[r] == SOLOW_DRAW_MADE) {
                made->failure[r] = SOLOW_DRAW_NO_VARIANCE;
            }
        }
    }
}

/* acceleration [terms] of BCa, from estimates without each cluster. Collective. */
static solow_status accelerate(solow_redraw *redraw, double *acceleration, solow_error *err)
{
    ptrdiff_t terms = redraw->task->record.terms, items = redraw->items;
    const solow_weights weights = redraw->weights;
    double *all = solow_allocate(solow_product(2 * terms + 1, items), sizeof *all);
    solow_status status = solow_comm_agree(redraw->run->comm, all != NULL ? SOLOW_OK : no_memory(err), err);
    redraw->weights.kind = SOLOW_WEIGHTS_JACKKNIFE;
    status = status == SOLOW_OK ? make_draws(redraw, items, all, err) : status;
    redraw->weights = weights;
    for (ptrdiff_t t = 0; t < terms && status == SOLOW_OK; t++) {
        ptrdiff_t made = 0;
        for (ptrdiff_t g = 0; g < items; g++) {
            if (!isnan(all[t * items + g])) {
                all[t * items + made++] = all[t * items + g];
            }
        }
        acceleration[t] = solow_acceleration(made, all + t * items);
    }
    free(all);
    return status;
}

/* The p-value of a permutation; it has no interval. */
static void count_permutations(solow_replicates *made)
{
    for (ptrdiff_t t = 0; t < made->terms; t++) {
        const double *value = made->value + t * (ptrdiff_t)made->reps;
        double estimate = fabs(made->estimate[t]);
        int64_t reached = 0, draws = 0;
        for (int64_t r = 0; r < made->reps; r++) {
            draws += !isnan(value[r]);
            reached += fabs(value[r]) >= estimate * (1 - SOLOW_TIE);
        }
        made->bounds[t].p_value = (double)(1 + reached) / (double)(1 + draws);
        made->bounds[t].low = made->bounds[t].high = NAN;
    }
}

static solow_status summarise(solow_redraw *redraw, solow_replicates *made, solow_error *err)
{
    static const solow_bounds_kind kinds[] = {[SOLOW_INTERVAL_NONE] = SOLOW_BOUNDS_PERCENTILE,
                                              [SOLOW_INTERVAL_PERCENTILE] = SOLOW_BOUNDS_PERCENTILE,
                                              [SOLOW_INTERVAL_PERCENTILE_T] = SOLOW_BOUNDS_PERCENTILE_T,
                                              [SOLOW_INTERVAL_BCA] = SOLOW_BOUNDS_BCA,
                                              [SOLOW_INTERVAL_NORMAL] = SOLOW_BOUNDS_NORMAL,
                                              [SOLOW_INTERVAL_INVERSION] = SOLOW_BOUNDS_PERCENTILE};
    const solow_resampling *design = redraw->design;
    bool jackknife = design->type == SOLOW_RESAMPLING_JACKKNIFE;
    solow_bounds_kind kind = kinds[design->interval];
    kind = kind == SOLOW_BOUNDS_PERCENTILE_T && made->statistic == NULL ? SOLOW_BOUNDS_PERCENTILE : kind;
    double *acceleration = solow_allocate_zeroed(made->terms, sizeof *acceleration);
    solow_status status = solow_comm_agree(redraw->run->comm, acceleration != NULL ? SOLOW_OK : no_memory(err), err);
    if (status == SOLOW_OK && kind == SOLOW_BOUNDS_BCA) {
        status = accelerate(redraw, acceleration, err);
    }
    if (status == SOLOW_OK) {
        status = solow_replicates_summarise(made, kind, redraw->task->model->level,
                                            jackknife ? made->clusters - 1 : INFINITY, acceleration, err);
    }
    if (status == SOLOW_OK && design->type == SOLOW_RESAMPLING_PERMUTATION) {
        count_permutations(made);
    }
    free(acceleration);
    return status;
}

/* What a reader of the table must know. */
static solow_status say(const solow_redraw *redraw, solow_replicates *made, solow_error *err)
{
    const solow_resampling *design = redraw->design;
    char sentence[400] = "";
    solow_status status = SOLOW_OK;
    if (design->type == SOLOW_RESAMPLING_PERMUTATION) {
        char *column = solow_node_print(design->permute);
        snprintf(sentence, sizeof sentence, "Values of `%.100s` change places between %s.",
                 column != NULL ? column : "", redraw->between && design->items[0] != '\0' ? design->items : "rows");
        free(column);
    } else if (redraw->copies) {
        snprintf(sentence, sizeof sentence, "Estimated again in each draw; a cluster that is drawn twice is two.");
    } else {
        snprintf(sentence, sizeof sentence, "Estimated again in each draw, with draws as weights of the rows%s.",
                 design->interval == SOLOW_INTERVAL_PERCENTILE_T ? ", which are not studentised: percentiles of b*"
                                                                 : "");
    }
    status = solow_replicates_say(made, sentence, err);
    if (status == SOLOW_OK && redraw->models > 1) {
        status = solow_replicates_say(made, "Its inputs are estimated again too.", err);
    }
    return status;
}

static solow_status draw_all(solow_redraw *redraw, solow_error *err)
{
    bool jackknife = redraw->design->type == SOLOW_RESAMPLING_JACKKNIFE;
    int64_t reps = jackknife ? redraw->items : redraw->design->reps;
    ptrdiff_t terms = redraw->task->record.terms;
    double *all = solow_allocate(solow_product(2 * terms + 1, (ptrdiff_t)reps), sizeof *all);
    bool studentised = redraw->copies && redraw->design->interval == SOLOW_INTERVAL_PERCENTILE_T;
    solow_replicates *made = NULL;
    solow_status status = all != NULL ? create(redraw, reps, studentised, &made, err) : no_memory(err);
    status = solow_comm_agree(redraw->run->comm, status, err);
    status = status == SOLOW_OK ? make_draws(redraw, reps, all, err) : status;
    if (status == SOLOW_OK) {
        made->clusters =
            redraw->design->type == SOLOW_RESAMPLING_PERMUTATION ? (double)redraw->movers : (double)redraw->items;
        take_draws(made, all);
        status = summarise(redraw, made, err);
    }
    if (status == SOLOW_OK) {
        status = say(redraw, made, err);
    }
    free(all);
    status = solow_comm_agree(redraw->run->comm, status, err);
    if (status != SOLOW_OK) {
        solow_replicates_destroy(made);
        return status;
    }
    redraw->task->replicates[redraw->design - redraw->task->model->design] = made;
    return SOLOW_OK;
}

/* ---- one design ---- */

/* Items, rows and models of the draws; refusal says why there are none. */
static solow_status prepare(solow_redraw *redraw, solow_error *err)
{
    bool permutes = redraw->design->type == SOLOW_RESAMPLING_PERMUTATION;
    solow_status status = solow_comm_agree(redraw->run->comm, solow_redraw_models(redraw, err), err);
    if (status == SOLOW_OK && redraw->refusal[0] == '\0') {
        status = solow_redraw_needs(redraw, err);
    }
    if (status != SOLOW_OK || redraw->refusal[0] != '\0') {
        redraw->models = 0; /* their nodes are still the job's */
        return status;
    }
    status = solow_redraw_gather(redraw, err);
    redraw->weights = solow_redraw_weights(redraw);
    redraw->copies = redraw->whole && !permutes && redraw->weights.kind != SOLOW_WEIGHTS_EXPONENTIAL;
    redraw->weight = solow_allocate(redraw->items, sizeof *redraw->weight);
    solow_error local = {0};
    solow_status settled = redraw->weight != NULL ? solow_redraw_settle(redraw, &local) : no_memory(&local);
    if (redraw->weight == NULL) {
        redraw->models = 0;
    }
    if (settled != SOLOW_OK && status == SOLOW_OK) {
        status = no_memory(err);
    }
    status = solow_comm_agree(redraw->run->comm, status, err);
    if (status == SOLOW_OK && redraw->refusal[0] == '\0' && redraw->items < 2) {
        snprintf(redraw->refusal, sizeof redraw->refusal, "there are fewer than two to draw from");
    }
    if (status == SOLOW_OK && redraw->weights.kind == SOLOW_WEIGHTS_BLOCK && redraw->weights.length > redraw->items) {
        snprintf(redraw->refusal, sizeof redraw->refusal, "blocks of %td periods are longer than the %td periods",
                 redraw->weights.length, redraw->items);
    }
    return status == SOLOW_OK && permutes ? solow_permute_prepare(redraw, err) : status;
}

static void clear(solow_redraw *redraw)
{
    for (ptrdiff_t m = 0; m < redraw->models; m++) {
        solow_node_destroy(redraw->model[m].where);
        solow_node_destroy(redraw->model[m].weights);
    }
    for (ptrdiff_t m = 0; redraw->where != NULL && m <= redraw->run->job->models; m++) {
        free(redraw->where[m]);
    }
    void *const owned[] = {redraw->model, redraw->where,   redraw->item,  redraw->number, redraw->weight,
                           redraw->first, redraw->stratum, redraw->order, redraw->source};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free(owned[i]);
    }
    if (redraw->parts.frame != NULL) {
        solow_parts_clear(&redraw->parts);
    }
    solow_needs_clear(&redraw->needs);
}

static solow_status refuse(const solow_redraw *redraw, solow_error *err)
{
    char sentence[900];
    snprintf(sentence, sizeof sentence, "No draws under the %s design `%.128s`: %s.",
             solow_resampling_scheme(redraw->design->type), redraw->design->name, redraw->refusal);
    return solow_record_say(&redraw->task->record, true, sentence, err);
}

static solow_status run_design(solow_run *run, solow_task *task, const solow_resampling *design, solow_error *err)
{
    solow_redraw redraw = {.run = run, .task = task, .design = design, .job = *run->job, .permuted = -1};
    redraw.job.compare = NULL;
    solow_status status = SOLOW_OK;
    if (design->type == SOLOW_RESAMPLING_WILD) {
        snprintf(
            redraw.refusal, sizeof redraw.refusal,
            "residuals are drawn for `ols` alone, on columns that are not estimated; `type: pairs` serves any model");
    } else {
        status = prepare(&redraw, err);
    }
    if (status == SOLOW_OK) {
        status = redraw.refusal[0] == '\0' ? draw_all(&redraw, err) : refuse(&redraw, err);
    }
    clear(&redraw);
    return status;
}

solow_status solow_redraw_task(solow_run *run, solow_task *task, solow_error *err)
{
    ptrdiff_t designs = task->model->designs;
    solow_status status = SOLOW_OK;
    if (designs == 0 || task->error.status != SOLOW_OK || task->record.terms == 0) {
        return SOLOW_OK;
    }
    if (task->replicates == NULL) {
        task->replicates = solow_allocate_zeroed(designs, sizeof(solow_replicates *));
        status = solow_comm_agree(run->comm, task->replicates != NULL ? SOLOW_OK : no_memory(err), err);
    }
    for (ptrdiff_t d = 0; d < designs && status == SOLOW_OK; d++) {
        if (task->replicates[d] == NULL && !solow_resample_applies(task, d)) {
            status = run_design(run, task, &task->model->design[d], err);
        }
    }
    return status;
}
