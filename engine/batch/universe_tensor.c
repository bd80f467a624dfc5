/* universe_tensor.c - see universe_tensor.h.
 *
 *   (1) hc0, hc1          a row is a cluster: w z z', under frequency weights sqrt(w) z z'
 *   (2) cluster           sum over the rows of each level of w z z'; several ways by inclusion - exclusion
 *   (3) newey_west        windows of L + 1 calendar periods inside a unit, also those that overhang at both ends: the
 *                         products of all of them, divided by L + 1, are the Bartlett sum of lags 0 .. L
 *   (4) driscoll_kraay    the same windows over the sums of each period
 */
#include "engine/batch/universe_tensor.h"

#include "kernels/dense/gram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

solow_status solow_tensor_work_init(const solow_union *u, solow_tensor_work *work, solow_error *err)
{
    const solow_frame *frame = u->run->frame;
    ptrdiff_t rows = 8, m = u->basis.rank + u->outcomes;
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t own = frame->block_start[b + 1] - frame->block_start[b];
        rows = own > rows ? own : rows;
    }
    rows = (rows + 7) / 8 * 8;
    *work = (solow_tensor_work){.united = u,
                                .width = m,
                                .frequency = u->task->model->weights != NULL &&
                                             u->task->model->weight_type == SOLOW_WEIGHT_FREQUENCY};
    size_t bytes = 2 * solow_arena_need(solow_product(rows, m), sizeof(double)) +
                   solow_arena_need(m * m, sizeof(double)) + solow_pair_chunk_need(m);
    solow_status status = solow_arena_init(&work->arena, bytes, err);
    if (status == SOLOW_OK) {
        work->z = solow_arena_doubles(&work->arena, rows * m);
        work->other = solow_arena_doubles(&work->arena, rows * m);
        work->block = solow_arena_doubles(&work->arena, m * m);
        status = solow_pair_chunk_init(m, &work->arena, &work->chunk, err);
    }
    return status;
}

void solow_tensor_work_clear(solow_tensor_work *work)
{
    solow_arena_clear(&work->arena);
}

static void turn(const solow_tensor_work *work, const solow_view *view)
{
    solow_union_basis_rows(&work->united->basis, view->rows, view->x, view->ld, work->z, work->other);
}

void solow_tensor_gram(const void *context, const solow_view *view, double *sums)
{
    const solow_tensor_work *work = context;
    turn(work, view);
    solow_gram(view->rows, work->width, work->z, view->ld, view->weight, sums);
}

/* The pair Gram of consecutive rows, as one cluster. */
static void add_rows(const solow_tensor_work *work, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                     double *packed)
{
    ptrdiff_t m = work->width;
    memset(work->block, 0, solow_bytes(m * m, sizeof *work->block));
    solow_gram(rows, m, work->z + first, view->ld, view->weight != NULL ? view->weight + first : NULL, work->block);
    solow_pair_pack(m, work->block, 1, packed);
}

static double factor_of(const solow_tensor_work *work, const solow_view *view, ptrdiff_t row)
{
    double w = view->weight != NULL ? view->weight[row] : 1;
    return work->frequency ? sqrt(w) : w;
}

/* (1) */
static void row_unit(const void *context, const solow_view *view, double *sums)
{
    const solow_tensor_work *work = context;
    solow_pair_chunk chunk = work->chunk;
    turn(work, view);
    for (ptrdiff_t i = 0; i < view->rows; i++) {
        if (view->present[i] != 0) {
            solow_pair_outer(work->width, work->z + i, view->ld, factor_of(work, view, i), solow_pair_open(&chunk));
            solow_pair_close(&chunk, sums);
        }
    }
    solow_pair_flush(&chunk, sums);
}

/* Whether the present rows of a unit come cluster by cluster. */
static bool comes_in_runs(const solow_view *view, const int32_t *code, ptrdiff_t from, ptrdiff_t to)
{
    int32_t last = INT32_MIN;
    for (ptrdiff_t i = from; i < to; i++) {
        if (view->present[i] != 0) {
            if (code[i] < last) {
                return false;
            }
            last = code[i];
        }
    }
    return true;
}

/* Row after the run that begins at `first`: absent rows are zero in every column and belong to any run. */
static ptrdiff_t end_of_run(const solow_view *view, const int32_t *code, ptrdiff_t first, ptrdiff_t to)
{
    ptrdiff_t i = first;
    while (i < to && (view->present[i] == 0 || code[i] == code[first])) {
        i++;
    }
    return i;
}

