/* universe.c - the strata of a multiverse, from ledger to ledger; what needs rows of its own as tasks. See universe.h. */
#include "engine/batch/universe.h"

#include "engine/batch/bundle.h"
#include "io/job/named.h"
#include "kernels/stats/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TASKS = 512 }; /* specifications that are tasks at a time */

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the specifications of a multiverse");
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Numbers at random, in rounds until enough are distinct: item i of the stream is draw i, so more draws keep the first ones. */
static int64_t *draw_numbers(const solow_universe *u)
{
    const solow_draws draws = {.seed = u->draw_seed, .stream = solow_stream("multiverse", NULL, NULL)};
    ptrdiff_t wanted = (ptrdiff_t)u->draw, have = 0;
    uint64_t item = 0;
    int64_t *number = solow_allocate(2 * wanted, sizeof *number);
    ptrdiff_t *draw = solow_allocate(wanted, sizeof *draw);
    while (number != NULL && draw != NULL && have < wanted) {
        ptrdiff_t more = wanted - have, kept = 0;
        solow_draw_below(&draws, (ptrdiff_t)u->product, item, more, draw);
        item += (uint64_t)more;
        for (ptrdiff_t i = 0; i < more; i++) {
            number[have + i] = draw[i];
        }
        qsort(number, (size_t)(have + more), sizeof *number, by_number);
        for (ptrdiff_t i = 0; i < have + more; i++) {
            if (kept == 0 || number[kept - 1] != number[i]) {
                number[kept++] = number[i];
            }
        }
        have = kept;
    }
    free(draw);
    return number;
}

int64_t *solow_universe_list(const solow_universe *universe, ptrdiff_t *count)
{
    *count = (ptrdiff_t)(universe->draw > 0 ? universe->draw : universe->product);
    if (universe->draw > 0) {
        return draw_numbers(universe);
    }
    int64_t *number = solow_allocate(*count, sizeof *number);
    for (ptrdiff_t i = 0; number != NULL && i < *count; i++) {
        number[i] = i;
    }
    return number;
}

/* ---- one stratum ---- */

static solow_node *both(const solow_node *a, const solow_node *b)
{
    solow_node *made = solow_node_create(SOLOW_NODE_CALL, "and", 0, 0);
    return solow_node_push(solow_node_push(made, solow_node_copy(a), NULL), solow_node_copy(b), NULL);
}

/* The model of the job with the stratum's choices; lists and nodes are borrowed but for formula_text and where. */
static solow_status make_model(solow_stratum *s, solow_error *err)
{
    const solow_node *where = s->universe->sample[s->sample].where;
    s->made = *s->model;
    s->made.formula = s->universe->formula[s->effects];
    s->made.vcov = s->universe->vcov[s->vcov].spec;
    s->made.where = NULL;
    s->made.formula_text = solow_formula_print(&s->made.formula);
    if (s->model->where != NULL && where != NULL) {
        s->made.where = both(s->model->where, where);
    } else if (s->model->where != NULL || where != NULL) {
        s->made.where = solow_node_copy(where != NULL ? where : s->model->where);
    }
    bool needs = s->model->where != NULL || where != NULL;
    return s->made.formula_text != NULL && (!needs || s->made.where != NULL) ? SOLOW_OK : no_memory(err);
}

static void clear_stratum(solow_stratum *s)
{
    free(s->made.formula_text);
    solow_node_destroy(s->made.where);
    free(s->chosen);
    *s = (solow_stratum){0};
}

/* Its specifications out of the list. */
static solow_status choose(solow_stratum *s, ptrdiff_t count, const int64_t *number, solow_error *err)
{
    for (int turn = 0; turn < 2; turn++) {
        s->count = 0;
        for (ptrdiff_t i = 0; i < count; i++) {
            const solow_specification at = solow_universe_at(s->universe, number[i]);
            if (at.effects != s->effects || at.sample != s->sample || at.vcov != s->vcov) {
                continue;
            }
            if (turn == 1) {
                s->chosen[s->count] = (solow_chosen){.position = i, .at = at};
            }
            s->count++;
        }
        if (turn == 0) {
            s->chosen = solow_allocate_zeroed(s->count, sizeof *s->chosen);
        }
        if (s->chosen == NULL) {
            return no_memory(err);
        }
    }
    return SOLOW_OK;
}

/* Keys of the estimate: those of a specification, or without outcome and controls those of its stratum. */
static solow_status name_outcome(const solow_stratum *s, const solow_specification *at, bool whole,
                                 solow_outcome *outcome, solow_error *err)
{
    solow_key_value pair[SOLOW_UNIVERSE_KEYS];
    ptrdiff_t pairs = 0;
    size_t size = solow_universe_name_bytes(s->universe);
    char *controls = malloc(size);
    solow_status status = controls != NULL && solow_universe_name(s->universe, at, size, controls, &pairs, pair)
                              ? SOLOW_OK
                              : no_memory(err);
    for (ptrdiff_t p = 0; p < pairs && status == SOLOW_OK; p++) {
        if (whole || (strcmp(pair[p].key, "outcome") != 0 && strcmp(pair[p].key, "controls") != 0)) {
            status =
                solow_outcome_add_group(outcome, solow_copy_text(pair[p].key), solow_copy_text(pair[p].value), err);
        }
    }
    free(controls);
    return status;
}

