/* compare_draws.c - see compare_draws.h. */
#include "engine/batch/compare_draws.h"

#include "engine/batch/drawn.h"
#include "io/job/resampling.h"
#include "io/report/pattern.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

solow_drawn_term solow_find_drawn(const solow_outcome *outcome, const char *design, const char *term)
{
    solow_drawn_term found = {.design = solow_model_design(outcome->model, design),
                              .draws = solow_outcome_draws(outcome, design)};
    while (found.draws != NULL && found.term < found.draws->terms &&
           !solow_same_term(found.draws->term[found.term], term)) {
        found.term++;
    }
    if (found.draws != NULL && found.term == found.draws->terms) {
        found.draws = NULL;
    }
    return found;
}

bool solow_draws_are_joint(const solow_drawn_term *a, const solow_drawn_term *b)
{
    return a->draws != NULL && b->draws != NULL && a->draws->reps == b->draws->reps &&
           a->draws->enumerated == b->draws->enumerated && a->draws->clusters == b->draws->clusters &&
           strcmp(a->design->items, b->design->items) == 0;
}

static const double *values_of(const solow_drawn_term *of)
{
    return of->draws->value + of->term * (ptrdiff_t)of->draws->reps;
}

solow_status solow_compare_draws(ptrdiff_t members, const solow_drawn_term *drawn, double *estimate, double *v,
                                 double *df, solow_error *err)
{
    int64_t reps = drawn[0].draws->reps;
    ptrdiff_t made = 0;
    double *deviation = solow_allocate(solow_product(members, (ptrdiff_t)reps), sizeof *deviation);
    if (deviation == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a comparison of models");
    }
    for (int64_t r = 0; r < reps; r++) {
        bool good = true;
        for (ptrdiff_t m = 0; m < members; m++) {
            deviation[m * reps + made] = values_of(&drawn[m])[r];
            good = good && !isnan(values_of(&drawn[m])[r]);
        }
        made += good;
    }
    for (ptrdiff_t m = 0; m < members; m++) {
        double mean = 0;
        for (ptrdiff_t r = 0; r < made; r++) {
            mean += deviation[m * reps + r];
        }
        for (ptrdiff_t r = 0; r < made; r++) {
            deviation[m * reps + r] -= mean / (double)made;
        }
        estimate[m] = drawn[m].draws->estimate[drawn[m].term];
    }
    bool jackknife = drawn[0].design->type == SOLOW_RESAMPLING_JACKKNIFE;
    double n = (double)made, factor = jackknife ? (n - 1) / n : 1 / (n - 1);
    for (ptrdiff_t b = 0; b < members; b++) {
        for (ptrdiff_t a = 0; a <= b; a++) {
            double sum = 0;
            for (ptrdiff_t r = 0; r < made; r++) {
                sum += deviation[a * reps + r] * deviation[b * reps + r];
            }
            v[b * members + a] = v[a * members + b] = factor * sum;
        }
    }
    *df = jackknife ? n - 1 : *df;
    free(deviation);
    return SOLOW_OK;
}
