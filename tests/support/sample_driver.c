/* sample_driver.c - see sample_driver.h. */
#include "tests/support/sample_driver.h"

#include "tests/support/sample_frame.h"

#include "kernels/dense/compensated.h"
#include "kernels/dense/gram.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *take(ptrdiff_t count, size_t size)
{
    void *room = calloc((size_t)count + 1, size);
    ck_assert_ptr_nonnull(room);
    return room;
}

typedef struct columns { /* one want's columns over the whole frame, transformed */
    double *x;
    uint8_t *left;
    int64_t rows;
} columns;

static columns transform_columns(const sample_frame *f, const solow_want *want)
{
    columns c = {take(f->rows * want->columns, sizeof(double)), take(f->rows, 1), 0};
    memcpy(c.left, f->present, (size_t)f->rows);
    for (ptrdiff_t j = 0; j < want->columns; j++) {
        sample_transform(f, want->column[j], want->transform, c.x + j * f->rows, c.left);
    }
    for (ptrdiff_t i = 0; i < f->rows; i++) {
        c.rows += c.left[i];
    }
    return c;
}

/* The view of one block: padded columns, offsets from its first row. */
typedef struct block_view {
    solow_view view;
    double *x, *weight;
    ptrdiff_t *unit_start;
    const int32_t *key[SAMPLE_KEYS];
} block_view;

static void open_block(sample_frame *f, const solow_want *want, const columns *c, ptrdiff_t b, block_view *v)
{
    ptrdiff_t first = f->unit_start[f->block[b]], rows = f->unit_start[f->block[b + 1]] - first;
    ptrdiff_t ld = (rows + 7) / 8 * 8, units = f->block[b + 1] - f->block[b];
    bool one = want->transform.kind == SOLOW_TRANSFORM_BETWEEN;
    v->x = take(ld * want->columns, sizeof *v->x);
    v->weight = take(ld, sizeof *v->weight);
    v->unit_start = take(units + 1, sizeof *v->unit_start);
    for (ptrdiff_t j = 0; j < want->columns; j++) {
        memcpy(v->x + j * ld, c->x + j * f->rows + first, (size_t)rows * sizeof *v->x);
    }
    for (ptrdiff_t i = 0; i < rows && f->weight != NULL; i++) {
        v->weight[i] = !c->left[first + i] ? 0 : one ? 1 : f->weight[first + i];
    }
    for (ptrdiff_t u = 0; u <= units; u++) {
        v->unit_start[u] = f->unit_start[f->block[b] + u] - first;
    }
    for (ptrdiff_t k = 0; k < f->shape.keys; k++) {
        v->key[k] = f->key[k] + first;
    }
    v->view = (solow_view){.rows = rows,
                           .columns = want->columns,
                           .ld = ld,
                           .x = v->x,
                           .weight = f->weight != NULL ? v->weight : NULL,
                           .present = c->left + first,
                           .unit = f->model->unit != NULL ? f->unit + first : NULL,
                           .time = f->model->time != NULL ? f->time + first : NULL,
                           .units = units,
                           .unit_start = v->unit_start,
                           .keys = f->shape.keys,
                           .key = v->key,
                           .effect_leverage = want->effect_leverage ? sample_leverage(f) + first : NULL,
                           .first_row = first};
}

static void close_block(block_view *v)
{
    free(v->x);
    free(v->weight);
    free(v->unit_start);
}

static void answer_block(const sample_frame *f, const solow_want *want, const solow_view *view, double *result,
                         double *saved)
{
    ptrdiff_t p = want->columns;
    double *values = take(view->ld * (want->sums + 1), sizeof *values);
    if (want->kind == SOLOW_GRAM) {
        solow_gram(view->rows, p, view->x, view->ld, view->weight, result);
    } else if (want->kind == SOLOW_GRAM_PRECISE) {
        solow_gram_precise(view->rows, p, view->x, view->ld, view->weight, result, result + p * p);
    } else if (want->kind == SOLOW_UNIT) {
        want->unit(want->context, view, result);
    } else {
        want->rows(want->context, view, values);
        for (ptrdiff_t i = 0; i < view->rows; i++) {
            for (ptrdiff_t s = 0; s < want->sums; s++) {
                double value = values[s * view->ld + i];
                ck_assert(view->present[i] || value == 0);
                if (want->kind == SOLOW_KEYED && view->present[i]) {
                    result[view->key[want->key][i] * want->sums + s] += value;
                } else if (want->kind == SOLOW_MAP && s == 0 && saved != NULL) {
                    saved[view->first_row + i] = view->present[i] ? value : NAN;
                }
            }
        }
    }
    (void)f;
    free(values);
}

