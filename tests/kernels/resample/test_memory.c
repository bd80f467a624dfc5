/* Draws from cluster Grams with every allocation failing in turn: a status, and nothing left behind. */
#include "kernels/resample/bounds.h"
#include "kernels/resample/invert.h"
#include "kernels/resample/reweight.h"
#include "kernels/resample/wild.h"
#include "tests/support/cluster_panel.h"
#include "tests/support/failing_memory.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

enum { CLUSTERS = 8, DRAWS = 130, FIRST_X = CLUSTER_PANEL_PERIODS - 1 };
static const ptrdiff_t term[1] = {FIRST_X};
static uint64_t number[CLUSTERS];
static solow_cluster_grams grams;

static void make_grams(void)
{
    static cluster_panel panel;
    cluster_panel_make(CLUSTERS, 3, &panel);
    cluster_panel_grams(&panel, &grams);
    for (int g = 0; g < CLUSTERS; g++) {
        number[g] = 13u * (unsigned)g;
    }
}

static void free_grams(void)
{
    free(grams.gram);
}

static solow_weights weights_of(solow_weights_kind kind)
{
    return (solow_weights){.kind = kind, .seed = 1, .clusters = CLUSTERS, .number = number};
}

/* context: the kind of weights. Draws, then the interval. */
static solow_status try_wild(void *context, solow_error *err)
{
    static double five[SOLOW_WILD_NUMBERS * DRAWS];
    solow_wild *wild = NULL;
    double low, high;
    bool disconnected;
    solow_wild_problem problem = {.grams = &grams,
                                  .terms = 1,
                                  .term = term,
                                  .restricted = true,
                                  .weights = weights_of(*(const solow_weights_kind *)context)};
    solow_status status = solow_wild_create(&problem, &wild, err);
    if (status == SOLOW_OK) {
        status = solow_wild_draw(wild, 0, DRAWS, five, err);
    }
    if (status == SOLOW_OK) {
        solow_inversion inversion = {solow_wild_estimate(wild, 0), solow_wild_std_error(wild, 0), DRAWS, five};
        solow_inversion_prepare(&inversion);
        status = solow_invert(&inversion, 0.9, &low, &high, &disconnected, err);
    }
    solow_wild_destroy(wild);
    return status;
}

static solow_status try_reweight(void *context, solow_error *err)
{
    double value[DRAWS], error[DRAWS];
    uint8_t outcome[DRAWS];
    solow_reweight *made = NULL;
    solow_bounds bounds;
    solow_reweight_problem problem = {.grams = &grams,
                                      .terms = 1,
                                      .term = term,
                                      .studentised = true,
                                      .weights = weights_of(*(const solow_weights_kind *)context)};
    solow_status status = solow_reweight_create(&problem, &made, err);
    if (status == SOLOW_OK) {
        status = solow_reweight_draw(made, 0, DRAWS, value, error, outcome, err);
    }
    if (status == SOLOW_OK) {
        const solow_bounds_problem of = {.kind = SOLOW_BOUNDS_PERCENTILE, .estimate = 1, .std_error = 1, .level = 0.9};
        status = solow_bounds_of(&of, DRAWS, value, NULL, &bounds, err);
    }
    solow_reweight_destroy(made);
    return status;
}

START_TEST(wild_leaves_nothing)
{
    solow_weights_kind kinds[] = {SOLOW_WEIGHTS_RADEMACHER, SOLOW_WEIGHTS_WEBB};
    memory_try("wild", try_wild, &kinds[_i], 10);
}
END_TEST

START_TEST(reweight_leaves_nothing)
{
    solow_weights_kind kinds[] = {SOLOW_WEIGHTS_MULTINOMIAL, SOLOW_WEIGHTS_EXPONENTIAL};
    memory_try("reweight", try_reweight, &kinds[_i], 10);
}
END_TEST

int main(void)
{
    TCase *each = tcase_create("kinds");
    tcase_add_unchecked_fixture(each, make_grams, free_grams);
    tcase_add_loop_test(each, wild_leaves_nothing, 0, 2);
    tcase_add_loop_test(each, reweight_leaves_nothing, 0, 2);
    TCase *const cases[] = {each, NULL};
    return solow_test_run("memory", cases);
}
