/* published.c - see published.h. */
#include "io/report/published.h"

#include "io/report/pattern.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const verdict_matches = "matches", *const verdict_off = "last digit off by one",
                         *const verdict_miss = "miss";

int solow_printed_digits(const char *text)
{
    int digits = 0;
    bool point = false, any = false;
    text += strspn(text, " +-");
    for (; isdigit((unsigned char)*text) || *text == '.' || *text == '_'; text++) {
        point = point || *text == '.';
        any = any || isdigit((unsigned char)*text);
        digits += point && isdigit((unsigned char)*text);
    }
    if (any && (*text == 'e' || *text == 'E')) {
        long exponent = strtol(text + 1, NULL, 10);
        digits -= exponent > -999 && exponent < 999 ? (int)exponent : 0;
    }
    return any ? digits : 0;
}

const char *solow_published_verdict(const char *text, double published, double tolerance, double ours)
{
    if (isnan(ours) || isnan(published)) {
        return verdict_miss;
    }
    if (isinf(ours) || isinf(published)) {
        return ours == published ? verdict_matches : verdict_miss;
    }
    /* Neither figure is exact in binary: a tie is a tie up to the rounding of both and of the unit itself. */
    const long double unit = powl(10.0L, -solow_printed_digits(text));
    const long double difference = fabsl((long double)ours - (long double)published);
    const long double rounding = DBL_EPSILON * fabsl((long double)published) + 1e-9L * unit;
    const long double most = isnan(tolerance) ? unit / 2 : (long double)tolerance;
    if (difference <= most + rounding) {
        return verdict_matches;
    }
    return difference <= 1.5L * unit + rounding ? verdict_off : verdict_miss;
}

typedef struct lookup { /* one figure on its way to its row */
    const solow_model *model;
    const solow_published_value *value;
    const char *group;
    solow_results *results;
} lookup;

static bool same_estimate(const lookup *l, const solow_table *table, int64_t row)
{
    return strcmp(solow_table_text(table, row, "model"), l->model->id) == 0 &&
           strcmp(solow_table_text(table, row, "group"), l->group) == 0;
}

/* The number or integer of a column, NaN if there is no such column. */
static double any_number(const solow_table *table, int64_t row, const char *name)
{
    const solow_table_column *column = solow_table_column_find(table, name);
    if (column == NULL || column->kind == SOLOW_CELL_TEXT) {
        return NAN;
    }
    if (column->kind == SOLOW_CELL_NUMBER) {
        return column->number[row];
    }
    return column->integer[row] == SOLOW_MISSING_INTEGER ? NAN : (double)column->integer[row];
}

/* The row of a table that a figure is about, -1 if there is none. name: the column that the figure's term names. */
static int64_t row_of(const lookup *l, const solow_table *table, const char *name)
{
    for (int64_t row = 0; row < table->rows; row++) {
        if (!same_estimate(l, table, row)) {
            continue;
        }
        if (name != NULL && !solow_same_term(solow_table_text(table, row, name), l->value->term)) {
            continue;
        }
        if (l->value->effect != NULL && table == &l->results->effects &&
            strcmp(solow_table_text(table, row, "effect"), l->value->effect) != 0) {
            continue;
        }
        return row;
    }
    return -1;
}

/* Ours, NaN if there is none; *found says whether the row exists. */
static double our_figure(const lookup *l, bool *found)
{
    const solow_published_value *value = l->value;
    const solow_table *table = value->effect != NULL ? &l->results->effects : &l->results->tidy;
    const char *name = "term", *quantity = value->quantity;
    if (value->kind == SOLOW_PUBLISHED_GLANCE) {
        table = &l->results->glance;
        name = NULL;
        quantity = value->term;
    } else if (value->kind == SOLOW_PUBLISHED_TEST) {
        table = &l->results->tests;
        name = "test";
    }
    int64_t row = row_of(l, table, name);
    *found = row >= 0 && solow_table_column_find(table, quantity) != NULL;
    return *found ? any_number(table, row, quantity) : NAN;
}

static const char *kind_of(const solow_published_value *value)
{
    static const char *const name[] = {
        [SOLOW_PUBLISHED_TERM] = "term", [SOLOW_PUBLISHED_GLANCE] = "glance", [SOLOW_PUBLISHED_TEST] = "test"};
    return value->effect != NULL ? "effect" : name[value->kind];
}

