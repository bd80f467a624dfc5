/* test_factor.c - columns as classifications: codes in the order of values, the same on any number of ranks. */
#include "engine/frame/factor.h"
#include "kernels/stats/random.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct {
    solow_columns table;
    solow_job job;
    solow_frame frame;
} panel;

static void open_panel(void)
{
    made_panel(&panel.table, 120, 9);
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &panel.job);
    ptrdiff_t *order = made_shuffle(panel.table.rows, 3);
    made_frame(world(), &panel.table, order, SHARES_EVEN, &panel.job, &panel.frame);
    free(order);
}

static void close_panel(void)
{
    solow_frame_clear(&panel.frame);
    solow_job_clear(&panel.job);
    solow_columns_clear(&panel.table);
}

static const solow_factor *factor_of(const char *text)
{
    solow_error err = {0};
    const solow_factor *factor = NULL;
    solow_node *node = made_node(text);
    solow_status status = solow_frame_factor(&panel.frame, node, &factor, &err);
    ck_assert_msg(status == SOLOW_OK, "%s: %s", text, err.message);
    solow_node_destroy(node);
    return factor;
}

/* Codes of all ranks' rows, as doubles; malloc'ed. */
static double *codes_of(const solow_factor *factor)
{
    double *mine = malloc((size_t)(panel.frame.rows + 1) * sizeof *mine);
    for (ptrdiff_t i = 0; i < panel.frame.rows; i++) {
        mine[i] = factor->code[i];
    }
    double *all = made_gather(&panel.frame, mine);
    free(mine);
    return all;
}

/* The rank of each value among the distinct ones, by plain counting; NaN is -1. */
static void check_codes(const char *text, const double *value)
{
    const solow_factor *factor = factor_of(text);
    double *code = codes_of(factor);
    int64_t rows = panel.table.rows;
    int32_t levels = 0;
    for (int64_t i = 0; i < rows; i++) {
        int32_t below = 0;
        bool first = true;
        for (int64_t j = 0; j < rows; j++) {
            bool seen_before = false;
            for (int64_t h = 0; h < j && !seen_before && value[j] < value[i]; h++) {
                seen_before = value[h] == value[j];
            }
            below += value[j] < value[i] && !seen_before;
            first = first && !(j < i && value[j] == value[i]);
        }
        levels += first && !isnan(value[i]);
        ck_assert_msg(code[i] == (isnan(value[i]) ? -1 : below), "%s: row %lld has code %g", text, (long long)i,
                      code[i]);
        if (factor->value != NULL && code[i] >= 0) {
            ck_assert_double_eq(factor->value[(int)code[i]], value[i]);
        }
    }
    ck_assert_int_eq(factor->levels, levels);
    free(code);
}

START_TEST(numbers_by_value)
{
    check_codes("g", made_find(&panel.table, "g"));       /* few integers, some negative: by table */
    check_codes("h", made_find(&panel.table, "h"));       /* fractions: by hash */
    check_codes("z", made_find(&panel.table, "z"));       /* with missing values */
    check_codes("firm", made_find(&panel.table, "firm")); /* the unit itself */
}
END_TEST

START_TEST(expressions)
{
    int64_t rows = panel.table.rows;
    double *wide = malloc((size_t)rows * sizeof *wide), *sign = malloc((size_t)rows * sizeof *sign);
    for (int64_t i = 0; i < rows; i++) {
        wide[i] = made_find(&panel.table, "g")[i] * 1e9; /* integers in a wide range: by hash */
        sign[i] = made_find(&panel.table, "x")[i] > 0;
    }
    check_codes("g * 1000000000", wide);
    check_codes("x > 0", sign);
    free(wide);
    free(sign);
}
END_TEST

static double code_of_text(const char *column, int64_t row)
{
    const solow_frame_column *sorted = solow_frame_find(&panel.frame, column);
    const solow_column *from = &panel.table.column[solow_columns_find(&panel.table, column)];
    for (int32_t l = 0; from->code[row] >= 0 && l < sorted->levels; l++) {
        if (strcmp(sorted->label[l], from->levels.label[from->code[row]]) == 0) {
            return l;
        }
    }
    return NAN;
}

START_TEST(text_and_combinations)
{
    int64_t rows = panel.table.rows;
    double *text = malloc((size_t)rows * sizeof *text), *both = malloc((size_t)rows * sizeof *both),
           *three = malloc((size_t)rows * sizeof *three);
    for (int64_t i = 0; i < rows; i++) {
        text[i] = code_of_text("region", i);
        both[i] = code_of_text("sector", i) * 1e6 + text[i];
        three[i] = both[i] * 1e4 + made_find(&panel.table, "g")[i];
    }
    const solow_factor *region = factor_of("region");
    double *code = codes_of(region);
    for (int64_t i = 0; i < rows; i++) {
        ck_assert(isnan(text[i]) ? code[i] == -1 : code[i] == text[i]);
    }
    free(code);
    const solow_factor *pair = factor_of("sector^region");
    code = codes_of(pair);
    for (int64_t i = 0; i < rows; i++) {
        ck_assert(isnan(both[i]) == (code[i] < 0));
        for (int64_t j = 0; j < i; j += 7) {
            ck_assert(isnan(both[i]) || isnan(both[j]) || (code[i] < code[j]) == (both[i] < both[j]));
        }
    }
    free(code);
    ck_assert_int_eq(pair->parts, 2);
    char *label = solow_factor_label(pair, 0);
    ck_assert_msg(strncmp(label, "coal^", 5) == 0, "%s", label);
    free(label);
    code = codes_of(factor_of("sector^region^g"));
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t j = 0; j < i; j += 7) {
            ck_assert(isnan(three[i]) || isnan(three[j]) || (code[i] < code[j]) == (three[i] < three[j]));
        }
    }
    free(code);
    free(text);
    free(both);
    free(three);
}
END_TEST