static void add_scattered(const solow_tensor_work *work, const solow_view *view, ptrdiff_t from, ptrdiff_t to,
                          solow_pair_chunk *chunk, double *sums)
{
    const int32_t *code = view->key[work->key];
    for (ptrdiff_t i = from; i < to; i++) {
        bool seen = view->present[i] == 0;
        for (ptrdiff_t h = from; h < i && !seen; h++) {
            seen = view->present[h] != 0 && code[h] == code[i];
        }
        for (ptrdiff_t r = i; r < to && !seen; r++) {
            if (view->present[r] != 0 && code[r] == code[i]) {
                add_rows(work, view, r, 1, solow_pair_open(chunk));
            }
        }
        if (!seen) {
            solow_pair_close(chunk, sums);
        }
    }
}

/* (2) for clusters that lie inside one unit. */
static void cluster_unit(const void *context, const solow_view *view, double *sums)
{
    const solow_tensor_work *work = context;
    const int32_t *code = view->key[work->key];
    solow_pair_chunk chunk = work->chunk;
    turn(work, view);
    for (ptrdiff_t u = 0; u < view->units; u++) {
        ptrdiff_t from = view->unit_start[u], to = view->unit_start[u + 1];
        if (!comes_in_runs(view, code, from, to)) {
            add_scattered(work, view, from, to, &chunk, sums);
            continue;
        }
        while (from < to) {
            if (view->present[from] == 0) {
                from++;
                continue;
            }
            ptrdiff_t end = end_of_run(view, code, from, to);
            add_rows(work, view, from, end - from, solow_pair_open(&chunk));
            solow_pair_close(&chunk, sums);
            from = end;
        }
    }
    solow_pair_flush(&chunk, sums);
}

/* (3): the window that ends at a period holds the rows of that period and the L before it. */
static void window_unit(const void *context, const solow_view *view, double *sums)
{
    const solow_tensor_work *work = context;
    int lags = work->united->facts.lags;
    solow_pair_chunk chunk = work->chunk;
    turn(work, view);
    for (ptrdiff_t u = 0; u < view->units; u++) {
        ptrdiff_t from = view->unit_start[u], to = view->unit_start[u + 1], first = from, end = from;
        for (int64_t t = view->time[from]; t <= (int64_t)view->time[to - 1] + lags; t++) {
            while (end < to && view->time[end] <= t) {
                end++;
            }
            while (first < end && view->time[first] < t - lags) {
                first++;
            }
            if (first < end) {
                add_rows(work, view, first, end - first, solow_pair_open(&chunk));
                solow_pair_close(&chunk, sums);
            } else if (end < to) { /* a gap longer than the lags */
                t = (int64_t)view->time[end] - 1;
            }
        }
    }
    solow_pair_flush(&chunk, sums);
}

/* KEYED: the pair Gram of each row. */
static void pair_rows(const void *context, const solow_view *view, double *values)
{
    const solow_tensor_work *work = context;
    turn(work, view);
    for (ptrdiff_t j = 0; j < work->width; j++) {
        const double *a = work->z + j * view->ld;
        for (ptrdiff_t i = 0; i <= j; i++, values += view->ld) {
            const double *b = work->z + i * view->ld;
            for (ptrdiff_t r = 0; r < view->rows; r++) {
                values[r] = a[r] * b[r] * (view->weight != NULL ? view->weight[r] : 1);
            }
        }
    }
}

/* Sums by level, packed one after the other, as clusters. */
static void add_levels(solow_tensor_work *work, const double *packed, ptrdiff_t levels, double *tensor)
{
    ptrdiff_t pairs = solow_pair_count(work->width);
    for (ptrdiff_t g = 0; g < levels; g++) {
        memcpy(solow_pair_open(&work->chunk), packed + g * pairs, solow_bytes(pairs, sizeof *packed));
        solow_pair_close(&work->chunk, tensor);
    }
    solow_pair_flush(&work->chunk, tensor);
}

