/* faults.c - see faults.h. The names are the linker's: --wrap=malloc turns malloc into __wrap_malloc, and what malloc was
 * is __real_malloc. */
#include "tests/support/faults.h"

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

static struct {
    bool counting;
    fault_call call;
    long at, count;
} fault;

void faults_begin(fault_call call, long at)
{
    fault.counting = true;
    fault.call = call;
    fault.at = at;
    fault.count = 0;
}

long faults_end(void)
{
    fault.counting = false;
    return fault.count;
}

static bool fails(fault_call call)
{
    return fault.counting && fault.call == call && ++fault.count == fault.at;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
int __real_posix_memalign(void **out, size_t alignment, size_t size);
ssize_t __real_write(int file, const void *bytes, size_t size);
int __real_rename(const char *from, const char *to);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
int __wrap_posix_memalign(void **out, size_t alignment, size_t size);
ssize_t __wrap_write(int file, const void *bytes, size_t size);
int __wrap_fsync(int file);
int __wrap_rename(const char *from, const char *to);

void *__wrap_malloc(size_t size)
{
    return fails(FAULT_ALLOCATION) ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails(FAULT_ALLOCATION) ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return fails(FAULT_ALLOCATION) ? NULL : __real_realloc(old, size);
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t size)
{
    return fails(FAULT_ALLOCATION) ? ENOMEM : __real_posix_memalign(out, alignment, size);
}

ssize_t __wrap_write(int file, const void *bytes, size_t size)
{
    if (fails(FAULT_WRITE)) {
        errno = ENOSPC;
        return -1;
    }
    return __real_write(file, bytes, size);
}

int __wrap_fsync(int file)
{
    (void)file;
    if (fails(FAULT_FSYNC)) {
        errno = EIO;
        return -1;
    }
    return 0;
}

int __wrap_rename(const char *from, const char *to)
{
    if (fails(FAULT_RENAME)) {
        errno = EACCES;
        return -1;
    }
    return __real_rename(from, to);
}
