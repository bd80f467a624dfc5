/* arena.c - see arena.h. */
#include "kernels/core/arena.h"

#include <stdlib.h>

enum { ALIGNMENT = 64 };

size_t solow_arena_need(ptrdiff_t count, size_t size)
{
    size_t bytes = solow_bytes(count, size);
    if (bytes > PTRDIFF_MAX - ALIGNMENT) {
        return SIZE_MAX;
    }
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

solow_status solow_arena_init(solow_arena *arena, size_t bytes, solow_error *err)
{
    void *memory = NULL;
    size_t size = bytes > 0 ? bytes : ALIGNMENT;
    if (size > PTRDIFF_MAX || posix_memalign(&memory, ALIGNMENT, size) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a work area of %zu bytes", size);
    }
    *arena = (solow_arena){.memory = memory, .size = size};
    return SOLOW_OK;
}

void solow_arena_clear(solow_arena *arena)
{
    free(arena->memory);
    *arena = (solow_arena){0};
}

void *solow_arena_take(solow_arena *arena, ptrdiff_t count, size_t size)
{
    size_t need = solow_arena_need(count, size);
    if (need > arena->size - arena->used) {
        return NULL;
    }
    void *taken = arena->memory + arena->used;
    arena->used += need;
    if (arena->used > arena->peak) {
        arena->peak = arena->used;
    }
    return taken;
}

double *solow_arena_doubles(solow_arena *arena, ptrdiff_t count)
{
    return solow_arena_take(arena, count, sizeof(double));
}
