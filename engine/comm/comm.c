/* comm.c - see comm.h. MPI errors return (MPI_ERRORS_RETURN) and become SOLOW_ERR_INTERNAL. */
#include "engine/comm/comm.h"

#include <mpi.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct solow_comm {
    MPI_Comm comm, leaving; /* leaving: for the last barrier alone, so that it never meets another call */
    int rank, size;
    bool alone;         /* no MPI behind it */
    bool joined, apart; /* in the last barrier; without all the others */
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
};

enum { TAG = 7, PATIENCE = 3 }; /* seconds in which ranks that fail together come to the end */

static solow_status check(int code, const char *call, solow_error *err)
{
    if (code == MPI_SUCCESS) {
        return SOLOW_OK;
    }
    char reason[MPI_MAX_ERROR_STRING] = "";
    int length = 0;
    MPI_Error_string(code, reason, &length);
    return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "%s failed: %s", call, reason);
}

/* How many ranks the launcher says it started, or 0 if it says nothing. */
static long launched_ranks(void)
{
    static const char *const name[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"};
    for (size_t i = 0; i < sizeof name / sizeof name[0]; i++) {
        const char *text = getenv(name[i]);
        if (text != NULL && strtol(text, NULL, 10) > 0) {
            return strtol(text, NULL, 10);
        }
    }
    return 0;
}

solow_status solow_comm_start(int *argc, char ***argv, solow_comm **comm, solow_error *err)
{
    solow_comm *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the communicator");
    }
    solow_status status = check(MPI_Init(argc, argv), "MPI_Init", err);
    if (status != SOLOW_OK) {
        free(made);
        return status;
    }
    made->comm = MPI_COMM_WORLD;
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(made->comm, &made->rank);
    MPI_Comm_size(made->comm, &made->size);
    status = check(MPI_Comm_dup(MPI_COMM_WORLD, &made->leaving), "MPI_Comm_dup", err);
    if (status != SOLOW_OK) {
        free(made);
        return status;
    }
    int length;
    MPI_Get_library_version(made->library, &length);
    made->library[strcspn(made->library, ",\n")] = '\0';
    if (made->size == 1 && launched_ranks() > 1) {
        status =
            SOLOW_FAIL(err, SOLOW_ERR_CONFIG,
                       "the launcher started %ld processes, but each is alone in its MPI world; start solow with the "
                       "mpirun of its own MPI library, or with srun --mpi=pmix",
                       launched_ranks());
        free(made);
        return status;
    }
    *comm = made;
    return SOLOW_OK;
}

bool solow_comm_all_here(solow_comm *comm)
{
    MPI_Request request = MPI_REQUEST_NULL;
    int here = 0;
    if (comm == NULL || comm->alone || comm->size == 1) {
        return true;
    }
    comm->joined = true;
    MPI_Ibarrier(comm->leaving, &request);
    for (double begun = solow_comm_seconds(); !here && solow_comm_seconds() - begun < PATIENCE;) {
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        MPI_Test(&request, &here, MPI_STATUS_IGNORE);
    }
    comm->apart = !here;
    return here != 0;
}

void solow_comm_stop(solow_comm *comm, int code)
{
    if (comm != NULL && comm->apart) {
        MPI_Abort(MPI_COMM_WORLD, code);
    }
    if (comm != NULL && !comm->alone && comm->size > 1 && !comm->joined) {
        MPI_Request request = MPI_REQUEST_NULL;
        MPI_Ibarrier(comm->leaving, &request); /* a blocking barrier would not meet theirs */
        MPI_Wait(&request, MPI_STATUS_IGNORE);
    }
    solow_comm_destroy(comm);
    int started = 0, stopped = 0;
    MPI_Initialized(&started);
    MPI_Finalized(&stopped);
    if (started && !stopped) {
        MPI_Finalize();
    }
}

solow_status solow_comm_alone(solow_comm **comm, solow_error *err)
{
    solow_comm *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the communicator");
    }
    made->size = 1;
    made->alone = true;
    snprintf(made->library, sizeof made->library, "none");
    *comm = made;
    return SOLOW_OK;
}

void solow_comm_destroy(solow_comm *comm)
{
    free(comm);
}

int solow_comm_rank(const solow_comm *comm)
{
    return comm->rank;
}

int solow_comm_size(const solow_comm *comm)
{
    return comm->size;
}

const char *solow_comm_library(const solow_comm *comm)
{
    return comm->library;
}

double solow_comm_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

