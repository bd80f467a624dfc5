/* consumer.c - accumulators of a pass, fed block by block. See consumer.h. */
#include "engine/pass/consumer.h"

#include "kernels/dense/compensated.h"
#include "kernels/dense/gram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool solow_consumers_want_leverage(const solow_consumers *consumers)
{
    for (ptrdiff_t r = 0; r < consumers->count; r++) {
        if (consumers->request[r].want->effect_leverage) {
            return true;
        }
    }
    return false;
}

static bool has_kind(const solow_consumers *consumers, solow_want_kind kind)
{
    for (ptrdiff_t r = 0; r < consumers->count; r++) {
        if (consumers->request[r].want->kind == kind) {
            return true;
        }
    }
    return false;
}

/* The union columns that Grams of this pass touch, in union order. */
static solow_status list_gram_columns(solow_consumers *consumers, solow_error *err)
{
    ptrdiff_t columns = consumers->sweep->columns;
    consumers->gram_column = solow_allocate(columns, sizeof *consumers->gram_column);
    consumers->gram_place = solow_allocate(columns, sizeof *consumers->gram_place);
    if (consumers->gram_column == NULL || consumers->gram_place == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Gram's columns");
    }
    for (ptrdiff_t c = 0; c < columns; c++) {
        consumers->gram_place[c] = -1;
    }
    for (ptrdiff_t r = 0; r < consumers->count; r++) {
        const solow_request *request = &consumers->request[r];
        bool gram = request->want->kind == SOLOW_GRAM || request->want->kind == SOLOW_GRAM_PRECISE;
        for (ptrdiff_t c = 0; gram && c < request->want->columns; c++) {
            consumers->gram_place[request->place[request->want->column[c]]] = 0;
        }
    }
    for (ptrdiff_t c = 0; c < columns; c++) {
        if (consumers->gram_place[c] >= 0) {
            consumers->gram_place[c] = consumers->grams;
            consumers->gram_column[consumers->grams++] = c;
        }
    }
    return SOLOW_OK;
}

static solow_status aligned(ptrdiff_t rows, ptrdiff_t columns, double **memory, solow_error *err)
{
    size_t bytes = solow_bytes(solow_product(rows, columns), sizeof(double));
    void *made = NULL;
    if (bytes > PTRDIFF_MAX || posix_memalign(&made, 64, bytes + 64) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td columns of a block", columns);
    }
    *memory = made;
    return SOLOW_OK;
}

static bool is_raw(const solow_consumers *consumers)
{
    solow_transform_kind kind = consumers->request[0].want->transform.kind;
    return kind == SOLOW_TRANSFORM_NONE || (kind == SOLOW_TRANSFORM_WITHIN && consumers->sweep->effects->count == 0);
}

static solow_status open_grams(solow_consumers *consumers, const solow_block *block, solow_error *err)
{
    ptrdiff_t rows = block->most_rows;
    const solow_frame *frame = consumers->sweep->frame;
    solow_status status = list_gram_columns(consumers, err);
    ptrdiff_t cells = consumers->grams * consumers->grams;
    if (status == SOLOW_OK && consumers->grams < consumers->sweep->columns) {
        status = aligned(rows, consumers->grams, &consumers->gram_x, err);
    }
    if (status == SOLOW_OK && has_kind(consumers, SOLOW_GRAM)) {
        status = solow_sum_create_shared(frame->comm, &frame->layout, cells, 1, SOLOW_SUM_PLAIN, &consumers->gram, err);
    }
    if (status == SOLOW_OK && has_kind(consumers, SOLOW_GRAM_PRECISE)) {
        status = solow_sum_create_shared(frame->comm, &frame->layout, 2 * cells, 1, SOLOW_SUM_PRECISE,
                                         &consumers->precise, err);
        consumers->exact = is_raw(consumers);
    }
    if (status == SOLOW_OK && consumers->exact) {
        status = solow_exact_gram_open(block, consumers->grams, consumers->gram_column, &consumers->low, err);
    }
    return status;
}

static solow_status open_consumer(const solow_frame *frame, const solow_request *request, solow_consumer *consumer,
                                  solow_error *err)
{
    const solow_want *want = request->want;
    consumer->key = solow_allocate(request->keys, sizeof *consumer->key);
    if (consumer->key == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for keys");
    }
    ptrdiff_t doubles = want->sums;
    if (want->kind == SOLOW_KEYED) {
        doubles = solow_product(request->key[want->key]->levels, want->sums);
    }
    consumer->width = want->columns + request->keys;
    if (want->kind == SOLOW_UNIT || want->kind == SOLOW_KEYED) {
        return solow_sum_create(frame->comm, &frame->layout, doubles, SOLOW_SUM_PLAIN, &consumer->sum, err);
    }
    return SOLOW_OK;
}

