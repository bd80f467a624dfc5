/* comm.h - the ranks of a run: the only door to MPI.
 *
 * Every call below is collective unless it says otherwise. Each begins by agreeing whether a rank has failed: if one comes
 * to any collective call with a failure (solow_comm_agree), all leave the one that they are in with its status and message.
 * After a failure of memory, input and output or of a library nothing is sent any more: every call returns it at once.
 *
 * Messages are cut at SOLOW_MESSAGE_LIMIT bytes, so counts above
 * INT_MAX work. There is no floating-point reduction here: sums of doubles go through engine/comm/sum.h, whose order does
 * not depend on ranks. Integers, minima and maxima are free of rounding and may be reduced in any order.
 */
#ifndef SOLOW_ENGINE_COMM_COMM_H
#define SOLOW_ENGINE_COMM_COMM_H

#include "kernels/core/size.h"

typedef struct solow_comm solow_comm;

/* MPI_Init and the world's communicator. argc, argv as main has them.
 * Errors  SOLOW_ERR_CONFIG if the launcher asked for several ranks and this process got a world of one */
solow_status solow_comm_start(int *argc, char ***argv, solow_comm **comm, solow_error *err);
/* For a rank that failed: whether all others come to their end too, within seconds. If not, it failed alone, in a place where
 * no rank asked the others; they wait for it, and solow_comm_stop will end them. Not collective. */
bool solow_comm_all_here(solow_comm *comm);
/* Frees comm and calls MPI_Finalize, or MPI_Abort with code if the others were not there. NULL is allowed: MPI_Finalize if MPI
 * was started. */
void solow_comm_stop(solow_comm *comm, int code);
/* A world of this process alone, without MPI: verbs and tests that need no ranks. */
solow_status solow_comm_alone(solow_comm **comm, solow_error *err);
void solow_comm_destroy(solow_comm *comm);

int solow_comm_rank(const solow_comm *comm);
int solow_comm_size(const solow_comm *comm);

/* One status for all: that of the lowest rank that failed, with its message, or SOLOW_OK. Every phase ends with it, and every
 * collective call begins with it: a rank that lost its way cannot leave the others waiting, whichever calls they are in.
 * After a failure that ends the run nothing is sent at all. */
solow_status solow_comm_vote(solow_comm *comm, solow_status status, solow_error *err);
static inline solow_status solow_comm_agree(solow_comm *comm, solow_status status, solow_error *err)
{
    solow_status all = solow_comm_vote(comm, status, err);
    return status != SOLOW_OK && all == SOLOW_OK ? status : all; /* a rank's own failure never becomes success */
}

/* Sentences about a launch that will be slow or wrong (all ranks on one core); "" if it looks right. On every rank. */
solow_status solow_comm_launch_check(solow_comm *comm, char *sentence, size_t bytes, solow_error *err);

solow_status solow_comm_broadcast(solow_comm *comm, int root, void *data, size_t bytes, solow_error *err);

/* Element-wise over ranks, in place on every rank. */
solow_status solow_comm_sum_int64(solow_comm *comm, int64_t *values, ptrdiff_t count, solow_error *err);
solow_status solow_comm_sum_int32(solow_comm *comm, int32_t *values, ptrdiff_t count, solow_error *err);
solow_status solow_comm_max_int64(solow_comm *comm, int64_t *values, ptrdiff_t count, solow_error *err);
solow_status solow_comm_min_int32(solow_comm *comm, int32_t *values, ptrdiff_t count, solow_error *err);
solow_status solow_comm_max_int32(solow_comm *comm, int32_t *values, ptrdiff_t count, solow_error *err);
solow_status solow_comm_max_double(solow_comm *comm, double *values, ptrdiff_t count, solow_error *err);
solow_status solow_comm_or_bytes(solow_comm *comm, uint8_t *values, ptrdiff_t count, solow_error *err);

/* Sum of value over the ranks before this one (0 on rank 0), and over all. */
solow_status solow_comm_scan_int64(solow_comm *comm, int64_t value, int64_t *before, int64_t *total, solow_error *err);

/* Every rank's bytes on every rank, in rank order. all is malloc'ed; offset [size + 1] is the caller's. */
solow_status solow_comm_allgather(solow_comm *comm, const void *mine, size_t bytes, void **all, size_t *offset,
                                  solow_error *err);
/* The same on rank 0 alone; *all is NULL on the others. offset is filled everywhere. */
solow_status solow_comm_gather(solow_comm *comm, const void *mine, size_t bytes, void **all, size_t *offset,
                               solow_error *err);

/* send [size]: bytes for each rank, laid one after the other in data. received is malloc'ed, in order of source rank;
 * receive [size] is filled with the bytes from each. */
solow_status solow_comm_exchange(solow_comm *comm, const void *data, const size_t *send, void **received,
                                 size_t *receive, solow_error *err);

/* Point to point; not collective. */
solow_status solow_comm_send(solow_comm *comm, int to, const void *data, size_t bytes, solow_error *err);
solow_status solow_comm_receive(solow_comm *comm, int from, void *data, size_t bytes, solow_error *err);

double solow_comm_seconds(void); /* monotonic clock */

/* "Open MPI v4.1.4, ..." of the library that is loaded; "none" for a world alone. */
const char *solow_comm_library(const solow_comm *comm);

#endif
