/* table_writer.c - see table_writer.h. */
#include "io/result/table_writer.h"

#include "io/panel/columns.h"
#include "kernels/core/size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 256 };

void solow_table_writer_begin(solow_table_writer *writer, solow_image *image, hid_t group, int64_t rows)
{
    writer->image = image;
    writer->group = group;
    writer->columns = 0;
    writer->name = NULL;
    solow_image_axis(image, group, "row", (hsize_t)rows, &writer->row);
}

static void remember(solow_table_writer *writer, const char *name)
{
    char **names = solow_resize(writer->name, writer->columns + 1, sizeof *names);
    char *copy = solow_copy_text(name);
    if (names != NULL) {
        writer->name = names;
    }
    if (names == NULL || copy == NULL) {
        free(copy);
        writer->image->failed = true;
        return;
    }
    writer->name[writer->columns++] = copy;
}

/* Codes of the texts by first appearance; false: no memory, or more levels than int32 counts. */
static bool encode(const char *const *text, int64_t rows, solow_levels *levels, int32_t *code)
{
    for (int64_t i = 0; i < rows; i++) {
        bool same = i > 0 && (text[i] == text[i - 1] || strcmp(text[i], text[i - 1]) == 0);
        code[i] = same ? code[i - 1] : solow_levels_add(levels, text[i], strlen(text[i]));
        if (code[i] < 0) {
            return false;
        }
    }
    return true;
}

/* The distinct texts in the subgroup `levels`. */
static void write_levels(solow_table_writer *writer, const char *name, const solow_levels *levels)
{
    solow_image *image = writer->image;
    hid_t group = -1;
    if (image->failed) {
        return;
    }
    if (H5Lexists(writer->group, "levels", H5P_DEFAULT) > 0) {
        group = H5Gopen2(writer->group, "levels", H5P_DEFAULT);
    } else {
        group = solow_image_group(image, writer->group, "levels");
    }
    solow_axis *axis = solow_allocate(1, sizeof *axis);
    image->failed = image->failed || axis == NULL || group < 0;
    if (axis != NULL) {
        solow_image_labels(image, group, name, (hsize_t)levels->count, levels->label, axis);
        solow_image_axis_close(image, axis);
    }
    free(axis);
    solow_image_group_close(image, group);
}

static void write_codes(solow_table_writer *writer, const char *name, const char *const *text)
{
    const int64_t rows = (int64_t)writer->row.length;
    int32_t *code = solow_allocate(rows, sizeof *code);
    solow_levels levels = {0};
    char path[PATH_BYTES], coded[PATH_BYTES];
    (void)snprintf(path, sizeof path, "levels/%s", name);
    (void)snprintf(coded, sizeof coded, "%s_code", name);
    if (code != NULL && encode(text, rows, &levels, code)) {
        solow_image_codes(writer->image, writer->group, coded, code, path, &writer->row);
        write_levels(writer, name, &levels);
        remember(writer, coded);
    } else {
        writer->image->failed = true;
    }
    solow_levels_clear(&levels);
    free(code);
}

void solow_table_writer_column(solow_table_writer *writer, const char *name, solow_cell_kind kind, const void *cells)
{
    if (kind == SOLOW_CELL_TEXT && writer->row.length > SOLOW_TEXT_LIMIT) {
        write_codes(writer, name, cells);
        return;
    }
    solow_image_dataset(writer->image, writer->group, name, kind, cells, &writer->row, NULL);
    remember(writer, name);
}

void solow_table_writer_end(solow_table_writer *writer)
{
    solow_image_axis_close(writer->image, &writer->row);
    solow_image_texts(writer->image, writer->group, "column-order", writer->columns, (const char *const *)writer->name);
    solow_image_text(writer->image, writer->group, "encoding-type", "dataframe");
    for (ptrdiff_t j = 0; j < writer->columns; j++) {
        free(writer->name[j]);
    }
    free(writer->name);
    writer->name = NULL;
}