solow_status solow_consumers_open(solow_consumers *consumers, const solow_block *block, solow_error *err)
{
    ptrdiff_t widest = 0, values = 0;
    solow_status status = SOLOW_OK;
    consumers->consumer = solow_allocate_zeroed(consumers->count, sizeof *consumers->consumer);
    if (consumers->consumer == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a pass");
    }
    for (ptrdiff_t r = 0; r < consumers->count && status == SOLOW_OK; r++) {
        const solow_want *want = consumers->request[r].want;
        widest = want->columns > widest ? want->columns : widest;
        bool rows = want->kind == SOLOW_KEYED || want->kind == SOLOW_MAP;
        values = rows && want->sums > values ? want->sums : values;
        status = open_consumer(consumers->sweep->frame, &consumers->request[r], &consumers->consumer[r], err);
    }
    if (status == SOLOW_OK) {
        status = open_grams(consumers, block, err);
    }
    if (status == SOLOW_OK) {
        status = aligned(block->most_rows, widest, &consumers->view_x, err);
    }
    if (status == SOLOW_OK) {
        status = aligned(block->most_rows, values, &consumers->values, err);
    }
    if (status == SOLOW_OK) {
        status = aligned(block->most_rows, 1, &consumers->leverage, err);
    }
    return status;
}

/* Adds the block to the union Grams. */
static solow_status take_grams(solow_consumers *consumers, const solow_block *block, int64_t number, solow_error *err)
{
    const solow_view *view = &block->view;
    const double *x = view->x;
    ptrdiff_t columns = consumers->grams;
    if (columns < view->columns) {
        for (ptrdiff_t c = 0; c < columns; c++) {
            memcpy(consumers->gram_x + c * view->ld, view->x + consumers->gram_column[c] * view->ld,
                   solow_bytes(view->ld, sizeof *x));
        }
        x = consumers->gram_x;
    }
    double *into = consumers->gram != NULL ? solow_sum_block(consumers->gram, number) : NULL;
    double *precise = consumers->precise != NULL ? solow_sum_block(consumers->precise, number) : NULL;
    if ((consumers->gram != NULL && into == NULL) || (consumers->precise != NULL && precise == NULL)) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Gram");
    }
    if (into != NULL) {
        solow_gram(view->rows, columns, x, view->ld, view->weight, into);
    }
    if (precise != NULL) {
        solow_gram_precise(view->rows, columns, x, view->ld, view->weight, precise, precise + columns * columns);
    }
    if (precise != NULL && consumers->exact) {
        solow_exact_gram_add(&consumers->low, block, x, precise);
    }
    return SOLOW_OK;
}

/* The consumer's own columns: a window of the block if they are neighbours there, else a copy. */
static void own_columns(solow_consumers *consumers, const solow_request *request, const solow_view *view,
                        solow_view *own)
{
    const solow_want *want = request->want;
    bool window = true;
    for (ptrdiff_t c = 1; c < want->columns; c++) {
        window = window && request->place[want->column[c]] == request->place[want->column[0]] + c;
    }
    *own = *view;
    own->columns = want->columns;
    if (want->columns > 0 && window) {
        own->x = view->x + request->place[want->column[0]] * view->ld;
        return;
    }
    for (ptrdiff_t c = 0; c < want->columns; c++) {
        memcpy(consumers->view_x + c * view->ld, view->x + request->place[want->column[c]] * view->ld,
               solow_bytes(view->ld, sizeof(double)));
    }
    own->x = consumers->view_x;
}

static solow_status take_keyed(const solow_request *request, solow_consumer *consumer, const solow_view *view,
                               int64_t number, const double *values, solow_error *err)
{
    const solow_want *want = request->want;
    const int32_t *code = consumer->key[want->key];
    double *into = solow_sum_block(consumer->sum, number);
    if (into == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for sums over `%s`", request->key[want->key]->name);
    }
    for (ptrdiff_t i = 0; i < view->rows; i++) {
        for (ptrdiff_t s = 0; view->present[i] && s < want->sums; s++) {
            into[code[i] * want->sums + s] += values[s * view->ld + i];
        }
    }
    return SOLOW_OK;
}

