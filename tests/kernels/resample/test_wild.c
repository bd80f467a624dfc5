/* Draws from cluster Grams against refits of every draw in long double with all dummies; enumeration; the inverted test. */
#include "kernels/resample/bounds.h"
#include "kernels/resample/invert.h"
#include "kernels/resample/signs.h"
#include "kernels/resample/wild.h"
#include "kernels/stats/random.h"
#include "tests/support/cluster_panel.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>

enum { X = CLUSTER_PANEL_X, FIRST_X = CLUSTER_PANEL_PERIODS - 1, NUMBERS = SOLOW_WILD_NUMBERS };

static const ptrdiff_t terms[X] = {FIRST_X, FIRST_X + 1};
static cluster_panel panel;
static long double rows[X][CLUSTER_PANEL_ROWS];
static long double *const row[X] = {rows[0], rows[1]};

static solow_wild *create(const solow_cluster_grams *grams, solow_weights_kind kind, bool restricted, bool enumerate,
                          const uint64_t *number)
{
    solow_error err = {0};
    solow_wild *wild = NULL;
    solow_wild_problem problem = {.grams = grams,
                                  .terms = X,
                                  .term = terms,
                                  .restricted = restricted,
                                  .enumerate = enumerate,
                                  .weights = {.kind = kind,
                                              .seed = 3,
                                              .stream = solow_stream("wild", "g", NULL),
                                              .clusters = grams->clusters,
                                              .number = number}};
    ck_assert_msg(solow_wild_create(&problem, &wild, &err) == SOLOW_OK, "%s", err.message);
    return wild;
}

/* b* - r and its CR0 standard error of a sample that is made, and fitted with all dummies. restricted: under b_j = r. */
static void refit(int j, bool restricted, long double r, const double *v, long double *delta, long double *error)
{
    static long double y[CLUSTER_PANEL_ROWS], e[CLUSTER_PANEL_ROWS];
    long double b[X], centre = r;
    for (ptrdiff_t i = 0; i < panel.rows; i++) {
        y[i] = panel.y[i] - (restricted ? r * panel.x[j][i] : 0);
    }
    cluster_panel_fit(&panel, y, restricted ? j : -1, b, e, NULL);
    centre = restricted ? r : b[j];
    for (ptrdiff_t i = 0; i < panel.rows; i++) {
        y[i] = panel.y[i] + (v[panel.cluster[i]] - 1) * e[i];
    }
    cluster_panel_fit(&panel, y, -1, b, e, (long double **)row);
    *delta = b[j] - centre;
    *error = cluster_panel_error(&panel, j, e, row);
}

static const solow_weights_kind kinds[] = {SOLOW_WEIGHTS_RADEMACHER, SOLOW_WEIGHTS_WEBB, SOLOW_WEIGHTS_MAMMEN,
                                           SOLOW_WEIGHTS_NORMAL};

START_TEST(draws_are_refits)
{
    enum { DRAWS = 70, CLUSTERS = 9 };
    uint64_t number[CLUSTERS];
    solow_cluster_grams grams;
    cluster_panel_make(CLUSTERS, 5, &panel);
    cluster_panel_grams(&panel, &grams);
    for (int g = 0; g < CLUSTERS; g++) {
        number[g] = 1000003u * (unsigned)g + 17;
    }
    for (int restricted = 0; restricted < 2; restricted++) {
        solow_wild *wild = create(&grams, kinds[_i], restricted, false, number);
        double five[X * NUMBERS * DRAWS], weight[DRAWS * CLUSTERS];
        solow_weights weights = {.kind = kinds[_i],
                                 .seed = 3,
                                 .stream = solow_stream("wild", "g", NULL),
                                 .clusters = CLUSTERS,
                                 .number = number};
        solow_weights_fill(&weights, 0, DRAWS, weight);
        ck_assert_int_eq(solow_wild_draw(wild, 0, DRAWS, five, NULL), SOLOW_OK);
        for (int j = 0; j < X; j++) {
            const double *n = five + j * NUMBERS * DRAWS;
            for (int d = 0; d < DRAWS; d += 7) {
                for (int at = 0; at < 3; at++) { /* b_j = 0 and two others */
                    double r = 0.35 * at, rho = restricted ? solow_wild_estimate(wild, j) - r : 0;
                    long double delta, error;
                    refit(j, restricted, r, weight + d * CLUSTERS, &delta, &error);
                    double ours = n[d] + n[DRAWS + d] * rho,
                           square = n[2 * DRAWS + d] + rho * (n[3 * DRAWS + d] + rho * n[4 * DRAWS + d]);
                    ck_assert_double_le(fabs(ours / (double)delta - 1), 1e-11);
                    ck_assert_double_le(fabs(sqrt(square) / (double)error - 1), 1e-11);
                }
            }
        }
        solow_wild_destroy(wild);
    }
    free(grams.gram);
}
END_TEST

