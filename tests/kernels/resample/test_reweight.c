/* Draws from cluster Grams against dummy regressions on rows that were physically drawn; what weights of 1 give; failures. */
#include "kernels/resample/reweight.h"
#include "kernels/stats/random.h"
#include "tests/support/cluster_panel.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { X = CLUSTER_PANEL_X, FIRST_X = CLUSTER_PANEL_PERIODS - 1, CLUSTERS = 11, DRAWS = 150 };

static const ptrdiff_t terms[X] = {FIRST_X, FIRST_X + 1};
static cluster_panel panel, drawn;
static uint64_t number[CLUSTERS];

static solow_cluster_grams make(unsigned seed)
{
    solow_cluster_grams grams;
    cluster_panel_make(CLUSTERS, seed, &panel);
    cluster_panel_grams(&panel, &grams);
    for (int g = 0; g < CLUSTERS; g++) {
        number[g] = 1000003u * (unsigned)g + 17;
    }
    return grams;
}

static solow_weights weights_of(solow_weights_kind kind)
{
    return (solow_weights){.kind = kind,
                           .seed = 3,
                           .stream = solow_stream("pairs", "g", NULL),
                           .clusters = CLUSTERS,
                           .number = number,
                           .length = 3};
}

static solow_reweight *create(const solow_cluster_grams *grams, solow_weights_kind kind, const double *estimate,
                              bool studentised)
{
    solow_error err = {0};
    solow_reweight *made = NULL;
    solow_reweight_problem problem = {.grams = grams,
                                      .terms = X,
                                      .term = terms,
                                      .estimate = estimate,
                                      .studentised = studentised,
                                      .weights = weights_of(kind)};
    ck_assert_msg(solow_reweight_create(&problem, &made, &err) == SOLOW_OK, "%s", err.message);
    return made;
}

/* Cluster g weight[g] times, every copy with units and a cluster of its own. */
static void draw_rows(const double *weight)
{
    drawn = (cluster_panel){0};
    for (int g = 0; g < CLUSTERS; g++) {
        for (int copy = 0; copy < weight[g]; copy++) {
            int last = -1;
            for (ptrdiff_t r = 0; r < panel.rows; r++) {
                if (panel.cluster[r] != g) {
                    continue;
                }
                ptrdiff_t to = drawn.rows++;
                drawn.units += panel.unit[r] != last;
                last = panel.unit[r];
                drawn.unit[to] = (int)drawn.units - 1;
                drawn.period[to] = panel.period[r];
                drawn.cluster[to] = (int)drawn.clusters;
                drawn.x[0][to] = panel.x[0][r];
                drawn.x[1][to] = panel.x[1][r];
                drawn.y[to] = panel.y[r];
            }
            drawn.clusters++;
        }
    }
}

static void fit_rows(long double *b, long double *error)
{
    static long double y[CLUSTER_PANEL_ROWS], e[CLUSTER_PANEL_ROWS], rows[X][CLUSTER_PANEL_ROWS];
    long double *row[X] = {rows[0], rows[1]};
    for (ptrdiff_t r = 0; r < drawn.rows; r++) {
        y[r] = drawn.y[r];
    }
    cluster_panel_fit(&drawn, y, -1, b, e, row);
    for (int j = 0; j < X; j++) {
        error[j] = cluster_panel_error(&drawn, j, e, row);
    }
}

static const solow_weights_kind kinds[] = {SOLOW_WEIGHTS_MULTINOMIAL, SOLOW_WEIGHTS_POISSON, SOLOW_WEIGHTS_BLOCK,
                                           SOLOW_WEIGHTS_JACKKNIFE};

START_TEST(draws_are_regressions_on_drawn_rows)
{
    solow_cluster_grams grams = make(4);
    bool studentised = kinds[_i] != SOLOW_WEIGHTS_JACKKNIFE;
    ptrdiff_t draws = studentised ? DRAWS : CLUSTERS;
    solow_reweight *made = create(&grams, kinds[_i], NULL, studentised);
    double value[X * DRAWS], error[X * DRAWS], weight[DRAWS * CLUSTERS];
    uint8_t outcome[DRAWS];
    solow_weights weights = weights_of(kinds[_i]);
    solow_weights_fill(&weights, 0, draws, weight);
    ck_assert_int_eq(solow_reweight_draw(made, 0, draws, value, studentised ? error : NULL, outcome, NULL), SOLOW_OK);
    for (ptrdiff_t d = 0; d < draws; d += studentised ? 5 : 1) {
        long double b[X], se[X];
        ck_assert_int_eq(outcome[d], SOLOW_REWEIGHT_MADE);
        draw_rows(weight + d * CLUSTERS);
        fit_rows(b, se);
        for (int j = 0; j < X; j++) {
            ck_assert_double_le(fabs(value[j * draws + d] - (double)b[j]), 1e-12);
            if (studentised) {
                ck_assert_double_le(fabs(error[j * draws + d] / (double)se[j] - 1), 1e-10);
            }
        }
    }
    solow_reweight_destroy(made);
    free(grams.gram);
}
END_TEST