static double *answer(sample_frame *f, const solow_want *want, int64_t *rows, double *saved)
{
    columns c = transform_columns(f, want);
    ptrdiff_t p = want->columns, size = want->kind == SOLOW_KEYED
                                            ? (ptrdiff_t)f->shape_key[want->key].levels * want->sums
                                        : want->kind == SOLOW_GRAM         ? p * p
                                        : want->kind == SOLOW_GRAM_PRECISE ? 2 * p * p
                                                                           : want->sums;
    double *result = take(size, sizeof *result);
    for (ptrdiff_t b = 0; b < f->blocks; b++) {
        block_view v = {0};
        open_block(f, want, &c, b, &v);
        answer_block(f, want, &v.view, result, saved);
        close_block(&v);
    }
    for (ptrdiff_t g = 0; g < (want->kind == SOLOW_GRAM ? 1 : want->kind == SOLOW_GRAM_PRECISE ? 2 : 0); g++) {
        solow_mirror_upper(p, result + g * p * p);
    }
    *rows = c.rows;
    free(c.x);
    free(c.left);
    return result;
}

solow_ssc_spec sample_ssc(const char *name)
{
    solow_ssc_spec ssc = {.k = SOLOW_K_NESTED, .g = SOLOW_G_MIN, .df = SOLOW_DF_MIN_G};
    static char names[8][16];
    static const char *const known[] = {"fixest", "reghdfe", "xtreg", "areg", "cgm", "sandwich", "plm", "none"};
    for (int i = 0; i < 8; i++) {
        if (strcmp(known[i], name) == 0) {
            snprintf(names[i], sizeof names[i], "%s", name);
            ssc.name = names[i];
        }
    }
    if (strcmp(name, "areg") == 0) {
        ssc.k = SOLOW_K_ALL;
    } else if (strcmp(name, "cgm") == 0 || strcmp(name, "sandwich") == 0) {
        ssc.g = SOLOW_G_EACH;
        ssc.k = strcmp(name, "sandwich") == 0 ? SOLOW_K_ALL : SOLOW_K_NESTED;
        ssc.hac = strcmp(name, "sandwich") == 0 ? SOLOW_HAC_ROWS : SOLOW_HAC_PERIODS;
    } else if (strcmp(name, "plm") == 0 || strcmp(name, "none") == 0) {
        ssc = (solow_ssc_spec){.name = ssc.name,
                               .k = SOLOW_K_NONE,
                               .g = SOLOW_G_NONE,
                               .df = SOLOW_DF_RESIDUAL,
                               .rows = SOLOW_ROWS_NONE,
                               .hac = SOLOW_HAC_NONE};
    }
    return ssc;
}

/* The model's mapping, as job reading would hand it on: option names and values. */
typedef struct option_tree {
    solow_yaml mapping, key[4], value[4], *keys[4], *values[4];
} option_tree;

static const solow_yaml *build_options(const sample_model *m, option_tree *tree)
{
    ptrdiff_t n = 0;
    memset(tree, 0, sizeof *tree);
    for (; n < 4 && m->option[2 * n] != NULL; n++) {
        tree->key[n] = (solow_yaml){.kind = SOLOW_YAML_SCALAR, .text = (char *)m->option[2 * n]};
        tree->value[n] = (solow_yaml){.kind = SOLOW_YAML_SCALAR, .text = (char *)m->option[2 * n + 1]};
        tree->keys[n] = &tree->key[n];
        tree->values[n] = &tree->value[n];
    }
    tree->mapping = (solow_yaml){.kind = SOLOW_YAML_MAPPING, .count = n, .item = tree->values, .key = tree->keys};
    return &tree->mapping;
}

static solow_model model_of(const sample_model *m, solow_node *dummy)
{
    static char residuals[] = "residuals";
    static char *save[] = {residuals};
    solow_model model = {.vcov = m->vcov, .ssc = m->ssc, .level = 0.95, .weight_type = m->weight_type};
    model.weights = m->weights != NULL ? dummy : NULL;
    model.save = m->save ? save : NULL;
    model.save_count = m->save ? 1 : 0;
    if (model.ssc.name == NULL) {
        model.ssc = sample_ssc("fixest");
    }
    while (model.vcov.cluster.count < 4 && m->cluster[model.vcov.cluster.count] != NULL) {
        model.vcov.cluster.count++;
    }
    return model;
}

