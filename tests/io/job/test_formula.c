/* Formulas: fixest's, expanded; one simple formula per outcome and step. */
#include "io/job/formula.h"
#include "tests/support/runner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_list lists[3];

static void make_list(solow_list *list, const char *name, const char *text)
{
    solow_error err = {0};
    solow_formula formula = {0};
    ptrdiff_t position;
    ck_assert_int_eq(solow_formula_parse_terms(text, &formula, &position, &err), SOLOW_OK);
    *list = (solow_list){.name = name, .terms = formula.regressor};
}

static void make_lists(void)
{
    make_list(&lists[0], "controls", "a1 + log(a2)");
    make_list(&lists[1], "nested", "..controls + b");
    make_list(&lists[2], "loop", "..loop");
}

static void clear_lists(void)
{
    for (int i = 0; i < 3; i++) {
        solow_terms_clear(&lists[i].terms);
    }
}

/* All simple formulas, each after "[outcome step]", joined by " ; "; an error instead. */
static void expand(const char *text, char *out, size_t size)
{
    solow_error err = {0};
    solow_formula formula = {0};
    solow_simple_formula *simple = NULL;
    ptrdiff_t position = -1, count = 0;
    solow_spot spot = {0};
    const char *hint = NULL;
    if (solow_formula_parse(text, &formula, &position, &err) != SOLOW_OK) {
        (void)snprintf(out, size, "%td: %s", position, err.message);
        return;
    }
    if (solow_formula_expand(&formula, lists, 3, &simple, &count, &spot, &hint, &err) != SOLOW_OK) {
        (void)snprintf(out, size, "%td: %s [%s]", spot.position, err.message, hint != NULL ? hint : "");
    }
    size_t used = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        char *printed = solow_formula_print(&simple[i].formula);
        if (simple[i].outcome != NULL || simple[i].step > 0) {
            used += (size_t)snprintf(out + used, size - used, "%s[%s %td] ", i > 0 ? " ; " : "",
                                     simple[i].outcome != NULL ? simple[i].outcome : "", simple[i].step);
        }
        used += (size_t)snprintf(out + used, size - used, "%s", printed);
        free(printed);
    }
    solow_simple_formulas_destroy(simple, count);
    solow_formula_clear(&formula);
}

static const char *const expanded[][2] = {
    {"y ~ x1+log( x2 ) | a^b + c | q ~ z1 + z2", "y ~ x1 + log(x2) | a^b + c | q ~ z1 + z2"},
    {"y ~ x | q ~ z", "y ~ x | q ~ z"},
    {"y ~ 1", "y ~ 1"},
    {"y ~ 0", "y ~ 0"},
    {"y ~ 0 + x", "y ~ 0 + x"},
    {"y ~ x - 1", "y ~ 0 + x"},
    {"y ~ -1 + x", "y ~ 0 + x"},
    {"y ~ 1 | state", "y ~ 1 | state"},
    {"y ~ x | 0", "y ~ x"},
    {"y ~ x*z", "y ~ x + z + x:z"},
    {"y ~ a*b*c", "y ~ a + b + a:b + c + a:c + b:c + a:b:c"},
    {"y ~ (a + b):z", "y ~ a:z + b:z"},
    {"y ~ x + x + x:x", "y ~ x"},
    {"y ~ a + b - a", "y ~ b"},
    {"y ~ x^2 + I(a + b) + I(2*x)", "y ~ x^2 + a+b + 2*x"},
    {"y ~ i(year) + i(year, x, ref = 1970) + i(g):x", "y ~ i(year) + i(year,x,ref=1970) + i(g):x"},
    {"y ~ poly(x, 3)", "y ~ poly(x,1) + poly(x,2) + poly(x,3)"},
    {"y ~ l(x, 0:2) + f(z, 1) + d(log(x))", "y ~ l(x,0) + l(x,1) + l(x,2) + f(z,1) + d(log(x))"},
    {"y ~ l(x, (1, 4)) + l(x, -1:1)", "y ~ l(x,1) + l(x,4) + l(x,-1) + l(x,0)"},
    {"y ~ log(l(x, 1:2)):z", "y ~ log(l(x,1)):z + log(l(x,2)):z"},
    {"y ~ x | a[z, ..controls] + b[[z]]", "y ~ x | a[z,a1,log(a2)] + b[[z]]"},
    {"y ~ ..nested | s", "y ~ a1 + log(a2) + b | s"},
    {"y ~ x:..controls", "y ~ x:a1 + x:log(a2)"},
    {"c(y, log(z)) ~ x", "[y 0] y ~ x ; [log(z) 0] log(z) ~ x"},
    {"..controls ~ x", "[a1 0] a1 ~ x ; [log(a2) 0] log(a2) ~ x"},
    {"y + z ~ x", "y+z ~ x"},
    {"y ~ sw(a, b) + x", "[ 1] y ~ a + x ; [ 2] y ~ b + x"},
    {"y ~ x + sw0(a, b)", "[ 1] y ~ x ; [ 2] y ~ x + a ; [ 3] y ~ x + b"},
    {"y ~ csw(a, b + c)", "[ 1] y ~ a ; [ 2] y ~ a + b + c"},
    {"y ~ csw0(a, b)", "[ 1] y ~ 1 ; [ 2] y ~ a ; [ 3] y ~ a + b"},
    {"y ~ csw(..controls)", "[ 1] y ~ a1 ; [ 2] y ~ a1 + log(a2)"},
    {"y ~ x | sw0(s, s + t)", "[ 1] y ~ x ; [ 2] y ~ x | s ; [ 3] y ~ x | s + t"},
    {"c(y, z) ~ sw(a, b) | sw(s, t)", "[y 1] y ~ a | s ; [y 2] y ~ a | t ; [y 3] y ~ b | s ; [y 4] y ~ b | t ; "
                                      "[z 1] z ~ a | s ; [z 2] z ~ a | t ; [z 3] z ~ b | s ; [z 4] z ~ b | t"},
    {"y ~ `x 1`", "y ~ `x 1`"},
    /* refused */
    {"y ~ x | a | b", "12: a third part names instruments: `endogenous ~ instruments`; effects are joined by `+`"},
    {"y x", "2: `~` between outcome and regressors should stand here, not `x`"},
    {"~ x", "0: an outcome should stand here, not `~`"},
    {"y ~", "3: a name, a number or a call is missing at the end"},
    {"y ~ x ~ z", "6: a second `~` stands only in `| endogenous ~ instruments`"},
    {"y ~ x | q ~ z | s", "16: nothing follows the instruments"},
    {"y ~ x#z", "5: `#` is no operator here; write `x:z` for an interaction"},
    {"y ~ 2*x", "4: a number cannot interact; write I(2*x) for arithmetic []"},
    {"y ~ 3", "4: the only numbers among terms are 0 and 1, for the constant []"},
    {"y ~ 'text'", "4: a text or NA is no term; name a column, without quotes or in backticks []"},
    {"y ~ a - b", "8: a term after `-` leaves the formula, and this one is not in it; I(a - b) is arithmetic []"},
    {"y ~ x | a:b", "9: effects are factors joined by `+`; two factors combine as a^b []"},
    {"y ~ (a, b)", "4: terms are joined by `+`, not by commas []"},
    {"y ~ ..control", "4: `lists:` has no `control` [controls]"},
    {"y ~ ..loop", "0: the list `loop` contains itself []"},
    {"y ~ lg(x)", "4: unknown function `lg` [log]"},
    {"y ~ log(sw(a, b))", "8: `sw` cannot stand inside another expression []"},
    {"y ~ l(x, 1:k)", "10: a range of lags goes between whole numbers, as in 1:3 []"},
    {"1 ~ x", "0: the outcome is a column or an expression of columns []"},
    {"y ~ sw()", "0: an empty list of outcomes or steps []"},
    {"y ~ i(year, ref = East)", "18: `ref =` takes levels: a number or a text in quotes []"},
};

