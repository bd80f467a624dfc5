/* reader_trees.c - expressions and formulas of scalars, with errors at their characters; see reader.h. */
#include "io/job/reader.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* What YAML took for a comment behind a plain scalar, or NULL. */
static const char *comment_behind(const solow_reader *reader, const solow_yaml *scalar)
{
    if (scalar->style != SOLOW_YAML_PLAIN || scalar->line < 1 || scalar->line > reader->lines) {
        return NULL;
    }
    const char *at = reader->line[scalar->line - 1];
    for (int column = 1; column < scalar->column && *at != '\0'; column++) {
        at++;
        while (((unsigned char)*at & 0xC0) == 0x80) {
            at++;
        }
    }
    size_t length = strlen(scalar->text);
    if (strncmp(at, scalar->text, length) != 0) {
        return NULL;
    }
    at += length;
    const char *sign = at + strspn(at, " \t");
    return *sign == '#' && sign > at ? sign : NULL;
}

/* A formula that YAML cut at ` #`: said for sure when it does not parse, as a suspicion when the comment hugs its sign. */
static const char *comment_hint(const solow_reader *reader, const solow_yaml *scalar)
{
    return comment_behind(reader, scalar) != NULL
               ? "YAML took ` #` and what follows for a comment: put the text in quotes"
               : NULL;
}

static void warn_of_comment(solow_reader *reader, const solow_yaml *scalar)
{
    const char *comment = comment_behind(reader, scalar);
    if (comment != NULL && comment[1] != '#' && !isspace((unsigned char)comment[1]) && comment[1] != '\0') {
        solow_diagnostics_add(reader->diagnostics, true,
                              solow_reader_place(reader, scalar, (ptrdiff_t)strlen(scalar->text)), NULL,
                              "YAML takes `%.*s` for a comment; if it belongs to the text, put the text in quotes",
                              (int)strcspn(comment, "\r\n"), comment);
    }
}

static void place_nodes(const solow_reader *reader, const solow_yaml *scalar, solow_node *node)
{
    solow_place place = solow_reader_place(reader, scalar, node->position);
    node->line = place.line;
    node->column = place.column;
    for (ptrdiff_t i = 0; i < node->count; i++) {
        place_nodes(reader, scalar, node->child[i]);
    }
}

static void place_terms(const solow_reader *reader, const solow_yaml *scalar, const solow_terms *terms, ptrdiff_t first)
{
    for (ptrdiff_t i = first; i < terms->count; i++) {
        place_nodes(reader, scalar, terms->node[i]);
    }
}

void solow_reader_spot(solow_reader *reader, const solow_yaml *scalar, solow_spot spot, const char *hint,
                       const solow_error *err)
{
    if (err->status != SOLOW_ERR_INPUT) {
        reader->no_memory = true;
        return;
    }
    solow_place place =
        spot.line > 0 ? (solow_place){spot.line, spot.column} : solow_reader_place(reader, scalar, spot.position);
    solow_diagnostics_add(reader->diagnostics, false, place, hint, "%s", err->message);
}

static void report(solow_reader *reader, const solow_yaml *scalar, ptrdiff_t position, const solow_error *err)
{
    solow_reader_spot(reader, scalar, (solow_spot){.position = position}, comment_hint(reader, scalar), err);
}

solow_node *solow_reader_expression(solow_reader *reader, const solow_yaml *scalar)
{
    solow_error err = {0};
    solow_node *node = NULL;
    ptrdiff_t position = 0;
    if (scalar->kind != SOLOW_YAML_SCALAR) {
        return NULL;
    }
    if (solow_expression_parse(scalar->text, &node, &position, &err) != SOLOW_OK) {
        report(reader, scalar, position, &err);
        return NULL;
    }
    place_nodes(reader, scalar, node);
    warn_of_comment(reader, scalar);
    const solow_node *offender = node;
    const char *near = NULL;
    char hint[SOLOW_HINT_BYTES];
    if (solow_expression_check(node, false, &offender, &near, &err) != SOLOW_OK) {
        solow_reader_spot(reader, scalar, solow_node_spot(offender), solow_reader_did_you_mean(hint, near), &err);
        solow_node_destroy(node);
        return NULL;
    }
    return node;
}

