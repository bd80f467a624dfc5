/* write_panel.c - /panel and /fixed_effects of a result file: one group a model (see layout.h). */
#include "io/result/layout.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static void write_saved(solow_image *image, hid_t parent, const solow_saved *saved, solow_axis *row)
{
    hid_t group = solow_layout_named_group(image, parent, saved->model);
    const char **order = solow_allocate(saved->columns + 2, sizeof *order);
    if (order == NULL) {
        image->failed = true;
        solow_image_group_close(image, group);
        return;
    }
    ptrdiff_t count = 0;
    solow_image_axis(image, group, "row", (hsize_t)saved->rows, row);
    order[count++] = "unit";
    solow_image_dataset(image, group, "unit", SOLOW_CELL_TEXT, saved->unit, row, NULL);
    if (saved->time != NULL) {
        order[count++] = "time";
        solow_image_dataset(image, group, "time", SOLOW_CELL_NUMBER, saved->time, row, NULL);
    }
    for (ptrdiff_t j = 0; j < saved->columns; j++) {
        order[count++] = saved->name[j];
        solow_image_dataset(image, group, saved->name[j], SOLOW_CELL_NUMBER, saved->value[j], row, NULL);
    }
    solow_image_axis_close(image, row);
    solow_image_texts(image, group, "column-order", count, order);
    solow_image_text(image, group, "encoding-type", "dataframe");
    free(order);
    solow_image_group_close(image, group);
}

void solow_layout_panel(solow_image *image, const solow_results *results)
{
    hid_t panel = solow_image_group(image, image->file, "/panel");
    solow_axis *row = solow_allocate(1, sizeof *row);
    image->failed = image->failed || row == NULL;
    for (ptrdiff_t i = 0; row != NULL && i < results->saved_count; i++) {
        write_saved(image, panel, &results->saved[i], row);
    }
    free(row);
    solow_image_group_close(image, panel);
}

/* Rows [first, last) of a table as a table of its own that borrows every cell. */
static solow_table slice(const solow_table *table, int64_t first, int64_t last, solow_table_column *column)
{
    for (ptrdiff_t j = 0; j < table->columns; j++) {
        column[j] = table->column[j];
        column[j].number = column[j].number != NULL ? column[j].number + first : NULL;
        column[j].integer = column[j].integer != NULL ? column[j].integer + first : NULL;
        column[j].text = column[j].text != NULL ? column[j].text + first : NULL;
    }
    return (solow_table){.name = table->name, .rows = last - first, .columns = table->columns, .column = column};
}

void solow_layout_fixed_effects(solow_image *image, const solow_results *results)
{
    enum { MODEL, GROUP, IDENTITY };
    const solow_table *table = &results->fixed_effects;
    hid_t parent = solow_image_group(image, image->file, "/fixed_effects");
    solow_table_column *column = solow_allocate(table->columns, sizeof *column);
    image->failed = image->failed || column == NULL;
    for (int64_t first = 0, last; !image->failed && first < table->rows; first = last) {
        const char *model = table->column[MODEL].text[first], *name = table->column[GROUP].text[first];
        last = first + 1;
        while (last < table->rows && strcmp(table->column[MODEL].text[last], model) == 0 &&
               strcmp(table->column[GROUP].text[last], name) == 0) {
            last++;
        }
        solow_table part = slice(table, first, last, column);
        hid_t group = solow_layout_estimate_group(image, parent, model, name);
        solow_layout_columns(image, group, &part, IDENTITY);
        solow_image_group_close(image, group);
    }
    free(column);
    solow_image_group_close(image, parent);
}