/* Whether a section needs the estimates one by one: comparisons their scores, families their statistics and draws. */
static bool is_named(const solow_yaml *section, const solow_model *model)
{
    bool named = false;
    for (ptrdiff_t i = 0; section != NULL && i < section->count && !named; i++) {
        named = solow_names_estimate(solow_yaml_get(section->item[i], "models"), model->id, NULL);
    }
    return named;
}

/* Whether the estimator and the variance are linear in what is kept. */
static bool is_linear(const solow_run *run, const solow_stratum *s)
{
    const solow_vcov_spec *vcov = &s->made.vcov;
    bool leverage =
        vcov->kind == SOLOW_VCOV_HC2 || vcov->kind == SOLOW_VCOV_HC3 || vcov->kind == SOLOW_VCOV_CONLEY ||
        (vcov->kind == SOLOW_VCOV_CLUSTER && (vcov->type == SOLOW_CLUSTER_CR2 || vcov->type == SOLOW_CLUSTER_CR3));
    return strcmp(s->made.estimator, "ols") == 0 && !leverage && s->made.tests == NULL && s->made.combine_count == 0 &&
           solow_yaml_get(s->made.options, "bootstrap") == NULL && !is_named(run->job->compare, s->model) &&
           !is_named(run->job->families, s->model);
}

/* ---- as tasks ---- */

/* The specifications from first on as models of their own. */
static solow_status run_tasks(solow_stratum *s, ptrdiff_t index, ptrdiff_t first, ptrdiff_t count, solow_error *err)
{
    solow_run *run = s->run;
    solow_model *made = solow_allocate_zeroed(count, sizeof *made);
    const solow_model **model = solow_allocate(count, sizeof *model);
    solow_outcome *outcome = solow_run_more(run, count, err);
    solow_status status = made != NULL && model != NULL && outcome != NULL ? SOLOW_OK : no_memory(err);
    for (ptrdiff_t c = 0; c < count && status == SOLOW_OK; c++) {
        const solow_chosen *own = &s->chosen[first + c];
        model[c] = &made[c];
        outcome[c] = (solow_outcome){.model = s->model, .index = index, .window = (int32_t)own->position};
        status = solow_pieces_model(s, own->pieces, &made[c], err);
        made[c].formula_text = status == SOLOW_OK ? solow_formula_print(&made[c].formula) : NULL;
        status = status == SOLOW_OK && made[c].formula_text == NULL ? no_memory(err) : status;
        status = status == SOLOW_OK ? name_outcome(s, &own->at, true, &outcome[c], err) : status;
    }
    status = solow_comm_agree(run->comm, status, err);
    status = status == SOLOW_OK ? solow_run_tasks(run, count, model, outcome, err) : status;
    for (ptrdiff_t c = 0; c < count && made != NULL; c++) {
        if (made[c].formula_text != s->made.formula_text) {
            free(made[c].formula_text);
        }
        solow_pieces_model_clear(&made[c]);
    }
    free(made);
    free(model);
    return status;
}

static solow_status run_apart(solow_stratum *s, ptrdiff_t index, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < s->count; c++) {
        solow_pieces_of(s->universe, &s->chosen[c]);
    }
    for (ptrdiff_t first = 0; first < s->count && status == SOLOW_OK; first += TASKS) {
        ptrdiff_t count = s->count - first < TASKS ? s->count - first : TASKS;
        status = run_tasks(s, index, first, count, err);
    }
    return status;
}

/* ---- together ---- */

/* What of a stratum's estimates failed, on all ranks. */
static solow_status count_done(solow_stratum *s, const solow_outcome *outcome, solow_error *err)
{
    solow_run *run = s->run;
    int64_t failed = 0;
    for (ptrdiff_t i = 0; outcome->estimates != NULL && i < outcome->estimates->count; i++) {
        failed += outcome->estimates->data[outcome->estimates->at[i] + SOLOW_ESTIMATE_STATUS] == 2;
    }
    failed = outcome->error.status != SOLOW_OK ? s->count : failed;
    solow_status status = solow_comm_max_int64(run->comm, &failed, 1, err);
    run->done += s->count;
    run->failed += failed;
    if (status == SOLOW_OK && run->progress != NULL) {
        run->progress(run->progress_context, run->done, run->total, run->failed);
    }
    return status;
}

