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
    char *folder = folder_of(path);
    size_t bytes = strlen(path) + 32;
    char *name = malloc(bytes);
    if (folder != NULL && name != NULL) {
        (void)snprintf(name, bytes, "%s.%s.tmp.%ld", folder, path + strlen(folder), (long)getpid());
    }
    free(folder);
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

/* Makes the rename durable. A file system that cannot sync folders (EINVAL) is not an error. */
static int sync_folder(const char *folder)
{
    int descriptor = open(folder[0] != '\0' ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        return errno == EACCES ? 0 : -1;
    }
    int result = fsync(descriptor) == 0 || errno == EINVAL ? 0 : -1;
    (void)close(descriptor);
    return result;
}

solow_status solow_atomic_commit(solow_atomic_file *file, solow_error *err)
{
    assert(file->path != NULL && file->temporary != NULL); /* open, and not finished */
    solow_status status = SOLOW_OK;
    char *folder = folder_of(file->path); /* before the rename: after it nothing but the disk may fail */
    bool whole = folder != NULL && (fsync(file->descriptor) == 0 || errno == EINVAL);
    int cause = folder != NULL ? errno : ENOMEM;
    if (close(file->descriptor) != 0 && whole) {
        whole = false;
        cause = errno;
    }
    file->descriptor = -1;
    if (whole && rename(file->temporary, file->path) != 0) {
        whole = false;
        cause = errno;
    }
    if (!whole) {
        (void)unlink(file->temporary);
        status = SOLOW_FAIL(err, folder != NULL ? SOLOW_ERR_IO : SOLOW_ERR_MEMORY,
                            "writing %s broke off: %s; nothing was kept", file->path, strerror(cause));
    } else if (sync_folder(folder) != 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_IO, "%s is written but its folder could not be forced to disk: %s",
                            file->path, strerror(errno));
    }
    free(folder);
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