static solow_status take_gathered(const solow_request *request, solow_consumer *consumer, const solow_view *view,
                                  solow_error *err)
{
    for (ptrdiff_t i = 0; i < view->rows; i++) {
        if (!view->present[i]) {
            continue;
        }
        if (consumer->gathered_rows == consumer->gathered_capacity) {
            ptrdiff_t capacity = 2 * consumer->gathered_capacity + 1024;
            double *grown = solow_resize(consumer->gathered, solow_product(capacity, consumer->width), sizeof *grown);
            if (grown == NULL) {
                return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to bring %td rows together", capacity);
            }
            consumer->gathered = grown;
            consumer->gathered_capacity = capacity;
        }
        double *row = consumer->gathered + consumer->gathered_rows++ * consumer->width;
        for (ptrdiff_t c = 0; c < view->columns; c++) {
            row[c] = view->x[c * view->ld + i];
        }
        for (ptrdiff_t k = 0; k < request->keys; k++) {
            row[view->columns + k] = consumer->key[k][i];
        }
    }
    return SOLOW_OK;
}

static void take_map(const solow_request *request, const solow_view *view, ptrdiff_t begin, const double *values)
{
    for (ptrdiff_t s = 0; s < request->want->sums; s++) {
        double *column = request->saved[s]->number + begin;
        for (ptrdiff_t i = 0; i < view->rows; i++) {
            column[i] = view->present[i] ? values[s * view->ld + i] : NAN;
        }
    }
}

static solow_status take_one(solow_consumers *consumers, ptrdiff_t r, const solow_view *view, int64_t number,
                             solow_error *err)
{
    solow_request *request = &consumers->request[r];
    solow_consumer *consumer = &consumers->consumer[r];
    const solow_want *want = request->want;
    ptrdiff_t begin = (ptrdiff_t)(view->first_row - consumers->sweep->frame->layout.first_row);
    solow_view own;
    own_columns(consumers, request, view, &own);
    for (ptrdiff_t k = 0; k < request->keys; k++) {
        consumer->key[k] = request->key[k]->code + begin;
    }
    own.keys = request->keys;
    own.key = consumer->key;
    own.effect_leverage = want->effect_leverage ? consumers->leverage : NULL;
    if (want->kind == SOLOW_UNIT) {
        double *into = solow_sum_block(consumer->sum, number);
        if (into == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for sums of a pass");
        }
        want->unit(want->context, &own, into);
        return SOLOW_OK;
    }
    if (want->kind == SOLOW_GATHER) {
        return take_gathered(request, consumer, &own, err);
    }
    memset(consumers->values, 0, solow_bytes(want->sums * view->ld, sizeof(double)));
    want->rows(want->context, &own, consumers->values);
    if (want->kind == SOLOW_MAP) {
        take_map(request, &own, begin, consumers->values);
        return SOLOW_OK;
    }
    return take_keyed(request, consumer, &own, number, consumers->values, err);
}

solow_status solow_consumers_take(solow_consumers *consumers, solow_block *block, int64_t number, solow_error *err)
{
    const solow_view *view = &block->view;
    solow_status status = SOLOW_OK;
    ptrdiff_t counted = view->present == block->ones ? view->rows : 0;
    for (ptrdiff_t i = 0; i < view->rows && view->present != block->ones; i++) {
        counted += view->present[i];
    }
    consumers->rows += counted;
    if (consumers->grams > 0) {
        status = take_grams(consumers, block, number, err);
    }
    for (ptrdiff_t r = 0; r < consumers->count && status == SOLOW_OK; r++) {
        solow_want_kind kind = consumers->request[r].want->kind;
        if (kind != SOLOW_GRAM && kind != SOLOW_GRAM_PRECISE) {
            status = take_one(consumers, r, view, number, err);
        }
    }
    return status;
}

/* A model's Gram read off the union's, mirrored. */
static void pick(const solow_consumers *consumers, const solow_request *request, const double *all, double *gram)
{
    const solow_want *want = request->want;
    ptrdiff_t k = want->columns, n = consumers->grams;
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < k; i++) {
            ptrdiff_t a = consumers->gram_place[request->place[want->column[i]]];
            ptrdiff_t b = consumers->gram_place[request->place[want->column[j]]];
            gram[j * k + i] = a <= b ? all[b * n + a] : all[a * n + b];
        }
    }
}

