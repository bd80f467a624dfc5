/* universe_pieces.c - see universe_pieces.h. */
#include "engine/batch/universe_pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

ptrdiff_t solow_piece_of_item(ptrdiff_t item)
{
    return 1 + item;
}

ptrdiff_t solow_piece_of_outcome(const solow_universe *universe, ptrdiff_t outcome)
{
    return 1 + universe->any + universe->one_of + outcome;
}

static const solow_terms *terms_of(const solow_universe *universe, ptrdiff_t item)
{
    return item < universe->any ? &universe->any_item[item].terms : &universe->one_of_item[item - universe->any].terms;
}

/* Whether a piece is in the set. */
static bool has(uint64_t pieces, ptrdiff_t piece)
{
    return (pieces >> piece & 1U) != 0;
}

static void borrow(solow_terms *to, const solow_terms *from)
{
    for (ptrdiff_t i = 0; i < from->count; i++) {
        if (!solow_terms_contain(to, from->node[i])) {
            to->node[to->count++] = from->node[i];
        }
    }
}

solow_status solow_pieces_model(const solow_stratum *stratum, uint64_t pieces, solow_model *model, solow_error *err)
{
    const solow_universe *u = stratum->universe;
    const solow_formula *formula = &stratum->made.formula;
    ptrdiff_t most = formula->regressor.count + u->always.count, items = u->any + u->one_of;
    for (ptrdiff_t i = 0; i < items; i++) {
        most += terms_of(u, i)->count;
    }
    *model = stratum->made;
    model->universe = NULL;
    model->formula.outcome = (solow_terms){0, solow_allocate(u->outcome.count, sizeof(solow_node *))};
    model->formula.regressor = (solow_terms){0, solow_allocate(most, sizeof(solow_node *))};
    if (model->formula.outcome.node == NULL || model->formula.regressor.node == NULL) {
        solow_pieces_model_clear(model);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the specifications of `%s`", stratum->model->id);
    }
    for (ptrdiff_t o = 0; o < u->outcome.count; o++) {
        if (has(pieces, solow_piece_of_outcome(u, o))) {
            model->formula.outcome.node[model->formula.outcome.count++] = u->outcome.node[o];
        }
    }
    if (has(pieces, 0)) {
        borrow(&model->formula.regressor, &formula->regressor);
        borrow(&model->formula.regressor, &u->always);
    }
    for (ptrdiff_t i = 0; i < items; i++) {
        if (has(pieces, solow_piece_of_item(i))) {
            borrow(&model->formula.regressor, terms_of(u, i));
        }
    }
    return SOLOW_OK;
}

void solow_pieces_model_clear(solow_model *model)
{
    free(model->formula.outcome.node);
    free(model->formula.regressor.node);
    model->formula.outcome.node = model->formula.regressor.node = NULL;
}

typedef struct mask_maker {
    solow_stratum *stratum;
    const uint8_t *where;
    uint64_t *row;      /* [rows] pieces that are missing there */
    double *value;      /* [longest block] */
    uint64_t unlimited; /* pieces with infinite values: no others are their like */
    ptrdiff_t distinct;
    uint64_t *mask; /* [distinct] that occur, over all ranks */
} mask_maker;

/* Bits of the rows where a column has no finite value. */
static solow_status mark_missing(mask_maker *maker, const solow_design_column *column, ptrdiff_t piece,
                                 solow_error *err)
{
    const solow_frame *frame = maker->stratum->run->frame;
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t begin = frame->block_start[b], rows = frame->block_start[b + 1] - begin;
        solow_status status = solow_design_fill(column, begin, rows, maker->value, err);
        if (status != SOLOW_OK) {
            return status;
        }
        for (ptrdiff_t i = 0; i < rows; i++) {
            if (!isfinite(maker->value[i])) {
                maker->row[begin + i] |= (uint64_t)1 << piece;
                maker->unlimited |= isnan(maker->value[i]) ? 0 : (uint64_t)1 << piece;
            }
        }
    }
    return SOLOW_OK;
}

/* Names of a piece's columns, and where they are missing. */
static solow_status take_design(mask_maker *maker, ptrdiff_t p, const solow_design *design, solow_error *err)
{
    solow_piece *piece = &maker->stratum->piece[p];
    solow_status status = SOLOW_OK;
    piece->name = solow_allocate_zeroed(design->columns, sizeof *piece->name);
    if (piece->name == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the columns of a multiverse");
    }
    for (ptrdiff_t c = 0; c < design->columns && status == SOLOW_OK; c++) {
        const solow_design_column *column = &design->column[c];
        if (p > 0 && column->role == SOLOW_ROLE_CONSTANT) {
            continue;
        }
        piece->name[piece->columns] = solow_copy_text(column->name);
        if (piece->name[piece->columns++] == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the columns of a multiverse");
        }
        if (solow_design_may_miss(column)) {
            status = mark_missing(maker, column, p, err);
        }
    }
    return status;
}