/* The names that the estimate has where the figure's was sought. */
static void list_names(const lookup *l, const solow_table *table, const char *column, solow_buffer *out)
{
    const char *between = "";
    for (int64_t row = 0; row < table->rows; row++) {
        if (same_estimate(l, table, row)) {
            solow_buffer_format(out, "%s%s", between, solow_table_text(table, row, column));
            between = ", ";
        }
    }
    solow_buffer_text(out, between[0] == '\0' ? "none" : "");
}

/* A diagnostic that says what the model has instead. */
static bool tell_absence(const lookup *l)
{
    solow_buffer sentence = {0};
    const solow_published_value *value = l->value;
    if (value->kind == SOLOW_PUBLISHED_GLANCE) {
        solow_buffer_format(&sentence, "a published value is for %s, which is no column of glance", value->term);
    } else if (value->kind == SOLOW_PUBLISHED_TEST) {
        solow_buffer_format(&sentence, "a published value is for %s of test %s, which the model lacks; its tests: ",
                            value->quantity, value->term);
        list_names(l, &l->results->tests, "test", &sentence);
    } else {
        solow_buffer_format(&sentence, "a published value is for %s of term %s%s%s, which the model lacks; its terms: ",
                            value->quantity, value->term, value->effect != NULL ? ", effect " : "",
                            value->effect != NULL ? value->effect : "");
        list_names(l, value->effect != NULL ? &l->results->effects : &l->results->tidy, "term", &sentence);
    }
    solow_table *diagnostics = &l->results->diagnostics;
    int64_t row = sentence.failed ? -1 : solow_table_append(diagnostics);
    bool ok = row >= 0 && solow_table_set_text(diagnostics, row, "model", l->model->id) &&
              solow_table_set_text(diagnostics, row, "group", l->group) &&
              solow_table_set_text(diagnostics, row, "name", "published") &&
              solow_table_set_text(diagnostics, row, "text", sentence.text);
    solow_buffer_clear(&sentence);
    return ok;
}

/* `estimate`, or `indirect estimate` for an effect. */
static bool set_quantity(solow_table *table, int64_t row, const solow_published_value *value)
{
    solow_buffer text = {0};
    solow_buffer_format(&text, "%s%s%s", value->effect != NULL ? value->effect : "", value->effect != NULL ? " " : "",
                        value->quantity);
    bool ok = !text.failed && solow_table_set_text(table, row, "quantity", text.text);
    solow_buffer_clear(&text);
    return ok;
}

static bool add_row(const lookup *l)
{
    const solow_published_value *value = l->value;
    solow_table *table = &l->results->published;
    bool found = false;
    const double ours = our_figure(l, &found);
    const double tolerance = value->has_tolerance ? value->tolerance : NAN;
    int64_t row = solow_table_append(table);
    if (row < 0 || (!found && !tell_absence(l))) {
        return false;
    }
    solow_table_set_number(table, row, "published", value->value);
    solow_table_set_number(table, row, "ours", ours);
    solow_table_set_integer(table, row, "digits", solow_printed_digits(value->text));
    return solow_table_set_text(table, row, "model", l->model->id) &&
           solow_table_set_text(table, row, "group", l->group) &&
           solow_table_set_text(table, row, "kind", kind_of(value)) &&
           solow_table_set_text(table, row, "term", value->term) && set_quantity(table, row, value) &&
           solow_table_set_text(table, row, "source", l->model->published_source) &&
           solow_table_set_text(table, row, "verdict",
                                solow_published_verdict(value->text, value->value, tolerance, ours));
}

/* The group that a figure names, or that of the model's only estimate. */
static const char *group_of(const solow_model *model, const solow_published_value *value, const solow_table *glance)
{
    if (value->group != NULL) {
        return value->group;
    }
    for (int64_t row = 0; row < glance->rows; row++) {
        if (strcmp(solow_table_text(glance, row, "model"), model->id) == 0) {
            return solow_table_text(glance, row, "group");
        }
    }
    return "";
}

solow_status solow_published_compare(const solow_model *model, solow_results *results, solow_error *err)
{
    bool ok = true;
    lookup l = {.model = model, .results = results};
    for (ptrdiff_t i = 0; ok && i < model->published_count; i++) {
        l.value = &model->published[i];
        l.group = group_of(model, l.value, &results->glance);
        ok = add_row(&l);
    }
    return ok ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the published figures of %s", model->id);
}
