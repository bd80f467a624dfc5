/* Tables of an article, letter by letter, from a result file's content and a piece of a job file. */
#include "io/report/paper_table.h"
#include "io/report/pattern.h"
#include "io/report/summary.h"
#include "tests/support/runner.h"
#include "tests/support/sample_results.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static solow_results results;

static void make_results(void)
{
    solow_sample_results(&results);
}

static void clear_results(void)
{
    solow_results_clear(&results);
}

static solow_yaml *parse(const char *text)
{
    solow_yaml *root = NULL;
    solow_error err = {0};
    int line = 0, column = 0;
    ck_assert_msg(solow_yaml_parse(text, strlen(text), &root, &line, &column, &err) == SOLOW_OK, "%s", err.message);
    return root;
}

static void rendered(const char *yaml, solow_grid_format format, const char *expected)
{
    solow_yaml *table = parse(yaml);
    solow_grid grid;
    solow_error err = {0};
    solow_buffer out = {0};
    ck_assert_msg(solow_paper_table(table, &results, &grid, &err) == SOLOW_OK, "%s", err.message);
    ck_assert_int_eq(solow_grid_render(&grid, format, &out, &err), SOLOW_OK);
    ck_assert_str_eq(out.text, expected);
    solow_buffer_clear(&out);
    solow_grid_clear(&grid);
    solow_yaml_destroy(table);
}

static void refused(const char *yaml, const char *part)
{
    solow_yaml *table = parse(yaml);
    solow_grid grid;
    solow_error err = {0};
    ck_assert_int_eq(solow_paper_table(table, &results, &grid, &err), SOLOW_ERR_INPUT);
    ck_assert_msg(strstr(err.message, part) != NULL, "%s", err.message);
    solow_grid_clear(&grid);
    solow_yaml_destroy(table);
}

START_TEST(latex_with_headers_labels_and_notes)
{
    rendered("columns: [within, 'east/region=E*']\n"
             "headers: [{text: R&D, span: 2}]\n"
             "keep: ['log( pc )', unemp]\n"
             "labels: {'log(pc)': Private capital}\n"
             "rows: [effects, nobs, r_squared]\n",
             SOLOW_GRID_TEX,
             "\\begin{tabular}{lcc}\n"
             "\\toprule\n"
             " & \\multicolumn{2}{c}{R\\&D} \\\\\n"
             "\\cmidrule(lr){2-3}\n"
             " & (1) & (2) \\\\\n"
             "Outcome & ln\\_gsp & ln\\_gsp \\\\\n"
             "\\midrule\n"
             "Private capital & 0.292$^{***}$ & 0.250$^{*}$ \\\\\n"
             " & (0.062) & (0.125) \\\\\n"
             "unemp & $-$0.005$^{**}$ &  \\\\\n"
             " & (0.002) &  \\\\\n"
             "\\midrule\n"
             "state effects & Yes & Yes \\\\\n"
             "year effects & No & Yes \\\\\n"
             "Observations & 816 & 408 \\\\\n"
             "R-squared & 0.999 & 0.999 \\\\\n"
             "\\bottomrule\n"
             "\\multicolumn{3}{p{0.95\\linewidth}}{\\footnotesize Standard errors in parentheses: cluster: state. "
             "Small-sample rule: fixest. * p \\textless{} 0.1, ** p \\textless{} 0.05, *** p \\textless{} 0.01.} \\\\\n"
             "\\end{tabular}\n");
}
END_TEST

START_TEST(markdown_with_every_cell)
{
    rendered("columns: [within]\n"
             "keep: 'log(pc)'\n"
             "cells: [estimate, std_error, statistic, p_value, conf, adjusted_p]\n"
             "stars: none\n"
             "digits: 2\n"
             "rows: [mean_y, n_clusters, vcov]\n"
             "notes: none\n",
             SOLOW_GRID_MD,
             "|  | within |\n"
             "| :--- | :---: |\n"
             "|  | (1) |\n"
             "| Outcome | ln\\_gsp |\n"
             "| log(pc) | 0.29 |\n"
             "|  | (0.06) |\n"
             "|  | t = 4.67 |\n"
             "|  | p = 2.5e-05 |\n"
             "|  | \\[0.17, 0.42\\] |\n"
             "|  | adj. p = 4.0e-03 |\n"
             "| Mean of outcome | 10.51 |\n"
             "| Clusters | 48 |\n"
             "| Standard errors | cluster: state |\n");
}
END_TEST

START_TEST(csv_of_globs_effects_and_groups)
{
    solow_table_set_text(&results.glance, 1, "vcov", "iid");
    rendered("columns: ['e*', within@indirect]\n"
             "cells: estimate\n"
             "stars: {'+': 0.06}\n"
             "rows: []\n"
             "notes: [auto, 'Source: own.']\n",
             SOLOW_GRID_CSV,
             ",east/region=East,east/region=No%2FWest,within@indirect\n"
             ",(1),(2),(3)\n"
             "Outcome,ln_gsp,ln_gsp,ln_gsp\n"
             "log(pc),0.250+,0.500,0.125\n"
             "Variance: (1) iid; (2) cluster: state; (3) cluster: state. Small-sample rule: fixest. + p < 0.06.\n"
             "Source: own.\n");
}
END_TEST

