/* pick.c - see pick.h. */
#include "io/report/pick.h"

#include "io/report/number.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static solow_status make_vcov(const solow_results *results, solow_pick *pick, solow_error *err)
{
    static const solow_column_schema schema[] = {
        {"model", SOLOW_CELL_TEXT},  {"group", SOLOW_CELL_TEXT},   {"term", SOLOW_CELL_TEXT},
        {"term_b", SOLOW_CELL_TEXT}, {"value", SOLOW_CELL_NUMBER}, {NULL, SOLOW_CELL_TEXT},
    };
    enum { MODEL, GROUP, TERM, TERM_B, VALUE };
    int64_t rows = 0, row = 0;
    for (ptrdiff_t i = 0; i < results->model_count; i++) {
        rows += results->model[i].terms * results->model[i].terms;
    }
    solow_status status = solow_table_init(&pick->made, "vcov", schema, err);
    if (status == SOLOW_OK) {
        status = solow_table_grow(&pick->made, rows, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    solow_table_column *column = pick->made.column;
    for (ptrdiff_t i = 0; i < results->model_count; i++) {
        const solow_model_arrays *model = &results->model[i];
        for (ptrdiff_t a = 0; a < model->terms; a++) {
            for (ptrdiff_t b = 0; b < model->terms; b++, row++) {
                column[MODEL].text[row] = model->model;
                column[GROUP].text[row] = model->group;
                column[TERM].text[row] = model->term[a];
                column[TERM_B].text[row] = model->term[b];
                column[VALUE].number[row] = model->vcov[a * model->terms + b];
            }
        }
    }
    return SOLOW_OK;
}

static solow_status make_provenance(const solow_results *results, solow_pick *pick, solow_error *err)
{
    static const solow_column_schema schema[] = {
        {"name", SOLOW_CELL_TEXT}, {"value", SOLOW_CELL_TEXT}, {NULL, SOLOW_CELL_TEXT}};
    solow_status status = solow_table_init(&pick->made, "provenance", schema, err);
    for (ptrdiff_t i = 0; status == SOLOW_OK && i < results->attribute_count; i++) {
        const solow_attribute *attribute = &results->attribute[i];
        char number[SOLOW_NUMBER_BYTES] = "";
        if (attribute->kind == SOLOW_CELL_NUMBER) {
            solow_number_shortest(attribute->number, number);
        } else if (attribute->kind == SOLOW_CELL_INTEGER) {
            solow_number_integer(attribute->integer, number);
        }
        const char *value = attribute->kind == SOLOW_CELL_TEXT ? attribute->text : number;
        int64_t row = solow_table_append(&pick->made);
        if (row < 0 || !solow_table_set_text(&pick->made, row, "name", attribute->name) ||
            !solow_table_set_text(&pick->made, row, "value", value)) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the provenance table");
        }
    }
    return status;
}

/* Cells are borrowed texts and copied numbers. */
static solow_status fill_panel(const solow_saved *saved, bool has_time, solow_pick *pick, solow_error *err)
{
    solow_status status = solow_table_init(&pick->made, "panel", pick->schema, err);
    if (status == SOLOW_OK) {
        status = solow_table_grow(&pick->made, saved->rows, err);
    }
    if (status != SOLOW_OK || saved->rows == 0) {
        return status;
    }
    solow_table_column *column = pick->made.column;
    memcpy(column[0].text, saved->unit, solow_bytes(saved->rows, sizeof *saved->unit));
    if (has_time) {
        memcpy(column[1].number, saved->time, solow_bytes(saved->rows, sizeof *saved->time));
    }
    for (ptrdiff_t j = 0; j < saved->columns; j++) {
        memcpy(column[j + 1 + has_time].number, saved->value[j], solow_bytes(saved->rows, sizeof(double)));
    }
    return SOLOW_OK;
}

static solow_status make_panel(const solow_results *results, const char *model, solow_pick *pick, solow_error *err)
{
    const solow_saved *saved = NULL;
    for (ptrdiff_t i = 0; i < results->saved_count && saved == NULL; i++) {
        saved = strcmp(results->saved[i].model, model) == 0 ? &results->saved[i] : NULL;
    }
    if (saved == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "model %s saved no columns: there is no table panel/%s", model, model);
    }
    const bool has_time = saved->time != NULL;
    pick->schema = solow_allocate_zeroed(saved->columns + 3, sizeof *pick->schema);
    if (pick->schema == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for table panel/%s", model);
    }
    ptrdiff_t count = 0;
    pick->schema[count++] = (solow_column_schema){"unit", SOLOW_CELL_TEXT};
    if (has_time) {
        pick->schema[count++] = (solow_column_schema){"time", SOLOW_CELL_NUMBER};
    }
    for (ptrdiff_t j = 0; j < saved->columns; j++) {
        pick->schema[count++] = (solow_column_schema){saved->name[j], SOLOW_CELL_NUMBER};
    }
    return fill_panel(saved, has_time, pick, err);
}

solow_status solow_pick_table(const solow_results *results, const char *name, solow_pick *pick, solow_error *err)
{
    *pick = (solow_pick){0};
    pick->table = solow_results_table_const(results, name);
    if (pick->table != NULL) {
        return SOLOW_OK;
    }
    pick->table = &pick->made;
    if (strcmp(name, "vcov") == 0) {
        return make_vcov(results, pick, err);
    }
    if (strcmp(name, "provenance") == 0) {
        return make_provenance(results, pick, err);
    }
    if (strncmp(name, "panel/", 6) == 0) {
        return make_panel(results, name + 6, pick, err);
    }
    return SOLOW_FAIL(err, SOLOW_ERR_USAGE,
                      "there is no table %s; the tables are tidy, glance, groups, effects, tests, diagnostics, "
                      "resampling, adjusted, measures, published, timing, inputs, fixed_effects, vcov, provenance and "
                      "panel/MODEL",
                      name);
}

void solow_pick_clear(solow_pick *pick)
{
    solow_table_clear(&pick->made);
    free(pick->schema);
    *pick = (solow_pick){0};
}