/* All 2^(G-1) refits by hand give the p-value, ties and all; the sample itself is one of them. */
START_TEST(enumeration_is_every_sign)
{
    enum { CLUSTERS = 6, DRAWS = 32 };
    solow_cluster_grams grams;
    cluster_panel_make(CLUSTERS, 8, &panel);
    cluster_panel_grams(&panel, &grams);
    solow_wild *wild = create(&grams, SOLOW_WEIGHTS_RADEMACHER, true, true, NULL);
    double five[X * NUMBERS * DRAWS];
    ck_assert_int_eq(solow_wild_draw(wild, 0, DRAWS, five, NULL), SOLOW_OK);
    for (int j = 0; j < X; j++) {
        const double *n = five + j * NUMBERS * DRAWS;
        double rho = solow_wild_estimate(wild, j), t = rho / solow_wild_std_error(wild, j), statistic[DRAWS];
        int reached = 0;
        for (int d = 0; d < DRAWS; d++) {
            double v[CLUSTERS];
            long double delta, error;
            for (int g = 0; g < CLUSTERS; g++) {
                v[g] = g == CLUSTERS - 1 || (d >> g & 1) != 0 ? 1 : -1;
            }
            refit(j, true, 0, v, &delta, &error);
            reached += fabsl(delta / error) >= fabs(t) * (1 - 1e-9L);
            statistic[d] = (n[d] + n[DRAWS + d] * rho) /
                           sqrt(n[2 * DRAWS + d] + rho * (n[3 * DRAWS + d] + rho * n[4 * DRAWS + d]));
            ck_assert_double_le(fabs(statistic[d] - (double)(delta / error)), 1e-11 * (1 + fabs(statistic[d])));
        }
        ck_assert_int_ge(reached, 1);
        ck_assert_double_eq(solow_symmetric_p(t, DRAWS, statistic), reached / (double)DRAWS);
        solow_inversion inversion = {solow_wild_estimate(wild, j), solow_wild_std_error(wild, j), DRAWS, (double *)n};
        solow_inversion_prepare(&inversion);
        ck_assert_double_eq(solow_inversion_p(&inversion, rho), reached / (double)DRAWS);
    }
    solow_wild_destroy(wild);
    free(grams.gram);
}
END_TEST

/* A draw's numbers do not depend on the call in which they were made. */
START_TEST(draws_belong_to_their_number)
{
    enum { CLUSTERS = 13, DRAWS = 4500, FROM = 2176 };
    uint64_t number[CLUSTERS];
    solow_cluster_grams grams;
    cluster_panel_make(CLUSTERS, 2, &panel);
    cluster_panel_grams(&panel, &grams);
    for (int g = 0; g < CLUSTERS; g++) {
        number[g] = (unsigned)g;
    }
    double *all = malloc(sizeof(double) * X * NUMBERS * DRAWS), *tail = malloc(sizeof(double) * X * NUMBERS * DRAWS);
    solow_wild *wild = create(&grams, kinds[_i], true, false, number);
    ck_assert_int_eq(solow_wild_draw(wild, 0, DRAWS, all, NULL), SOLOW_OK);
    ck_assert_int_eq(solow_wild_draw(wild, FROM, DRAWS - FROM, tail, NULL), SOLOW_OK);
    for (int s = 0; s < X * NUMBERS; s++) {
        ck_assert_mem_eq(all + s * DRAWS + FROM, tail + s * (DRAWS - FROM), sizeof(double) * (DRAWS - FROM));
    }
    solow_wild_destroy(wild);
    free(all);
    free(tail);
    free(grams.gram);
}
END_TEST

