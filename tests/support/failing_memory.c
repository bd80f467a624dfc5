/* failing_memory.c - see failing_memory.h. */
#include "tests/support/failing_memory.h"

#include <check.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
int __real_posix_memalign(void **block, size_t alignment, size_t size);
void __real_free(void *block);
void *__real_emalloc(size_t size) __attribute__((weak)); /* Check's own, where Check is a static library */
void *__real_erealloc(void *block, size_t size) __attribute__((weak));
void *__wrap_emalloc(size_t size);
void *__wrap_erealloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
int __wrap_posix_memalign(void **block, size_t alignment, size_t size);
void __wrap_free(void *block);

enum { SLOTS = 1 << 14, CLOSELY = 100 /* allocations from there on are tried ever more sparsely: 1 in 2, in 3, ... */ };

static struct {
    bool armed;
    long count, at; /* allocations so far; the one that fails, 0: none */
    long live;
    void *block[SLOTS]; /* open addressing; a freed slot keeps the mark */
} memory;

static char freed; /* its address is the mark */

static size_t slot_of(const void *block)
{
    return (size_t)(((uintptr_t)block >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 40) % SLOTS;
}

static void note(void *block)
{
    size_t s = slot_of(block);
    while (memory.block[s] != NULL && memory.block[s] != &freed) {
        s = (s + 1) % SLOTS;
    }
    memory.block[s] = block;
    memory.live++;
}

static void forget(const void *block)
{
    size_t s = slot_of(block);
    for (size_t tried = 0; memory.block[s] != NULL && tried < SLOTS; tried++, s = (s + 1) % SLOTS) {
        if (memory.block[s] == block) {
            memory.block[s] = &freed;
            memory.live--;
            return;
        }
    }
}

static bool fails(void)
{
    return memory.armed && ++memory.count == memory.at;
}

static void *noted(void *block)
{
    if (memory.armed && block != NULL) {
        note(block);
    }
    return block;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : noted(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : noted(__real_calloc(count, size));
}

void *__wrap_realloc(void *block, size_t size)
{
    if (fails()) {
        return NULL;
    }
    if (memory.armed && block != NULL) {
        forget(block);
    }
    return noted(__real_realloc(block, size));
}

int __wrap_posix_memalign(void **block, size_t alignment, size_t size)
{
    if (fails()) {
        return ENOMEM;
    }
    int code = __real_posix_memalign(block, alignment, size);
    noted(code == 0 ? *block : NULL);
    return code;
}

void __wrap_free(void *block)
{
    if (memory.armed && block != NULL) {
        forget(block);
    }
    __real_free(block);
}

void *__wrap_emalloc(size_t size)
{
    bool armed = memory.armed;
    memory.armed = false;
    void *block = __real_emalloc(size);
    memory.armed = armed;
    return block;
}

void *__wrap_erealloc(void *block, size_t size)
{
    bool armed = memory.armed;
    memory.armed = false;
    void *again = __real_erealloc(block, size);
    memory.armed = armed;
    return again;
}

static solow_status run(memory_action action, void *context, long at, solow_error *err)
{
    memset(&memory, 0, sizeof memory);
    memset(err, 0, sizeof *err);
    memory.at = at;
    memory.armed = true;
    solow_status status = action(context, err);
    memory.armed = false;
    return status;
}

long memory_try(const char *what, memory_action action, void *context, long least)
{
    solow_error err;
    solow_status status = run(action, context, 0, &err);
    long count = memory.count;
    ck_assert_msg(status == SOLOW_OK, "%s: %s", what, err.message);
    ck_assert_msg(memory.live == 0, "%s leaves %ld blocks allocated", what, memory.live);
    ck_assert_msg(count >= least, "%s: only %ld allocations", what, count);
    char findings[2048] = "";
    for (long at = 1; at <= count; at += 1 + at / CLOSELY) {
        status = run(action, context, at, &err);
        bool told = status == SOLOW_OK || (solow_exit_code(status) == 70 && err.message[0] != '\0');
        size_t used = strlen(findings);
        if (memory.live != 0 || !told) {
            snprintf(findings + used, sizeof findings - used, "\nallocation %ld: status %d, %ld blocks left, `%.120s`",
                     at, (int)status, memory.live, err.message);
        }
    }
    ck_assert_msg(findings[0] == '\0', "%s:%s", what, findings);
    return count;
}
