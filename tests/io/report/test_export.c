/* Exported tables, letter by letter. */
#include "io/report/export.h"
#include "io/report/number.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static solow_results results;

static void make_results(void)
{
    solow_sample_results(&results);
}

static void clear_results(void)
{
    solow_results_clear(&results);
}

static void exported(const char *table, solow_export_format format, const char *expected)
{
    solow_error err = {0};
    solow_buffer out = {0};
    solow_status status = solow_export(&results, table, format, &out, &err);
    ck_assert_msg(status == SOLOW_OK, "%s", err.message);
    ck_assert_str_eq(out.text, expected);
    solow_buffer_clear(&out);
}

START_TEST(tidy_as_csv)
{
    exported("tidy", SOLOW_EXPORT_CSV,
             "model,group,term,estimate,std_error,statistic,df,p_value,conf_low,conf_high\n"
             "within,,log(pc),0.292,0.0625,4.672,47,2.5e-05,0.16699999999999998,0.417\n"
             "within,,unemp,-0.0053,0.002,-2.65,47,0.0111,-0.0093,-0.0013\n"
             "east,region=East,log(pc),0.25,0.125,2,47,0.0513,0,0.5\n"
             "east,region=No%2FWest,log(pc),0.5,0.5,1,47,0.322,-0.5,1.5\n");
}
END_TEST

START_TEST(quotes_infinities_and_missing_as_csv)
{
    exported("tests", SOLOW_EXPORT_CSV,
             "model,group,test,statistic,df1,df2,p_value,note\n"
             "within,,hausman,9.525,4,Inf,,\"against re, \"\"swar\"\"\"\n");
    exported("inputs", SOLOW_EXPORT_CSV,
             "file,sha256,bytes,rows,columns_used,source,licence,citation\nProduc.csv,,61455,,,,,\n");
}
END_TEST

START_TEST(made_tables_as_csv)
{
    exported("vcov", SOLOW_EXPORT_CSV,
             "model,group,term,term_b,value\n"
             "within,,log(pc),log(pc),0.0625\n"
             "within,,log(pc),unemp,-1e-05\n"
             "within,,unemp,log(pc),-1e-05\n"
             "within,,unemp,unemp,4e-06\n"
             "east,region=East,log(pc),log(pc),0.0625\n"
             "east,region=No%2FWest,log(pc),log(pc),0.0625\n");
    exported("panel/within", SOLOW_EXPORT_CSV,
             "unit,time,residuals\nALABAMA,1970,0.5\nALABAMA,1971,\nWYOMING,1970,-0.25\n");
    exported("fixed_effects", SOLOW_EXPORT_CSV,
             "model,group,effect,level,value,component\n"
             "within,,state,ALABAMA,2.25,1\nwithin,,state,WYOMING,3.25,1\n");
    exported("provenance", SOLOW_EXPORT_CSV, "name,value\njob_yaml,\"solow: 1\n\"\nranks,2\nwall_seconds,0.25\n");
}
END_TEST

START_TEST(json_markdown_latex)
{
    exported("tests", SOLOW_EXPORT_JSON,
             "[\n {\"model\": \"within\", \"group\": \"\", \"test\": \"hausman\", \"statistic\": 9.525, \"df1\": 4, "
             "\"df2\": \"Inf\", \"p_value\": null, \"note\": \"against re, \\\"swar\\\"\"}\n]\n");
    exported("diagnostics", SOLOW_EXPORT_MD,
             "| model | group | name | value | text |\n| --- | --- | --- | ---: | --- |\n"
             "| within |  | rows dropped: missing | 3 |  |\n");
    exported("groups", SOLOW_EXPORT_TEX,
             "\\begin{tabular}{llll}\n\\toprule\nmodel & group & key & value \\\\\n\\midrule\n"
             "east & region=East & region & East \\\\\n\\bottomrule\n\\end{tabular}\n");
    exported(
        "measures", SOLOW_EXPORT_JSON,
        "[\n {\"measure\": \"index\", \"unit\": \"\xe5\xb1\xb1\xe4\xb8\x9c\", \"time\": 2011, \"item\": \"score\", "
        "\"value\": 0.1}\n]\n");
}
END_TEST

START_TEST(what_the_formats_must_escape)
{
    solow_table_set_text(&results.groups, 0, "value", "50% of R&D_x | <y>");
    exported("groups", SOLOW_EXPORT_TEX,
             "\\begin{tabular}{llll}\n\\toprule\nmodel & group & key & value \\\\\n\\midrule\n"
             "east & region=East & region & 50\\% of R\\&D\\_x \\textbar{} \\textless{}y\\textgreater{} \\\\\n"
             "\\bottomrule\n\\end{tabular}\n");
    exported("groups", SOLOW_EXPORT_MD,
             "| model | group | key | value |\n| --- | --- | --- | --- |\n"
             "| east | region=East | region | 50% of R&D\\_x \\| \\<y\\> |\n");
}
END_TEST

START_TEST(an_unknown_table_or_format)
{
    solow_error err = {0}, format_err = {0};
    solow_buffer out = {0};
    solow_export_format format = SOLOW_EXPORT_CSV;
    ck_assert_int_eq(solow_export(&results, "tidi", SOLOW_EXPORT_CSV, &out, &err), SOLOW_ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.message, "tidy, glance"));
    ck_assert_int_eq(solow_export_format_named("xml", &format, &format_err), SOLOW_ERR_USAGE);
    solow_buffer_clear(&out);
}
END_TEST

/* Shortest: no text of fewer digits reads back to the number. The three are the classic hard ones. */
START_TEST(shortest_numbers)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.1, "0.1"},
                 {816, "816"},
                 {-0.0, "-0"},
                 {1e21, "1e+21"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {5e-324, "4.94065645841247e-324"},
                 {1.0 / 3, "0.3333333333333333"},
                 {9007199254740993.0, "9007199254740992"}};
    char text[SOLOW_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        solow_number_shortest(cases[i].value, text);
        ck_assert_str_eq(text, cases[i].text);
        ck_assert(strtod(text, NULL) == cases[i].value);
    }
}
END_TEST

START_TEST(fixed_numbers)
{
    static const struct {
        double value;
        int digits;
        const char *text;
    } cases[] = {{0.2920, 3, "0.292"}, {-0.0004, 3, "-4.00e-04"}, {-0.0, 2, "0.00"},
                 {816, 0, "816"},      {1.5e10, 3, "1.50e+10"},   {NAN, 3, ""}};
    char text[SOLOW_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        solow_number_fixed(cases[i].value, cases[i].digits, text);
        ck_assert_str_eq(text, cases[i].text);
    }
}
END_TEST

int main(void)
{
    const TTest *const numbers[] = {shortest_numbers, fixed_numbers, NULL};
    const TTest *const tables[] = {tidy_as_csv,
                                   quotes_infinities_and_missing_as_csv,
                                   made_tables_as_csv,
                                   json_markdown_latex,
                                   what_the_formats_must_escape,
                                   an_unknown_table_or_format,
                                   NULL};
    TCase *table_case = solow_test_case("tables", tables, 0);
    tcase_add_checked_fixture(table_case, make_results, clear_results);
    TCase *const cases[] = {table_case, solow_test_case("numbers", numbers, 0), NULL};
    return solow_test_run("export", cases);
}
