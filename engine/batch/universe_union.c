/* universe_union.c - the passes of a union; see universe_union.h. */
#include "engine/batch/universe_union.h"

#include "engine/batch/universe_tensor.h"
#include "engine/estimators/linear/least_squares.h"
#include "engine/frame/factor.h"
#include "kernels/dense/compensated.h"
#include "kernels/dense/gram.h"
#include "kernels/dense/pair_gram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_outcome(const solow_union *u, ptrdiff_t c)
{
    return u->task->design.column[c].role == SOLOW_ROLE_OUTCOME;
}

/* Regressors in the order of the design, then outcomes. */
static solow_status list_columns(solow_union *u, solow_error *err)
{
    const solow_design *design = &u->task->design;
    u->columns = design->columns;
    u->column = solow_allocate(u->columns, sizeof *u->column);
    u->place = solow_allocate(u->columns, sizeof *u->place);
    u->task->place = solow_allocate(u->columns, sizeof *u->task->place);
    if (u->column == NULL || u->place == NULL || u->task->place == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a union of columns");
    }
    u->constant = -1;
    for (ptrdiff_t c = 0; c < u->columns; c++) {
        if (!is_outcome(u, c)) {
            u->constant = design->column[c].role == SOLOW_ROLE_CONSTANT ? u->regressors : u->constant;
            u->task->place[c] = u->regressors;
            u->column[u->regressors++] = &design->column[c];
        }
    }
    u->outcomes = u->columns - u->regressors;
    for (ptrdiff_t c = 0, next = u->regressors; c < u->columns; c++) {
        u->place[c] = c;
        if (is_outcome(u, c)) {
            u->task->place[c] = next;
            u->column[next++] = &design->column[c];
        }
    }
    return SOLOW_OK;
}

static size_t arena_bytes(const solow_union *u)
{
    ptrdiff_t k = u->regressors, n = u->columns, ld = solow_pair_ld(n);
    bool robust =
        u->task->model->vcov.kind != SOLOW_VCOV_IID || u->task->model->weight_type == SOLOW_WEIGHT_PROBABILITY;
    return solow_union_basis_need(k, u->outcomes) + solow_arena_need(k, sizeof(double)) +
           solow_arena_need(k, sizeof(bool)) + 3 * solow_arena_need(u->outcomes, sizeof(double)) +
           solow_arena_need(2 * n * n, sizeof(double)) + (robust ? solow_arena_need(ld * ld, sizeof(double)) : 0);
}

