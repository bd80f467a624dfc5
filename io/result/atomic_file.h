/* atomic_file.h - an output file that appears whole or not at all.
 *
 * The bytes go to a temporary name beside the output (same file system), are forced to the disk, and take the output's
 * name in one rename, after which the folder is forced too. Until the commit the old file, if any, stays as it was.
 * A killed process leaves at most `.NAME.tmp.PID`, never a half-written NAME.
 */
#ifndef SOLOW_IO_RESULT_ATOMIC_FILE_H
#define SOLOW_IO_RESULT_ATOMIC_FILE_H

#include "kernels/core/status.h"

typedef struct solow_atomic_file {
    char *path, *temporary;
    int descriptor; /* open for reading and writing; callers may use it directly until commit */
} solow_atomic_file;

/* Errors  SOLOW_ERR_CREATE if the temporary cannot be made (no such folder, no right, path is a folder) */
solow_status solow_atomic_open(const char *path, solow_atomic_file *file, solow_error *err);

/* Appends bytes. Errors  SOLOW_ERR_IO (disk full, limit reached); the file is then to be discarded */
solow_status solow_atomic_write(solow_atomic_file *file, const void *bytes, size_t count, solow_error *err);

/* fsync, close, rename, fsync of the folder. On failure the temporary is removed. The handle is finished either way. */
solow_status solow_atomic_commit(solow_atomic_file *file, solow_error *err);

/* Closes and removes the temporary; the output stays as it was. A finished handle is allowed. */
void solow_atomic_discard(solow_atomic_file *file);

/* All of the above for bytes at hand. */
solow_status solow_atomic_put(const char *path, const void *bytes, size_t count, solow_error *err);

#endif