/* (4) */
static void add_periods(solow_tensor_work *work, const double *packed, ptrdiff_t periods, double *tensor)
{
    ptrdiff_t pairs = solow_pair_count(work->width), lags = work->united->facts.lags;
    for (ptrdiff_t t = 0; t < periods + lags; t++) {
        double *sum = solow_pair_open(&work->chunk);
        for (ptrdiff_t s = t > lags ? t - lags : 0; s <= t && s < periods; s++) {
            for (ptrdiff_t p = 0; p < pairs; p++) {
                sum[p] += packed[s * pairs + p];
            }
        }
        solow_pair_close(&work->chunk, tensor);
    }
    solow_pair_flush(&work->chunk, tensor);
}

static solow_want want_of(const solow_union *u, const solow_tensor_work *work, ptrdiff_t term)
{
    solow_want want = {.kind = SOLOW_UNIT,
                       .transform = {.kind = SOLOW_TRANSFORM_WITHIN},
                       .columns = u->columns,
                       .column = u->place,
                       .sums = u->ld * u->ld,
                       .context = work};
    const solow_small_sample *s = &u->facts.sample;
    bool keyed = u->facts.spec.kind == SOLOW_VCOV_DRISCOLL_KRAAY;
    switch (u->facts.spec.kind) {
    case SOLOW_VCOV_CLUSTER:
        want.unit = cluster_unit;
        want.key = s->key[term];
        keyed = !u->task->shape.key[want.key].local;
        break;
    case SOLOW_VCOV_NEWEY_WEST:
        want.unit = window_unit;
        break;
    case SOLOW_VCOV_DRISCOLL_KRAAY:
        want.key = u->task->keys - 1;
        break;
    default:
        want.unit = row_unit;
        break;
    }
    if (keyed) {
        want.kind = SOLOW_KEYED;
        want.sums = solow_pair_count(work->width);
        want.rows = pair_rows;
    }
    return want;
}

/* One term into the tensor. */
static void take_term(solow_union *u, solow_tensor_work *work, const solow_request *request, double factor, double *own)
{
    bool time = u->facts.spec.kind == SOLOW_VCOV_DRISCOLL_KRAAY;
    const double *from = request->result;
    if (request->want->kind == SOLOW_KEYED) {
        ptrdiff_t levels = (ptrdiff_t)u->task->shape.key[request->want->key].levels;
        memset(own, 0, solow_bytes(u->ld * u->ld, sizeof *own));
        if (time) {
            add_periods(work, from, levels, own);
        } else {
            add_levels(work, from, levels, own);
        }
        from = own;
    }
    for (ptrdiff_t i = 0; i < u->ld * u->ld; i++) {
        u->tensor[i] += factor * from[i];
    }
}

/* Sign of a term, and what its factor is beside the first one's: the factors of the rule depend on K alike. */
static double weight_of(const solow_union *u, ptrdiff_t term)
{
    const solow_small_sample *s = &u->facts.sample;
    double ratio = s->factor[term] / s->factor[0];
    bool windows = u->facts.spec.kind == SOLOW_VCOV_NEWEY_WEST || u->facts.spec.kind == SOLOW_VCOV_DRISCOLL_KRAAY;
    return s->sign[term] * (isfinite(ratio) ? ratio : 1) / (windows ? u->facts.lags + 1 : 1);
}

solow_status solow_tensor_make(solow_union *u, solow_error *err)
{
    ptrdiff_t terms = u->facts.sample.terms;
    solow_tensor_work work[SOLOW_CLUSTER_TERMS] = {{0}};
    solow_want want[SOLOW_CLUSTER_TERMS];
    solow_request request[SOLOW_CLUSTER_TERMS] = {{0}};
    double *own = solow_allocate(u->ld * u->ld, sizeof *own);
    solow_status status = own != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a tensor");
    memset(u->tensor, 0, solow_bytes(u->ld * u->ld, sizeof *u->tensor));
    for (ptrdiff_t t = 0; t < terms && status == SOLOW_OK; t++) {
        status = solow_tensor_work_init(u, &work[t], err);
        want[t] = want_of(u, &work[t], t);
        work[t].key = want[t].key;
        request[t] = (solow_request){.want = &want[t], .place = u->place, .keys = u->task->keys, .key = u->task->key};
    }
    status = solow_comm_agree(u->run->comm, status, err);
    status = status == SOLOW_OK ? solow_pass_run(&u->sweep, terms, request, err) : status;
    for (ptrdiff_t t = 0; t < terms; t++) {
        if (status == SOLOW_OK) {
            take_term(u, &work[t], &request[t], weight_of(u, t), own);
        }
        free(request[t].result);
        solow_tensor_work_clear(&work[t]);
    }
    free(own);
    return status;
}