START_TEST(html_drops_and_tells)
{
    int64_t row = solow_table_append(&results.diagnostics);
    solow_table_set_text(&results.diagnostics, row, "model", "within");
    solow_table_set_text(&results.diagnostics, row, "name", "dropped_rows:singletons");
    solow_table_set_number(&results.diagnostics, row, "value", 2);
    solow_table_set_text(&results.glance, 0, "message", "Eight clusters are few.");
    rendered("columns: within\n"
             "drop: ['log*']\n"
             "rows: [nobs]\n"
             "sample: common\n",
             SOLOW_GRID_HTML,
             "<table>\n<thead>\n"
             "<tr><th></th><th>within</th></tr>\n"
             "<tr><th></th><th>(1)</th></tr>\n"
             "<tr><th>Outcome</th><th>ln_gsp</th></tr>\n"
             "</thead>\n<tbody>\n"
             "<tr><th>unemp</th><td>-0.005<sup>**</sup></td></tr>\n"
             "<tr><th></th><td>(0.002)</td></tr>\n"
             "<tr class=\"rule\"><th>Observations</th><td>816</td></tr>\n"
             "</tbody>\n<tfoot>\n"
             "<tr><td colspan=\"2\">Standard errors in parentheses: cluster: state. Small-sample rule: fixest. "
             "* p &lt; 0.1, ** p &lt; 0.05, *** p &lt; 0.01. Every column uses the rows that all share. "
             "Rows dropped: (1) 2 singletons. (1) Eight clusters are few.</td></tr>\n"
             "</tfoot>\n</table>\n");
}
END_TEST

START_TEST(what_is_refused)
{
    refused("columns: [absent]\n", "line 1: no estimate is called absent");
    refused("rows: [nobs]\n", "needs columns");
    refused("columns: [within]\nkeep: [x]\n", "line 2: no column of the table has a term x");
    refused("columns: [within]\nrows: [nob]\n", "line 2: rows of a table are columns of glance, and nob is none");
    refused("columns: [within]\nheaders: [{text: a, span: 2}]\n", "line 2: the spans");
    refused("columns: [within]\ndigits: 2.5\n", "line 2: digits");
    refused("columns: [within]\ncells: [estimates]\n", "line 2: cells are");
    refused("columns: [within]\nstars: {'*': 5}\n", "line 2: the level of a star");
}
END_TEST

START_TEST(a_file_by_its_ending)
{
    char folder[] = "/tmp/solow-table-XXXXXX", path[64], line[64] = "";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    solow_error err = {0}, ending_err = {0};
    solow_yaml *table = parse("{file: t.md, columns: [within]}"), *other = parse("{file: t.doc, columns: [within]}");
    ck_assert_msg(solow_paper_table_write(table, &results, folder, &err) == SOLOW_OK, "%s", err.message);
    (void)snprintf(path, sizeof path, "%s/t.md", folder);
    FILE *stream = fopen(path, "r");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, stream));
    fclose(stream);
    ck_assert_str_eq(line, "|  | within |\n");
    ck_assert_int_eq(solow_paper_table_write(other, &results, folder, &ending_err), SOLOW_ERR_INPUT);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    solow_yaml_destroy(table);
    solow_yaml_destroy(other);
}
END_TEST

START_TEST(a_summary_with_correlations)
{
    static const char *const variable[] = {"ln_gsp", "unemp"}, *const statistic[] = {"n", "mean", "within_sd"};
    static const double value[] = {816, 10.50885, 0.25, 816, 6.602, NAN}, correlation[] = {1, -0.125, -0.125, 1};
    solow_summary summary = {2, 3, variable, statistic, value, correlation, "48 states."};
    solow_yaml *entry = parse("{digits: 2, labels: {unemp: Unemployment}}");
    solow_grid grid;
    solow_error err = {0};
    solow_buffer out = {0};
    ck_assert_int_eq(solow_summary_table(entry, &summary, &grid, &err), SOLOW_OK);
    ck_assert_int_eq(solow_grid_render(&grid, SOLOW_GRID_TEX, &out, &err), SOLOW_OK);
    ck_assert_str_eq(out.text, "\\begin{tabular}{lccccc}\n\\toprule\n"
                               " &  &  &  & \\multicolumn{2}{c}{Correlations} \\\\\n"
                               "\\cmidrule(lr){5-6}\n"
                               " & N & Mean & SD within & (1) & (2) \\\\\n"
                               "\\midrule\n"
                               "(1) ln\\_gsp & 816 & 10.51 & 0.25 & 1.00 &  \\\\\n"
                               "(2) Unemployment & 816 & 6.60 &  & $-$0.12 & 1.00 \\\\\n"
                               "\\bottomrule\n"
                               "\\multicolumn{6}{p{0.95\\linewidth}}{\\footnotesize 48 states.} \\\\\n"
                               "\\end{tabular}\n");
    solow_buffer_clear(&out);
    solow_grid_clear(&grid);
    solow_yaml_destroy(entry);
}
END_TEST

START_TEST(patterns)
{
    ck_assert(solow_pattern_matches("sdm_*", "sdm_usaww"));
    ck_assert(solow_pattern_matches("*a*b", "xaayb"));
    ck_assert(!solow_pattern_matches("*a*b", "xaaybc"));
    ck_assert(!solow_pattern_matches("a?", "a"));
    ck_assert(solow_pattern_matches("", ""));
    ck_assert(solow_pattern_matches_term("i( year, * )", "i(year,1971)"));
    ck_assert(!solow_same_term("a*", "ab"));
    ck_assert(solow_same_term(" log( pc )", "log(pc)"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {latex_with_headers_labels_and_notes,
                                  markdown_with_every_cell,
                                  csv_of_globs_effects_and_groups,
                                  html_drops_and_tells,
                                  what_is_refused,
                                  a_file_by_its_ending,
                                  a_summary_with_correlations,
                                  NULL};
    const TTest *const names[] = {patterns, NULL};
    TCase *table_case = solow_test_case("tables", tests, 0);
    tcase_add_checked_fixture(table_case, make_results, clear_results);
    TCase *const cases[] = {table_case, solow_test_case("patterns", names, 0), NULL};
    return solow_test_run("paper table", cases);
}
