/* test_spread.c - equations that all ranks iterate on together: certified, the same bits on any ranks, the same as on one.
 *
 * 3,200 units of 200 rows and 300 random groups: S is dear to form, and the graph is large beside its unknowns.
 */
#include "kernels/stats/random.h"
#include "tests/support/made_sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS = 3200, PERIODS = 200, GROUPS = 300 };

static struct {
    solow_columns table;
    solow_job job;
    solow_frame frame, alone;
} panel;

static void open_panel(void)
{
    made_table(&panel.table, (int64_t)UNITS * PERIODS);
    double *firm = made_number(&panel.table, "firm"), *year = made_number(&panel.table, "year");
    double *group = made_number(&panel.table, "group"), *weight = made_number(&panel.table, "w");
    double *x = made_number(&panel.table, "x"), *y = made_number(&panel.table, "y");
    const solow_draws draws = {.seed = 11, .stream = 5};
    solow_draw_normal(&draws, 0, panel.table.rows, x);
    solow_draw_normal(&draws, (uint64_t)panel.table.rows, panel.table.rows, y);
    solow_draw_uniform(&draws, 0, panel.table.rows, group);
    for (int64_t i = 0; i < panel.table.rows; i++) {
        firm[i] = (double)(i / PERIODS);
        year[i] = (double)(i % PERIODS);
        group[i] = floor(GROUPS * group[i]);
        weight[i] = 1 + (double)(i % 3);
        x[i] += 0.01 * group[i];
        y[i] += x[i] + 0.02 * group[i];
    }
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ y}\n",
             &panel.job);
    made_frame(world(), &panel.table, NULL, SHARES_EVEN, &panel.job, &panel.frame);
    made_frame(world_alone(), &panel.table, NULL, SHARES_EVEN, &panel.job, &panel.alone);
}

static void close_panel(void)
{
    solow_frame_clear(&panel.frame);
    solow_frame_clear(&panel.alone);
    solow_job_clear(&panel.job);
    solow_columns_clear(&panel.table);
}

static double *gathered(made_sweep *made, int64_t *rows)
{
    static const ptrdiff_t columns[] = {0, 1};
    const solow_want want = {
        .kind = SOLOW_GATHER, .transform = {.kind = SOLOW_TRANSFORM_WITHIN}, .columns = 2, .column = columns};
    return made_sweep_pass(made, &want, NULL, rows);
}

/* Means of what is left by firm and by group are zero: the effects are gone, whatever the certificate says. */
static void check_means(const double *left, const double *weight)
{
    static double firm[UNITS], group[GROUPS];
    const double *code = made_find(&panel.table, "group");
    for (int c = 0; c < 2; c++) {
        memset(firm, 0, sizeof firm);
        memset(group, 0, sizeof group);
        for (int64_t i = 0; i < panel.table.rows; i++) {
            double value = left[c * panel.table.rows + i] * (weight != NULL ? weight[i] : 1);
            firm[i / PERIODS] += value;
            group[(int)code[i]] += value;
        }
        for (int f = 0; f < UNITS; f++) {
            ck_assert_double_lt(fabs(firm[f]), 1e-10);
        }
        for (int g = 0; g < GROUPS; g++) {
            ck_assert_double_lt(fabs(group[g]), 1e-8);
        }
    }
}

static void check_model(const char *model, bool weighted)
{
    made_sweep made, alone;
    int64_t rows = 0, one_rows = 0;
    made_sweep_open(&panel.frame, model, &made);
    made_sweep_open(&panel.alone, model, &alone);
    ck_assert_ptr_nonnull(made.sweep.absorb.spread);
    ck_assert_ptr_nonnull(alone.sweep.absorb.spread);
    double *ours = gathered(&made, &rows), *one = gathered(&alone, &one_rows);
    ck_assert_int_eq(rows, panel.table.rows);
    ck_assert_int_eq(one_rows, rows);
    ck_assert_msg(memcmp(ours, one, (size_t)(2 * rows) * sizeof *ours) == 0, "%s: ranks show", model);
    for (int c = 0; c < 2; c++) {
        ck_assert_double_le(made.sweep.absorb.worst[c], 1e-12);
        ck_assert(made.sweep.absorb.worst[c] == alone.sweep.absorb.worst[c]);
    }
    check_means(ours, weighted ? made_find(&panel.table, "w") : NULL);
    ck_assert_int_eq(made.sweep.absorb.rank, UNITS + GROUPS - 1);
    ck_assert(made.sweep.absorb.rank_exact);
    ck_assert_int_eq(made.sweep.absorb.components, 1);
    free(ours);
    free(one);
    made_sweep_clear(&made);
    made_sweep_clear(&alone);
}

START_TEST(groups)
{
    check_model("formula: y ~ x | firm + group", false);
}
END_TEST

START_TEST(weighted_groups)
{
    check_model("formula: y ~ x | firm + group, weights: w", true);
}
END_TEST

/* Leverages would need the inverse that nobody made. */
START_TEST(no_leverage)
{
    made_sweep made;
    solow_error err = {0};
    made_sweep_open(&panel.frame, "formula: y ~ x | firm + group", &made);
    ck_assert_int_eq(solow_absorb_invert(&made.sweep.absorb, &err), SOLOW_ERR_NUMERIC);
    ck_assert_str_eq(err.message, "no exact leverage: the equations of 300 effects are iterated on");
    made_sweep_clear(&made);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {groups, weighted_groups, no_leverage, NULL};
    TCase *const spread = solow_test_case("spread", tests, 120);
    tcase_add_unchecked_fixture(spread, open_panel, close_panel);
    TCase *const cases[] = {spread, NULL};
    return world_run(argc, argv, "spread", cases);
}
