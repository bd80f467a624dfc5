/* data_file.h - small data files made by tests, and reading one in any number of parts as ranks would. */
#ifndef SOLOW_TESTS_SUPPORT_DATA_FILE_H
#define SOLOW_TESTS_SUPPORT_DATA_FILE_H

#include "io/panel/columns.h"
#include "io/panel/source.h"

/* Writes a new file whose name ends as given; the path is to be freed by solow_test_unlink. Fails the test if it cannot. */
char *solow_test_file(const char *ending, const void *content, size_t bytes);
void solow_test_unlink(char *path);

/* Reads all columns in the given number of parts, agrees as ranks would, and puts the parts behind one another. */
solow_status solow_test_read(const char *path, const solow_source_options *options, int parts, solow_columns *out,
                             solow_error *err);

/* All of a small table as text, one record a line, numbers in %.17g, missing as "NA", labels in <>. To be freed. */
char *solow_test_print(const solow_columns *columns);

#endif
