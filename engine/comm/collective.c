/* collective.c - calls that all ranks make together. See comm.h. MPI errors return and become SOLOW_ERR_INTERNAL. */
#include "engine/comm/comm_data.h"

#include <stdlib.h>
#include <string.h>

static solow_status broadcast(solow_comm *comm, int root, void *data, size_t bytes, solow_error *err)
{
    for (size_t done = 0; done < bytes; done += SOLOW_MESSAGE_LIMIT) {
        size_t part = bytes - done < SOLOW_MESSAGE_LIMIT ? bytes - done : SOLOW_MESSAGE_LIMIT;
        solow_status status =
            solow_comm_check(MPI_Bcast((char *)data + done, (int)part, MPI_BYTE, root, comm->comm), "MPI_Bcast", err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

solow_status solow_comm_broadcast(solow_comm *comm, int root, void *data, size_t bytes, solow_error *err)
{
    solow_status status = solow_comm_agree(comm, SOLOW_OK, err);
    return status == SOLOW_OK && comm->size > 1 ? broadcast(comm, root, data, bytes, err) : status;
}

static solow_status reduce(solow_comm *comm, void *values, ptrdiff_t count, MPI_Datatype type, MPI_Op operation,
                           solow_error *err)
{
    solow_status status = solow_comm_agree(comm, SOLOW_OK, err);
    if (status != SOLOW_OK || comm->size == 1) {
        return status;
    }
    int size = 1;
    MPI_Type_size(type, &size);
    ptrdiff_t most = (ptrdiff_t)(SOLOW_MESSAGE_LIMIT / (size_t)size);
    for (ptrdiff_t done = 0; done < count; done += most) {
        ptrdiff_t part = count - done < most ? count - done : most;
        status = solow_comm_check(
            MPI_Allreduce(MPI_IN_PLACE, (char *)values + done * size, (int)part, type, operation, comm->comm),
            "MPI_Allreduce", err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

solow_status solow_comm_sum_int64(solow_comm *comm, int64_t *values, ptrdiff_t count, solow_error *err)
{
    return reduce(comm, values, count, MPI_INT64_T, MPI_SUM, err);
}

solow_status solow_comm_sum_int32(solow_comm *comm, int32_t *values, ptrdiff_t count, solow_error *err)
{
    return reduce(comm, values, count, MPI_INT32_T, MPI_SUM, err);
}

solow_status solow_comm_max_int64(solow_comm *comm, int64_t *values, ptrdiff_t count, solow_error *err)
{
    return reduce(comm, values, count, MPI_INT64_T, MPI_MAX, err);
}

solow_status solow_comm_min_int32(solow_comm *comm, int32_t *values, ptrdiff_t count, solow_error *err)
{
    return reduce(comm, values, count, MPI_INT32_T, MPI_MIN, err);
}

solow_status solow_comm_max_int32(solow_comm *comm, int32_t *values, ptrdiff_t count, solow_error *err)
{
    return reduce(comm, values, count, MPI_INT32_T, MPI_MAX, err);
}

solow_status solow_comm_max_double(solow_comm *comm, double *values, ptrdiff_t count, solow_error *err)
{
    return reduce(comm, values, count, MPI_DOUBLE, MPI_MAX, err);
}

solow_status solow_comm_or_bytes(solow_comm *comm, uint8_t *values, ptrdiff_t count, solow_error *err)
{
    return reduce(comm, values, count, MPI_UINT8_T, MPI_BOR, err);
}

solow_status solow_comm_scan_int64(solow_comm *comm, int64_t value, int64_t *before, int64_t *total, solow_error *err)
{
    int64_t *all = solow_allocate_zeroed(comm->size, sizeof *all);
    solow_status status = all != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a scan over ranks");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        all[comm->rank] = value;
        status = solow_comm_sum_int64(comm, all, comm->size, err);
    }
    if (status == SOLOW_OK) {
        int64_t sum = 0;
        for (int rank = 0; rank < comm->size; rank++) {
            if (rank == comm->rank) {
                *before = sum;
            }
            sum += all[rank];
        }
        *total = sum;
    }
    free(all);
    return status;
}

/* offset [size + 1] from every rank's bytes; the total must fit one address space. */
static solow_status gather_offsets(solow_comm *comm, size_t bytes, size_t *offset, solow_error *err)
{
    int64_t *all = solow_allocate_zeroed(comm->size, sizeof *all);
    solow_status status = all != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for sizes over ranks");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        all[comm->rank] = (int64_t)bytes;
        status = solow_comm_sum_int64(comm, all, comm->size, err);
    }
    offset[0] = 0;
    for (int rank = 0; rank < comm->size && status == SOLOW_OK; rank++) {
        offset[rank + 1] = offset[rank] + (size_t)all[rank];
    }
    free(all);
    return status;
}

solow_status solow_comm_allgather(solow_comm *comm, const void *mine, size_t bytes, void **all, size_t *offset,
                                  solow_error *err)
{
    solow_status status = gather_offsets(comm, bytes, offset, err);
    if (status != SOLOW_OK) {
        return status;
    }
    char *gathered = solow_allocate((ptrdiff_t)offset[comm->size], 1);
    status = gathered != NULL
                 ? SOLOW_OK
                 : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %zu bytes from all ranks", offset[comm->size]);
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK && bytes > 0) {
        memcpy(gathered + offset[comm->rank], mine, bytes);
    }
    for (int root = 0; root < comm->size && comm->size > 1 && status == SOLOW_OK; root++) {
        status = broadcast(comm, root, gathered + offset[root], offset[root + 1] - offset[root], err);
    }
    if (status != SOLOW_OK) {
        free(gathered);
        return status;
    }
    *all = gathered;
    return SOLOW_OK;
}

solow_status solow_comm_gather(solow_comm *comm, const void *mine, size_t bytes, void **all, size_t *offset,
                               solow_error *err)
{
    solow_status status = gather_offsets(comm, bytes, offset, err);
    if (status != SOLOW_OK) {
        return status;
    }
    char *gathered = NULL;
    bool root = comm->rank == 0;
    if (root) {
        gathered = solow_allocate((ptrdiff_t)offset[comm->size], 1);
        if (gathered == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %zu bytes from all ranks", offset[comm->size]);
        }
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK && !root) {
        status = solow_comm_send(comm, 0, mine, bytes, err);
    } else if (status == SOLOW_OK) {
        if (bytes > 0) {
            memcpy(gathered, mine, bytes);
        }
        for (int from = 1; from < comm->size && status == SOLOW_OK; from++) {
            status = solow_comm_receive(comm, from, gathered + offset[from], offset[from + 1] - offset[from], err);
        }
    }
    if (status != SOLOW_OK) {
        free(gathered);
        return status;
    }
    *all = gathered;
    return SOLOW_OK;
}

/* Pairwise exchange: in step s a rank sends to rank + s and receives from rank - s, both in chunks. */
static solow_status exchange_pair(solow_comm *comm, int to, const char *data, size_t bytes, int from, char *into,
                                  size_t expected, solow_error *err)
{
    for (size_t done = 0; done < bytes || done < expected; done += SOLOW_MESSAGE_LIMIT) {
        size_t out = done < bytes ? bytes - done : 0, in = done < expected ? expected - done : 0;
        out = out < SOLOW_MESSAGE_LIMIT ? out : SOLOW_MESSAGE_LIMIT;
        in = in < SOLOW_MESSAGE_LIMIT ? in : SOLOW_MESSAGE_LIMIT;
        solow_status status = solow_comm_check(
            MPI_Sendrecv(out > 0 ? data + done : NULL, (int)out, MPI_BYTE, out > 0 ? to : MPI_PROC_NULL, SOLOW_COMM_TAG,
                         in > 0 ? into + done : NULL, (int)in, MPI_BYTE, in > 0 ? from : MPI_PROC_NULL, SOLOW_COMM_TAG,
                         comm->comm, MPI_STATUS_IGNORE),
            "MPI_Sendrecv", err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

/* matrix [size x size]: bytes that each rank (row) sends to each (column). */
static solow_status exchange_sizes(solow_comm *comm, const size_t *send, int64_t *matrix, solow_error *err)
{
    for (int to = 0; to < comm->size; to++) {
        matrix[(ptrdiff_t)comm->rank * comm->size + to] = (int64_t)send[to];
    }
    return solow_comm_sum_int64(comm, matrix, (ptrdiff_t)comm->size * comm->size, err);
}

solow_status solow_comm_exchange(solow_comm *comm, const void *data, const size_t *send, void **received,
                                 size_t *receive, solow_error *err)
{
    int size = comm->size, rank = comm->rank;
    int64_t *matrix = solow_allocate_zeroed((ptrdiff_t)size * size, sizeof *matrix);
    solow_status status = matrix != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an exchange");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = exchange_sizes(comm, send, matrix, err);
    }
    size_t total = 0;
    for (int from = 0; from < size && status == SOLOW_OK; from++) {
        receive[from] = (size_t)matrix[(ptrdiff_t)from * size + rank];
        total += receive[from];
    }
    char *into = NULL;
    if (status == SOLOW_OK) {
        into = solow_allocate((ptrdiff_t)total, 1);
        status = into != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %zu bytes of rows", total);
        status = solow_comm_agree(comm, status, err);
    }
    for (int step = 0; step < size && status == SOLOW_OK; step++) {
        int to = (rank + step) % size, from = (rank - step + size) % size;
        size_t out = 0, in = 0;
        for (int r = 0; r < to; r++) {
            out += send[r];
        }
        for (int r = 0; r < from; r++) {
            in += receive[r];
        }
        if (step == 0 && send[rank] > 0) {
            memcpy(into + in, (const char *)data + out, send[rank]);
        } else if (step > 0) {
            status = exchange_pair(comm, to, (const char *)data + out, send[to], from, into + in, receive[from], err);
        }
    }
    free(matrix);
    if (status != SOLOW_OK) {
        free(into);
        return status;
    }
    *received = into;
    return SOLOW_OK;
}
