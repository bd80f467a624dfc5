/* paper_style.h - how a paper's table prints its numbers: `digits:`, `cells:`, `stars:`, `labels:`. */
#ifndef SOLOW_IO_REPORT_PAPER_STYLE_H
#define SOLOW_IO_REPORT_PAPER_STYLE_H

#include "io/job/yaml.h"
#include "io/report/buffer.h"

typedef enum {
    SOLOW_PAPER_ESTIMATE,
    SOLOW_PAPER_STD_ERROR,
    SOLOW_PAPER_STATISTIC,
    SOLOW_PAPER_P_VALUE,
    SOLOW_PAPER_CONF,
    SOLOW_PAPER_ADJUSTED_P,
    SOLOW_PAPER_CELL_KINDS
} solow_paper_cell;

enum { SOLOW_PAPER_MOST_STARS = 8 };

typedef struct solow_paper_style {
    int digits;
    ptrdiff_t cells, stars;
    solow_paper_cell cell[SOLOW_PAPER_CELL_KINDS];
    struct {
        const char *mark;
        double level;
    } star[SOLOW_PAPER_MOST_STARS]; /* by falling level */
    const solow_yaml *labels;       /* term or statistic: text; NULL if none */
} solow_paper_style;

/* Defaults: three digits, estimates with standard errors, * 0.10, ** 0.05, *** 0.01. The style borrows from table.
 * Errors  SOLOW_ERR_INPUT with the line of a value that cannot be used */
solow_status solow_paper_style_read(const solow_yaml *table, solow_paper_style *style, solow_error *err);

/* The marks a p-value earns: those of the smallest level above it; "" if none or NaN. */
const char *solow_paper_stars(const solow_paper_style *style, double p_value);

/* The label of a term or statistic: from labels:, else fallback. */
const char *solow_paper_label(const solow_paper_style *style, const char *name, const char *fallback);

/* The name of a cell as job files spell it. */
const char *solow_paper_cell_name(solow_paper_cell cell);

#endif
