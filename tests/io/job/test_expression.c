/* Expressions: what parses prints canonically and parses back to itself; what does not points at the character. */
#include "io/job/expression.h"
#include "tests/support/runner.h"

#include <stdlib.h>
#include <string.h>

static const char *const printed[][2] = {
    {"a + b * c ^ d", "a+b*c^d"},
    {"(a + b) * c", "(a+b)*c"},
    {"a - (b - c)", "a-(b-c)"},
    {"a / (b / c)", "a/(b/c)"},
    {"2 ^ 3 ^ 2", "2^3^2"},
    {"(2 ^ 3) ^ 2", "(2^3)^2"},
    {"-x ^ 2", "-x^2"},
    {"(-x) ^ 2", "(-x)^2"},
    {"a and not b or x in (1, 2)", "a and not b or x in (1,2)"},
    {"x not in c('a', \"b\")", "not x in (\"a\",\"b\")"},
    {"x in (5)", "x in (5)"},
    {"l( ln_k , 1 )", "l(ln_k,1)"},
    {"i(year, ref = 1971)", "i(year,ref=1971)"},
    {"w(tech, ln_rd)", "w(tech,ln_rd)"},
    {"`a b` + `in` + `log(x)`", "`a b`+`in`+`log(x)`"},
    {"NA", "NA"},
    {"+x", "x"},
    {"l + k + w", "l+k+w"},
    {"'it\\'s' == name", "\"it's\"==name"},
    {"1e-8 + 0.1 + 100000000000000000000", "1e-08+0.1+1e+20"},
    {"x:z", "x:z"},
    {"-1:3", "-1:3"},
    {"log(x) (y)", NULL},
    {"a < b", "a<b"},
    {"(a < b) == c", "(a<b)==c"},
    {"caf\xc3\xa9 + 1", "caf\xc3\xa9+1"},
};

static solow_node *parse(const char *text)
{
    solow_error err = {0};
    solow_node *node = NULL;
    ptrdiff_t position = -1;
    if (solow_expression_parse(text, &node, &position, &err) != SOLOW_OK) {
        return NULL;
    }
    return node;
}

START_TEST(prints_canonically_and_parses_back)
{
    solow_node *node = parse(printed[_i][0]);
    if (printed[_i][1] == NULL) {
        ck_assert_ptr_null(node);
        return;
    }
    ck_assert_ptr_nonnull(node);
    char *text = solow_node_print(node);
    ck_assert_str_eq(text, printed[_i][1]);
    solow_node *again = parse(text), *copy = solow_node_copy(node);
    ck_assert_ptr_nonnull(again);
    ck_assert(solow_node_equal(node, again) && solow_node_equal(node, copy));
    free(text);
    solow_node_destroy(node);
    solow_node_destroy(again);
    solow_node_destroy(copy);
}
END_TEST

static const struct {
    const char *text;
    ptrdiff_t position;
    const char *words;
} refused[] = {
    {"", 0, "missing at the end"},
    {"a +", 3, "missing at the end"},
    {"log(a", 5, "`,` or `)`"},
    {"a b", 2, "not `b`"},
    {"a < b < c", 6, "do not chain"},
    {"a && b", 2, "write `and`"},
    {"a = 3", 2, "write `==`"},
    {"f(x, k = 1, k = 2)", 12, "twice"},
    {"'abc", 0, "never closed"},
    {"9x", 1, "digit"},
    {"x ! y", 2, "`not`"},
    {"{W}", 0, "foreach"},
    {"a ? b", 2, "no meaning"},
    {"1e999", 0, "too large"},
    {"0x10", 0, "decimal"},
    {"state[x]", 5, "effects"},
    {"(a, b = 2)", 0, "names"},
    {"f(a,)", 4, "argument"},
    {"()", 1, "expression"},
    {"1234567890123456789012345678901234567890123456789012345678901", 0, "60 characters"},
};

