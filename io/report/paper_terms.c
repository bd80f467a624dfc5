/* paper_terms.c - see paper_terms.h. */
#include "io/report/paper_terms.h"

#include "io/report/pattern.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static bool holds(const solow_paper_terms *terms, const char *term)
{
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        if (strcmp(terms->term[i], term) == 0) {
            return true;
        }
    }
    return false;
}

static bool listed(const solow_yaml *list, const char *term)
{
    if (list == NULL) {
        return false;
    }
    if (list->kind == SOLOW_YAML_SCALAR) {
        return solow_pattern_matches_term(list->text, term);
    }
    for (ptrdiff_t i = 0; list->kind == SOLOW_YAML_LIST && i < list->count; i++) {
        if (list->item[i]->kind == SOLOW_YAML_SCALAR && solow_pattern_matches_term(list->item[i]->text, term)) {
            return true;
        }
    }
    return false;
}

/* Adds the terms that a pattern (NULL: any) means and drop does not; how many it met, -1: no memory. */
static ptrdiff_t add_matches(const char *pattern, const solow_yaml *drop, const solow_paper_columns *columns,
                             solow_paper_terms *terms)
{
    ptrdiff_t met = 0;
    for (ptrdiff_t j = 0; j < columns->count; j++) {
        const solow_paper_column *column = &columns->column[j];
        for (ptrdiff_t i = 0; i < column->rows; i++) {
            const char *term = solow_table_text(column->table, column->row[i], "term");
            if (pattern != NULL && !solow_pattern_matches_term(pattern, term)) {
                continue;
            }
            met++;
            if (holds(terms, term) || listed(drop, term)) {
                continue;
            }
            const char **grown = solow_resize(terms->term, terms->count + 1, sizeof *grown);
            if (grown == NULL) {
                return -1;
            }
            terms->term = grown;
            terms->term[terms->count++] = term;
        }
    }
    return met;
}

static solow_status add_kept(const solow_yaml *entry, const solow_yaml *drop, const solow_paper_columns *columns,
                             solow_paper_terms *terms, solow_error *err)
{
    if (entry->kind != SOLOW_YAML_SCALAR) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: keep is a list of terms", entry->line);
    }
    ptrdiff_t met = add_matches(entry->text, drop, columns, terms);
    if (met < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the terms of a table");
    }
    if (met == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: no column of the table has a term %s", entry->line,
                          entry->text);
    }
    return SOLOW_OK;
}

solow_status solow_paper_terms_create(const solow_yaml *table, const solow_paper_columns *columns,
                                      solow_paper_terms *terms, solow_error *err)
{
    const solow_yaml *keep = solow_yaml_get(table, "keep"), *drop = solow_yaml_get(table, "drop");
    solow_status status = SOLOW_OK;
    *terms = (solow_paper_terms){0};
    if (keep == NULL) {
        if (add_matches(NULL, drop, columns, terms) < 0) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the terms of a table");
        }
    } else if (keep->kind == SOLOW_YAML_SCALAR) {
        status = add_kept(keep, drop, columns, terms, err);
    }
    for (ptrdiff_t i = 0; keep != NULL && keep->kind == SOLOW_YAML_LIST && status == SOLOW_OK && i < keep->count; i++) {
        status = add_kept(keep->item[i], drop, columns, terms, err);
    }
    if (status != SOLOW_OK) {
        solow_paper_terms_clear(terms);
    }
    return status;
}

void solow_paper_terms_clear(solow_paper_terms *terms)
{
    free(terms->term);
    *terms = (solow_paper_terms){0};
}