static solow_status finish_grams(solow_consumers *consumers, solow_want_kind kind, solow_sum *sum, solow_error *err)
{
    ptrdiff_t cells = consumers->grams * consumers->grams, halves = kind == SOLOW_GRAM ? 1 : 2;
    if (sum == NULL) {
        return SOLOW_OK;
    }
    double *all = solow_allocate(halves * cells, sizeof *all);
    solow_status status = all != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Gram");
    status = solow_comm_agree(consumers->sweep->frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(sum, all, err);
    }
    for (ptrdiff_t r = 0; r < consumers->count && status == SOLOW_OK; r++) {
        solow_request *request = &consumers->request[r];
        if (request->want->kind != kind) {
            continue;
        }
        ptrdiff_t own = request->want->columns * request->want->columns;
        request->result = solow_allocate(halves * own, sizeof *request->result);
        if (request->result == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a Gram");
            break;
        }
        for (ptrdiff_t h = 0; h < halves; h++) {
            pick(consumers, request, all + h * cells, request->result + h * own);
        }
    }
    free(all);
    return status;
}

/* Every rank's gathered rows, as columns. */
static solow_status finish_gathered(solow_consumers *consumers, solow_request *request, solow_consumer *consumer,
                                    solow_error *err)
{
    solow_comm *comm = consumers->sweep->frame->comm;
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *all = NULL;
    solow_status status =
        offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to bring rows together");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        size_t bytes = solow_bytes(consumer->gathered_rows * consumer->width, sizeof(double));
        status = solow_comm_allgather(comm, consumer->gathered, bytes, &all, offset, err);
    }
    if (status == SOLOW_OK) {
        ptrdiff_t doubles = (ptrdiff_t)(offset[solow_comm_size(comm)] / sizeof(double));
        ptrdiff_t rows = consumer->width > 0 ? doubles / consumer->width : 0;
        const double *row = all;
        request->rows = rows;
        request->result = solow_allocate(doubles, sizeof *request->result);
        status = request->result != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td rows", rows);
        for (ptrdiff_t i = 0; i < rows && status == SOLOW_OK; i++) {
            for (ptrdiff_t c = 0; c < consumer->width; c++) {
                request->result[c * rows + i] = row[i * consumer->width + c];
            }
        }
    }
    free(all);
    free(offset);
    return status;
}

static solow_status finish_one(solow_consumers *consumers, ptrdiff_t r, solow_error *err)
{
    solow_request *request = &consumers->request[r];
    solow_consumer *consumer = &consumers->consumer[r];
    const solow_want *want = request->want;
    if (want->kind == SOLOW_GATHER) {
        return finish_gathered(consumers, request, consumer, err);
    }
    if (want->kind != SOLOW_UNIT && want->kind != SOLOW_KEYED) {
        return SOLOW_OK;
    }
    ptrdiff_t doubles = want->kind == SOLOW_KEYED ? request->key[want->key]->levels * want->sums : want->sums;
    request->result = solow_allocate(doubles, sizeof *request->result);
    solow_status status =
        request->result != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td sums", doubles);
    status = solow_comm_agree(consumers->sweep->frame->comm, status, err);
    return status == SOLOW_OK ? solow_sum_finish(consumer->sum, request->result, err) : status;
}

solow_status solow_consumers_finish(solow_consumers *consumers, solow_error *err)
{
    int64_t rows = consumers->rows;
    solow_status status = solow_comm_sum_int64(consumers->sweep->frame->comm, &rows, 1, err);
    for (ptrdiff_t r = 0; r < consumers->count && status == SOLOW_OK; r++) {
        consumers->request[r].rows = rows;
    }
    if (status == SOLOW_OK) {
        status = finish_grams(consumers, SOLOW_GRAM, consumers->gram, err);
    }
    if (status == SOLOW_OK) {
        status = finish_grams(consumers, SOLOW_GRAM_PRECISE, consumers->precise, err);
    }
    for (ptrdiff_t r = 0; r < consumers->count && status == SOLOW_OK; r++) {
        status = finish_one(consumers, r, err);
    }
    return solow_comm_agree(consumers->sweep->frame->comm, status, err);
}

void solow_consumers_clear(solow_consumers *consumers)
{
    for (ptrdiff_t r = 0; consumers->consumer != NULL && r < consumers->count; r++) {
        solow_sum_destroy(consumers->consumer[r].sum);
        free(consumers->consumer[r].gathered);
        free(consumers->consumer[r].key);
    }
    free(consumers->consumer);
    solow_sum_destroy(consumers->gram);
    solow_sum_destroy(consumers->precise);
    free(consumers->gram_column);
    free(consumers->gram_place);
    free(consumers->gram_x);
    solow_exact_gram_clear(&consumers->low);
    free(consumers->view_x);
    free(consumers->values);
    free(consumers->leverage);
}