static solow_status make_room(solow_union *u, solow_error *err)
{
    solow_status status = solow_arena_init(&u->arena, arena_bytes(u), err);
    if (status == SOLOW_OK) {
        status = solow_union_basis_init(u->regressors, u->outcomes, &u->arena, &u->basis, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    u->size = solow_arena_doubles(&u->arena, u->regressors);
    u->absorbed = solow_arena_take(&u->arena, u->regressors, sizeof *u->absorbed);
    u->tss = solow_arena_doubles(&u->arena, u->outcomes);
    u->within_tss = solow_arena_doubles(&u->arena, u->outcomes);
    u->mean_y = solow_arena_doubles(&u->arena, u->outcomes);
    if (u->size == NULL || u->absorbed == NULL || u->tss == NULL || u->within_tss == NULL || u->mean_y == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "a union of columns: arena of %zu bytes", u->arena.size);
    }
    return SOLOW_OK;
}

static const solow_transform within = {.kind = SOLOW_TRANSFORM_WITHIN}, raw = {.kind = SOLOW_TRANSFORM_NONE};

static solow_request request_of(const solow_union *u, const solow_want *want)
{
    return (solow_request){.want = want, .place = u->place, .keys = u->task->keys, .key = u->task->key};
}

/* Sums of squares of the outcomes, as least_squares.c has them for one model. */
static void sum_outcomes(solow_union *u, const double *gram, const double *moments)
{
    ptrdiff_t n = u->columns;
    const double *low = gram + n * n, rounding = 32 * 2.220446049250313e-16;
    for (ptrdiff_t o = 0; o < u->outcomes; o++) {
        ptrdiff_t c = u->regressors + o;
        double square = moments[2 * c + 1], yy = gram[c * n + c] + low[c * n + c];
        u->within_tss[o] = yy;
        u->mean_y[o] = moments[2 * c] / moments[2 * n];
        u->tss[o] = yy;
        if (u->task->effects.count > 0) {
            u->tss[o] = square - moments[2 * c] * u->mean_y[o];
            u->tss[o] = u->tss[o] <= rounding * square ? 0 : u->tss[o];
        } else if (u->constant >= 0) {
            u->tss[o] = solow_centred_square_precise(gram, low, n, u->constant, c);
            u->tss[o] = u->tss[o] <= 1e-28 * yy ? 0 : u->tss[o];
        }
    }
    u->log_weights = moments[2 * n + 1];
}

/* Basis of the regressors; columns that the effects explain are taken out of the Gram. */
static void form_basis(solow_union *u, double *gram, const double *moments)
{
    ptrdiff_t n = u->columns, k = u->regressors;
    bool has_effects = u->task->effects.count > 0;
    for (ptrdiff_t j = 0; j < k; j++) {
        double before = moments[2 * j + 1];
        u->absorbed[j] = has_effects && gram[j * n + j] <= SOLOW_ABSORBED_SHARE * before;
        for (ptrdiff_t i = 0; i < n && u->absorbed[j]; i++) {
            gram[j * n + i] = gram[i * n + j] = gram[n * n + j * n + i] = gram[n * n + i * n + j] = 0;
        }
        u->size[j] = sqrt(gram[j * n + j]);
    }
    double *before = u->basis.r; /* not yet in use, and long enough */
    for (ptrdiff_t j = 0; j < k; j++) {
        before[j] = moments[2 * j + 1];
    }
    solow_union_basis_form(&u->basis, gram, has_effects ? before : NULL, (double)u->task->sample.rows);
}

static solow_status first_pass(solow_union *u, solow_error *err)
{
    ptrdiff_t n = u->columns;
    const solow_want want[] = {{.kind = SOLOW_GRAM_PRECISE, .transform = within, .columns = n, .column = u->place},
                               {.kind = SOLOW_UNIT,
                                .transform = raw,
                                .columns = n,
                                .column = u->place,
                                .sums = 2 * n + 2,
                                .unit = solow_moments_unit,
                                .context = &u->columns}};
    solow_request request[] = {request_of(u, &want[0]), request_of(u, &want[1])};
    solow_status status = solow_pass_run(&u->sweep, 2, request, err);
    if (status == SOLOW_OK) {
        sum_outcomes(u, request[0].result, request[1].result);
        form_basis(u, request[0].result, request[1].result);
    }
    free(request[0].result);
    free(request[1].result);
    return status;
}

/* The Gram of [Q e], and the second factor from it. */
static solow_status tighten(solow_union *u, solow_error *err)
{
    ptrdiff_t m = u->basis.rank + u->outcomes;
    solow_tensor_work work = {0};
    solow_status status = solow_tensor_work_init(u, &work, err);
    status = solow_comm_agree(u->run->comm, status, err);
    if (status == SOLOW_OK) {
        const solow_want want = {.kind = SOLOW_UNIT,
                                 .transform = within,
                                 .columns = u->columns,
                                 .column = u->place,
                                 .sums = m * m,
                                 .unit = solow_tensor_gram,
                                 .context = &work};
        solow_request request = request_of(u, &want);
        status = solow_pass_run(&u->sweep, 1, &request, err);
        double *gram = solow_arena_doubles(&u->arena, 2 * m * m);
        if (status == SOLOW_OK && gram == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "a union of columns: arena of %zu bytes", u->arena.size);
        }
        status = solow_comm_agree(u->run->comm, status, err);
        if (status == SOLOW_OK) {
            memset(gram, 0, solow_bytes(2 * m * m, sizeof *gram));
            memcpy(gram, request.result, solow_bytes(m * m, sizeof *gram));
            solow_mirror_upper(m, gram);
            solow_union_basis_refine(&u->basis, gram);
        }
        free(request.result);
    }
    solow_tensor_work_clear(&work);
    return status;
}