/* Fractional weights: any weights of rows, which least squares knows as weights; here fourfold those of a draw. */
START_TEST(a_factor_of_all_weights_cancels)
{
    solow_cluster_grams grams = make(6);
    solow_cluster_grams fourfold = grams;
    ptrdiff_t cells = CLUSTERS * solow_packed(grams.columns);
    fourfold.gram = malloc((size_t)cells * sizeof(double));
    for (ptrdiff_t i = 0; i < cells; i++) {
        fourfold.gram[i] = 4 * grams.gram[i];
    }
    solow_reweight *one = create(&grams, SOLOW_WEIGHTS_EXPONENTIAL, NULL, false),
                   *two = create(&fourfold, SOLOW_WEIGHTS_EXPONENTIAL, NULL, false);
    double a[X * DRAWS], b[X * DRAWS];
    uint8_t outcome[DRAWS];
    ck_assert_int_eq(solow_reweight_draw(one, 0, DRAWS, a, NULL, outcome, NULL), SOLOW_OK);
    ck_assert_int_eq(solow_reweight_draw(two, 0, DRAWS, b, NULL, outcome, NULL), SOLOW_OK);
    ck_assert_mem_eq(a, b, sizeof a);
    solow_reweight_destroy(one);
    solow_reweight_destroy(two);
    free(fourfold.gram);
    free(grams.gram);
}
END_TEST

/* Blocks as long as the sample draw every cluster once: the estimate comes back bit for bit, whatever it was. */
START_TEST(weights_of_one_give_the_estimate)
{
    const double estimate[X] = {0.1234567890123456, -7.7e-5};
    solow_cluster_grams grams = make(7);
    solow_weights weights = weights_of(SOLOW_WEIGHTS_BLOCK);
    weights.length = CLUSTERS;
    solow_reweight *made = NULL;
    solow_reweight_problem problem = {
        .grams = &grams, .terms = X, .term = terms, .estimate = estimate, .studentised = true, .weights = weights};
    double value[X * DRAWS], error[X * DRAWS];
    uint8_t outcome[DRAWS];
    ck_assert_int_eq(solow_reweight_create(&problem, &made, NULL), SOLOW_OK);
    ck_assert_int_eq(solow_reweight_draw(made, 0, DRAWS, value, error, outcome, NULL), SOLOW_OK);
    for (int d = 0; d < DRAWS; d++) {
        for (int j = 0; j < X; j++) {
            ck_assert(value[j * DRAWS + d] == estimate[j]);
            ck_assert(error[j * DRAWS + d] == solow_reweight_std_error(made, j));
        }
    }
    solow_reweight_destroy(made);
    free(grams.gram);
}
END_TEST

/* A regressor that only one cluster has: draws without that cluster have lost it. */
START_TEST(failures_have_reasons)
{
    solow_cluster_grams grams = make(9);
    ptrdiff_t packed = solow_packed(grams.columns), at = solow_packed(FIRST_X + 1);
    for (int g = 0; g < CLUSTERS; g++) { /* the row and column of the second regressor */
        for (ptrdiff_t j = FIRST_X + 1; j < grams.columns && g != 3; j++) {
            for (ptrdiff_t i = 0; i <= j; i++) {
                if (i == FIRST_X + 1 || j == FIRST_X + 1) {
                    grams.gram[g * packed + solow_packed(j) + i] = 0;
                }
            }
        }
    }
    ck_assert(grams.gram[3 * packed + at] != 0);
    solow_reweight *made = create(&grams, SOLOW_WEIGHTS_MULTINOMIAL, NULL, false);
    double value[X * DRAWS], weight[DRAWS * CLUSTERS];
    uint8_t outcome[DRAWS];
    solow_weights weights = weights_of(SOLOW_WEIGHTS_MULTINOMIAL);
    solow_weights_fill(&weights, 0, DRAWS, weight);
    ck_assert_int_eq(solow_reweight_draw(made, 0, DRAWS, value, NULL, outcome, NULL), SOLOW_OK);
    int lost = 0;
    for (int d = 0; d < DRAWS; d++) {
        bool without = weight[d * CLUSTERS + 3] == 0;
        lost += without;
        ck_assert_int_eq(outcome[d], without ? SOLOW_REWEIGHT_LOST : SOLOW_REWEIGHT_MADE);
        ck_assert(isnan(value[d]) == without && isnan(value[DRAWS + d]) == without);
    }
    ck_assert_int_gt(lost, DRAWS / 5);
    solow_reweight_destroy(made);
    free(grams.gram);
}
END_TEST

START_TEST(collinear_terms_are_refused)
{
    solow_cluster_grams grams = make(10);
    solow_reweight *made = NULL;
    solow_error err = {0};
    ptrdiff_t p = grams.columns;
    double full[(FIRST_X + X + 1) * (FIRST_X + X + 1)];
    for (int g = 0; g < CLUSTERS; g++) { /* the second regressor becomes the first */
        solow_unpack(p, grams.gram + g * solow_packed(p), full);
        for (ptrdiff_t i = 0; i < p; i++) {
            full[(FIRST_X + 1) * p + i] = full[FIRST_X * p + i];
        }
        for (ptrdiff_t i = 0; i < p; i++) {
            full[i * p + FIRST_X + 1] = full[i * p + FIRST_X];
        }
        solow_pack(p, full, grams.gram + g * solow_packed(p));
    }
    solow_reweight_problem problem = {
        .grams = &grams, .terms = X, .term = terms, .weights = weights_of(SOLOW_WEIGHTS_POISSON)};
    ck_assert_int_eq(solow_reweight_create(&problem, &made, &err), SOLOW_ERR_NUMERIC);
    ck_assert_ptr_null(made);
    free(grams.gram);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_factor_of_all_weights_cancels, weights_of_one_give_the_estimate,
                                  failures_have_reasons, collinear_terms_are_refused, NULL};
    TCase *each = tcase_create("kinds");
    tcase_set_timeout(each, 120);
    tcase_add_loop_test(each, draws_are_regressions_on_drawn_rows, 0, sizeof kinds / sizeof kinds[0]);
    TCase *const cases[] = {solow_test_case("reweight", tests, 0), each, NULL};
    return solow_test_run("reweight", cases);
}
