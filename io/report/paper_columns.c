/* paper_columns.c - see paper_columns.h. */
#include "io/report/paper_columns.h"

#include "io/report/pattern.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

typedef struct selector { /* an entry cut into its parts; all borrowed from one copy */
    char *copy;
    const char *model, *group, *effect; /* group, effect NULL: not given */
} selector;

static bool cut(const char *text, bool with_effect, selector *s)
{
    *s = (selector){.copy = solow_copy_text(text)};
    if (s->copy == NULL) {
        return false;
    }
    char *at = with_effect ? strrchr(s->copy, '@') : NULL;
    if (at != NULL) {
        *at = '\0';
        s->effect = text + (at - s->copy) + 1;
    }
    char *slash = strchr(s->copy, '/');
    if (slash != NULL) {
        *slash = '\0';
        s->group = slash + 1;
    }
    s->model = s->copy;
    return true;
}

/* Fills the rows of the column's table. */
static bool collect_rows(const solow_results *results, solow_paper_column *column)
{
    column->table = column->effect != NULL ? &results->effects : &results->tidy;
    column->row = solow_allocate(column->table->rows, sizeof *column->row);
    for (int64_t i = 0; column->row != NULL && i < column->table->rows; i++) {
        if (strcmp(solow_table_text(column->table, i, "model"), column->model) == 0 &&
            strcmp(solow_table_text(column->table, i, "group"), column->group) == 0 &&
            (column->effect == NULL || strcmp(solow_table_text(column->table, i, "effect"), column->effect) == 0)) {
            column->row[column->rows++] = i;
        }
    }
    return column->row != NULL;
}

static bool append(solow_paper_columns *columns, const solow_paper_column *column)
{
    solow_paper_column *grown = solow_resize(columns->column, columns->count + 1, sizeof *grown);
    if (grown == NULL) {
        return false;
    }
    columns->column = grown;
    columns->column[columns->count++] = *column;
    return true;
}

/* Adds the estimates that a selector means; how many. -1: no memory. */
static ptrdiff_t select_estimates(const selector *s, const solow_results *results, solow_paper_columns *columns)
{
    ptrdiff_t found = 0;
    const solow_table *glance = &results->glance;
    for (int64_t i = 0; i < glance->rows; i++) {
        solow_paper_column column = {.model = solow_table_text(glance, i, "model"),
                                     .group = solow_table_text(glance, i, "group"),
                                     .effect = s->effect,
                                     .glance = i};
        if (!solow_pattern_matches(s->model, column.model) ||
            (s->group != NULL && !solow_pattern_matches(s->group, column.group))) {
            continue;
        }
        if (!collect_rows(results, &column) || !append(columns, &column)) {
            free(column.row);
            return -1;
        }
        found++;
    }
    return found;
}

static solow_status add_entry(const solow_yaml *entry, const solow_results *results, solow_paper_columns *columns,
                              solow_error *err)
{
    ptrdiff_t found = 0;
    for (int with_effect = 1; with_effect >= 0 && found == 0; with_effect--) { /* a group's label may hold an @ */
        selector s;
        found = cut(entry->text, with_effect == 1, &s) ? select_estimates(&s, results, columns) : -1;
        free(s.copy);
    }
    if (found < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a table");
    }
    if (found == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: no estimate is called %s, so the table has no such column",
                          entry->line, entry->text);
    }
    return SOLOW_OK;
}

solow_status solow_paper_columns_create(const solow_yaml *list, const solow_results *results,
                                        solow_paper_columns *columns, solow_error *err)
{
    *columns = (solow_paper_columns){0};
    solow_status status = SOLOW_OK;
    if (list == NULL || (list->kind == SOLOW_YAML_LIST && list->count == 0)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "a table needs columns: the ids of the models that it shows");
    }
    if (list->kind == SOLOW_YAML_SCALAR) {
        status = add_entry(list, results, columns, err);
    }
    for (ptrdiff_t i = 0; list->kind == SOLOW_YAML_LIST && status == SOLOW_OK && i < list->count; i++) {
        if (list->item[i]->kind != SOLOW_YAML_SCALAR) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: a column of a table is the id of a model",
                                list->item[i]->line);
        } else {
            status = add_entry(list->item[i], results, columns, err);
        }
    }
    if (status != SOLOW_OK) {
        solow_paper_columns_clear(columns);
    }
    return status;
}

void solow_paper_columns_clear(solow_paper_columns *columns)
{
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        free(columns->column[i].row);
    }
    free(columns->column);
    *columns = (solow_paper_columns){0};
}

int64_t solow_paper_row(const solow_paper_column *column, const char *term)
{
    for (ptrdiff_t i = 0; i < column->rows; i++) {
        if (strcmp(solow_table_text(column->table, column->row[i], "term"), term) == 0) {
            return column->row[i];
        }
    }
    return -1;
}
