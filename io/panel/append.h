/* append.h - rows of one table behind the rows of another, columns matched by name.
 *
 * For panels that come in several files. A column that one of them lacks is missing there; a column that is all missing
 * takes the other's kind.
 */
#ifndef SOLOW_IO_PANEL_APPEND_H
#define SOLOW_IO_PANEL_APPEND_H

#include "io/panel/columns.h"

/* left gets right's rows, and right's columns that it lacks, in right's order. Labels join left's levels in order of
 * appearance. Variable and value labels are kept from the first table that has them.
 * name: what to call right in messages (a file name)
 * Errors  SOLOW_ERR_INPUT if a column is text in one and numbers in the other */
solow_status solow_columns_append(solow_columns *left, const solow_columns *right, const char *name, solow_error *err);

#endif
