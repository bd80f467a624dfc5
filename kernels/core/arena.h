/* arena.h - one block of memory, sized once from a plan, handed out in 64-byte steps.
 *
 * plan() states bytes from shapes alone; begin, step and report allocate only from the arena. A function saves
 * arena->used, allocates, and puts the mark back before it returns.
 */
#ifndef SOLOW_KERNELS_CORE_ARENA_H
#define SOLOW_KERNELS_CORE_ARENA_H

#include "kernels/core/size.h"

typedef struct solow_arena {
    unsigned char *memory; /* 64-byte aligned */
    size_t size, used, peak;
} solow_arena;

solow_status solow_arena_init(solow_arena *arena, size_t bytes, solow_error *err);
void solow_arena_clear(solow_arena *arena); /* frees the memory; NULL memory is allowed */

/* 64-byte aligned, not cleared; NULL when the arena is exhausted. Text and structs may live in it. */
void *solow_arena_take(solow_arena *arena, ptrdiff_t count, size_t size);
double *solow_arena_doubles(solow_arena *arena, ptrdiff_t count);

/* Bytes that a request of count items of size takes from an arena: rounded up to 64. Plans add these up. */
size_t solow_arena_need(ptrdiff_t count, size_t size);

#endif
