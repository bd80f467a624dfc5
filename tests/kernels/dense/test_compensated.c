/* Double-double least squares against NIST's Statistical Reference Datasets (linear regression), certified values of
 * https://www.itl.nist.gov/div898/strd/lls/lls.shtml; and the clones against each other. */
#include "kernels/dense/compensated.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 100, MOST_TERMS = 11 };

/* Columns of the file after y; powers > 1: the only regressor's powers; the constant comes first unless absent. */
typedef struct reference {
    const char *file;
    int columns, powers;
    bool constant;
    double digits; /* what must be reached in coefficients and standard errors */
    double coefficient[MOST_TERMS], std_error[MOST_TERMS];
    double sigma, r_squared;
} reference;

static const reference references[] = {
    {"nist-norris.csv",
     1,
     1,
     true,
     9,
     {-0.262323073774029, 1.00211681802045},
     {0.232818234301152, 0.429796848199937E-03},
     0.884796396144373,
     0.999993745883712},
    {"nist-pontius.csv",
     1,
     2,
     true,
     9,
     {0.673565789473684E-03, 0.732059160401003E-06, -0.316081871345029E-14},
     {0.107938612033077E-03, 0.157817399981659E-09, 0.486652849992036E-16},
     0.205177424076185E-03,
     0.999999900178537},
    {"nist-noint1.csv", 1, 1, false, 9, {2.07438016528926}, {0.165289256198347E-01}, 3.56753034006338, NAN},
    {"nist-noint2.csv", 1, 1, false, 9, {0.727272727272727}, {0.420827318078432E-01}, 0.369274472937998, NAN},
    {"nist-filip.csv",
     1,
     10,
     true,
     7,
     {-1467.48961422980, -2772.17959193342, -2316.37108160893, -1127.97394098372, -354.478233703349, -75.1242017393757,
      -10.8753180355343, -1.06221498588947, -0.670191154593408E-01, -0.246781078275479E-02, -0.402962525080404E-04},
     {298.084530995537, 559.779865474950, 466.477572127796, 227.204274477751, 71.6478660875927, 15.2897178747400,
      2.23691159816033, 0.221624321934227, 0.142363763154724E-01, 0.535617408889821E-03, 0.896632837373868E-05},
     0.334801051324544E-02,
     0.996727416185620},
    {"nist-longley.csv",
     6,
     1,
     true,
     9,
     {-3482258.63459582, 15.0618722713733, -0.358191792925910E-01, -2.02022980381683, -1.03322686717359,
      -0.511041056535807E-01, 1829.15146461355},
     {890420.383607373, 84.9149257747669, 0.334910077722432E-01, 0.488399681651699, 0.214274163161675,
      0.226073200069370, 455.478499142212},
     304.854073561965,
     0.995479004577296},
    {"nist-wampler1.csv", 1, 5, true, 9, {1, 1, 1, 1, 1, 1}, {0}, 0, 1},
    {"nist-wampler2.csv", 1, 5, true, 9, {1, 0.1, 0.01, 0.001, 1e-4, 1e-5}, {0}, 0, 1},
    {"nist-wampler3.csv",
     1,
     5,
     true,
     9,
     {1, 1, 1, 1, 1, 1},
     {2152.32624678170, 2363.55173469681, 779.343524331583, 101.475507550350, 5.64566512170752, 0.112324854679312},
     2360.14502379268,
     0.999995559025820},
    {"nist-wampler4.csv",
     1,
     5,
     true,
     9,
     {1, 1, 1, 1, 1, 1},
     {215232.624678170, 236355.173469681, 77934.3524331583, 10147.5507550350, 564.566512170752, 11.2324854679312},
     236014.502379268,
     0.957478440825662},
    {"nist-wampler5.csv",
     1,
     5,
     true,
     9,
     {1, 1, 1, 1, 1, 1},
     {21523262.4678170, 23635517.3469681, 7793435.24331583, 1014755.07550350, 56456.6512170752, 1123.24854679312},
     23601450.2379268,
     0.224668921574940E-02}};

static double digits(double ours, double certified)
{
    if (certified == 0) {
        return fabs(ours) < 1e-9 ? 16 : 0;
    }
    double error = fabs(ours / certified - 1);
    return error > 1e-16 ? -log10(error) : 16;
}

/* Fills x [MOST_ROWS x terms + 1], the outcome last; 0 rows when the file is not there. */
static int read_columns(const reference *set, int terms, double *x)
{
    char path[512], line[512];
    snprintf(path, sizeof path, SOLOW_SOURCE_DIR "/jobs/data/%s", set->file);
    FILE *file = fopen(path, "r");
    int rows = 0;
    if (file == NULL || fgets(line, sizeof line, file) == NULL) {
        printf("skipped: %s\n", path);
        return 0;
    }
    while (rows < MOST_ROWS && fgets(line, sizeof line, file) != NULL) {
        char *at = line;
        x[terms * MOST_ROWS + rows] = strtod(at, &at);
        int term = 0;
        if (set->constant) {
            x[rows] = 1;
            term = 1;
        }
        for (int c = 0; c < set->columns; c++) {
            double value = strtod(at + 1, &at), power = 1;
            for (int p = 0; p < set->powers; p++) {
                power *= value;
                x[(term++) * MOST_ROWS + rows] = power;
            }
        }
        rows++;
    }
    fclose(file);
    return rows;
}

