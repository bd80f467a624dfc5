/* hdf5_read.h - checked reads from an HDF5 file of which nothing is trusted.
 *
 * Every failure is a sentence that names the file and the object. Sizes are checked against the file's length before
 * memory is asked for, so that a forged header cannot claim the machine.
 */
#ifndef SOLOW_IO_RESULT_HDF5_READ_H
#define SOLOW_IO_RESULT_HDF5_READ_H

#include "io/result/results.h"

#include <hdf5.h>

typedef struct solow_reader {
    const char *path;
    hid_t file, transfer_list;
    int64_t most; /* elements that a file of this length can hold, compressed or not */
} solow_reader;

/* Errors  SOLOW_ERR_NO_INPUT (absent, a folder, unreadable), SOLOW_ERR_INPUT (empty, not HDF5, cut short, locked) */
solow_status solow_reader_open(const char *path, solow_reader *reader, solow_error *err);
void solow_reader_close(solow_reader *reader);

solow_status solow_read_group(const solow_reader *reader, const char *path, hid_t *group, solow_error *err);
/* Groups inside a group, in the order they were made; names malloc'ed one by one, the array too. */
solow_status solow_read_children(const solow_reader *reader, hid_t group, char ***name, ptrdiff_t *count,
                                 solow_error *err);

/* Length of a one-dimensional dataset; of texts in either form (table_writer.h). */
solow_status solow_read_length(const solow_reader *reader, hid_t group, const char *name, int64_t *length,
                               solow_error *err);
/* All of a dataset of exactly count elements, whatever its rank. */
solow_status solow_read_numbers(const solow_reader *reader, hid_t group, const char *name, int64_t count, double *cells,
                                solow_error *err);
solow_status solow_read_integers(const solow_reader *reader, hid_t group, const char *name, int64_t count,
                                 int64_t *cells, solow_error *err);
/* Texts, in either form, one by one to keep, which returns false when there is no memory. */
typedef bool (*solow_keep_text)(void *state, int64_t index, const char *text);
solow_status solow_read_texts(const solow_reader *reader, hid_t group, const char *name, int64_t count,
                              solow_keep_text keep, void *state, solow_error *err);
/* The same into an array of malloc'ed copies. */
solow_status solow_read_text_array(const solow_reader *reader, hid_t group, const char *name, int64_t count,
                                   char ***text, solow_error *err);

/* A text attribute, malloc'ed. */
solow_status solow_read_attribute(const solow_reader *reader, hid_t object, const char *name, char **text,
                                  solow_error *err);
/* A list-of-texts attribute, malloc'ed like solow_read_children's names. */
solow_status solow_read_attribute_list(const solow_reader *reader, hid_t object, const char *name, char ***text,
                                       ptrdiff_t *count, solow_error *err);
/* Any scalar attribute by position, in the order they were made; name and text malloc'ed. */
solow_status solow_read_attribute_at(const solow_reader *reader, hid_t object, ptrdiff_t index,
                                     solow_attribute *attribute, solow_error *err);

/* The sentence for a file that is not as written. */
solow_status solow_read_damaged(const solow_reader *reader, const char *what, solow_error *err);
/* The same of an object: `group/name what`. */
solow_status solow_read_damaged_at(const solow_reader *reader, hid_t group, const char *name, const char *what,
                                   solow_error *err);

#endif
