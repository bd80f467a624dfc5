/* test_certificate.c - the certificate of absorbed effects, recomputed by the test from the rows in long double: the residual of
 * the normal equations, max over levels |sum w x~| / sum |w x~|. Small where the effects are out; and told as large as it is
 * where they are not, which is tried by spoiling the solution. */
#include "tests/support/made_sweep.h"

#include "kernels/sparse/global.h"

#include <math.h>
#include <stdlib.h>

static struct {
    solow_columns table;
    solow_job job;
    solow_frame frame;
} panel;

static void open_panel(void)
{
    made_panel(&panel.table, 60, 77);
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &panel.job);
    made_frame(world(), &panel.table, NULL, SHARES_EVEN, &panel.job, &panel.frame);
}

static void close_panel(void)
{
    solow_frame_clear(&panel.frame);
    solow_job_clear(&panel.job);
    solow_columns_clear(&panel.table);
}

static double *within(made_sweep *made, ptrdiff_t columns)
{
    static const ptrdiff_t column[] = {0, 1, 2, 3};
    const solow_want want = {
        .kind = SOLOW_GATHER, .transform = {.kind = SOLOW_TRANSFORM_WITHIN}, .columns = columns, .column = column};
    return made_sweep_pass(made, &want, NULL, NULL);
}

/* Of one column x [rows] over the levels of effect e. */
static long double residual(const made_rows *rows, const double *x, ptrdiff_t e)
{
    long double worst = 0, size = 0, *sum = calloc((size_t)rows->rows + 1, sizeof *sum);
    for (ptrdiff_t i = 0; i < rows->rows; i++) {
        long double term = (long double)rows->weight[i] * x[i];
        sum[(ptrdiff_t)rows->level[e][i]] += term;
        size += fabsl(term);
    }
    for (ptrdiff_t l = 0; l < rows->rows; l++) {
        worst = fmaxl(worst, fabsl(sum[l]));
    }
    free(sum);
    return size > 0 ? worst / size : 0;
}

/* Over the effects that reach across blocks, or over all. */
static long double worst_of(const made_sweep *made, const made_rows *rows, const double *x, bool all)
{
    long double worst = 0;
    for (ptrdiff_t e = 0; e < made->effects.count; e++) {
        if (all || e != made->sweep.absorb.local) {
            worst = fmaxl(worst, residual(rows, x, e));
        }
    }
    return worst;
}

static const char *const models[] = {
    "formula: y ~ x + h | firm + year",         "formula: y ~ x + z | firm + year, weights: w",
    "formula: y ~ x + h | firm + year + g",     "formula: y ~ x + h | sector + year",
    "formula: y ~ x + z | year, where: x > -1",
};

START_TEST(certificates_are_true)
{
    made_sweep made;
    made_rows rows;
    made_sweep_open(&panel.frame, models[_i], &made);
    made_rows_read(&made, &rows);
    solow_absorb *absorb = &made.sweep.absorb;
    double *x = within(&made, rows.columns);
    for (ptrdiff_t c = 0; c < rows.columns; c++) {
        long double ours = worst_of(&made, &rows, x + c * rows.rows, true);
        ck_assert_msg(ours <= 1e-12L && absorb->worst[c] <= 1e-12, "column %td: %Lg, told %g", c, ours,
                      absorb->worst[c]);
    }
    free(x);
    for (ptrdiff_t c = 0; c < rows.columns; c++) { /* the same on every rank */
        absorb->gamma[solow_panel_index(absorb->layout.unknowns, 1, c)] += ldexp(1, -10 - 8 * (int)c);
    }
    absorb->certified = false;
    absorb->refinements = SOLOW_REFINEMENTS; /* and none is left to mend it */
    x = within(&made, rows.columns);
    for (ptrdiff_t c = 0; c < rows.columns; c++) {
        long double ours = worst_of(&made, &rows, x + c * rows.rows, false);
        ck_assert_msg(fabsl(ours / absorb->worst[c] - 1) < 1e-6L, "column %td: %Lg, told %g", c, ours,
                      absorb->worst[c]);
        ck_assert_double_gt(absorb->worst[c], 1e-12);
    }
    free(x);
    made_rows_clear(&rows);
    made_sweep_clear(&made);
}
END_TEST

/* Spoiled once, with refinements left, it is mended. */
START_TEST(what_is_not_certified_is_refined)
{
    made_sweep made;
    made_rows rows;
    made_sweep_open(&panel.frame, models[0], &made);
    made_rows_read(&made, &rows);
    solow_absorb *absorb = &made.sweep.absorb;
    absorb->gamma[solow_panel_index(absorb->layout.unknowns, 1, 1)] += 0.5;
    double *x = within(&made, rows.columns);
    ck_assert_int_ge(absorb->refinements, 1);
    for (ptrdiff_t c = 0; c < rows.columns; c++) {
        long double ours = worst_of(&made, &rows, x + c * rows.rows, true);
        ck_assert_msg(ours <= 1e-12L, "column %td: %Lg", c, ours);
    }
    free(x);
    made_rows_clear(&rows);
    made_sweep_clear(&made);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {what_is_not_certified_is_refined, NULL};
    TCase *const certificate = solow_test_case("certificate", tests, 120);
    tcase_add_unchecked_fixture(certificate, open_panel, close_panel);
    tcase_add_loop_test(certificate, certificates_are_true, 0, 5);
    TCase *const cases[] = {certificate, NULL};
    return world_run(argc, argv, "certificate", cases);
}
