/* memory.c - high-water marks: the largest of any rank, and of any node, whose ranks' marks add up; and how much there may be.
 * See session.h. */
#include "engine/cli/session.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_BYTES = 64, PATH_BYTES = 4096 };

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

static void lower(solow_memory_limit *limit, double bytes, const char *whose)
{
    if (bytes > 0 && (limit->bytes == 0 || bytes < limit->bytes)) {
        *limit = (solow_memory_limit){bytes, whose};
    }
}

/* The number that a file begins with, 0 without one: "max" is no limit. */
static double number_in(const char *path)
{
    double value = 0;
    char text[64] = "", *end = text;
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        value = fgets(text, sizeof text, file) != NULL ? strtod(text, &end) : 0;
        (void)fclose(file);
    }
    return end > text && value > 0 && value < 1e18 ? value : 0;
}

/* What a control group may hold is bounded by every group above it too. root: where its kind is mounted. */
static void climb(const char *root, const char *group, const char *file, solow_memory_limit *limit)
{
    char path[PATH_BYTES];
    for (size_t length = strlen(group) + 1; length-- > 0;) {
        if (group[length] == '\0' || group[length] == '/') {
            snprintf(path, sizeof path, "%s%.*s/%s", root, (int)length, group, file);
            lower(limit, number_in(path), "its control group");
        }
    }
}

static void look_at_groups(solow_memory_limit *limit)
{
    char line[PATH_BYTES / 2];
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *kind = strchr(line, ':'), *group = kind != NULL ? strchr(kind + 1, ':') : NULL;
        if (group == NULL) {
            continue;
        }
        *group++ = '\0';
        group[strcspn(group, "\n")] = '\0';
        if (kind[1] == '\0') {
            climb("/sys/fs/cgroup", group, "memory.max", limit);
        } else if (strstr(kind, "memory") != NULL) {
            climb("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes", limit);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
}

static double megabytes_of(const char *name)
{
    const char *text = getenv(name);
    return text != NULL ? 1048576 * strtod(text, NULL) : 0;
}

solow_memory_limit solow_memory_allowed(void)
{
    const char *processors = getenv("SLURM_CPUS_ON_NODE");
    solow_memory_limit limit = {0};
    long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    lower(&limit, (double)pages * (double)page, "the machine");
    lower(&limit, megabytes_of("SLURM_MEM_PER_NODE"), "Slurm");
    lower(&limit, megabytes_of("SLURM_MEM_PER_CPU") * (processors != NULL ? strtod(processors, NULL) : 1), "Slurm");
    look_at_groups(&limit);
    return limit;
}

solow_status solow_session_room(solow_comm *comm, double *room, solow_error *err)
{
    solow_memory_marks marks;
    const solow_memory_limit limit = solow_memory_allowed();
    solow_status status = solow_session_memory(comm, &marks, err);
    int64_t nodes = marks.nodes, taken = 0;
    status = status == SOLOW_OK ? solow_comm_max_int64(comm, &nodes, 1, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    double ranks = ceil((double)solow_comm_size(comm) / (double)(nodes > 0 ? nodes : 1));
    double left = limit.bytes / ranks - solow_resident_memory();
    taken = -(int64_t)(left > 1 ? left : 1);
    status = solow_comm_max_int64(comm, &taken, 1, err);
    *room = limit.bytes > 0 ? (double)-taken : 0;
    return status;
}