START_TEST(nist_certified_values)
{
    const reference *set = &references[_i];
    int k = set->columns * set->powers + (set->constant ? 1 : 0), n = k + 1;
    double x[MOST_ROWS * (MOST_TERMS + 1)], high[144] = {0}, low[144] = {0}, coefficient[MOST_TERMS], inverse[121];
    double *work = malloc(sizeof(double) * (size_t)solow_precise_work(k));
    bool kept[MOST_TERMS];
    solow_precise_fit fit = {.coefficient = coefficient, .inverse = inverse, .kept = kept};
    int rows = read_columns(set, k, x);
    if (rows > 0) {
        solow_gram_precise(rows, n, x, MOST_ROWS, NULL, high, low);
        solow_solve_precise(k, high, low, n, NULL, SOLOW_PRECISE_TOLERANCE, work, &fit);
        ck_assert_int_eq(fit.rank, k);
        double sigma = sqrt(fit.rss / (rows - k)), worst = 16, worst_error = digits(sigma, set->sigma);
        for (int j = 0; j < k; j++) {
            worst = fmin(worst, digits(coefficient[j], set->coefficient[j]));
            worst_error = fmin(worst_error, digits(sigma * sqrt(inverse[j + j * k]), set->std_error[j]));
        }
        printf("%s: %.1f digits in coefficients, %.1f in standard errors\n", set->file, worst, worst_error);
        ck_assert_msg(worst >= set->digits, "%s: coefficients agree to %.1f digits", set->file, worst);
        ck_assert_msg(worst_error >= set->digits, "%s: standard errors agree to %.1f digits", set->file, worst_error);
        if (set->constant) {
            double total = solow_centred_square_precise(high, low, n, 0, k);
            ck_assert(digits(1 - fit.rss / total, set->r_squared) >= 9);
        }
    }
    free(work);
}
END_TEST

static double draw(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (double)*state / 4294967296.0 - 0.5;
}

START_TEST(clones_agree_bit_by_bit)
{
    enum { K = 5, LD = 48 };
    double x[K * LD], weight[LD];
    unsigned state = 3;
    for (int i = 0; i < K * LD; i++) {
        x[i] = draw(&state);
    }
    for (int i = 0; i < LD; i++) {
        weight[i] = 1 + draw(&state);
    }
    for (int rows = 0; rows <= 41; rows++) {
        for (int weighted = 0; weighted < 2; weighted++) {
            double plain[2 * K * K] = {0};
            solow_gram_precise_at_level(SOLOW_LEVEL_PORTABLE, rows, K, x, LD, weighted ? weight : NULL, plain,
                                        plain + K * K);
            for (int level = SOLOW_LEVEL_AVX2; level <= (int)solow_best_level(); level++) {
                double fast[2 * K * K] = {0};
                solow_gram_precise_at_level((solow_level)level, rows, K, x, LD, weighted ? weight : NULL, fast,
                                            fast + K * K);
                ck_assert_mem_eq(plain, fast, sizeof fast);
            }
        }
    }
}
END_TEST

/* 1e16 + 1 - 1e16 and its like: what double loses, the pair keeps; the tree's merge too; weight 2 is a row twice. */
START_TEST(sums_keep_what_double_loses)
{
    double x[2 * 9] = {1e8, 1, 1, 1, 1, 1, 1, 1, 1e8, 1e8, 1, 1, 1, 1, 1, 1, 1, -1e8}, weight[9], both[2] = {0};
    double high[4] = {0}, low[4] = {0};
    solow_gram_precise(9, 2, x, 9, NULL, high, low);
    ck_assert(high[2] + low[2] == 7);
    ck_assert(high[0] == 2e16 + 8 && low[0] == -1);
    for (int i = 0; i < 9; i++) {
        weight[i] = 2;
    }
    double twice_high[4] = {0}, twice_low[4] = {0};
    solow_gram_precise(9, 2, x, 9, weight, twice_high, twice_low);
    memcpy(both, high, sizeof both);
    solow_sum_precise(4, high, low, high, low);
    ck_assert_mem_eq(high, twice_high, sizeof high);
    ck_assert_mem_eq(low, twice_low, sizeof low);
    ck_assert(both[0] * 2 == high[0]);
}
END_TEST

START_TEST(collinear_column_is_dropped)
{
    enum { ROWS = 30 };
    double x[4 * ROWS], high[16] = {0}, low[16] = {0}, coefficient[3], inverse[9], work[2 * (16 + 4 + 9)];
    bool kept[3];
    unsigned state = 5;
    for (int r = 0; r < ROWS; r++) {
        x[r] = draw(&state);
        x[ROWS + r] = 0.1 * x[r];
        x[2 * ROWS + r] = draw(&state);
        x[3 * ROWS + r] = 3 * x[r] + 0.5 * x[2 * ROWS + r];
    }
    ck_assert_int_le(solow_precise_work(3), 2 * (16 + 4 + 9));
    solow_precise_fit fit = {.coefficient = coefficient, .inverse = inverse, .kept = kept};
    solow_gram_precise(ROWS, 4, x, ROWS, NULL, high, low);
    solow_solve_precise(3, high, low, 4, NULL, SOLOW_PRECISE_TOLERANCE, work, &fit);
    ck_assert(kept[0] && !kept[1] && kept[2] && fit.rank == 2);
    ck_assert_double_eq_tol(coefficient[0], 3, 1e-14);
    ck_assert(coefficient[1] == 0 && inverse[1] == 0 && inverse[4] == 0 && inverse[5] == 0);
    ck_assert_double_eq_tol(coefficient[2], 0.5, 1e-14);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {clones_agree_bit_by_bit, sums_keep_what_double_loses, collinear_column_is_dropped,
                                  NULL};
    TCase *nist = tcase_create("nist");
    tcase_add_loop_test(nist, nist_certified_values, 0, (int)(sizeof references / sizeof references[0]));
    TCase *const cases[] = {solow_test_case("compensated", tests, 0), nist, NULL};
    return solow_test_run("dense", cases);
}
