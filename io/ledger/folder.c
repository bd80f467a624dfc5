/* folder.c - see folder.h. */
#include "io/ledger/folder.h"

#include "kernels/core/size.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Whether text went into path [PATH_MAX] whole. */
static bool whole(int length)
{
    return length >= 0 && length < PATH_MAX;
}

solow_status solow_folder_name(const char *output, char *folder, solow_error *err)
{
    if (!whole(snprintf(folder, PATH_MAX, "%s.run", output))) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "the name %s is too long for an output", output);
    }
    return SOLOW_OK;
}

solow_status solow_folder_path(const char *folder, const char *name, char *path, solow_error *err)
{
    if (!whole(snprintf(path, PATH_MAX, "%s/%s", folder, name))) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "the name %s/%s is too long", folder, name);
    }
    return SOLOW_OK;
}

bool solow_folder_crash_note(const char *folder, int64_t attempt, char *path)
{
    return whole(snprintf(path, PATH_MAX, "%s/crash.%lld", folder, (long long)attempt));
}

solow_status solow_folder_numbered(const char *folder, const char *stem, int64_t number, char *path, solow_error *err)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s.%lld", stem, (long long)number);
    return solow_folder_path(folder, name, path, err);
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The number in `STEM.NUMBER`, or -1. */
static int64_t number_in(const char *name, const char *stem)
{
    size_t length = strlen(stem);
    const char *digits = name + length + 1;
    if (strncmp(name, stem, length) != 0 || name[length] != '.' || *digits == '\0' ||
        digits[strspn(digits, "0123456789")] != '\0') {
        return -1;
    }
    return strtoll(digits, NULL, 10);
}

solow_status solow_folder_numbers(const char *folder, const char *stem, int64_t **numbers, ptrdiff_t *count,
                                  solow_error *err)
{
    int64_t *list = NULL;
    ptrdiff_t found = 0;
    DIR *listing = opendir(folder);
    *numbers = NULL;
    *count = 0;
    if (listing == NULL) {
        return errno == ENOENT
                   ? SOLOW_OK
                   : SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot read the folder %s: %s", folder, strerror(errno));
    }
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        int64_t number = number_in(entry->d_name, stem);
        int64_t *grown = number >= 0 ? solow_resize(list, found + 1, sizeof *grown) : NULL;
        if (number >= 0 && grown == NULL) {
            free(list);
            (void)closedir(listing);
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the list of files in %s", folder);
        }
        if (number >= 0) {
            list = grown;
            list[found++] = number;
        }
    }
    (void)closedir(listing);
    if (found > 1) {
        qsort(list, (size_t)found, sizeof *list, by_size);
    }
    *numbers = list;
    *count = found;
    return SOLOW_OK;
}

solow_status solow_folder_make(const char *folder, solow_error *err)
{
    struct stat about;
    if (mkdir(folder, 0777) != 0 && !(errno == EEXIST && stat(folder, &about) == 0 && S_ISDIR(about.st_mode))) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot create the folder %s: %s", folder, strerror(errno));
    }
    return SOLOW_OK;
}

static bool is_lock(const char *name)
{
    return strncmp(name, "lock", strlen("lock")) == 0;
}

/* Only what runs write; a stranger's file keeps the folder. */
static bool is_ours(const char *name)
{
    static const char *const ours[] = {"ledger.", "shard.", "crash.", "events.jsonl"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (strncmp(name, ours[i], strlen(ours[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* One round over the folder; 0, or errno of what failed. */
static int remove_files(const char *folder, bool (*chosen)(const char *name))
{
    int cause = 0;
    DIR *listing = opendir(folder);
    if (listing == NULL) {
        return errno == ENOENT ? 0 : errno;
    }
    for (const struct dirent *entry = readdir(listing); entry != NULL; entry = readdir(listing)) {
        char path[PATH_MAX];
        if (chosen(entry->d_name) && whole(snprintf(path, sizeof path, "%s/%s", folder, entry->d_name)) &&
            unlink(path) != 0 && errno != ENOENT) {
            cause = errno;
        }
    }
    (void)closedir(listing);
    return cause;
}

solow_status solow_folder_remove(const char *folder, bool keep_lock, solow_error *err)
{
    int cause = remove_files(folder, is_ours);
    if (cause == 0 && !keep_lock) {
        cause = remove_files(folder, is_lock);
        if (cause == 0 && rmdir(folder) != 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST) {
            cause = errno;
        }
    }
    return cause == 0 ? SOLOW_OK
                      : SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot remove the folder %s: %s", folder, strerror(cause));
}