static solow_status drive(sample_frame *f, const solow_model *model, const solow_estimator *estimator,
                          solow_arena *arena, sample_result *r)
{
    void *state = NULL;
    solow_wants wants = {0};
    solow_status status = estimator->begin(model, &f->shape, arena, &state, &wants, &r->error);
    for (int pass = 0; status == SOLOW_OK && wants.count > 0; pass++) {
        solow_stats stats = {.count = wants.count};
        double *result[SOLOW_WANTS];
        ck_assert(pass < 200);
        for (ptrdiff_t w = 0; w < wants.count; w++) {
            result[w] = answer(f, &wants.want[w], &stats.rows[w], r->saved);
            stats.result[w] = result[w];
        }
        solow_wants next = {0};
        status = estimator->step(state, &stats, &next, &r->error);
        for (ptrdiff_t w = 0; w < wants.count; w++) {
            free(result[w]);
        }
        wants = next;
    }
    if (status == SOLOW_OK) {
        status = estimator->report(state, &r->record, &r->error);
    }
    if (estimator->end != NULL && state != NULL) {
        estimator->end(state);
    }
    return status;
}

enum { CANARY = 4096, CANARY_BYTE = 0xa5 };

/* An arena of exactly so many bytes: NaN inside, canaries on both sides. */
static unsigned char *open_arena(size_t bytes, solow_arena *arena)
{
    unsigned char *memory = NULL;
    ck_assert_int_eq(posix_memalign((void **)&memory, 64, bytes + 2 * CANARY), 0);
    memset(memory, CANARY_BYTE, bytes + 2 * CANARY);
    memset(memory + CANARY, 0xff, bytes);
    *arena = (solow_arena){.memory = memory + CANARY, .size = bytes};
    return memory;
}

static void close_arena(unsigned char *memory, const solow_arena *arena)
{
    static const unsigned char untouched = CANARY_BYTE;
    size_t before = 0, behind = 0;
    for (size_t i = 0; i < CANARY; i++) {
        before += memory[i] != untouched;
        behind += arena->memory[arena->size + i] != untouched;
    }
    ck_assert_msg(before == 0, "%zu bytes before the arena were written", before);
    ck_assert_msg(behind == 0, "%zu bytes behind the arena were written", behind);
    free(memory);
}

void sample_run(const sample_data *data, const sample_model *m, const solow_estimator *estimator, sample_result *r)
{
    solow_node dummy = {0};
    solow_model model = model_of(m, &dummy);
    option_tree tree;
    model.options = build_options(m, &tree);
    sample_frame *f = sample_frame_create(data, m);
    solow_cost cost = {0};
    solow_arena arena;
    memset(r, 0, sizeof *r);
    solow_record_init(&r->record);
    r->saved = m->save ? take(data->rows, sizeof *r->saved) : NULL;
    r->status = estimator->plan(&model, &f->shape, &cost, &r->error);
    if (r->status == SOLOW_OK) {
        unsigned char *memory = open_arena(cost.arena_bytes, &arena);
        r->status = drive(f, &model, estimator, &arena, r);
        r->arena_bytes = arena.size;
        r->arena_peak = arena.peak;
        ck_assert_msg(r->status != SOLOW_ERR_MEMORY, "%s (planned %zu bytes)", r->error.message, cost.arena_bytes);
        close_arena(memory, &arena);
    }
    sample_frame_free(f);
}

void sample_result_clear(sample_result *r)
{
    solow_record_clear(&r->record);
    free(r->saved);
    memset(r, 0, sizeof *r);
}

static const solow_record_term *term_of(const sample_result *r, const char *term)
{
    ck_assert_msg(r->status == SOLOW_OK, "%s", r->error.message);
    for (ptrdiff_t i = 0; i < r->record.terms; i++) {
        if (strcmp(r->record.term[i].term, term) == 0) {
            return &r->record.term[i];
        }
    }
    ck_abort_msg("no term %s", term);
    return NULL;
}

double sample_estimate(const sample_result *r, const char *term)
{
    return term_of(r, term)->estimate;
}

double sample_std_error(const sample_result *r, const char *term)
{
    return term_of(r, term)->std_error;
}

const solow_record_test *sample_test(const sample_result *r, const char *test)
{
    ck_assert_msg(r->status == SOLOW_OK, "%s", r->error.message);
    for (ptrdiff_t i = 0; i < r->record.tests; i++) {
        if (strcmp(r->record.test[i].test, test) == 0) {
            return &r->record.test[i];
        }
    }
    ck_abort_msg("no test %s", test);
    return NULL;
}

const solow_record_diagnostic *sample_diagnostic(const sample_result *r, const char *name)
{
    ck_assert_msg(r->status == SOLOW_OK, "%s", r->error.message);
    for (ptrdiff_t i = 0; i < r->record.diagnostics; i++) {
        if (strcmp(r->record.diagnostic[i].name, name) == 0) {
            return &r->record.diagnostic[i];
        }
    }
    ck_abort_msg("no diagnostic %s", name);
    return NULL;
}

void sample_close(double ours, double theirs, double tolerance, const char *what)
{
    ck_assert_msg(fabs(ours - theirs) <= tolerance * fabs(theirs), "%s: %.15g, theirs %.15g (relative %.2g)", what,
                  ours, theirs, fabs(ours / theirs - 1));
}