static solow_status estimate(solow_stratum *s, const solow_task_unit *unit, solow_outcome *outcome, bool *fits,
                             solow_error *err)
{
    solow_run *run = s->run;
    solow_status status = SOLOW_OK;
    if (unit->fate == SOLOW_TASK_POISON) {
        solow_error poison;
        solow_resume_poison(&poison);
        outcome->error = (solow_failure){.status = poison.status, .message = solow_copy_text(poison.message)};
        status =
            outcome->error.message != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a reason");
        return solow_comm_agree(run->comm, status, err);
    }
    if (run->resume != NULL) {
        status = solow_comm_agree(run->comm, solow_resume_take(run->resume, 1, &unit, err), err);
    }
    status = status == SOLOW_OK ? solow_universe_stratum(s, outcome, fits, err) : status;
    if (status == SOLOW_OK && *fits && run->resume != NULL) {
        const solow_outcome *made = outcome;
        status = solow_comm_agree(run->comm, solow_resume_finish(run->resume, run->frame, 1, &unit, &made, err), err);
    }
    return status;
}

static solow_status run_together(solow_stratum *s, ptrdiff_t index, bool *fits, solow_error *err)
{
    solow_run *run = s->run;
    solow_outcome *outcome = solow_run_more(run, 1, err);
    solow_status status = solow_comm_agree(run->comm, outcome != NULL ? SOLOW_OK : SOLOW_ERR_MEMORY, err);
    if (status != SOLOW_OK) {
        return status;
    }
    *outcome = (solow_outcome){.model = s->model, .index = index, .window = (int32_t)s->chosen[0].position};
    solow_task_unit unit = {.model = &s->made, .place = outcome};
    status = solow_comm_agree(run->comm, name_outcome(s, &s->chosen[0].at, false, outcome, err), err);
    if (status == SOLOW_OK && run->resume != NULL) {
        status = solow_resume_look_up(run->resume, run->frame, 1, &unit, err);
    }
    *fits = true;
    if (status == SOLOW_OK && unit.fate == SOLOW_TASK_FINISHED) {
        status = solow_resume_restore(run->resume, run->frame, &unit, outcome, err);
    } else if (status == SOLOW_OK) {
        status = estimate(s, &unit, outcome, fits, err);
    }
    solow_task_units_clear(1, &unit);
    if (status == SOLOW_OK && *fits) {
        return count_done(s, outcome, err);
    }
    if (status == SOLOW_OK) { /* it holds nothing: tasks come in its place */
        solow_outcome_clear(outcome);
        run->outcomes--;
    }
    return status;
}

static solow_status run_stratum(solow_stratum *s, ptrdiff_t index, int64_t *apart, solow_error *err)
{
    solow_run *run = s->run;
    bool fits = is_linear(run, s);
    run->bundled += fits ? s->count - 1 : 0;
    solow_status status =
        run->resume != NULL ? solow_resume_expect(run->resume, run->total - run->bundled, err) : SOLOW_OK;
    if (status == SOLOW_OK && fits) {
        status = run_together(s, index, &fits, err);
        run->bundled -= fits ? 0 : s->count - 1;
    }
    if (status == SOLOW_OK && !fits) {
        *apart += s->count;
        status = run_apart(s, index, err);
    }
    return status;
}

solow_status solow_run_universe(solow_run *run, ptrdiff_t index, solow_error *err)
{
    const solow_model *model = &run->job->model[index];
    const solow_universe *u = model->universe;
    ptrdiff_t count = 0, strata = u->effects * u->samples * u->vcovs;
    int64_t *number = solow_universe_list(u, &count), apart = 0;
    solow_status status = solow_comm_agree(run->comm, number != NULL ? SOLOW_OK : no_memory(err), err);
    run->total += count - 1;
    for (ptrdiff_t i = 0; i < strata && status == SOLOW_OK; i++) {
        solow_stratum stratum = {.run = run,
                                 .model = model,
                                 .universe = u,
                                 .effects = i / (u->samples * u->vcovs),
                                 .sample = i / u->vcovs % u->samples,
                                 .vcov = i % u->vcovs};
        status = make_model(&stratum, err);
        status = status == SOLOW_OK ? choose(&stratum, count, number, err) : status;
        status = solow_comm_agree(run->comm, status, err);
        if (status == SOLOW_OK && stratum.count > 0) {
            status = run_stratum(&stratum, index, &apart, err);
        }
        clear_stratum(&stratum);
    }
    if (status == SOLOW_OK && apart > 0 && run->tell != NULL && solow_comm_rank(run->comm) == 0) {
        char sentence[256];
        snprintf(
            sentence, sizeof sentence,
            "%.100s: %lld specifications are estimated one by one: draws, tests, leverages and estimators other than "
            "ols need each by itself",
            model->id, (long long)apart);
        run->tell(sentence);
    }
    free(number);
    return status;
}