static solow_status make_piece(mask_maker *maker, ptrdiff_t p, solow_error *err)
{
    solow_stratum *stratum = maker->stratum;
    solow_error local = {0};
    solow_model model;
    solow_design design = {0};
    solow_status status = solow_pieces_model(stratum, (uint64_t)1 << p, &model, err);
    status = solow_comm_agree(stratum->run->comm, status, err);
    if (status != SOLOW_OK) {
        return status;
    }
    status = solow_design_create(stratum->run->frame, &model, maker->where, &design, &local);
    if (status == SOLOW_ERR_INPUT || status == SOLOW_ERR_NUMERIC) {
        stratum->piece[p].error = local;
        status = SOLOW_OK;
    } else if (status != SOLOW_OK) {
        status = SOLOW_FAIL(err, status, "%s", local.message);
    } else {
        status = take_design(maker, p, &design, err);
    }
    solow_design_clear(&design);
    solow_pieces_model_clear(&model);
    return solow_comm_agree(stratum->run->comm, status, err);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Sorted, each once; how many are left. */
static ptrdiff_t unite(uint64_t *mask, ptrdiff_t count)
{
    ptrdiff_t kept = 0;
    if (count > 1) {
        qsort(mask, (size_t)count, sizeof *mask, by_value);
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        if (mask[i] != 0 && (kept == 0 || mask[kept - 1] != mask[i])) {
            mask[kept++] = mask[i];
        }
    }
    return kept;
}

/* Rows outside the sample, or without the formula's own part, are lost to all alike. */
static ptrdiff_t compact(const mask_maker *maker)
{
    const solow_frame *frame = maker->stratum->run->frame;
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        uint64_t mask = maker->row[i];
        if (mask != 0 && (mask & 1U) == 0 && (maker->where == NULL || maker->where[i] != 0) &&
            (count == 0 || maker->row[count - 1] != mask)) {
            maker->row[count++] = mask;
        }
    }
    return unite(maker->row, count);
}

static solow_status share_masks(mask_maker *maker, solow_error *err)
{
    solow_comm *comm = maker->stratum->run->comm;
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *all = NULL;
    solow_status status = offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for missing rows");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        size_t bytes = solow_bytes(compact(maker), sizeof *maker->row);
        status = solow_comm_allgather(comm, maker->row, bytes, &all, offset, err);
    }
    if (status == SOLOW_OK) {
        maker->mask = all;
        maker->distinct = unite(maker->mask, (ptrdiff_t)(offset[solow_comm_size(comm)] / sizeof *maker->mask));
        status = solow_comm_or_bytes(comm, (uint8_t *)&maker->unlimited, sizeof maker->unlimited, err);
    }
    free(offset);
    return status;
}

/* splitmix64's finaliser: a word that stands for one mask. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31);
}

void solow_pieces_of(const solow_universe *u, solow_chosen *chosen)
{
    int64_t choices = u->one_of > 0 ? u->one_of : 1;
    chosen->pieces = 1 | (uint64_t)1 << solow_piece_of_outcome(u, chosen->at.outcome);
    chosen->pieces |= (uint64_t)(chosen->at.controls / choices) << solow_piece_of_item(0);
    if (u->one_of > 0) {
        chosen->pieces |= (uint64_t)1 << solow_piece_of_item(u->any + (ptrdiff_t)(chosen->at.controls % choices));
    }
}

static void sign(const mask_maker *maker, solow_chosen *chosen)
{
    solow_pieces_of(maker->stratum->universe, chosen);
    chosen->signature[0] = chosen->signature[1] = mix(chosen->pieces & maker->unlimited);
    for (ptrdiff_t m = 0; m < maker->distinct; m++) {
        if ((maker->mask[m] & chosen->pieces) != 0) {
            chosen->signature[0] += mix(maker->mask[m] + 0x9e3779b97f4a7c15U);
            chosen->signature[1] += mix(maker->mask[m] ^ 0x6a09e667f3bcc908U);
        }
    }
}

solow_status solow_pieces_create(solow_stratum *stratum, solow_error *err)
{
    const solow_frame *frame = stratum->run->frame;
    uint8_t *where = NULL;
    ptrdiff_t longest = 0;
    for (ptrdiff_t b = 0; b < frame->blocks; b++) {
        ptrdiff_t rows = frame->block_start[b + 1] - frame->block_start[b];
        longest = rows > longest ? rows : longest;
    }
    mask_maker maker = {.stratum = stratum,
                        .row = solow_allocate_zeroed(frame->rows, sizeof *maker.row),
                        .value = solow_allocate(longest, sizeof *maker.value)};
    stratum->pieces = solow_piece_of_outcome(stratum->universe, stratum->universe->outcome.count);
    stratum->piece = solow_allocate_zeroed(stratum->pieces, sizeof *stratum->piece);
    solow_status status = maker.row != NULL && maker.value != NULL && stratum->piece != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for missing rows");
    status = solow_comm_agree(stratum->run->comm, status, err);
    status = status == SOLOW_OK ? solow_sample_where(stratum->run->frame, &stratum->made, &where, err) : status;
    maker.where = where;
    for (ptrdiff_t p = 0; p < stratum->pieces && status == SOLOW_OK; p++) {
        status = make_piece(&maker, p, err);
    }
    status = status == SOLOW_OK ? share_masks(&maker, err) : status;
    for (ptrdiff_t c = 0; c < stratum->count && status == SOLOW_OK; c++) {
        sign(&maker, &stratum->chosen[c]);
    }
    free(maker.row);
    free(maker.value);
    free(maker.mask);
    free(where);
    return status;
}

void solow_pieces_clear(solow_stratum *stratum)
{
    for (ptrdiff_t p = 0; stratum->piece != NULL && p < stratum->pieces; p++) {
        for (ptrdiff_t c = 0; c < stratum->piece[p].columns; c++) {
            free(stratum->piece[p].name[c]);
        }
        free(stratum->piece[p].name);
    }
    free(stratum->piece);
    stratum->piece = NULL;
}
