/* world.c - see world.h. */
#include "tests/support/world.h"

#include "engine/comm/comm_data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    solow_comm *all, *alone;
} worlds;

solow_comm *world(void)
{
    return worlds.all;
}

int world_rank(void)
{
    return solow_comm_rank(worlds.all);
}

int world_size(void)
{
    return solow_comm_size(worlds.all);
}

solow_comm *world_alone(void)
{
    return worlds.alone;
}

solow_comm *world_other(void)
{
    solow_comm *other = malloc(sizeof *other);
    ck_assert_ptr_nonnull(other);
    *other = *worlds.all;
    MPI_Comm_dup(MPI_COMM_WORLD, &other->comm);
    MPI_Comm_dup(MPI_COMM_WORLD, &other->leaving);
    return other;
}

void world_other_end(solow_comm *other)
{
    MPI_Comm_free(&other->comm);
    MPI_Comm_free(&other->leaving);
    free(other);
}

int world_run(int argc, char **argv, const char *suite, TCase *const *cases)
{
    solow_error err = {0};
    if (solow_comm_start(&argc, &argv, &worlds.all, &err) != SOLOW_OK ||
        solow_comm_alone(&worlds.alone, &err) != SOLOW_OK) {
        fprintf(stderr, "%s\n", err.message);
        solow_comm_stop(worlds.all, 0);
        return 1;
    }
    int64_t own = solow_test_run(suite, cases), failed = own;
    if (solow_comm_max_int64(worlds.all, &failed, 1, &err) != SOLOW_OK) {
        failed = own; /* a test has ended the world, as it should */
    }
    solow_comm_destroy(worlds.alone);
    solow_comm_stop(worlds.all, 0);
    return failed != 0;
}

void world_good(solow_status status, const solow_error *err)
{
    ck_assert_msg(status == SOLOW_OK, "%s (%s:%d)", err->message, err->file != NULL ? err->file : "", err->line);
}

void world_refused(solow_status ours, solow_status status, const solow_error *err, const char *text)
{
    ck_assert_msg(ours == status, "status %d instead of %d: %s", (int)ours, (int)status, err->message);
    ck_assert_msg(strstr(err->message, text) != NULL, "\"%s\" does not say \"%s\"", err->message, text);
}