/* Every clone gives the same bits, for any number of rows of a table and a last byte that is not full. */
START_TEST(clones_agree)
{
    enum { CLUSTERS = 77, DRAWS = 192, ROWS = 56 };
    static double h[CLUSTERS * ROWS], table[SOLOW_SIGN_TABLE], sums[3][DRAWS * ROWS];
    uint8_t byte[(CLUSTERS + 7) / 8 * DRAWS];
    uint64_t number[CLUSTERS];
    double weight[DRAWS * CLUSTERS];
    solow_draws draws = {.seed = 1};
    solow_draw_normal(&draws, 0, CLUSTERS * ROWS, h);
    for (int g = 0; g < CLUSTERS; g++) {
        number[g] = 7919u * (unsigned)g;
    }
    solow_weights weights = {.kind = SOLOW_WEIGHTS_RADEMACHER, .clusters = CLUSTERS, .number = number};
    solow_weights_bytes(&weights, 64, DRAWS, byte);
    solow_weights_fill(&weights, 64, DRAWS, weight);
    for (solow_level level = SOLOW_LEVEL_PORTABLE; level <= solow_best_level(); level++) {
        solow_signs_task task = {.clusters = CLUSTERS,
                                 .rows = ROWS,
                                 .draws = DRAWS,
                                 .h = h,
                                 .byte = byte,
                                 .table = table,
                                 .sums = sums[level]};
        solow_signs_at_level(level, &task);
        ck_assert_mem_eq(sums[0], sums[level], sizeof sums[0]);
    }
    for (int d = 0; d < DRAWS; d++) {
        for (int r = 0; r < ROWS; r++) {
            long double sum = 0;
            for (int g = 0; g < CLUSTERS; g++) {
                sum += weight[d * CLUSTERS + g] * (long double)h[g * ROWS + r];
            }
            ck_assert_double_eq_tol(sums[0][d * ROWS + r], (double)sum, 1e-13);
        }
    }
}
END_TEST

/* Samples in which the hypothesis is true: a test at 10 % rejects about one in ten, within three standard errors. */
START_TEST(size_is_kept)
{
    enum { CLUSTERS = 12, SAMPLES = 400, DRAWS = 199 };
    uint64_t number[CLUSTERS];
    double five[X * NUMBERS * DRAWS];
    int rejected = 0;
    for (int g = 0; g < CLUSTERS; g++) {
        number[g] = 31u * (unsigned)g;
    }
    for (unsigned seed = 1000; seed < 1000 + SAMPLES; seed++) {
        solow_cluster_grams grams;
        cluster_panel_make(CLUSTERS, seed, &panel);
        cluster_panel_grams(&panel, &grams);
        solow_wild *wild = create(&grams, SOLOW_WEIGHTS_RADEMACHER, true, false, number);
        ck_assert_int_eq(solow_wild_draw(wild, 0, DRAWS, five, NULL), SOLOW_OK);
        solow_inversion inversion = {solow_wild_estimate(wild, 0), solow_wild_std_error(wild, 0), DRAWS, five};
        rejected += solow_inversion_p(&inversion, inversion.estimate - 0.7) <= 0.1;
        solow_wild_destroy(wild);
        free(grams.gram);
    }
    ck_assert_msg(abs(rejected - SAMPLES / 10) <= 18, "%d of %d rejected", rejected, SAMPLES);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {clones_agree, enumeration_is_every_sign, size_is_kept, NULL};
    TCase *each = tcase_create("kinds");
    tcase_set_timeout(each, 120);
    tcase_add_loop_test(each, draws_are_refits, 0, sizeof kinds / sizeof kinds[0]);
    tcase_add_loop_test(each, draws_belong_to_their_number, 0, sizeof kinds / sizeof kinds[0]);
    TCase *const cases[] = {solow_test_case("wild", tests, 0), each, NULL};
    return solow_test_run("wild", cases);
}
