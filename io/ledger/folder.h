/* folder.h - OUT.h5.run/, which stands beside an output while it is being made: ledger, shard, lock, events, crash notes. */
#ifndef SOLOW_IO_LEDGER_FOLDER_H
#define SOLOW_IO_LEDGER_FOLDER_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* folder [PATH_MAX]: the name of the run folder of an output. Errors  SOLOW_ERR_CREATE: too long */
solow_status solow_folder_name(const char *output, char *folder, solow_error *err);
/* path [PATH_MAX]: folder/name. */
solow_status solow_folder_path(const char *folder, const char *name, char *path, solow_error *err);
/* path [PATH_MAX]: where an attempt notes that it crashed; false: too long. */
bool solow_folder_crash_note(const char *folder, int64_t attempt, char *path);

/* path [PATH_MAX]: folder/STEM.NUMBER, a writer's own file. */
solow_status solow_folder_numbered(const char *folder, const char *stem, int64_t number, char *path, solow_error *err);
/* The numbers of the files folder/STEM.NUMBER, rising; malloc'ed, NULL if there are none. */
solow_status solow_folder_numbers(const char *folder, const char *stem, int64_t **numbers, ptrdiff_t *count,
                                  solow_error *err);

/* Makes the folder unless it is there. Errors  SOLOW_ERR_CREATE */
solow_status solow_folder_make(const char *folder, solow_error *err);
/* Removes what runs write there, the lock last or, keep_lock, not at all, and the folder if nothing of somebody else's is in
 * it. One that is not there is no error. Errors  SOLOW_ERR_IO */
solow_status solow_folder_remove(const char *folder, bool keep_lock, solow_error *err);

#endif
