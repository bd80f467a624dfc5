/* Sums over global effects and their subtraction, row by row as oracle, for codes in runs and codes in any order. */
#include "kernels/sparse/global.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 61, LD = 64, P = 11 };

typedef struct sample {
    solow_global_set set[2];
    solow_global_layout layout;
    int32_t code[2][LD];
    double z[LD], weight[LD], *x;
    const int32_t *codes[2];
    const double *slopes[1];
    const double *const *slope[2];
    solow_global global;
} sample;

/* Set 0: codes that rise by one in stretches of 12, or scattered ones; set 1: 4 levels with a slope. */
static void make(sample *s, bool runs)
{
    solow_error err = {0};
    memset(s, 0, sizeof *s);
    s->set[0] = (solow_global_set){.levels = 12, .level = true};
    s->set[1] = (solow_global_set){.levels = 4, .level = true, .slopes = 1};
    s->layout = (solow_global_layout){.sets = 2, .set = s->set};
    ck_assert_int_eq(solow_global_number(&s->layout, &err), SOLOW_OK);
    ck_assert_int_eq(s->layout.unknowns, 12 + 8);
    s->x = aligned_alloc(64, P * LD * sizeof *s->x);
    memset(s->x, 0, P * LD * sizeof *s->x);
    for (int r = 0; r < ROWS; r++) {
        s->code[0][r] = runs ? r % 12 : (r * 7) % 11;
        s->code[1][r] = r == 5 ? -1 : r / 16;
        s->z[r] = r == 5 ? NAN : cos(r);
        for (int j = 0; j < P && r != 5; j++) {
            s->x[j * LD + r] = sin(3.0 * r + j);
        }
    }
    s->code[0][5] = -1;
    s->codes[0] = s->code[0];
    s->codes[1] = s->code[1];
    s->slopes[0] = s->z;
    s->slope[1] = s->slopes;
    s->global = (solow_global){.rows = ROWS, .layout = &s->layout, .code = s->codes, .slope = s->slope};
}

/* Value of D2 at row r, unknown u. */
static double dummy(const sample *s, int r, ptrdiff_t u)
{
    if (s->code[0][r] < 0) {
        return 0;
    }
    if (u < 12) {
        return s->code[0][r] == u;
    }
    return s->code[1][r] != (u - 12) / 2 ? 0 : ((u - 12) % 2 == 0 ? 1 : s->z[r]);
}

static void check_add(const sample *s)
{
    ptrdiff_t m = s->layout.unknowns;
    double *sums = calloc((size_t)solow_panel_doubles(m, P), sizeof *sums);
    double size[3 * P] = {0}, worst[P];
    solow_global_add(&s->global, P, s->x, LD, sums);
    solow_global_size(&s->global, P, s->x, LD, size);
    solow_global_certificate(&s->layout, P, sums, size, worst);
    for (int j = 0; j < P; j++) {
        double whole[3] = {0}, most = 0;
        for (ptrdiff_t u = 0; u < m; u++) {
            double sum = 0, absolute = 0;
            for (int r = 0; r < ROWS; r++) {
                double w = s->global.weight != NULL ? s->weight[r] : 1;
                sum += r == 5 ? 0 : w * dummy(s, r, u) * s->x[j * LD + r];
                absolute += r == 5 ? 0 : fabs(w * dummy(s, r, u) * s->x[j * LD + r]);
            }
            whole[u < 12 ? 0 : 1 + u % 2] += absolute;
            ck_assert_double_eq_tol(sums[solow_panel_index(m, u, j)], sum, 1e-13);
        }
        for (ptrdiff_t u = 0; u < m; u++) {
            most = fmax(most, fabs(sums[solow_panel_index(m, u, j)]) / whole[u < 12 ? 0 : 1 + u % 2]);
        }
        for (int part = 0; part < 3; part++) {
            ck_assert_double_eq_tol(size[j * 3 + part], whole[part], 1e-12);
        }
        ck_assert_double_eq_tol(worst[j], most, 1e-13);
    }
    free(sums);
}

