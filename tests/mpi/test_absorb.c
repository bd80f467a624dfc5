/* test_absorb.c - effects taken out by a sweep equal dummies taken out by singular values, to the certificate. */
#include "tests/support/made_sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    solow_columns table;
    solow_job job;
    solow_frame frame, alone;
} panel;

static void open_panel(void)
{
    made_panel(&panel.table, 45, 31);
    double *late = made_number(&panel.table, "late"), *tiny = made_number(&panel.table, "tiny");
    for (int64_t i = 0; i < panel.table.rows; i++) {
        late[i] = made_find(&panel.table, "year")[i] > 1994;
        tiny[i] = 1e-6 * made_find(&panel.table, "x")[i] + 1e3; /* little about a large mean */
    }
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &panel.job);
    ptrdiff_t *order = made_shuffle(panel.table.rows, 6);
    made_frame(world(), &panel.table, order, SHARES_EVEN, &panel.job, &panel.frame);
    made_frame(world_alone(), &panel.table, NULL, SHARES_EVEN, &panel.job, &panel.alone);
    free(order);
}

static void close_panel(void)
{
    solow_frame_clear(&panel.frame);
    solow_frame_clear(&panel.alone);
    solow_job_clear(&panel.job);
    solow_columns_clear(&panel.table);
}

static const ptrdiff_t columns[] = {0, 1, 2, 3, 4, 5, 6, 7};

static double *gathered(made_sweep *made, ptrdiff_t count, int64_t *rows)
{
    const solow_want want = {
        .kind = SOLOW_GATHER, .transform = {.kind = SOLOW_TRANSFORM_WITHIN}, .columns = count, .column = columns};
    return made_sweep_pass(made, &want, NULL, rows);
}

/* Saves the leverages of the rows. */
static void tell_leverage(const void *context, const solow_view *view, double *values)
{
    (void)context;
    memcpy(values, view->effect_leverage, (size_t)view->rows * sizeof *values);
}

static void check_leverage(made_sweep *made, const made_rows *rows, const double *expected)
{
    static const char *const save[] = {"leverage"};
    solow_error err = {0};
    solow_frame_column *saved = solow_frame_find(made->frame, "the leverage");
    if (saved == NULL) {
        world_good(solow_frame_add_number(made->frame, "the leverage", &saved, &err), &err);
    }
    const solow_want want = {.kind = SOLOW_MAP,
                             .transform = {.kind = SOLOW_TRANSFORM_WITHIN},
                             .columns = 1,
                             .column = columns,
                             .effect_leverage = true,
                             .sums = 1,
                             .rows = tell_leverage,
                             .save = save};
    world_good(solow_absorb_invert(&made->sweep.absorb, &err), &err);
    made_sweep_pass(made, &want, &saved, NULL);
    double *all = made_gather(made->frame, saved->number);
    ptrdiff_t row = 0;
    for (int64_t i = 0; i < made->frame->layout.rows; i++) {
        if (!isnan(all[i])) {
            ck_assert_msg(fabs(all[i] - expected[row]) < 1e-9, "row %td: leverage %.15g, not %.15g", row, all[i],
                          expected[row]);
            row++;
        }
    }
    ck_assert_int_eq(row, rows->rows);
    free(all);
}

static double size_of(const double *x, ptrdiff_t rows)
{
    double most = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    }
    return most;
}

static void check_model(const char *model, bool local)
{
    made_sweep made, alone;
    made_rows rows;
    int64_t count = 0;
    made_sweep_open(&panel.frame, model, &made);
    made_sweep_open(&panel.alone, model, &alone);
    made_rows_read(&made, &rows);
    ptrdiff_t cells = rows.rows * rows.columns;
    double *within = malloc((size_t)(cells + 1) * sizeof *within),
           *leverage = malloc((size_t)rows.rows * sizeof *leverage);
    ptrdiff_t rank = made_rows_project(&made, &rows, within, leverage);
    double *ours = gathered(&made, rows.columns, &count), *one = gathered(&alone, rows.columns, NULL);
    ck_assert_int_eq(count, rows.rows);
    ck_assert_msg(memcmp(ours, one, (size_t)cells * sizeof *ours) == 0, "%s: ranks show", model);
    for (ptrdiff_t c = 0; c < rows.columns; c++) {
        double scale = size_of(rows.x + c * rows.rows, rows.rows);
        for (ptrdiff_t i = 0; i < rows.rows; i++) {
            double gap = fabs(ours[c * rows.rows + i] - within[c * rows.rows + i]);
            ck_assert_msg(gap <= 1e-11 * scale, "%s: row %td of column %td is off by %g of %g", model, i, c, gap,
                          scale);
        }
        ck_assert_msg(made.sweep.absorb.worst[c] <= 1e-12, "%s: certificate %g of column %td", model,
                      made.sweep.absorb.worst[c], c);
    }
    ck_assert_msg(made.sweep.absorb.rank == rank, "%s: rank %lld, not %td", model, (long long)made.sweep.absorb.rank,
                  rank);
    ck_assert_int_eq(made.sweep.absorb.local >= 0, local);
    check_leverage(&made, &rows, leverage);
    free(ours);
    free(one);
    free(within);
    free(leverage);
    made_rows_clear(&rows);
    made_sweep_clear(&made);
    made_sweep_clear(&alone);
}

