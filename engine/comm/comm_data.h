/* comm_data.h - what a communicator holds, and how every collective call begins. Private to engine/comm. */
#ifndef SOLOW_ENGINE_COMM_COMM_DATA_H
#define SOLOW_ENGINE_COMM_COMM_DATA_H

#include "engine/comm/comm.h"

#include <mpi.h>

struct solow_comm {
    MPI_Comm comm, leaving; /* leaving: for the last barrier alone, so that it never meets another call */
    int rank, size;
    bool joined, apart; /* in the last barrier; without all the others */
    solow_status ended; /* a failure that ends the run was agreed: no rank waits for another any more */
    char cause[SOLOW_MESSAGE_BYTES];
    char library[MPI_MAX_LIBRARY_VERSION_STRING];
};

enum { SOLOW_COMM_TAG = 7 };

/* SOLOW_OK for MPI_SUCCESS, else SOLOW_ERR_INTERNAL with MPI's reason. */
solow_status solow_comm_check(int code, const char *call, solow_error *err);

#endif
