/* launch.c - does the launch look right: several ranks must not share one core. */
#include "engine/comm/comm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_BYTES = 64, LIST_BYTES = 192 };

typedef struct rank_place {
    char host[HOST_BYTES];
    char cores[LIST_BYTES]; /* Cpus_allowed_list of /proc/self/status; "" where there is none */
} rank_place;

static void read_place(rank_place *place)
{
    memset(place, 0, sizeof *place);
    if (gethostname(place->host, sizeof place->host - 1) != 0) {
        place->host[0] = '\0';
    }
    FILE *file = fopen("/proc/self/status", "r");
    char line[512];
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        static const char name[] = "Cpus_allowed_list:";
        if (strncmp(line, name, sizeof name - 1) == 0) {
            const char *list = line + sizeof name - 1;
            list += strspn(list, " \t");
            size_t length = strcspn(list, "\n");
            memcpy(place->cores, list, length < sizeof place->cores ? length : sizeof place->cores - 1);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

solow_status solow_comm_launch_check(solow_comm *comm, char *sentence, size_t bytes, solow_error *err)
{
    sentence[0] = '\0';
    int size = solow_comm_size(comm);
    rank_place mine;
    read_place(&mine);
    size_t *offset = solow_allocate((ptrdiff_t)size + 1, sizeof *offset);
    solow_status status =
        offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the launch check");
    status = solow_comm_agree(comm, status, err);
    void *all = NULL;
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, &mine, sizeof mine, &all, offset, err);
    }
    free(offset);
    if (status != SOLOW_OK) {
        return status;
    }
    const rank_place *place = all;
    bool one_core = size > 1 && place[0].cores[0] != '\0' && strpbrk(place[0].cores, ",-") == NULL;
    for (int rank = 1; rank < size && one_core; rank++) {
        one_core = strcmp(place[rank].host, place[0].host) == 0 && strcmp(place[rank].cores, place[0].cores) == 0;
    }
    if (one_core) {
        snprintf(sentence, bytes,
                 "all %d ranks are bound to core %s: they take turns there; ask the launcher for one core a rank", size,
                 place[0].cores);
    }
    free(all);
    return SOLOW_OK;
}
