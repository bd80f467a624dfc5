/* memory.c - high-water marks: the largest of any rank, and of any node, whose ranks' marks add up. See session.h. */
#include "engine/cli/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_BYTES = 64 };

typedef struct rank_mark {
    char host[HOST_BYTES];
    double peak;
} rank_mark;

static double largest_node(const rank_mark *mark, int ranks, int *nodes)
{
    double largest = 0;
    *nodes = 0;
    for (int a = 0; a < ranks; a++) {
        bool counted = false;
        double sum = 0;
        for (int b = 0; b < ranks; b++) {
            bool same = strcmp(mark[a].host, mark[b].host) == 0;
            counted = counted || (same && b < a);
            sum += same ? mark[b].peak : 0;
        }
        if (!counted) {
            (*nodes)++;
            largest = sum > largest ? sum : largest;
        }
    }
    return largest;
}

solow_status solow_session_memory(solow_comm *comm, solow_memory_marks *marks, solow_error *err)
{
    rank_mark mine = {.peak = solow_peak_memory()};
    int ranks = solow_comm_size(comm);
    size_t *offset = solow_allocate((ptrdiff_t)ranks + 1, sizeof *offset);
    void *all = NULL;
    if (gethostname(mine.host, sizeof mine.host - 1) != 0) {
        mine.host[0] = '\0';
    }
    *marks = (solow_memory_marks){0};
    solow_status status =
        offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to tell the memory used");
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_gather(comm, &mine, sizeof mine, &all, offset, err);
    }
    if (status == SOLOW_OK && all != NULL) {
        const rank_mark *mark = all;
        for (int rank = 0; rank < ranks; rank++) {
            marks->rank = mark[rank].peak > marks->rank ? mark[rank].peak : marks->rank;
        }
        marks->node = largest_node(mark, ranks, &marks->nodes);
    }
    free(offset);
    free(all);
    return status;
}
