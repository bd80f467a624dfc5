/* pick.h - the table that a name of `solow export --table` means: a stored one, or one made from other parts.
 *
 *   tidy glance groups effects tests diagnostics resampling adjusted measures published timing inputs fixed_effects
 *   vcov            model group term term_b value, one row an entry, whichever way /models is written
 *   provenance      name value
 *   panel/<model>   unit, time if there is one, and the saved columns
 */
#ifndef SOLOW_IO_REPORT_PICK_H
#define SOLOW_IO_REPORT_PICK_H

#include "io/result/results.h"

/* table points into results or at made; clear made with solow_pick_clear in every case.
 * Errors  SOLOW_ERR_USAGE for a name that is no table (the sentence lists them), SOLOW_ERR_MEMORY */
typedef struct solow_pick {
    const solow_table *table;
    solow_table made;
    solow_column_schema *schema; /* of a made table; NULL otherwise */
} solow_pick;

solow_status solow_pick_table(const solow_results *results, const char *name, solow_pick *pick, solow_error *err);
void solow_pick_clear(solow_pick *pick);

#endif
