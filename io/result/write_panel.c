/* write_panel.c - /panel and /fixed_effects of a result file: one group a model (see layout.h). */
#include "io/result/layout.h"
#include "io/result/table_writer.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static void write_saved(solow_image *image, hid_t parent, const solow_saved *saved)
{
    hid_t group = solow_layout_named_group(image, parent, saved->model);
    solow_table_writer writer;
    solow_table_writer_begin(&writer, image, group, saved->rows);
    solow_table_writer_column(&writer, "unit", SOLOW_CELL_TEXT, saved->unit);
    if (saved->time != NULL) {
        solow_table_writer_column(&writer, "time", SOLOW_CELL_NUMBER, saved->time);
    }
    for (ptrdiff_t j = 0; j < saved->columns; j++) {
        solow_table_writer_column(&writer, saved->name[j], SOLOW_CELL_NUMBER, saved->value[j]);
    }
    solow_table_writer_end(&writer);
    solow_image_group_close(image, group);
}

void solow_layout_panel(solow_image *image, const solow_results *results)
{
    hid_t panel = solow_image_group(image, image->file, "/panel");
    for (ptrdiff_t i = 0; i < results->saved_count; i++) {
        write_saved(image, panel, &results->saved[i]);
    }
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
