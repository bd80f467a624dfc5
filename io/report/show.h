/* show.h - what `solow show OUT.h5 [MODEL]` prints: estimates as tables on the terminal. */
#ifndef SOLOW_IO_REPORT_SHOW_H
#define SOLOW_IO_REPORT_SHOW_H

#include "io/report/buffer.h"
#include "io/result/results.h"

typedef struct solow_show_style {
    ptrdiff_t width; /* of the terminal in columns; 0: 80 */
    bool colour;     /* the caller has asked the terminal and NO_COLOR */
} solow_show_style;

/* Without a model (NULL): a line an estimate, and the coefficients of each while they are 12 or fewer. With `id` or
 * `id/group` (`*` and `?` allowed): coefficients, effects, fit, tests, adjusted and resampled figures, diagnostics.
 * Errors  SOLOW_ERR_USAGE if no estimate has that name (the sentence lists some), SOLOW_ERR_MEMORY */
solow_status solow_show(const solow_results *results, const char *model, const solow_show_style *style,
                        solow_buffer *out, solow_error *err);

#endif
