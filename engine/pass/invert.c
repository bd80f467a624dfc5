/* invert.c - the entries of S^- that leverages need, sent from rank 0 to all. See absorb.h. */
#include "engine/pass/absorb.h"

/* Room on a receiving rank. */
static solow_status make_room(solow_inverse *inverse, bool dense, int64_t entries, solow_error *err)
{
    ptrdiff_t m = inverse->m;
    if (dense) {
        inverse->dense = solow_allocate(solow_product(m, m), sizeof *inverse->dense);
        return inverse->dense != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for leverages");
    }
    inverse->place = solow_allocate(m, sizeof *inverse->place);
    inverse->start = solow_allocate(m + 1, sizeof *inverse->start);
    inverse->row = solow_allocate(entries, sizeof *inverse->row);
    inverse->value = solow_allocate(entries, sizeof *inverse->value);
    inverse->diagonal = solow_allocate(m, sizeof *inverse->diagonal);
    bool good = inverse->place != NULL && inverse->start != NULL && inverse->row != NULL && inverse->value != NULL &&
                inverse->diagonal != NULL;
    return good ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for leverages");
}

static solow_status send_sparse(solow_comm *comm, solow_inverse *inverse, int64_t entries, solow_error *err)
{
    ptrdiff_t m = inverse->m;
    const struct {
        void *data;
        size_t bytes;
    } part[] = {
        {inverse->place, (size_t)m * sizeof *inverse->place},
        {inverse->start, (size_t)(m + 1) * sizeof *inverse->start},
        {inverse->row, (size_t)entries * sizeof *inverse->row},
        {inverse->value, (size_t)entries * sizeof *inverse->value},
        {inverse->diagonal, (size_t)m * sizeof *inverse->diagonal},
    };
    solow_status status = SOLOW_OK;
    for (size_t i = 0; i < sizeof part / sizeof part[0] && status == SOLOW_OK; i++) {
        status = solow_comm_broadcast(comm, 0, part[i].data, part[i].bytes, err);
    }
    return status;
}

solow_status solow_absorb_invert(solow_absorb *absorb, solow_error *err)
{
    solow_comm *comm = absorb->frame->comm;
    solow_inverse *inverse = &absorb->inverse;
    bool first = solow_comm_rank(comm) == 0;
    if (absorb->has_inverse || absorb->layout.sets == 0) {
        return SOLOW_OK;
    }
    solow_status status = first ? solow_inverse_init(absorb->schur, inverse, err) : SOLOW_OK;
    status = solow_comm_agree(comm, status, err);
    if (status != SOLOW_OK) {
        return status;
    }
    int64_t sizes[3] = {inverse->m, inverse->dense != NULL, inverse->start != NULL ? inverse->start[inverse->m] : 0};
    status = solow_comm_broadcast(comm, 0, sizes, sizeof sizes, err);
    if (status == SOLOW_OK && !first) {
        inverse->m = (ptrdiff_t)sizes[0];
        status = make_room(inverse, sizes[1] != 0, sizes[2], err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK && sizes[1] != 0) {
        status = solow_comm_broadcast(comm, 0, inverse->dense,
                                      (size_t)(inverse->m * inverse->m) * sizeof *inverse->dense, err);
    } else if (status == SOLOW_OK) {
        status = send_sparse(comm, inverse, sizes[2], err);
    }
    absorb->has_inverse = status == SOLOW_OK;
    return status;
}
