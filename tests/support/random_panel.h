/* random_panel.h - a panel drawn from a seed, in memory: the same numbers wherever and whenever it is made.
 *
 * Columns: unit, time (2001 on), region (unit mod 5), row (0, 1, ...), w (1 to 4), all whole numbers; a (normal, one a
 * unit), x, z, v, u (normal, independent; every column a stream of its own). What they mean is the test's.
 */
#ifndef SOLOW_TESTS_SUPPORT_RANDOM_PANEL_H
#define SOLOW_TESTS_SUPPORT_RANDOM_PANEL_H

#include "tests/support/sample_data.h"

sample_data *random_panel(ptrdiff_t units, ptrdiff_t periods, uint64_t seed, uint64_t replicate);

/* Every step-th row from `first` on has x missing: an unbalanced panel. */
void random_panel_gaps(sample_data *data, ptrdiff_t first, ptrdiff_t step);

#endif
