/* atomic_file.c - see atomic_file.h. */
#include "io/result/atomic_file.h"

#include "kernels/core/size.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST_WRITE = 1 << 30 };

/* The folder part of path with its slash, "" if there is none; malloc'ed. */
static char *folder_of(const char *path)
{
    char *folder = solow_copy_text(path);
    if (folder != NULL) {
        char *slash = strrchr(folder, '/');
        folder[slash != NULL ? slash + 1 - folder : 0] = '\0';
    }
    return folder;
}

static char *temporary_name(const char *path)
{
    size_t bytes = strlen(path) + 32;
    char *name = malloc(bytes);
    if (name != NULL) {
        const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
        (void)snprintf(name, bytes, "%.*s.%s.tmp.%ld", (int)(base - path), path, base, (long)getpid());
    }
    return name;
}

static void finish(solow_atomic_file *file)
{
    free(file->path);
    free(file->temporary);
    *file = (solow_atomic_file){.descriptor = -1};
}

solow_status solow_atomic_open(const char *path, solow_atomic_file *file, solow_error *err)
{
    struct stat existing;
    if (stat(path, &existing) == 0 && S_ISDIR(existing.st_mode)) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "%s is a folder; name a file in it", path);
    }
    solow_atomic_file made = {solow_copy_text(path), temporary_name(path), -1};
    if (made.path == NULL || made.temporary == NULL) {
        finish(&made);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to create %s", path);
    }
    made.descriptor = open(made.temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (made.descriptor < 0) {
        int cause = errno;
        finish(&made);
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot create %s: %s", path, strerror(cause));
    }
    *file = made;
    return SOLOW_OK;
}

solow_status solow_atomic_write(solow_atomic_file *file, const void *bytes, size_t count, solow_error *err)
{
    const char *next = bytes;
    while (count > 0) {
        ssize_t written = write(file->descriptor, next, count < LARGEST_WRITE ? count : LARGEST_WRITE);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_IO, "writing %s broke off: %s; nothing was kept", file->path,
                              written < 0 ? strerror(errno) : "no progress");
        }
        next += written;
        count -= (size_t)written;
    }
    return SOLOW_OK;
}

/* The folder of path, opened to make the rename durable; -1 with errno. Before the rename: nothing may fail after it that
 * could have failed before. */
static int open_folder(const char *path)
{
    char *folder = folder_of(path);
    if (folder == NULL) {
        errno = ENOMEM;
        return -1;
    }
    int descriptor = open(folder[0] != '\0' ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int cause = errno;
    free(folder);
    errno = cause;
    return descriptor;
}

/* The bytes forced to disk and renamed; 0 or errno. *folder: what to sync afterwards, -1 if it may not be read. */
static int settle(solow_atomic_file *file, int *folder)
{
    int cause = fsync(file->descriptor) == 0 || errno == EINVAL ? 0 : errno;
    if (close(file->descriptor) != 0 && cause == 0) {
        cause = errno;
    }
    file->descriptor = -1;
    *folder = cause == 0 ? open_folder(file->path) : -1;
    if (cause == 0 && *folder < 0 && errno != EACCES) {
        cause = errno;
    }
    if (cause == 0 && rename(file->temporary, file->path) != 0) {
        cause = errno;
    }
    return cause;
}

solow_status solow_atomic_commit(solow_atomic_file *file, solow_error *err)
{
    assert(file->path != NULL && file->temporary != NULL); /* open, and not finished */
    int folder = -1, cause = settle(file, &folder);
    solow_status status = SOLOW_OK;
    if (cause != 0) {
        (void)unlink(file->temporary);
        status =
            SOLOW_FAIL(err, SOLOW_ERR_IO, "writing %s broke off: %s; nothing was kept", file->path, strerror(cause));
    } else if (folder >= 0 && fsync(folder) != 0 && errno != EINVAL) { /* some file systems cannot sync folders */
        status = SOLOW_FAIL(err, SOLOW_ERR_IO, "%s is written but its folder could not be forced to disk: %s",
                            file->path, strerror(errno));
    }
    if (folder >= 0) {
        (void)close(folder);
    }
    finish(file);
    return status;
}

void solow_atomic_discard(solow_atomic_file *file)
{
    if (file->descriptor >= 0) {
        (void)close(file->descriptor);
        (void)unlink(file->temporary);
    }
    finish(file);
}

solow_status solow_atomic_put(const char *path, const void *bytes, size_t count, solow_error *err)
{
    solow_atomic_file file = {.descriptor = -1};
    solow_status status = solow_atomic_open(path, &file, err);
    if (status != SOLOW_OK) {
        return status;
    }
    status = solow_atomic_write(&file, bytes, count, err);
    if (status != SOLOW_OK) {
        solow_atomic_discard(&file);
        return status;
    }
    return solow_atomic_commit(&file, err);
}