/* Pattern and rule for one regressor: what does not depend on the specification. */
static solow_status begin_variance(solow_union *u, solow_error *err)
{
    const solow_model *model = u->task->model;
    const solow_shape *shape = &u->task->shape;
    solow_vcov_facts *facts = &u->facts;
    *facts = (solow_vcov_facts){.spec = model->vcov, .ssc = &model->ssc, .shape = shape, .least_eigenvalue = NAN};
    if (model->weights != NULL && model->weight_type == SOLOW_WEIGHT_PROBABILITY &&
        model->vcov.kind == SOLOW_VCOV_IID) {
        facts->spec.kind = SOLOW_VCOV_HC1;
        facts->from_iid = true;
    }
    facts->lags = solow_meat_lags(&facts->spec, shape);
    solow_status status = solow_small_sample_of(&facts->spec, facts->ssc, shape, 1, (double)shape->effects_rank,
                                                (double)shape->nobs, &facts->sample, err);
    const solow_meat_problem problem = {
        .spec = &facts->spec, .shape = shape, .sample = &facts->sample, .transform = within};
    return status == SOLOW_OK ? solow_meat_check(&problem, err) : status;
}

static solow_status make_tensor(solow_union *u, solow_error *err)
{
    if (u->facts.spec.kind == SOLOW_VCOV_IID) {
        return SOLOW_OK;
    }
    u->ld = solow_pair_ld(u->basis.rank + u->outcomes);
    u->tensor = solow_arena_doubles(&u->arena, u->ld * u->ld);
    solow_status status =
        u->tensor != NULL ? SOLOW_OK
                          : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "a union of columns: arena of %zu bytes", u->arena.size);
    status = solow_comm_agree(u->run->comm, status, err);
    return status == SOLOW_OK ? solow_tensor_make(u, err) : status;
}

solow_status solow_union_fits(solow_frame *frame, const solow_model *model, ptrdiff_t columns, bool *fits,
                              solow_error *err)
{
    ptrdiff_t pairs = solow_pair_count(columns);
    *fits = columns <= SOLOW_UNION_COLUMNS;
    for (unsigned mask = 1; mask < 1U << model->vcov.cluster.count && *fits; mask++) {
        const solow_factor *key = NULL;
        solow_node *way[SOLOW_CLUSTER_WAYS];
        ptrdiff_t ways = 0;
        for (ptrdiff_t w = 0; w < model->vcov.cluster.count && w < SOLOW_CLUSTER_WAYS; w++) {
            if ((mask >> w & 1U) != 0) {
                way[ways++] = model->vcov.cluster.node[w];
            }
        }
        solow_error local = {0};
        solow_status status = solow_frame_factor_join(frame, ways, way, &key, &local);
        if (status == SOLOW_ERR_MEMORY || status == SOLOW_ERR_IO || status == SOLOW_ERR_INTERNAL) {
            return SOLOW_FAIL(err, status, "%s", local.message);
        }
        *fits = status != SOLOW_OK || key->local || solow_product(key->levels, pairs) <= SOLOW_UNION_KEYED;
    }
    return SOLOW_OK;
}

solow_status solow_union_create(solow_run *run, solow_task *task, solow_union *made, solow_error *err)
{
    solow_error local = {0};
    *made = (solow_union){.run = run, .task = task};
    solow_status status = list_columns(made, err);
    status = status == SOLOW_OK ? make_room(made, err) : status;
    status = solow_comm_agree(run->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sweep_create(run->frame, &task->sample, &task->effects, made->columns, made->column,
                                    &made->sweep, err);
    }
    status = status == SOLOW_OK ? solow_task_shape(run->frame, &made->sweep.absorb, task, err) : status;
    if (status == SOLOW_OK && begin_variance(made, &local) != SOLOW_OK) {
        solow_task_fail(task, &local);
        return SOLOW_OK;
    }
    status = status == SOLOW_OK ? first_pass(made, err) : status;
    if (status == SOLOW_OK && solow_union_basis_is_loose(&made->basis)) {
        status = tighten(made, err);
    }
    status = status == SOLOW_OK ? make_tensor(made, err) : status;
    run->passes += made->sweep.passes;
    run->pass_bytes += made->sweep.bytes;
    run->pass_flops += made->sweep.flops;
    run->pass_seconds += made->sweep.seconds;
    return status;
}

void solow_union_clear(solow_union *made)
{
    solow_sweep_clear(&made->sweep);
    solow_arena_clear(&made->arena);
    free(made->column);
    free(made->place);
}
