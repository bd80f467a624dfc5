/* grid.c - see grid.h. */
#include "io/report/grid.h"

#include "kernels/core/size.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

solow_status solow_grid_format_of(const char *file, solow_grid_format *format, solow_error *err)
{
    static const char *const ending[] = {".tex", ".md", ".html", ".csv"};
    const char *dot = strrchr(file, '.');
    for (int i = 0; dot != NULL && i < 4; i++) {
        if (strcmp(dot, ending[i]) == 0) {
            *format = (solow_grid_format)i;
            return SOLOW_OK;
        }
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "table file %s must end in .tex, .md, .html or .csv", file);
}

void solow_grid_init(solow_grid *grid, ptrdiff_t columns)
{
    *grid = (solow_grid){.columns = columns};
}

ptrdiff_t solow_grid_add(solow_grid *grid, bool head, bool rule_before)
{
    solow_grid_row *rows = grid->failed ? NULL : solow_resize(grid->row, grid->rows + 1, sizeof *rows);
    solow_grid_cell *cells = solow_allocate_zeroed(grid->columns, sizeof *cells);
    if (rows != NULL) {
        grid->row = rows;
    }
    if (rows == NULL || cells == NULL) {
        free(cells);
        grid->failed = true;
        return -1;
    }
    grid->row[grid->rows] = (solow_grid_row){.head = head, .rule_before = rule_before, .cell = cells};
    return grid->rows++;
}

static void put(solow_grid *grid, char **place, const char *text)
{
    free(*place);
    *place = solow_copy_text(text);
    grid->failed = grid->failed || *place == NULL;
}

void solow_grid_set(solow_grid *grid, ptrdiff_t row, ptrdiff_t column, const char *text)
{
    if (row >= 0 && !grid->failed) { /* a row that could not be added has no place */
        assert(row < grid->rows && column >= 0 && column < grid->columns);
        put(grid, &grid->row[row].cell[column].text, text);
    }
}

void solow_grid_stars(solow_grid *grid, ptrdiff_t row, ptrdiff_t column, const char *stars)
{
    if (row >= 0 && !grid->failed && stars[0] != '\0') {
        put(grid, &grid->row[row].cell[column].stars, stars);
    }
}

void solow_grid_span(solow_grid *grid, ptrdiff_t row, ptrdiff_t column, int span, const char *text)
{
    if (row < 0 || grid->failed) {
        return;
    }
    assert(span >= 1 && column + span <= grid->columns);
    solow_grid_row *r = &grid->row[row];
    if (r->span == NULL) {
        r->span = solow_allocate(grid->columns, sizeof *r->span);
        if (r->span == NULL) {
            grid->failed = true;
            return;
        }
        for (ptrdiff_t j = 0; j < grid->columns; j++) {
            r->span[j] = 1;
        }
    }
    r->span[column] = span;
    for (int j = 1; j < span; j++) {
        r->span[column + j] = 0;
    }
    solow_grid_set(grid, row, column, text);
}

void solow_grid_note(solow_grid *grid, const char *text)
{
    char **notes = solow_resize(grid->note, grid->notes + 1, sizeof *notes);
    char *copy = solow_copy_text(text);
    if (notes != NULL) {
        grid->note = notes;
    }
    if (notes == NULL || copy == NULL) {
        free(copy);
        grid->failed = true;
        return;
    }
    grid->note[grid->notes++] = copy;
}

static bool is_empty(const solow_grid *grid, ptrdiff_t column)
{
    for (ptrdiff_t i = 0; i < grid->rows; i++) {
        const solow_grid_cell *cell = &grid->row[i].cell[column];
        if (!grid->row[i].head && cell->text != NULL && cell->text[0] != '\0') {
            return false;
        }
    }
    return true;
}

void solow_grid_drop_empty(solow_grid *grid)
{
    ptrdiff_t kept = grid->columns < 1 ? 0 : 1;
    for (ptrdiff_t j = 1; j < grid->columns; j++) {
        const bool empty = is_empty(grid, j);
        for (ptrdiff_t i = 0; i < grid->rows; i++) {
            solow_grid_cell *cell = grid->row[i].cell;
            if (empty) {
                free(cell[j].text);
                free(cell[j].stars);
            } else {
                cell[kept] = cell[j];
            }
        }
        kept += !empty;
    }
    grid->columns = kept;
}

void solow_grid_clear(solow_grid *grid)
{
    for (ptrdiff_t i = 0; i < grid->rows; i++) {
        for (ptrdiff_t j = 0; j < grid->columns; j++) {
            free(grid->row[i].cell[j].text);
            free(grid->row[i].cell[j].stars);
        }
        free(grid->row[i].cell);
        free(grid->row[i].span);
    }
    for (ptrdiff_t i = 0; i < grid->notes; i++) {
        free(grid->note[i]);
    }
    free(grid->row);
    free(grid->note);
    *grid = (solow_grid){0};
}

solow_status solow_grid_render(const solow_grid *grid, solow_grid_format format, solow_buffer *out, solow_error *err)
{
    if (grid->failed) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a table");
    }
    switch (format) {
    case SOLOW_GRID_TEX:
        solow_grid_render_tex(grid, out);
        break;
    case SOLOW_GRID_MD:
        solow_grid_render_markdown(grid, out);
        break;
    case SOLOW_GRID_HTML:
        solow_grid_render_html(grid, out);
        break;
    case SOLOW_GRID_CSV:
        solow_grid_render_csv(grid, out);
        break;
    }
    return solow_buffer_finish(out, err);
}
