/* test_evaluate.c - every function of an expression, against values by hand; missing values by their rules. */
#include "engine/frame/evaluate.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 12 };

/* Unit 1: 1990 1991 1993 1994; unit 2: 1990; unit 3: 1988 ... 1992, 1995, 1996. */
static const double unit[ROWS] = {1, 1, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3};
static const double year[ROWS] = {1990, 1991, 1993, 1994, 1990, 1988, 1989, 1990, 1991, 1992, 1995, 1996};
static const double x[ROWS] = {2, 4, -1, 8, 5, 1, NAN, 3, 0, 7, 6, 9};
static const double k[ROWS] = {1, 0, 1, NAN, 1, 0, 0, 1, 1, 0, 1, 0}; /* a column called like a function's argument */
static const char *const place[ROWS] = {"a", "a", "a", "a", NULL, "b", "b", "b", "b", "b", "b", "b"};

static struct {
    solow_columns table;
    solow_job job;
    solow_frame frame;
} panel;

static void open_panel(void)
{
    made_table(&panel.table, ROWS);
    memcpy(made_number(&panel.table, "unit"), unit, sizeof unit);
    memcpy(made_number(&panel.table, "year"), year, sizeof year);
    memcpy(made_number(&panel.table, "x"), x, sizeof x);
    memcpy(made_number(&panel.table, "k"), k, sizeof k);
    made_text(&panel.table, "place");
    for (int i = 0; i < ROWS; i++) {
        made_label(&panel.table, "place", i, place[i]);
    }
    made_job("solow: 1\ndata: {file: none.csv, unit: unit, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ k}\n",
             &panel.job);
    made_frame(world(), &panel.table, NULL, SHARES_EVEN, &panel.job, &panel.frame);
}

static void close_panel(void)
{
    solow_frame_clear(&panel.frame);
    solow_job_clear(&panel.job);
    solow_columns_clear(&panel.table);
}

/* Values over all ranks; malloc'ed. */
static double *values_of(solow_frame *frame, const char *text)
{
    solow_error err = {0};
    solow_node *node = made_node(text);
    double *mine = malloc((size_t)(frame->rows + 1) * sizeof *mine);
    solow_status status = solow_frame_evaluate(frame, node, mine, &err);
    ck_assert_msg(status == SOLOW_OK, "%s: %s", text, err.message);
    double *all = made_gather(frame, mine);
    free(mine);
    solow_node_destroy(node);
    return all;
}

static void check(const char *text, const double *expected)
{
    double *ours = values_of(&panel.frame, text);
    for (int i = 0; i < ROWS; i++) {
        bool same =
            (isnan(ours[i]) && isnan(expected[i])) || fabs(ours[i] - expected[i]) <= 4e-16 * fabs(expected[i]) + 1e-300;
        ck_assert_msg(same, "%s: row %d is %.17g, not %.17g", text, i, ours[i], expected[i]);
    }
    free(ours);
}

#define CHECK(text, ...) check(text, (const double[ROWS]){__VA_ARGS__})

START_TEST(arithmetic)
{
    CHECK("x + 2 * k", 4, 4, 1, NAN, 7, 1, NAN, 5, 2, 7, 8, 9);
    CHECK("-x - 1", -3, -5, 0, -9, -6, -2, NAN, -4, -1, -8, -7, -10);
    CHECK("x / k", 2, NAN, -1, NAN, 5, NAN, NAN, 3, 0, NAN, 6, NAN);
    CHECK("x ^ 2", 4, 16, 1, 64, 25, 1, NAN, 9, 0, 49, 36, 81);
    CHECK("2 ^ k ^ 2", 2, 1, 2, NAN, 2, 1, 1, 2, 2, 1, 2, 1);
    CHECK("-x ^ 2", -4, -16, -1, -64, -25, -1, NAN, -9, 0, -49, -36, -81);
    CHECK("x ^ 0.5", sqrt(2), 2, NAN, sqrt(8), sqrt(5), 1, NAN, sqrt(3), 0, sqrt(7), sqrt(6), 3);
    CHECK("x * NA", NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN);
    CHECK("x:k", 2, 0, -1, NAN, 5, 0, NAN, 3, 0, 0, 6, 0);
}
END_TEST

