/* paper_terms.h - which terms a paper's table shows, and in which order: `keep:` and `drop:`. */
#ifndef SOLOW_IO_REPORT_PAPER_TERMS_H
#define SOLOW_IO_REPORT_PAPER_TERMS_H

#include "io/report/paper_columns.h"

typedef struct solow_paper_terms {
    ptrdiff_t count;
    const char **term; /* borrowed from the results */
} solow_paper_terms;

/* With keep: the terms that its entries name or match, in its order; without, every term in the order of first
 * appearance. drop: leaves out what its entries match.
 * Errors  SOLOW_ERR_INPUT for an entry of keep that no column has, with its line; SOLOW_ERR_MEMORY */
solow_status solow_paper_terms_create(const solow_yaml *table, const solow_paper_columns *columns,
                                      solow_paper_terms *terms, solow_error *err);
void solow_paper_terms_clear(solow_paper_terms *terms);

#endif