static void check_subtract(const sample *s)
{
    ptrdiff_t m = s->layout.unknowns;
    double *gamma = calloc((size_t)solow_panel_doubles(m, P), sizeof *gamma);
    double *x = aligned_alloc(64, P * LD * sizeof *x);
    memcpy(x, s->x, P * LD * sizeof *x);
    for (ptrdiff_t u = 0; u < m; u++) {
        for (int j = 0; j < P; j++) {
            gamma[solow_panel_index(m, u, j)] = (double)u + 0.125 * j;
        }
    }
    solow_global_subtract(&s->global, P, gamma, x, LD);
    for (int j = 0; j < P; j++) {
        for (int r = 0; r < LD; r++) {
            double expected = s->x[j * LD + r];
            for (ptrdiff_t u = 0; u < m && r < ROWS && r != 5; u++) {
                expected -= dummy(s, r, u) * ((double)u + 0.125 * j);
            }
            ck_assert_double_eq_tol(x[j * LD + r], expected, 1e-13);
        }
    }
    free(gamma);
    free(x);
}

START_TEST(agrees_row_by_row)
{
    for (int runs = 0; runs < 2; runs++) {
        sample s;
        make(&s, runs != 0);
        check_add(&s);
        check_subtract(&s);
        for (int r = 0; r < ROWS; r++) {
            s.weight[r] = 0.5 + r % 4;
        }
        s.global.weight = s.weight;
        check_add(&s);
        check_subtract(&s);
        free(s.x);
    }
}
END_TEST

/* A column's sums have the same bits alone and as the eleventh of eleven. */
START_TEST(columns_do_not_meet)
{
    for (int runs = 0; runs < 2; runs++) {
        sample s;
        make(&s, runs != 0);
        ptrdiff_t m = s.layout.unknowns;
        double *all = calloc((size_t)solow_panel_doubles(m, P), sizeof *all);
        double *one = calloc((size_t)solow_panel_doubles(m, 1), sizeof *one);
        solow_global_add(&s.global, P, s.x, LD, all);
        solow_global_add(&s.global, 1, s.x + 10 * LD, LD, one);
        for (ptrdiff_t u = 0; u < m; u++) {
            ck_assert_mem_eq(&all[solow_panel_index(m, u, 10)], &one[solow_panel_index(m, u, 0)], sizeof *one);
        }
        free(all);
        free(one);
        free(s.x);
    }
}
END_TEST

START_TEST(nan_never_passes)
{
    solow_global_set set = {.levels = 3, .level = true};
    solow_global_layout layout = {.sets = 1, .set = &set};
    solow_error err = {0};
    ck_assert_int_eq(solow_global_number(&layout, &err), SOLOW_OK);
    double sums[24] = {0}, size[1] = {1}, worst[1];
    sums[8] = NAN;
    sums[16] = 0.5;
    solow_global_certificate(&layout, 1, sums, size, worst);
    ck_assert(!(worst[0] <= 1e-12));
    ck_assert(!(worst[0] <= 1));
}
END_TEST

START_TEST(empty_sets_are_refused)
{
    solow_global_set set = {.levels = 3};
    solow_global_layout layout = {.sets = 1, .set = &set};
    solow_error err = {0};
    ck_assert_int_eq(solow_global_number(&layout, &err), SOLOW_ERR_INPUT);
    set = (solow_global_set){.levels = (ptrdiff_t)INT32_MAX + 1, .level = true};
    ck_assert_int_eq(solow_global_number(&layout, &err), SOLOW_ERR_NUMERIC);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {agrees_row_by_row, columns_do_not_meet, nan_never_passes, empty_sets_are_refused,
                                  NULL};
    TCase *const cases[] = {solow_test_case("global", tests, 0), NULL};
    return solow_test_run("sparse", cases);
}