START_TEST(made_once)
{
    ck_assert_ptr_eq(factor_of("sector ^ region"), factor_of("sector^region"));
    ck_assert_ptr_eq(factor_of("firm"), panel.frame.unit_factor);
    solow_error err = {0};
    const solow_factor *a = NULL, *b = NULL;
    world_good(solow_frame_time_factor(&panel.frame, &a, &err), &err);
    world_good(solow_frame_time_factor(&panel.frame, &b, &err), &err);
    ck_assert_ptr_eq(a, b);
    ck_assert_int_eq(a->levels, panel.frame.facts.last_period - panel.frame.facts.first_period + 1);
    for (ptrdiff_t i = 0; i < panel.frame.rows; i++) {
        ck_assert_int_eq(a->code[i], panel.frame.time[i] - panel.frame.facts.first_period);
    }
}
END_TEST

START_TEST(local_levels_lie_inside_a_unit)
{
    ck_assert(factor_of("firm")->local);
    ck_assert(factor_of("firm")->is_unit);
    ck_assert(factor_of("firm^year")->local);
    ck_assert(!factor_of("firm^year")->is_unit);
    ck_assert(factor_of("firm^g")->local);
    ck_assert(factor_of("firm * 2")->is_unit);
    ck_assert(!factor_of("year")->local);
    ck_assert(!factor_of("sector")->local);
    ck_assert(!factor_of("sector^year")->local);
    ck_assert(!factor_of("region")->local);
}
END_TEST

/* As many levels as units, each inside one, but two in one unit and none in another: not the units. */
START_TEST(as_many_levels_as_units_are_not_the_units)
{
    static const double unit[] = {1, 1, 1, 2, 2, 3}, level[] = {10, 10, 20, NAN, NAN, 30};
    solow_error err = {0};
    solow_columns table;
    solow_frame frame;
    solow_job job;
    made_table(&table, 6);
    memcpy(made_number(&table, "firm"), unit, sizeof unit);
    memcpy(made_number(&table, "level"), level, sizeof level);
    made_job("solow: 1\ndata: {file: none.csv, unit: firm}\nmodels:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &job);
    made_frame(world(), &table, NULL, SHARES_EVEN, &job, &frame);
    const solow_factor *factor = NULL;
    solow_node *node = made_node("level");
    world_good(solow_frame_factor(&frame, node, &factor, &err), &err);
    ck_assert_int_eq(factor->levels, 3);
    ck_assert(factor->local);
    ck_assert(!factor->is_unit);
    solow_node_destroy(node);
    solow_frame_clear(&frame);
    solow_columns_clear(&table);
    solow_job_clear(&job);
}
END_TEST

static void check_wrong(const char *text, const char *sentence)
{
    solow_error err = {0};
    const solow_factor *factor = NULL;
    solow_node *node = made_node(text);
    world_refused(solow_frame_factor(&panel.frame, node, &factor, &err), SOLOW_ERR_INPUT, &err, sentence);
    solow_node_destroy(node);
}

START_TEST(what_is_wrong_is_said)
{
    check_wrong("secter", "there is no column `secter`; did you mean `sector`?");
    check_wrong("sector^reigon", "there is no column `reigon`; did you mean `region`?");
    check_wrong("sector + 1", "column `sector` is text");
    check_wrong("firm^year^g^sector^region", "combines more than 4 factors");
}
END_TEST

/* Zero has one code, infinities have theirs, labels print as numbers do. */
START_TEST(odd_numbers)
{
    static const double number[] = {0.5, -0.0, 0.0, INFINITY, -INFINITY, NAN, 1e300, 0.1};
    static const int32_t expected[] = {3, 1, 1, 5, 0, -1, 4, 2};
    solow_error err = {0};
    int32_t code[8], levels = 0;
    double *value = NULL;
    world_good(solow_code_numbers(world(), 8, number, code, &levels, &value, &err), &err);
    ck_assert_int_eq(levels, 6);
    for (int i = 0; i < 8; i++) {
        ck_assert_int_eq(code[i], expected[i]);
    }
    const solow_factor factor = {.levels = levels, .value = value};
    char *label = solow_factor_label(&factor, 2);
    ck_assert_str_eq(label, "0.1");
    free(label);
    free(value);
    world_good(solow_code_numbers(world(), 0, number, code, &levels, &value, &err), &err);
    ck_assert_int_eq(levels, 0);
    free(value);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {numbers_by_value,
                                  expressions,
                                  text_and_combinations,
                                  made_once,
                                  local_levels_lie_inside_a_unit,
                                  as_many_levels_as_units_are_not_the_units,
                                  what_is_wrong_is_said,
                                  odd_numbers,
                                  NULL};
    TCase *const factor = solow_test_case("factor", tests, 60);
    tcase_add_unchecked_fixture(factor, open_panel, close_panel);
    TCase *const cases[] = {factor, NULL};
    return world_run(argc, argv, "factor", cases);
}