solow_status solow_comm_agree(solow_comm *comm, solow_status status, solow_error *err)
{
    if (comm->size == 1) {
        return status;
    }
    int failed = status == SOLOW_OK ? comm->size : comm->rank, first;
    solow_error none = {0};
    if (err == NULL) {
        err = &none;
    }
    solow_status sent = check(MPI_Allreduce(&failed, &first, 1, MPI_INT, MPI_MIN, comm->comm), "MPI_Allreduce", err);
    if (sent != SOLOW_OK || first == comm->size) {
        return sent;
    }
    struct {
        solow_status status;
        char message[SOLOW_MESSAGE_BYTES];
    } cause = {.status = status};
    memcpy(cause.message, err->message, sizeof cause.message);
    sent = check(MPI_Bcast(&cause, (int)sizeof cause, MPI_BYTE, first, comm->comm), "MPI_Bcast", err);
    if (sent != SOLOW_OK) {
        return sent;
    }
    if (first != comm->rank) {
        err->status = SOLOW_OK;
        SOLOW_FAIL(err, cause.status, "%s", cause.message);
    }
    return cause.status;
}

solow_status solow_comm_broadcast(solow_comm *comm, int root, void *data, size_t bytes, solow_error *err)
{
    if (comm->size == 1) {
        return SOLOW_OK;
    }
    for (size_t done = 0; done < bytes; done += SOLOW_MESSAGE_LIMIT) {
        size_t part = bytes - done < SOLOW_MESSAGE_LIMIT ? bytes - done : SOLOW_MESSAGE_LIMIT;
        solow_status status =
            check(MPI_Bcast((char *)data + done, (int)part, MPI_BYTE, root, comm->comm), "MPI_Bcast", err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

static solow_status reduce(solow_comm *comm, void *values, ptrdiff_t count, MPI_Datatype type, MPI_Op operation,
                           solow_error *err)
{
    if (comm->size == 1) {
        return SOLOW_OK;
    }
    int size = 1;
    MPI_Type_size(type, &size);
    ptrdiff_t most = (ptrdiff_t)(SOLOW_MESSAGE_LIMIT / (size_t)size);
    for (ptrdiff_t done = 0; done < count; done += most) {
        ptrdiff_t part = count - done < most ? count - done : most;
        solow_status status =
            check(MPI_Allreduce(MPI_IN_PLACE, (char *)values + done * size, (int)part, type, operation, comm->comm),
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
    if (all == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a scan over ranks");
    }
    all[comm->rank] = value;
    solow_status status = solow_comm_sum_int64(comm, all, comm->size, err);
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

solow_status solow_comm_send(solow_comm *comm, int to, const void *data, size_t bytes, solow_error *err)
{
    for (size_t done = 0; done < bytes; done += SOLOW_MESSAGE_LIMIT) {
        size_t part = bytes - done < SOLOW_MESSAGE_LIMIT ? bytes - done : SOLOW_MESSAGE_LIMIT;
        solow_status status =
            check(MPI_Send((const char *)data + done, (int)part, MPI_BYTE, to, TAG, comm->comm), "MPI_Send", err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

solow_status solow_comm_receive(solow_comm *comm, int from, void *data, size_t bytes, solow_error *err)
{
    for (size_t done = 0; done < bytes; done += SOLOW_MESSAGE_LIMIT) {
        size_t part = bytes - done < SOLOW_MESSAGE_LIMIT ? bytes - done : SOLOW_MESSAGE_LIMIT;
        solow_status status =
            check(MPI_Recv((char *)data + done, (int)part, MPI_BYTE, from, TAG, comm->comm, MPI_STATUS_IGNORE),
                  "MPI_Recv", err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

/* offset [size + 1] from every rank's bytes; the total must fit one address space. */
static solow_status gather_offsets(solow_comm *comm, size_t bytes, size_t *offset, solow_error *err)
{
    int64_t *all = solow_allocate_zeroed(comm->size, sizeof *all);
    if (all == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for sizes over ranks");
    }
    all[comm->rank] = (int64_t)bytes;
    solow_status status = solow_comm_sum_int64(comm, all, comm->size, err);
    offset[0] = 0;
    for (int rank = 0; rank < comm->size; rank++) {
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
    for (int root = 0; root < comm->size && status == SOLOW_OK; root++) {
        status = solow_comm_broadcast(comm, root, gathered + offset[root], offset[root + 1] - offset[root], err);
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
    if (comm->rank == 0) {
        gathered = solow_allocate((ptrdiff_t)offset[comm->size], 1);
        if (gathered == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %zu bytes from all ranks", offset[comm->size]);
        }
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK && comm->rank != 0) {
        status = solow_comm_send(comm, 0, mine, bytes, err);
    } else if (status == SOLOW_OK) {
        memcpy(gathered, mine, bytes);
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
        solow_status status =
            check(MPI_Sendrecv(out > 0 ? data + done : NULL, (int)out, MPI_BYTE, out > 0 ? to : MPI_PROC_NULL, TAG,
                               in > 0 ? into + done : NULL, (int)in, MPI_BYTE, in > 0 ? from : MPI_PROC_NULL, TAG,
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
        if (step == 0) {
            memcpy(into + in, (const char *)data + out, send[rank]);
        } else {
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
