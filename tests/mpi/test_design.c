/* test_design.c - the columns of a formula: names, roles and values row by row. */
#include "engine/frame/design.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    solow_columns table;
    solow_job job; /* of the data section */
    solow_frame frame;
    solow_job models; /* of the test at hand */
    solow_design design;
} made;

static void open_panel(void)
{
    made_panel(&made.table, 50, 12);
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &made.job);
    made_frame(world(), &made.table, NULL, SHARES_EVEN, &made.job, &made.frame);
}

static void close_panel(void)
{
    solow_frame_clear(&made.frame);
    solow_job_clear(&made.job);
    solow_columns_clear(&made.table);
}

static solow_status try_design(const char *formula, const uint8_t *where, solow_error *err)
{
    char yaml[1024];
    snprintf(yaml, sizeof yaml,
             "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\nmodels:\n  - {id: m, estimator: iv, formula: "
             "'%s'}\n",
             formula);
    made_job(yaml, &made.models);
    return solow_design_create(&made.frame, &made.models.model[0], where, &made.design, err);
}

static void design_of(const char *formula, const uint8_t *where)
{
    solow_error err = {0};
    solow_status status = try_design(formula, where, &err);
    ck_assert_msg(status == SOLOW_OK, "%s: %s", formula, err.message);
}

static void close_design(void)
{
    solow_design_clear(&made.design);
    solow_job_clear(&made.models);
}

/* Names joined by blanks. */
static void check_names(const char *expected)
{
    char names[4096] = "";
    for (ptrdiff_t c = 0; c < made.design.columns; c++) {
        strcat(names, c > 0 ? " " : "");
        strcat(names, made.design.column[c].name);
    }
    ck_assert_str_eq(names, expected);
}

/* Column c over all rows; malloc'ed. */
static double *column(ptrdiff_t c)
{
    solow_error err = {0};
    double *mine = malloc((size_t)(made.frame.rows + 1) * sizeof *mine);
    for (ptrdiff_t b = 0; b < made.frame.blocks; b++) {
        ptrdiff_t begin = made.frame.block_start[b], rows = made.frame.block_start[b + 1] - begin;
        world_good(solow_design_fill(&made.design.column[c], begin, rows, mine + begin, &err), &err);
    }
    double *all = made_gather(&made.frame, mine);
    free(mine);
    return all;
}

START_TEST(roles_in_order)
{
    design_of("y ~ x + log(w) | z ~ g + h", NULL);
    check_names("y (Intercept) x log(w) z g h");
    static const solow_role roles[] = {SOLOW_ROLE_OUTCOME,   SOLOW_ROLE_CONSTANT,   SOLOW_ROLE_REGRESSOR,
                                       SOLOW_ROLE_REGRESSOR, SOLOW_ROLE_ENDOGENOUS, SOLOW_ROLE_INSTRUMENT,
                                       SOLOW_ROLE_INSTRUMENT};
    for (int c = 0; c < 7; c++) {
        ck_assert_int_eq(made.design.column[c].role, roles[c]);
    }
    double *one = column(1), *log_w = column(3);
    for (int64_t i = 0; i < made.table.rows; i++) {
        double w = made_find(&made.table, "w")[i];
        ck_assert_double_eq(one[i], 1);
        ck_assert(w > 0 ? log_w[i] == log(w) : isnan(log_w[i]));
    }
    ck_assert(!solow_design_may_miss(&made.design.column[1]));
    ck_assert(!solow_design_may_miss(&made.design.column[2]));
    ck_assert(solow_design_may_miss(&made.design.column[4]));
    free(one);
    free(log_w);
    close_design();
}
END_TEST

START_TEST(constant_goes_with_effects_or_zero)
{
    design_of("y ~ x | firm", NULL);
    check_names("y x");
    close_design();
    design_of("y ~ 0 + x", NULL);
    check_names("y x");
    close_design();
    design_of("y ~ 1", NULL);
    check_names("y (Intercept)");
    close_design();
}
END_TEST