solow_node *solow_reader_restriction(solow_reader *reader, const solow_yaml *scalar)
{
    solow_error err = {0};
    solow_node *node = NULL;
    ptrdiff_t position = 0;
    if (scalar->kind != SOLOW_YAML_SCALAR) {
        return NULL;
    }
    if (solow_restriction_parse(scalar->text, &node, &position, &err) != SOLOW_OK) {
        report(reader, scalar, position, &err);
        return NULL;
    }
    place_nodes(reader, scalar, node);
    return node;
}

bool solow_reader_formula(solow_reader *reader, const solow_yaml *scalar, solow_formula *formula)
{
    solow_error err = {0};
    ptrdiff_t position = 0;
    if (scalar->kind != SOLOW_YAML_SCALAR) {
        return false;
    }
    if (solow_formula_parse(scalar->text, formula, &position, &err) != SOLOW_OK) {
        report(reader, scalar, position, &err);
        return false;
    }
    warn_of_comment(reader, scalar);
    place_terms(reader, scalar, &formula->outcome, 0);
    place_terms(reader, scalar, &formula->regressor, 0);
    place_terms(reader, scalar, &formula->endogenous, 0);
    place_terms(reader, scalar, &formula->instrument, 0);
    for (ptrdiff_t i = 0; i < formula->effects; i++) {
        place_nodes(reader, scalar, formula->effect[i].factor);
    }
    return true;
}

static bool read_terms(solow_reader *reader, const solow_yaml *scalar, solow_formula *formula)
{
    solow_error err = {0};
    ptrdiff_t position = 0;
    solow_formula more = {0};
    if (scalar->kind != SOLOW_YAML_SCALAR) {
        return false;
    }
    if (solow_formula_parse_terms(scalar->text, &more, &position, &err) != SOLOW_OK) {
        report(reader, scalar, position, &err);
        return false;
    }
    warn_of_comment(reader, scalar);
    place_terms(reader, scalar, &more.regressor, 0);
    place_terms(reader, scalar, &more.endogenous, 0);
    place_terms(reader, scalar, &more.instrument, 0);
    for (ptrdiff_t i = 0; i < more.effects; i++) {
        place_nodes(reader, scalar, more.effect[i].factor);
    }
    bool done = solow_formula_append(formula, &more, &err) == SOLOW_OK;
    reader->no_memory |= !done;
    solow_formula_clear(&more);
    return done;
}

bool solow_reader_terms(solow_reader *reader, const solow_yaml *node, solow_formula *formula)
{
    bool good = true;
    if (node->kind != SOLOW_YAML_LIST) {
        return read_terms(reader, node, formula);
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        good = read_terms(reader, node->item[i], formula) && good;
    }
    return good;
}

static bool read_factors(solow_reader *reader, const solow_yaml *scalar, solow_terms *factors)
{
    solow_error err = {0};
    ptrdiff_t position = 0, first = factors->count;
    if (scalar->kind != SOLOW_YAML_SCALAR) {
        return false;
    }
    if (solow_terms_parse(scalar->text, factors, &position, &err) != SOLOW_OK) {
        report(reader, scalar, position, &err);
        return false;
    }
    place_terms(reader, scalar, factors, first);
    bool good = true;
    for (ptrdiff_t i = first; i < factors->count; i++) {
        const solow_node *factor = factors->node[i], *offender = factor;
        err = (solow_error){0};
        const char *near = NULL;
        char hint[SOLOW_HINT_BYTES];
        if (factor->kind != SOLOW_NODE_NAME && factor->kind != SOLOW_NODE_CALL) {
            solow_reader_error(reader, scalar, NULL, "a factor is a column or a^b");
            good = false;
        } else if (solow_expression_check(factor, false, &offender, &near, &err) != SOLOW_OK) {
            solow_reader_spot(reader, scalar, solow_node_spot(offender), solow_reader_did_you_mean(hint, near), &err);
            good = false;
        }
    }
    return good;
}

bool solow_reader_factors(solow_reader *reader, const solow_yaml *node, solow_terms *factors)
{
    bool good = true;
    if (node->kind != SOLOW_YAML_LIST) {
        return read_factors(reader, node, factors);
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        good = read_factors(reader, node->item[i], factors) && good;
    }
    return good;
}