START_TEST(one_set)
{
    check_model("formula: y ~ x + h | firm", true);
    check_model("formula: y ~ x + z + log(w) | firm, weights: w", true);
    check_model("formula: y ~ x + z | year", false);
    check_model("formula: y ~ x + h | sector, where: year > 1992", false);
}
END_TEST

START_TEST(two_sets)
{
    check_model("formula: y ~ x + h | firm + year", true);
    check_model("formula: y ~ x + z | firm + year, weights: w, where: x > -1", true);
    check_model("formula: y ~ x + h | sector + year", false);
    check_model("formula: y ~ x + h | firm + sector^year", true);
}
END_TEST

START_TEST(three_sets)
{
    check_model("formula: y ~ x + z | firm + year + g, weights: w", true);
    check_model("formula: y ~ x + h | region + year + g", false);
}
END_TEST

START_TEST(finer_than_the_unit)
{
    check_model("formula: y ~ x + h | firm^late", true);
    check_model("formula: y ~ x + h | firm^late + year", true);
    check_model("formula: y ~ x + z | firm + firm^late + year, weights: w", true);
}
END_TEST

START_TEST(slopes)
{
    check_model("formula: 'y ~ x + h | firm[g]'", true);
    check_model("formula: 'y ~ x + h | firm[[g]]'", true);
    check_model("formula: 'y ~ x + h | firm + year[z]'", true);
    check_model("formula: 'y ~ x + h | firm[g] + year', weights: w", true);
    check_model("formula: 'y ~ x + h | sector[x] + year[[z]]'", false);
}
END_TEST

/* What the effects explain entirely leaves rounding alone, and asks for no more passes. What is left of a large mean is
 * made exact by one or two more. */
START_TEST(columns_that_the_effects_nearly_explain)
{
    static const char *const models[] = {"formula: y ~ x + firm | firm + year", "formula: y ~ x + year | firm + year",
                                         "formula: y ~ i(sector) | firm + year", "formula: y ~ x + tiny | firm + year"};
    for (size_t m = 0; m < sizeof models / sizeof models[0]; m++) {
        made_sweep made;
        int64_t count = 0;
        made_sweep_open(&panel.frame, models[m], &made);
        double *ours = gathered(&made, made.design.columns, &count);
        int most = m == 3 ? 2 : 0, made_refinements = made.sweep.absorb.refinements;
        ck_assert_msg(made_refinements <= most, "%s: %d refinements", models[m], made_refinements);
        for (ptrdiff_t c = 0; c < made.design.columns; c++) {
            ck_assert_msg(made.sweep.absorb.worst[c] <= 1e-12, "%s: certificate %g of %s", models[m],
                          made.sweep.absorb.worst[c], made.design.column[c].name);
        }
        free(ours);
        made_sweep_clear(&made);
    }
}
END_TEST

/* A column's bits do not depend on its companions: alone, among many, and with one that is hard. */
START_TEST(companions_do_not_show)
{
    static const char *const alone[] = {"formula: y ~ x | firm + year", "formula: y ~ x | firm",
                                        "formula: y ~ x | year, weights: w", "formula: y ~ x | firm^late + year"};
    static const char *const among[] = {"formula: 'y ~ x + poly(h, 6) + i(g) + firm + tiny | firm + year'",
                                        "formula: y ~ x + exp(x) + firm + year | firm",
                                        "formula: 'y ~ x + poly(h, 3) + firm | year', weights: w",
                                        "formula: y ~ x + tiny + firm + exp(x) | firm^late + year"};
    for (int m = 0; m < 4; m++) {
        made_sweep one, many;
        int64_t rows = 0, more = 0;
        made_sweep_open(&panel.frame, alone[m], &one);
        made_sweep_open(&panel.frame, among[m], &many);
        double *x = gathered(&one, 2, &rows), *y = gathered(&many, 2, &more);
        ck_assert_int_eq(rows, more);
        ck_assert_msg(memcmp(x, y, (size_t)(2 * rows) * sizeof *x) == 0, "%s", among[m]);
        ck_assert(one.sweep.absorb.worst[1] == many.sweep.absorb.worst[1]);
        free(x);
        free(y);
        made_sweep_clear(&one);
        made_sweep_clear(&many);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {one_set,
                                  two_sets,
                                  three_sets,
                                  finer_than_the_unit,
                                  slopes,
                                  columns_that_the_effects_nearly_explain,
                                  companions_do_not_show,
                                  NULL};
    TCase *const absorb = solow_test_case("absorb", tests, 120);
    tcase_add_unchecked_fixture(absorb, open_panel, close_panel);
    TCase *const cases[] = {absorb, NULL};
    return world_run(argc, argv, "absorb", cases);
}