START_TEST(products_and_powers)
{
    design_of("y ~ x * z + poly(x, 3)", NULL);
    check_names("y (Intercept) x z x:z poly(x,1) poly(x,2) poly(x,3)");
    double *product = column(4), *cube = column(7);
    for (int64_t i = 0; i < made.table.rows; i++) {
        double x = made_find(&made.table, "x")[i], z = made_find(&made.table, "z")[i];
        ck_assert(isnan(z) ? isnan(product[i]) : product[i] == x * z);
        ck_assert_double_eq_tol(cube[i], x * x * x, 1e-14 * (1 + fabs(x * x * x)));
    }
    free(product);
    free(cube);
    close_design();
}
END_TEST

START_TEST(dummies)
{
    design_of("y ~ i(g)", NULL); /* the first level goes with the constant */
    check_names("y (Intercept) i(g,-1) i(g,0) i(g,1) i(g,2) i(g,3)");
    double *two = column(5);
    for (int64_t i = 0; i < made.table.rows; i++) {
        ck_assert_double_eq(two[i], made_find(&made.table, "g")[i] == 2);
    }
    free(two);
    close_design();
    design_of("y ~ 0 + i(g)", NULL);
    check_names("y i(g,-2) i(g,-1) i(g,0) i(g,1) i(g,2) i(g,3)");
    close_design();
    design_of("y ~ i(g, ref = -1) + i(sector, ref = \"glass\")", NULL);
    check_names("y (Intercept) i(g,-2) i(g,0) i(g,1) i(g,2) i(g,3) i(sector,coal) i(sector,paper) i(sector,steel) "
                "i(sector,tools)");
    close_design();
}
END_TEST

START_TEST(dummies_times_a_variable)
{
    design_of("y ~ i(sector, x, ref = \"coal\") + i(g):z", NULL);
    check_names("y (Intercept) i(sector,glass):x i(sector,paper):x i(sector,steel):x i(sector,tools):x i(g,-2):z "
                "i(g,-1):z i(g,0):z i(g,1):z i(g,2):z i(g,3):z");
    double *first = column(6);
    for (int64_t i = 0; i < made.table.rows; i++) {
        double z = made_find(&made.table, "z")[i], g = made_find(&made.table, "g")[i];
        ck_assert(isnan(z) ? isnan(first[i]) : first[i] == (g == -2 ? z : 0));
    }
    free(first);
    close_design();
    design_of("y ~ i(region)", NULL); /* a missing level is a missing value */
    double *north = column(2);
    const solow_column *region = &made.table.column[solow_columns_find(&made.table, "region")];
    int64_t missing = 0;
    for (int64_t i = 0; i < made.table.rows; i++) {
        ck_assert(isnan(north[i]) == (region->code[i] < 0));
        missing += region->code[i] < 0;
    }
    ck_assert_int_gt(missing, 0);
    free(north);
    close_design();
}
END_TEST

/* A level without a row in the model's rows makes no dummy. */
START_TEST(levels_of_the_models_rows)
{
    uint8_t *where = malloc((size_t)made.frame.rows + 1);
    const double *g = solow_frame_find(&made.frame, "g")->number;
    for (ptrdiff_t i = 0; i < made.frame.rows; i++) {
        where[i] = g[i] >= 1;
    }
    design_of("y ~ i(g)", where);
    check_names("y (Intercept) i(g,2) i(g,3)");
    close_design();
    free(where);
}
END_TEST

static void check_wrong(const char *formula, const char *sentence)
{
    solow_error err = {0};
    solow_status status = try_design(formula, NULL, &err);
    world_refused(status, SOLOW_ERR_INPUT, &err, sentence);
    solow_job_clear(&made.models);
}

START_TEST(what_is_wrong_is_said)
{
    check_wrong("y ~ x + sector", "write i(sector) for a set of dummies");
    check_wrong("sector ~ x", "column `sector` is text");
    check_wrong("y ~ zz", "there is no column `zz`");
    check_wrong("y ~ i(g, ref = 17)", "the reference of i(g) is not among its levels");
    check_wrong("y ~ i(gg)", "there is no column `gg`");
    check_wrong("y ~ i(sector, ref = \"wood\")", "the reference of i(sector) is not among its levels");
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {
        roles_in_order,           constant_goes_with_effects_or_zero, products_and_powers,   dummies,
        dummies_times_a_variable, levels_of_the_models_rows,          what_is_wrong_is_said, NULL};
    TCase *const design = solow_test_case("design", tests, 60);
    tcase_add_unchecked_fixture(design, open_panel, close_panel);
    TCase *const cases[] = {design, NULL};
    return world_run(argc, argv, "design", cases);
}