START_TEST(errors_point_at_the_character)
{
    solow_error err = {0};
    solow_node *node = NULL;
    ptrdiff_t position = -1;
    ck_assert_int_eq(solow_expression_parse(refused[_i].text, &node, &position, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_null(node);
    ck_assert_msg(strstr(err.message, refused[_i].words) != NULL, "%s", err.message);
    ck_assert_int_eq(position, refused[_i].position);
}
END_TEST

static const struct {
    const char *text;
    ptrdiff_t position;
    const char *words, *hint;
} unknown[] = {
    {"1 + lg(x)", 4, "unknown function `lg`", "log"},
    {"lag(x, 1)", 0, "unknown function `lag`", "l"},
    {"log(x, 2)", 0, "does not take 2 arguments", NULL},
    {"ifelse(a, b)", 0, "ifelse(condition, yes, no)", NULL},
    {"l(x, 1.5)", 5, "whole number", NULL},
    {"l(x, k)", 5, "whole number", NULL},
    {"mean(x, buy = year)", 14, "no argument `buy`", NULL},
    {"i(year)", 0, "only in formulas", NULL},
    {"c(a, b)", 0, "cannot stand inside", NULL},
    {"..controls + 1", 0, "a list stands", NULL},
    {"w(1, x)", 2, "weights matrix", NULL},
    {"saved(1, x)", 6, "model", NULL},
    {"ma(x, 0)", 6, "from 1", NULL},
};

START_TEST(calls_are_checked)
{
    solow_error err = {0};
    solow_node *node = parse(unknown[_i].text);
    ck_assert_ptr_nonnull(node);
    const solow_node *offender = NULL;
    const char *hint = NULL;
    ck_assert_int_eq(solow_expression_check(node, false, &offender, &hint, &err), SOLOW_ERR_INPUT);
    ck_assert_msg(strstr(err.message, unknown[_i].words) != NULL, "%s", err.message);
    ck_assert_int_eq(offender->position, unknown[_i].position);
    ck_assert(unknown[_i].hint == NULL ? hint == NULL : hint != NULL && strcmp(hint, unknown[_i].hint) == 0);
    solow_node_destroy(node);
}
END_TEST

START_TEST(all_functions_of_the_contract_are_known)
{
    static const char text[] =
        "ifelse(log(a) > log1p(b), exp(c), sqrt(d)) + abs(e) + min(a, b, c) + max(a, b) + asinh(x) + l(x, 1) + "
        "f(x, 2) + d(x) + ma(x, 3) + first(x) + last(x, by = r) + mean(x, by = (r, s), where = t > 1) + sum(x) + "
        "sd(x) + count() + rank(x) + quantile(x, 0.5) + cut(x, (1, 2)) + std(x) + winsor(x, 0.01) + "
        "pim(rd, depreciation = 0.15, growth = 0.05) + missing(x) + w(tech, exp(saved(tax, fitted))) + "
        "saved(acf, omega)";
    solow_error err = {0};
    solow_node *node = parse(text);
    const solow_node *offender = NULL;
    const char *hint = NULL;
    ck_assert_ptr_nonnull(node);
    ck_assert_msg(solow_expression_check(node, false, &offender, &hint, &err) == SOLOW_OK, "%s", err.message);
    solow_node_destroy(node);
}
END_TEST

START_TEST(depth_and_length_are_limited)
{
    char text[1002];
    memset(text, '(', 1000);
    text[1000] = 'x';
    text[1001] = '\0';
    ck_assert_ptr_null(parse(text));
    memset(text, '-', 1000);
    ck_assert_ptr_null(parse(text));
    char *sum = malloc(60001);
    for (int i = 0; i < 60000; i += 2) {
        memcpy(sum + i, "x+", 2);
    }
    sum[59999] = '\0';
    ck_assert_ptr_null(parse(sum));
    free(sum);
}
END_TEST

START_TEST(restrictions_and_term_names)
{
    solow_error err = {0};
    solow_node *node = NULL;
    ptrdiff_t position;
    ck_assert_int_eq(solow_restriction_parse("`log(pcap)` + 2*b = 1", &node, &position, &err), SOLOW_OK);
    char *text = solow_node_print(node);
    ck_assert_str_eq(text, "`log(pcap)`+2*b-1");
    free(text);
    solow_node_destroy(node);
    static const char *const names[][2] = {{"log( pcap )", "log(pcap)"},
                                           {"(Intercept)", "(Intercept)"},
                                           {"event(-3)", "event(-3)"},
                                           {"`log(pcap)`", "log(pcap)"},
                                           {"x : z", "x:z"},
                                           {"? what", "? what"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *name = solow_term_name(names[i][0]);
        ck_assert_str_eq(name, names[i][1]);
        free(name);
    }
}
END_TEST

int main(void)
{
    TCase *loops = tcase_create("tables");
    tcase_add_loop_test(loops, prints_canonically_and_parses_back, 0, sizeof printed / sizeof *printed);
    tcase_add_loop_test(loops, errors_point_at_the_character, 0, sizeof refused / sizeof *refused);
    tcase_add_loop_test(loops, calls_are_checked, 0, sizeof unknown / sizeof *unknown);
    const TTest *const tests[] = {all_functions_of_the_contract_are_known, depth_and_length_are_limited,
                                  restrictions_and_term_names, NULL};
    TCase *const cases[] = {loops, solow_test_case("expression", tests, 0), NULL};
    return solow_test_run("expression", cases);
}
