/* paper_style.c - see paper_style.h. */
#include "io/report/paper_style.h"

#include "io/report/pattern.h"

#include <string.h>

enum { DIGITS = 3, MOST_DIGITS = 15 };

static const char *const cell_name[SOLOW_PAPER_CELL_KINDS] = {"estimate", "std_error", "statistic",
                                                              "p_value",  "conf",      "adjusted_p"};

const char *solow_paper_cell_name(solow_paper_cell cell)
{
    return cell_name[cell];
}

static solow_status read_digits(const solow_yaml *node, solow_paper_style *style, solow_error *err)
{
    double digits = 0;
    if (node == NULL) {
        return SOLOW_OK;
    }
    if (!solow_yaml_number(node, &digits) || !(digits >= 0 && digits <= MOST_DIGITS) || digits != (int)digits) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: digits is a whole number from 0 to %d", node->line,
                          (int)MOST_DIGITS);
    }
    style->digits = (int)digits;
    return SOLOW_OK;
}

static solow_status read_cells(const solow_yaml *node, solow_paper_style *style, solow_error *err)
{
    if (node == NULL) {
        return SOLOW_OK;
    }
    style->cells = 0;
    for (ptrdiff_t i = 0; i < (node->kind == SOLOW_YAML_LIST ? node->count : 1); i++) {
        const solow_yaml *item = node->kind == SOLOW_YAML_LIST ? node->item[i] : node;
        int kind = 0;
        while (kind < SOLOW_PAPER_CELL_KINDS &&
               (item->kind != SOLOW_YAML_SCALAR || strcmp(item->text, cell_name[kind]) != 0)) {
            kind++;
        }
        if (kind == SOLOW_PAPER_CELL_KINDS || style->cells == SOLOW_PAPER_CELL_KINDS) {
            return SOLOW_FAIL(
                err, SOLOW_ERR_INPUT,
                "line %d: cells are estimate, std_error, statistic, p_value, conf and adjusted_p, each once",
                item->line);
        }
        style->cell[style->cells++] = (solow_paper_cell)kind;
    }
    return SOLOW_OK;
}

/* Puts a mark where its level belongs. */
static void insert_star(solow_paper_style *style, const char *mark, double level)
{
    ptrdiff_t at = style->stars++;
    for (; at > 0 && style->star[at - 1].level < level; at--) {
        style->star[at] = style->star[at - 1];
    }
    style->star[at].mark = mark;
    style->star[at].level = level;
}

static solow_status read_stars(const solow_yaml *node, solow_paper_style *style, solow_error *err)
{
    if (node == NULL) {
        return SOLOW_OK;
    }
    style->stars = 0;
    if (node->kind == SOLOW_YAML_SCALAR && strcmp(node->text, "none") == 0) {
        return SOLOW_OK;
    }
    if (node->kind != SOLOW_YAML_MAPPING || node->count > SOLOW_PAPER_MOST_STARS) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: stars is none, or marks with levels: {\"*\": 0.10}",
                          node->line);
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        double level = 0;
        if (!solow_yaml_number(node->item[i], &level) || !(level > 0 && level < 1)) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: the level of a star lies between 0 and 1",
                              node->item[i]->line);
        }
        insert_star(style, node->key[i]->text, level);
    }
    return SOLOW_OK;
}

solow_status solow_paper_style_read(const solow_yaml *table, solow_paper_style *style, solow_error *err)
{
    *style = (solow_paper_style){.digits = DIGITS,
                                 .cells = 2,
                                 .stars = 3,
                                 .cell = {SOLOW_PAPER_ESTIMATE, SOLOW_PAPER_STD_ERROR},
                                 .star = {{"*", 0.10}, {"**", 0.05}, {"***", 0.01}}};
    solow_status status = read_digits(solow_yaml_get(table, "digits"), style, err);
    if (status == SOLOW_OK) {
        status = read_cells(solow_yaml_get(table, "cells"), style, err);
    }
    if (status == SOLOW_OK) {
        status = read_stars(solow_yaml_get(table, "stars"), style, err);
    }
    const solow_yaml *labels = solow_yaml_get(table, "labels");
    if (status == SOLOW_OK && labels != NULL && labels->kind != SOLOW_YAML_MAPPING) {
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "line %d: labels is a mapping, term: text", labels->line);
    }
    style->labels = labels;
    return status;
}

const char *solow_paper_stars(const solow_paper_style *style, double p_value)
{
    const char *mark = "";
    for (ptrdiff_t i = 0; i < style->stars; i++) {
        if (p_value < style->star[i].level) {
            mark = style->star[i].mark;
        }
    }
    return mark;
}

const char *solow_paper_label(const solow_paper_style *style, const char *name, const char *fallback)
{
    for (ptrdiff_t i = 0; style->labels != NULL && i < style->labels->count; i++) {
        const solow_yaml *text = style->labels->item[i];
        if (text->kind == SOLOW_YAML_SCALAR && solow_pattern_matches_term(style->labels->key[i]->text, name)) {
            return text->text;
        }
    }
    return fallback;
}
