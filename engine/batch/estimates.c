/* estimates.c - see estimates.h. */
#include "engine/batch/estimates.h"

#include "engine/batch/outcome.h"

#include <stdlib.h>

ptrdiff_t solow_estimate_doubles(ptrdiff_t terms)
{
    return SOLOW_ESTIMATE_NUMBERS + SOLOW_ESTIMATE_TERM * terms + terms * terms;
}

solow_status solow_estimates_index(solow_estimates *estimates, solow_error *err)
{
    for (int turn = 0; turn < 2; turn++) { /* counted, then noted */
        ptrdiff_t at = 0, count = 0;
        while (at + SOLOW_ESTIMATE_NUMBERS <= estimates->doubles) {
            double terms = estimates->data[at + SOLOW_ESTIMATE_TERMS];
            if (!(terms >= 0 && terms <= 1e4)) {
                break;
            }
            if (turn == 1) {
                estimates->at[count] = at;
            }
            at += solow_estimate_doubles((ptrdiff_t)terms);
            count++;
        }
        if (at != estimates->doubles) {
            return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the estimates of a multiverse were lost on their way");
        }
        if (turn == 0) {
            estimates->count = count;
            estimates->at = solow_allocate(count, sizeof *estimates->at);
        }
        if (estimates->at == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td estimates", count);
        }
    }
    return SOLOW_OK;
}

void solow_estimates_destroy(solow_estimates *estimates)
{
    if (estimates == NULL) {
        return;
    }
    for (ptrdiff_t n = 0; n < estimates->names; n++) {
        free(estimates->name[n]);
    }
    for (ptrdiff_t r = 0; r < estimates->rows; r++) {
        solow_outcome_clear(&estimates->row[r]);
    }
    for (ptrdiff_t n = 0; n < estimates->notes; n++) {
        free(estimates->note[n].name);
        free(estimates->note[n].text);
    }
    free(estimates->name);
    free(estimates->row);
    free(estimates->at);
    free(estimates->data);
    free(estimates->note);
    free(estimates);
}
