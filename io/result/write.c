/* write.c - the result file: root attributes, provenance, tables (see results.h; layout in io/result/README.md). */
#include "io/result/atomic_file.h"
#include "io/result/layout.h"
#include "io/result/seal.h"
#include "io/result/table_writer.h"

#include <stdio.h>
#include <time.h>

enum { STAMP_BYTES = 32 };

/* Now in ISO 8601, UTC. */
static void stamp(char text[STAMP_BYTES])
{
    time_t now = time(NULL);
    struct tm utc;
    text[0] = '\0';
    if (gmtime_r(&now, &utc) != NULL) {
        (void)strftime(text, STAMP_BYTES, "%Y-%m-%dT%H:%M:%SZ", &utc);
    }
}

static void write_root(solow_image *image, const solow_results *results)
{
    char now[STAMP_BYTES];
    stamp(now);
    const char *version = results->engine_version != NULL ? results->engine_version : SOLOW_VERSION;
    solow_image_text(image, image->file, "format", SOLOW_RESULT_FORMAT);
    solow_image_text(image, image->file, "format_version", SOLOW_RESULT_FORMAT_VERSION);
    solow_image_text(image, image->file, "created", results->created != NULL ? results->created : now);
    solow_image_text(image, image->file, "engine_version", version);
    solow_image_text(image, image->file, "title", results->title);
}

void solow_layout_columns(solow_image *image, hid_t group, const solow_table *table, ptrdiff_t skip)
{
    solow_table_writer writer;
    solow_table_writer_begin(&writer, image, group, table->rows);
    for (ptrdiff_t j = skip; j < table->columns; j++) {
        const solow_table_column *column = &table->column[j];
        const void *cells = column->kind == SOLOW_CELL_NUMBER    ? (const void *)column->number
                            : column->kind == SOLOW_CELL_INTEGER ? (const void *)column->integer
                                                                 : (const void *)column->text;
        solow_table_writer_column(&writer, column->name, column->kind, cells);
    }
    solow_table_writer_end(&writer);
}

static void write_table(solow_image *image, const solow_table *table, const char *path)
{
    hid_t group = solow_image_group(image, image->file, path);
    solow_layout_columns(image, group, table, 0);
    solow_image_group_close(image, group);
}

static void write_provenance(solow_image *image, const solow_results *results)
{
    hid_t group = solow_image_group(image, image->file, "/provenance");
    for (ptrdiff_t i = 0; i < results->attribute_count; i++) {
        const solow_attribute *attribute = &results->attribute[i];
        switch (attribute->kind) {
        case SOLOW_CELL_TEXT:
            solow_image_text(image, group, attribute->name, attribute->text);
            break;
        case SOLOW_CELL_NUMBER:
            solow_image_number(image, group, attribute->name, attribute->number);
            break;
        case SOLOW_CELL_INTEGER:
            solow_image_integer(image, group, attribute->name, attribute->integer);
            break;
        }
    }
    solow_image_group_close(image, group);
}

static void write_content(solow_image *image, const solow_results *results)
{
    write_root(image, results);
    write_provenance(image, results);
    for (const solow_table_schema *s = solow_result_schema; s->name != NULL; s++) {
        if (s->path != NULL) {
            write_table(image, solow_results_table_const(results, s->name), s->path);
        }
    }
    solow_layout_models(image, results);
    solow_layout_panel(image, results);
    solow_layout_fixed_effects(image, results);
}

static solow_status write_image(const solow_results *results, solow_atomic_file *file, solow_error *err)
{
    solow_image image;
    const void *bytes = NULL;
    size_t count = 0;
    solow_status status = solow_image_open(&image, err);
    if (status != SOLOW_OK) {
        return status;
    }
    write_content(&image, results);
    status = solow_image_finish(&image, &bytes, &count, err);
    if (status == SOLOW_OK) {
        unsigned char seal[SOLOW_SEAL_BYTES];
        solow_seal_make(bytes, count, seal);
        status = solow_atomic_write(file, bytes, count, err);
        if (status == SOLOW_OK) {
            status = solow_atomic_write(file, seal, sizeof seal, err);
        }
    }
    solow_image_close(&image);
    return status;
}

solow_status solow_results_write(const solow_results *results, const char *path, solow_error *err)
{
    solow_atomic_file file = {.descriptor = -1};
    solow_status status = solow_atomic_open(path, &file, err);
    if (status != SOLOW_OK) {
        return status;
    }
    H5E_BEGIN_TRY /* HDF5's own report would go to stderr; ours is a sentence */
    {
        status = write_image(results, &file, err);
    }
    H5E_END_TRY;
    if (status != SOLOW_OK) {
        solow_atomic_discard(&file);
        return status;
    }
    return solow_atomic_commit(&file, err);
}
