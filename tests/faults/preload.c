/* preload.c - a library that makes one call fail: the n-th malloc, write, fsync or rename of the program itself.
 *
 * Built and preloaded by test_failing_calls.sh. Only calls from the program's own code count, not those of MPI, HDF5 or the C
 * library, whose behaviour without memory is not ours to promise.
 *
 *   FAIL_PROGRAM path of the program; other processes that inherit the library are left alone
 *   FAIL_CALL   malloc, write, fsync (fdatasync too) or rename; none: nothing fails
 *   FAIL_AT     the call that fails, from 1
 *   FAIL_RANK   the rank on which it fails; absent: on every rank
 *   FAIL_COUNT  file that gets the number of such calls when the program ends
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static const char *call;
static long at, count;
static char *text_begin, *text_end;

__attribute__((constructor)) static void read_environment(void)
{
    const char *rank = getenv("FAIL_RANK"), *own = getenv("OMPI_COMM_WORLD_RANK");
    const char *number = getenv("FAIL_AT");
    at = number != NULL ? atol(number) : 0;
    if (rank != NULL && own != NULL && strcmp(rank, own) != 0) {
        return;
    }
    /* Where the program's own code lies: everything else is a library. */
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], path[512] = "";
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0 || getenv("FAIL_PROGRAM") == NULL || strcmp(path, getenv("FAIL_PROGRAM")) != 0) {
        length = 0;
    }
    while (maps != NULL && length > 0 && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from, to;
        char mode[8];
        if (strstr(line, path) != NULL && sscanf(line, "%lx-%lx %7s", &from, &to, mode) == 3 && mode[2] == 'x') {
            text_begin = (char *)from;
            text_end = (char *)to;
        }
    }
    if (maps != NULL) {
        fclose(maps);
    }
    call = length > 0 ? getenv("FAIL_CALL") : NULL;
}

__attribute__((destructor)) static void write_count(void)
{
    const char *path = getenv("FAIL_COUNT");
    FILE *file = call != NULL && path != NULL ? fopen(path, "w") : NULL;
    if (file != NULL) {
        fprintf(file, "%ld\n", count);
        fclose(file);
    }
}

static bool fails(const char *name, const void *caller)
{
    const char *place = caller;
    if (call == NULL || strcmp(call, name) != 0 || place < text_begin || place >= text_end) {
        return false;
    }
    return ++count == at;
}

#define CALLER __builtin_return_address(0)

void *malloc(size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails("malloc", CALLER) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    void *memory = fails("malloc", CALLER) ? NULL : __libc_memalign(alignment, size);
    if (memory == NULL) {
        return ENOMEM;
    }
    *out = memory;
    return 0;
}

ssize_t write(int file, const void *bytes, size_t size)
{
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) {
        real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    }
    if (file > 2 && fails("write", CALLER)) {
        errno = ENOSPC;
        return -1;
    }
    return real(file, bytes, size);
}

int fsync(int file)
{
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    }
    if (fails("fsync", CALLER)) {
        errno = EIO;
        return -1;
    }
    return real(file);
}

int fdatasync(int file)
{
    static int (*real)(int);
    if (real == NULL) {
        real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    }
    if (fails("fsync", CALLER)) {
        errno = EIO;
        return -1;
    }
    return real(file);
}

int rename(const char *from, const char *to)
{
    static int (*real)(const char *, const char *);
    if (real == NULL) {
        real = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    }
    if (fails("rename", CALLER)) {
        errno = EACCES;
        return -1;
    }
    return real(from, to);
}
