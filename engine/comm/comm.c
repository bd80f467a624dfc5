/* comm.c - see comm.h. MPI errors return (MPI_ERRORS_RETURN) and become SOLOW_ERR_INTERNAL. */
#include "engine/comm/comm_data.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATIENCE = 3 }; /* seconds in which ranks that fail together come to the end */

solow_status solow_comm_check(int code, const char *call, solow_error *err)
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
    solow_status status = solow_comm_check(MPI_Init(argc, argv), "MPI_Init", err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_comm *made = solow_allocate_zeroed(1, sizeof *made);
    int without = made == NULL, any = 0, length;
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Allreduce(&without, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    if (any != 0 || made == NULL) {
        free(made);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the communicator");
    }
    made->comm = MPI_COMM_WORLD;
    MPI_Comm_rank(made->comm, &made->rank);
    MPI_Comm_size(made->comm, &made->size);
    status = solow_comm_check(MPI_Comm_dup(MPI_COMM_WORLD, &made->leaving), "MPI_Comm_dup", err);
    if (status != SOLOW_OK) {
        free(made);
        return status;
    }
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
    if (comm == NULL || comm->size == 1) {
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
    if (comm != NULL && comm->size > 1 && !comm->joined) {
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

static bool ends_run(solow_status status)
{
    return status == SOLOW_ERR_MEMORY || status == SOLOW_ERR_INTERNAL || status == SOLOW_ERR_IO;
}

/* The failure of rank first, on every rank. */
static solow_status learn_cause(solow_comm *comm, int first, solow_status status, solow_error *err)
{
    struct {
        solow_status status;
        char message[SOLOW_MESSAGE_BYTES];
    } cause = {.status = status};
    memcpy(cause.message, err->message, sizeof cause.message);
    solow_status sent =
        solow_comm_check(MPI_Bcast(&cause, (int)sizeof cause, MPI_BYTE, first, comm->comm), "MPI_Bcast", err);
    if (sent != SOLOW_OK) {
        return sent;
    }
    if (ends_run(cause.status)) {
        comm->ended = cause.status;
        memcpy(comm->cause, cause.message, sizeof comm->cause);
    }
    if (first != comm->rank) {
        err->status = SOLOW_OK;
        SOLOW_FAIL(err, cause.status, "%s", cause.message);
    }
    return cause.status;
}

solow_status solow_comm_vote(solow_comm *comm, solow_status status, solow_error *err)
{
    if (comm->size == 1) {
        return status;
    }
    solow_error none = {0};
    if (err == NULL) {
        err = &none;
    }
    if (comm->ended != SOLOW_OK) {
        return SOLOW_FAIL(err, comm->ended, "%s", comm->cause);
    }
    int failed = status == SOLOW_OK ? comm->size : comm->rank, first;
    solow_status sent =
        solow_comm_check(MPI_Allreduce(&failed, &first, 1, MPI_INT, MPI_MIN, comm->comm), "MPI_Allreduce", err);
    if (sent != SOLOW_OK || first == comm->size) {
        return sent;
    }
    return learn_cause(comm, first, status, err);
}

solow_status solow_comm_send(solow_comm *comm, int to, const void *data, size_t bytes, solow_error *err)
{
    for (size_t done = 0; done < bytes; done += SOLOW_MESSAGE_LIMIT) {
        size_t part = bytes - done < SOLOW_MESSAGE_LIMIT ? bytes - done : SOLOW_MESSAGE_LIMIT;
        solow_status status = solow_comm_check(
            MPI_Send((const char *)data + done, (int)part, MPI_BYTE, to, SOLOW_COMM_TAG, comm->comm), "MPI_Send", err);
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
        solow_status status = solow_comm_check(
            MPI_Recv((char *)data + done, (int)part, MPI_BYTE, from, SOLOW_COMM_TAG, comm->comm, MPI_STATUS_IGNORE),
            "MPI_Recv", err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}
