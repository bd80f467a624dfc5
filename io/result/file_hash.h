/* file_hash.h - SHA-256 of an input file, for provenance and replication packages. */
#ifndef SOLOW_IO_RESULT_FILE_HASH_H
#define SOLOW_IO_RESULT_FILE_HASH_H

#include "kernels/core/status.h"

/* hex [65]: 64 lower-case hexadecimal digits and the NUL.
 * Errors  SOLOW_ERR_NO_INPUT if the file cannot be opened, SOLOW_ERR_IO if reading breaks off */
solow_status solow_file_sha256(const char *path, char *hex, solow_error *err);

/* The same of a text. */
void solow_text_sha256(const char *text, char *hex);

#endif
