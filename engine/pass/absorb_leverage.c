/* absorb_leverage.c - the inverse of the Schur complement on every rank, for leverages of the effects. See absorb.h. */
#include "engine/pass/absorb.h"

#include <stdlib.h>

enum { ARRAYS = 6 };

typedef struct array {
    void **data;
    size_t bytes;
} array;

/* The arrays that the inverse has, by its kind; entries: below the diagonal. */
static void list_arrays(solow_inverse *inverse, bool dense, ptrdiff_t entries, array *arrays)
{
    ptrdiff_t m = inverse->m, rest = dense ? 0 : 1;
    arrays[0] = (array){(void **)&inverse->dense, dense ? solow_bytes(solow_product(m, m), sizeof(double)) : 0};
    arrays[1] = (array){(void **)&inverse->place, solow_bytes(rest * m, sizeof *inverse->place)};
    arrays[2] = (array){(void **)&inverse->start, solow_bytes(rest * (m + 1), sizeof *inverse->start)};
    arrays[3] = (array){(void **)&inverse->row, solow_bytes(rest * entries, sizeof *inverse->row)};
    arrays[4] = (array){(void **)&inverse->value, solow_bytes(rest * entries, sizeof *inverse->value)};
    arrays[5] = (array){(void **)&inverse->diagonal, solow_bytes(rest * m, sizeof *inverse->diagonal)};
}

static solow_status share_inverse(solow_comm *comm, solow_inverse *inverse, solow_error *err)
{
    int64_t facts[3] = {inverse->m, inverse->dense != NULL, inverse->start != NULL ? inverse->start[inverse->m] : 0};
    array arrays[ARRAYS];
    solow_status status = solow_comm_broadcast(comm, 0, facts, sizeof facts, err);
    if (status != SOLOW_OK) {
        return status;
    }
    inverse->m = (ptrdiff_t)facts[0];
    list_arrays(inverse, facts[1] != 0, (ptrdiff_t)facts[2], arrays);
    for (int a = 0; a < ARRAYS && solow_comm_rank(comm) != 0; a++) {
        *arrays[a].data = arrays[a].bytes > 0 ? solow_allocate((ptrdiff_t)arrays[a].bytes, 1) : NULL;
        if (arrays[a].bytes > 0 && *arrays[a].data == NULL) {
            status =
                SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the inverse of %td effects' equations", inverse->m);
        }
    }
    status = solow_comm_agree(comm, status, err);
    for (int a = 0; a < ARRAYS && status == SOLOW_OK; a++) {
        status = solow_comm_broadcast(comm, 0, *arrays[a].data, arrays[a].bytes, err);
    }
    return status;
}

solow_status solow_absorb_invert(solow_absorb *absorb, solow_error *err)
{
    solow_comm *comm = absorb->frame->comm;
    if (absorb->layout.sets == 0 || absorb->inverse.m > 0) {
        return SOLOW_OK;
    }
    const solow_model_effect *local = absorb->local >= 0 ? &absorb->effects->effect[absorb->local] : NULL;
    if (local != NULL && local->slopes + (local->level ? 1 : 0) > SOLOW_LEVERAGE_WIDTH) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "no exact leverage for effects with %td varying slopes",
                          local->slopes);
    }
    if (absorb->spread != NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "no exact leverage: the equations of %td effects are iterated on",
                          absorb->layout.unknowns);
    }
    solow_inverse made = {0};
    solow_status status = SOLOW_OK;
    if (absorb->schur != NULL) {
        status = solow_inverse_init(absorb->schur, &made, err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK && solow_comm_size(comm) > 1) {
        status = share_inverse(comm, &made, err);
    }
    if (status != SOLOW_OK) {
        solow_inverse_clear(&made);
        return status;
    }
    absorb->inverse = made;
    return SOLOW_OK;
}

solow_status solow_absorb_leverage(const solow_absorb *absorb, const solow_block_effects *effects, double *leverage,
                                   solow_error *err)
{
    return solow_effects_leverage(absorb->layout.sets > 0 ? &absorb->inverse : NULL,
                                  effects->has_local ? &effects->local : NULL, &effects->global, leverage, err);
}