START_TEST(expands_as_written)
{
    char out[4096] = "";
    expand(expanded[_i][0], out, sizeof out);
    ck_assert_str_eq(out, expanded[_i][1]);
}
END_TEST

START_TEST(steps_are_limited)
{
    char text[4096] = "y ~ x", out[512] = "";
    for (int i = 0; i < 14; i++) {
        strcat(text, " + sw(a, b)");
    }
    expand(text, out, sizeof out);
    ck_assert_ptr_nonnull(strstr(out, "10,000 formulas"));
    expand("y ~ l(x, 1:9999) + l(z, 1:9999)", out, sizeof out);
    ck_assert_ptr_nonnull(strstr(out, "terms"));
    expand("y ~ max(l(x, 1:9999), l(z, 1:9999))", out, sizeof out);
    ck_assert_ptr_nonnull(strstr(out, "terms"));
}
END_TEST

START_TEST(terms_are_removed)
{
    solow_error err = {0};
    solow_formula formula = {0}, gone = {0};
    ptrdiff_t position;
    ck_assert_int_eq(solow_formula_parse("y ~ a + log(b) | s | q ~ z", &formula, &position, &err), SOLOW_OK);
    ck_assert_int_eq(solow_formula_parse_terms("log( b ) + s + a + nothing", &gone, &position, &err), SOLOW_OK);
    ck_assert_int_eq(solow_formula_remove(&formula, gone.regressor.node[0]), 1);
    ck_assert_int_eq(solow_formula_remove(&formula, gone.regressor.node[1]), 1);
    ck_assert_int_eq(solow_formula_remove(&formula, gone.regressor.node[3]), 0);
    ck_assert_int_eq(formula.regressor.count, 1);
    ck_assert_int_eq(formula.effects, 0);
    solow_formula_clear(&formula);
    solow_formula_clear(&gone);
}
END_TEST

int main(void)
{
    TCase *loops = tcase_create("table");
    tcase_add_unchecked_fixture(loops, make_lists, clear_lists);
    tcase_add_loop_test(loops, expands_as_written, 0, sizeof expanded / sizeof *expanded);
    const TTest *const tests[] = {steps_are_limited, terms_are_removed, NULL};
    TCase *const cases[] = {loops, solow_test_case("formula", tests, 30), NULL};
    return solow_test_run("formula", cases);
}