START_TEST(functions_of_one_row)
{
    CHECK("log(x)", log(2), log(4), NAN, log(8), log(5), 0, NAN, log(3), NAN, log(7), log(6), log(9));
    CHECK("log1p(x)", log(3), log(5), NAN, log(9), log(6), log(2), NAN, log(4), 0, log(8), log(7), log(10));
    CHECK("exp(k)", exp(1), 1, exp(1), NAN, exp(1), 1, 1, exp(1), exp(1), 1, exp(1), 1);
    CHECK("sqrt(x)", sqrt(2), 2, NAN, sqrt(8), sqrt(5), 1, NAN, sqrt(3), 0, sqrt(7), sqrt(6), 3);
    CHECK("abs(x)", 2, 4, 1, 8, 5, 1, NAN, 3, 0, 7, 6, 9);
    CHECK("asinh(k)", asinh(1), 0, asinh(1), NAN, asinh(1), 0, 0, asinh(1), asinh(1), 0, asinh(1), 0);
    CHECK("min(x, 3)", 2, 3, -1, 3, 3, 1, NAN, 3, 0, 3, 3, 3);
    CHECK("max(x, 3, k)", 3, 4, 3, NAN, 5, 3, NAN, 3, 3, 7, 6, 9);
    CHECK("missing(x)", 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
    CHECK("missing(place)", 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);
    CHECK("ifelse(k, x, -1)", 2, -1, -1, NAN, 5, -1, -1, 3, 0, -1, 6, -1);
    CHECK("ifelse(missing(x), 0, x)", 2, 4, -1, 8, 5, 1, 0, 3, 0, 7, 6, 9);
}
END_TEST

START_TEST(comparisons_and_logic)
{
    CHECK("x > 3", 0, 1, 0, 1, 1, 0, NAN, 0, 0, 1, 1, 1);
    CHECK("x >= 3", 0, 1, 0, 1, 1, 0, NAN, 1, 0, 1, 1, 1);
    CHECK("x < 3", 1, 0, 1, 0, 0, 1, NAN, 0, 1, 0, 0, 0);
    CHECK("x <= 3", 1, 0, 1, 0, 0, 1, NAN, 1, 1, 0, 0, 0);
    CHECK("x == 3", 0, 0, 0, 0, 0, 0, NAN, 1, 0, 0, 0, 0);
    CHECK("x != 3", 1, 1, 1, 1, 1, 1, NAN, 0, 1, 1, 1, 1);
    CHECK("x in (2, 4, 6)", 1, 1, 0, 0, 0, 0, NAN, 0, 0, 0, 1, 0);
    CHECK("x not in c(2, 4, 6)", 0, 0, 1, 1, 1, 1, NAN, 1, 1, 1, 0, 1);
    CHECK("not k", 0, 1, 0, NAN, 0, 1, 1, 0, 0, 1, 0, 1);
    /* Three values: what is missing decides nothing that the other side decides. */
    CHECK("x > 3 and k", 0, 0, 0, NAN, 1, 0, 0, 0, 0, 0, 1, 0);
    CHECK("x > 3 or k", 1, 1, 1, 1, 1, 0, NAN, 1, 1, 1, 1, 1);
    CHECK("x > 100 and k", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
END_TEST

START_TEST(text_by_label)
{
    CHECK("place == \"a\"", 1, 1, 1, 1, NAN, 0, 0, 0, 0, 0, 0, 0);
    CHECK("place != \"a\"", 0, 0, 0, 0, NAN, 1, 1, 1, 1, 1, 1, 1);
    CHECK("place == \"nowhere\"", 0, 0, 0, 0, NAN, 0, 0, 0, 0, 0, 0, 0);
    CHECK("\"a\" == place", 1, 1, 1, 1, NAN, 0, 0, 0, 0, 0, 0, 0);
    CHECK("place in (\"a\", \"c\")", 1, 1, 1, 1, NAN, 0, 0, 0, 0, 0, 0, 0);
    CHECK("place not in (\"a\", \"c\")", 0, 0, 0, 0, NAN, 1, 1, 1, 1, 1, 1, 1);
    CHECK("place == \"b\" and x > 3", 0, 0, 0, 0, NAN, 0, NAN, 0, 0, 1, 1, 1);
}
END_TEST

START_TEST(lags_count_calendar_periods)
{
    CHECK("l(x)", NAN, 2, NAN, -1, NAN, NAN, 1, NAN, 3, 0, NAN, 6);
    CHECK("l(x, 2)", NAN, NAN, 4, NAN, NAN, NAN, NAN, 1, NAN, 3, NAN, NAN);
    CHECK("l(x, 3)", NAN, NAN, 2, 4, NAN, NAN, NAN, NAN, 1, NAN, 7, NAN);
    CHECK("l(x, 0)", 2, 4, -1, 8, 5, 1, NAN, 3, 0, 7, 6, 9);
    CHECK("f(x)", 4, NAN, 8, NAN, NAN, NAN, 3, 0, 7, NAN, 9, NAN);
    CHECK("l(x, -1)", 4, NAN, 8, NAN, NAN, NAN, 3, 0, 7, NAN, 9, NAN);
    CHECK("f(x, 3)", -1, 8, NAN, NAN, NAN, 0, 7, NAN, NAN, 6, NAN, NAN);
    CHECK("d(x)", NAN, 2, NAN, 9, NAN, NAN, NAN, NAN, -3, 7, NAN, 3);
    CHECK("d(x, 2)", NAN, NAN, -5, NAN, NAN, NAN, NAN, 2, NAN, 4, NAN, NAN);
    CHECK("d(d(x))", NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 10, NAN, NAN);
    CHECK("l(x + k)", NAN, 3, NAN, 0, NAN, NAN, 1, NAN, 4, 1, NAN, 7);
    CHECK("ma(x, 2)", NAN, 3, NAN, 3.5, NAN, NAN, NAN, NAN, 1.5, 3.5, NAN, 7.5);
    CHECK("ma(x, 1)", 2, 4, -1, 8, 5, 1, NAN, 3, 0, 7, 6, 9);
}
END_TEST

START_TEST(sums_inside_a_unit)
{
    CHECK("first(x)", 2, 2, 2, 2, 5, 1, 1, 1, 1, 1, 1, 1);
    CHECK("last(k)", 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0);
    CHECK("sum(x)", 13, 13, 13, 13, 5, 26, 26, 26, 26, 26, 26, 26);
    CHECK("count(x)", 4, 4, 4, 4, 1, 6, 6, 6, 6, 6, 6, 6);
    double a = 13.0 / 4, b = 26.0 / 6;
    CHECK("mean(x)", a, a, a, a, 5, b, b, b, b, b, b, b);
    double s = sqrt((1.25 * 1.25 + 0.75 * 0.75 + 4.25 * 4.25 + 4.75 * 4.75) / 3);
    double squares =
        (1 - b) * (1 - b) + (3 - b) * (3 - b) + b * b + (7 - b) * (7 - b) + (6 - b) * (6 - b) + (9 - b) * (9 - b);
    double t = sqrt(squares / 5);
    CHECK("sd(x)", s, s, s, s, NAN, t, t, t, t, t, t, t);
    CHECK("sum(x, where = year > 1990)", 11, 11, 11, 11, 0, 22, 22, 22, 22, 22, 22, 22);
    CHECK("first(x, where = year > 1990)", 4, 4, 4, 4, NAN, 0, 0, 0, 0, 0, 0, 0);
    CHECK("last(x, where = year < 1992)", 4, 4, 4, 4, 5, 0, 0, 0, 0, 0, 0, 0);
}
END_TEST

START_TEST(sums_over_groups)
{
    CHECK("sum(x, by = place)", 13, 13, 13, 13, NAN, 26, 26, 26, 26, 26, 26, 26);
    CHECK("count(x, by = place)", 4, 4, 4, 4, NAN, 6, 6, 6, 6, 6, 6, 6);
    CHECK("mean(x, by = year)", 10.0 / 3, 2, -1, 8, 10.0 / 3, 1, NAN, 10.0 / 3, 2, 7, 6, 9);
    CHECK("count(x, by = year)", 3, 2, 1, 1, 3, 1, 0, 3, 2, 1, 1, 1);
    CHECK("sum(x, by = place ^ k)", 1, 4, 1, NAN, NAN, 17, 17, 9, 9, 17, 9, 17);
    CHECK("sum(x, by = year, where = place == \"b\")", 3, 0, 0, 0, 3, 1, 0, 3, 0, 7, 6, 9);
    double one = sqrt(7.5), none = 3.5;
    CHECK("sd(x, by = k)", one, none, one, NAN, one, none, none, one, one, none, one, none);
}
END_TEST

START_TEST(orders)
{
    /* Sorted: -1 0 1 2 3 4 5 6 7 8 9. */
    CHECK("rank(x)", 4, 6, 1, 10, 7, 3, NAN, 5, 2, 9, 8, 11);
    CHECK("rank(k)", 8.5, 3, 8.5, NAN, 8.5, 3, 3, 8.5, 8.5, 3, 8.5, 3);
    CHECK("quantile(x, 0.5)", 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4);
    double q = 1.5;
    CHECK("quantile(x, 0.25)", q, q, q, q, q, q, q, q, q, q, q, q);
    CHECK("x > quantile(x, 0.5)", 0, 0, 0, 1, 1, 0, NAN, 0, 0, 1, 1, 1);
    CHECK("cut(x, 2)", 1, 1, 1, 2, 2, 1, NAN, 1, 1, 2, 2, 2);
    CHECK("winsor(x, 0.1)", 2, 4, 0, 8, 5, 1, NAN, 3, 0, 7, 6, 8);
    double s = sqrt(11);
    CHECK("std(x)", -2 / s, 0, -5 / s, 4 / s, 1 / s, -3 / s, NAN, -1 / s, -4 / s, 3 / s, 2 / s, 5 / s);
    CHECK("rank(log(x))", 2, 4, NAN, 8, 5, 1, NAN, 3, NAN, 7, 6, 9);
}
END_TEST

/* K_t = (1 - delta) K_{t-1} + R_t, K_0 = R_0 (1 + g) / (g + delta); a hole in the calendar or the outlays ends it. */
START_TEST(perpetual_inventory)
{
    double a = 2 * 1.05 / 0.2, b = 0.85 * a + 4, c = 5 * 1.05 / 0.2, d = 1 * 1.05 / 0.2;
    CHECK("pim(x, depreciation = 0.15, growth = 0.05)", a, b, NAN, NAN, c, d, NAN, NAN, NAN, NAN, NAN, NAN);
    CHECK("pim(x, 0.15, 0.05)", a, b, NAN, NAN, c, d, NAN, NAN, NAN, NAN, NAN, NAN);
}
END_TEST

/* Constant growth of outlays: the stock follows in closed form, R_t (1 + g) / (g + delta) in every period. */
START_TEST(perpetual_inventory_of_steady_growth)
{
    enum { PERIODS = 40 };
    solow_columns table;
    solow_frame frame;
    made_table(&table, 3 * PERIODS);
    double *u = made_number(&table, "unit"), *t = made_number(&table, "year"), *rd = made_number(&table, "rd");
    for (int i = 0; i < 3 * PERIODS; i++) {
        u[i] = i / PERIODS;
        t[i] = i % PERIODS;
        rd[i] = (1 + u[i]) * pow(1.05, t[i]);
    }
    made_frame(world(), &table, NULL, SHARES_EVEN, &panel.job, &frame);
    double *stock = values_of(&frame, "pim(rd, depreciation = 0.15, growth = 0.05)");
    for (int i = 0; i < 3 * PERIODS; i++) {
        double closed = rd[i] * 1.05 / 0.2;
        ck_assert_msg(fabs(stock[i] / closed - 1) < 1e-14, "period %d: %.17g, not %.17g", i, stock[i], closed);
    }
    free(stock);
    solow_frame_clear(&frame);
    solow_columns_clear(&table);
}
END_TEST

/* The same bits on any number of ranks and for any order of rows, and again where blocks are many. */
START_TEST(ranks_do_not_show)
{
    static const char *const texts[] = {
        "mean(x, by = sector)",       "sd(z, by = year)",           "std(x)",  "winsor(x, 0.05)",
        "sum(x, by = sector ^ year)", "l(log(x + 5), 2) - mean(x)", "rank(h)", "mean(y, where = g > 0)"};
    solow_columns table;
    solow_frame frame, alone;
    solow_job job;
    made_panel(&table, 400, 6);
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &job);
    ptrdiff_t *order = made_shuffle(table.rows, 5);
    made_frame(world(), &table, order, SHARES_UNEVEN, &job, &frame);
    made_frame(world_alone(), &table, NULL, SHARES_EVEN, &job, &alone);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double *ours = values_of(&frame, texts[i]), *theirs = values_of(&alone, texts[i]);
        ck_assert_msg(memcmp(ours, theirs, (size_t)table.rows * sizeof *ours) == 0, "%s", texts[i]);
        free(ours);
        free(theirs);
    }
    free(order);
    solow_frame_clear(&frame);
    solow_frame_clear(&alone);
    solow_job_clear(&job);
    solow_columns_clear(&table);
}
END_TEST

static void check_wrong(solow_frame *frame, const char *text, const char *sentence)
{
    solow_error err = {0};
    solow_node *node = made_node(text);
    double *out = malloc((size_t)(frame->rows + 1) * sizeof *out);
    solow_status status = solow_frame_evaluate(frame, node, out, &err);
    ck_assert_msg(status == SOLOW_ERR_INPUT, "%s gives status %d", text, (int)status);
    ck_assert_msg(strstr(err.message, sentence) != NULL, "%s: \"%s\" does not say \"%s\"", text, err.message, sentence);
    free(out);
    solow_node_destroy(node);
}

START_TEST(what_is_wrong_is_said)
{
    check_wrong(&panel.frame, "x + yaer", "there is no column `yaer`; did you mean `year`?");
    check_wrong(&panel.frame, "log(nothing)", "there is no column `nothing`");
    check_wrong(&panel.frame, "place + 1", "column `place` is text (\"a\" in row 1), but a number is needed here");
    check_wrong(&panel.frame, "l(place)", "column `place` is text");
    check_wrong(&panel.frame, "rank(place)", "column `place` is text");
    check_wrong(&panel.frame, "x == \"a\"", "text \"a\" can only be compared with a text column");
    check_wrong(&panel.frame, "place == 3", "text column `place` can be compared with a quoted label only");
    check_wrong(&panel.frame, "place in (1, 2)", "text column `place` can be compared with a quoted label only");
    check_wrong(&panel.frame, "ma(x, 0)", "the number of periods of ma() must be a whole number of at least 1");
    check_wrong(&panel.frame, "l(x, 0.5)", "must be a whole number");
    check_wrong(&panel.frame, "l(x, k)", "the number of periods must be a number");
    check_wrong(&panel.frame, "pim(x, 1.5)", "0 < depreciation < 1");
    check_wrong(&panel.frame, "pim(x)", "0 < depreciation < 1");
    check_wrong(&panel.frame, "winsor(x, 2)", "a share between 0 and 1");
    check_wrong(&panel.frame, "cut(x, 1)", "a number of groups between 2 and 1000");
    check_wrong(&panel.frame, "first(x, by = year)", "takes no `by =`");
    check_wrong(&panel.frame, "mean(x, by = regoin)", "there is no column `regoin`");
    check_wrong(&panel.frame, "saved(m, fitted)", "saved(m,fitted) was not made");
}
END_TEST

/* Without a unit there is no within; sums over groups and orders remain. */
START_TEST(frame_without_units)
{
    solow_job job;
    solow_frame frame;
    made_job("solow: 1\ndata: {file: none.csv}\nmodels:\n  - {id: m, estimator: ols, formula: x ~ k}\n", &job);
    made_frame(world(), &panel.table, NULL, SHARES_EVEN, &job, &frame);
    check_wrong(&frame, "l(x)", "l() works inside a unit");
    check_wrong(&frame, "mean(x)", "mean() works inside a unit");
    check_wrong(&frame, "mean(x, where = k)", "needs `by =` or a `unit:`");
    double *sum = values_of(&frame, "sum(x, by = place)"), *rank = values_of(&frame, "rank(x)");
    ck_assert_double_eq(sum[0], 13);
    ck_assert_double_eq(sum[11], 26);
    ck_assert_double_eq(rank[3], 10);
    free(sum);
    free(rank);
    solow_frame_clear(&frame);
    solow_job_clear(&job);
}
END_TEST

/* Without a time a lag is a row of the unit. */
START_TEST(frame_without_time)
{
    solow_job job;
    solow_frame frame;
    made_job("solow: 1\ndata: {file: none.csv, unit: unit}\nmodels:\n  - {id: m, estimator: ols, formula: x ~ k}\n",
             &job);
    made_frame(world(), &panel.table, NULL, SHARES_EVEN, &job, &frame);
    double *lag = values_of(&frame, "l(x)"), *average = values_of(&frame, "ma(x, 2)");
    ck_assert_double_eq(lag[2], 4);
    ck_assert(isnan(lag[4]));
    ck_assert(isnan(lag[5]));
    ck_assert_double_eq(lag[10], 7);
    ck_assert_double_eq(average[2], 1.5);
    free(lag);
    free(average);
    solow_frame_clear(&frame);
    solow_job_clear(&job);
}
END_TEST

START_TEST(programs)
{
    solow_error err = {0};
    solow_program *program = NULL;
    solow_node *node = made_node("x"), *log_node = made_node("log(x) + log(k)");
    world_good(solow_program_create(&panel.frame, node, &program, &err), &err);
    ck_assert_ptr_eq(solow_program_column(program), solow_frame_find(&panel.frame, "x"));
    solow_program_destroy(program);
    world_good(solow_program_create(&panel.frame, log_node, &program, &err), &err);
    ck_assert_ptr_null(solow_program_column(program));
    const double *of_x = solow_frame_find(&panel.frame, "x")->number;
    const double *of_k = solow_frame_find(&panel.frame, "k")->number;
    double out[ROWS];
    int64_t bad = 0;
    for (ptrdiff_t b = 0; b < panel.frame.blocks; b++) {
        ptrdiff_t begin = panel.frame.block_start[b], rows = panel.frame.block_start[b + 1] - begin;
        world_good(solow_program_run(program, begin, rows, out, &err), &err);
        for (ptrdiff_t i = 0; i < rows; i++) { /* a value that is missing by itself has no log to blame */
            bool missing = isnan(of_x[begin + i]) || isnan(of_k[begin + i]);
            bool low = of_x[begin + i] <= 0 || of_k[begin + i] <= 0;
            ck_assert(solow_is_missing_log(out[i]) == low || (missing && isnan(out[i])));
            bad += solow_is_missing_log(out[i]);
        }
    }
    world_good(solow_comm_sum_int64(world(), &bad, 1, &err), &err);
    ck_assert_int_gt(bad, 1); /* x: -1 and 0; k: five zeros */
    solow_program_destroy(program);
    solow_program_destroy(NULL);
    solow_node_destroy(node);
    solow_node_destroy(log_node);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {arithmetic,
                                  functions_of_one_row,
                                  comparisons_and_logic,
                                  text_by_label,
                                  lags_count_calendar_periods,
                                  sums_inside_a_unit,
                                  sums_over_groups,
                                  orders,
                                  perpetual_inventory,
                                  perpetual_inventory_of_steady_growth,
                                  ranks_do_not_show,
                                  what_is_wrong_is_said,
                                  frame_without_units,
                                  frame_without_time,
                                  programs,
                                  NULL};
    TCase *const evaluate = solow_test_case("evaluate", tests, 60);
    tcase_add_unchecked_fixture(evaluate, open_panel, close_panel);
    TCase *const cases[] = {evaluate, NULL};
    return world_run(argc, argv, "evaluate", cases);
}
