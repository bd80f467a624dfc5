/* data_section.c - `data:`, `variables:` and `lists:`; see sections.h. */
#include "io/job/sections.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static solow_place place_of(const solow_yaml *node)
{
    return node != NULL ? (solow_place){node->line, node->column} : (solow_place){0, 0};
}

static void read_files(solow_reader *reader, const solow_yaml *file)
{
    solow_data_section *data = &reader->job->data;
    data->file_place = place_of(file);
    ptrdiff_t count;
    char **paths = solow_reader_texts(reader, file, &count);
    data->file = paths;
    for (ptrdiff_t i = 0; i < count; i++) {
        char *resolved = solow_reader_resolve(reader, paths[i]);
        free(paths[i]);
        paths[i] = resolved;
        data->files = i + 1;
    }
    if (file != NULL && file->kind == SOLOW_YAML_LIST && file->count == 0) {
        solow_reader_error(reader, file, NULL, "`file` is an empty list");
    }
}

static void read_merge(solow_reader *reader, const solow_yaml *node, solow_merge *merge)
{
    merge->place = place_of(node);
    char *file = solow_reader_text(reader, node, "file");
    merge->file = solow_reader_resolve(reader, file);
    free(file);
    merge->by = solow_reader_texts(reader, solow_yaml_get(node, "by"), &merge->by_count);
    merge->keep = solow_reader_texts(reader, solow_yaml_get(node, "keep"), &merge->keep_count);
    const solow_yaml *match = solow_yaml_get(node, "match"), *unmatched = solow_yaml_get(node, "unmatched");
    bool one = match != NULL && match->kind == SOLOW_YAML_SCALAR && strcmp(match->text, "one_to_one") == 0;
    merge->match = one ? SOLOW_MATCH_ONE_TO_ONE : SOLOW_MATCH_MANY_TO_ONE;
    const char *rule = unmatched != NULL && unmatched->kind == SOLOW_YAML_SCALAR ? unmatched->text : "report";
    merge->unmatched = strcmp(rule, "error") == 0  ? SOLOW_UNMATCHED_ERROR
                       : strcmp(rule, "drop") == 0 ? SOLOW_UNMATCHED_DROP
                                                   : SOLOW_UNMATCHED_REPORT;
}

static void read_merges(solow_reader *reader, const solow_yaml *node)
{
    solow_data_section *data = &reader->job->data;
    if (node == NULL || node->kind == SOLOW_YAML_SCALAR) {
        return;
    }
    bool list = node->kind == SOLOW_YAML_LIST;
    ptrdiff_t count = list ? node->count : 1;
    data->merge = solow_reader_allocate(reader, count, sizeof *data->merge);
    for (ptrdiff_t i = 0; i < count && data->merge != NULL; i++) {
        read_merge(reader, list ? node->item[i] : node, &data->merge[i]);
        data->merges++;
    }
}

static void read_missing(solow_reader *reader, const solow_yaml *node)
{
    solow_data_section *data = &reader->job->data;
    static const char *const standard[] = {"", "NA", "."};
    if (node != NULL) {
        data->missing = solow_reader_texts(reader, node, &data->missing_count);
        return;
    }
    data->missing = solow_reader_allocate(reader, 3, sizeof *data->missing);
    for (ptrdiff_t i = 0; i < 3 && data->missing != NULL; i++) {
        data->missing[i] = solow_reader_copy(reader, standard[i]);
        data->missing_count = i + 1;
    }
}

void solow_job_read_data(solow_reader *reader, const solow_yaml *node)
{
    solow_data_section *data = &reader->job->data;
    read_missing(reader, solow_yaml_get(node, "missing"));
    if (node == NULL || node->kind != SOLOW_YAML_MAPPING) {
        return;
    }
    read_files(reader, solow_yaml_get(node, "file"));
    data->unit = solow_reader_text(reader, node, "unit");
    data->unit_place = place_of(solow_yaml_get(node, "unit"));
    data->time = solow_reader_text(reader, node, "time");
    data->time_place = place_of(solow_yaml_get(node, "time"));
    data->frequency = solow_reader_text(reader, node, "frequency");
    data->delimiter = solow_reader_text(reader, node, "delimiter");
    if (data->delimiter != NULL && strlen(data->delimiter) != 1) {
        solow_reader_error(reader, solow_yaml_get(node, "delimiter"), "a tab is \"\\t\"",
                           "`delimiter` is one ASCII character");
    }
    const solow_yaml *where = solow_yaml_get(node, "where");
    data->where = where != NULL ? solow_reader_expression(reader, where) : NULL;
    data->where_place = place_of(where);
    read_merges(reader, solow_yaml_get(node, "merge"));
    data->source = solow_reader_text(reader, node, "source");
    data->licence = solow_reader_text(reader, node, "licence");
    data->citation = solow_reader_text(reader, node, "citation");
    const solow_yaml *coordinates = solow_yaml_get(node, "coordinates");
    data->longitude = solow_reader_text(reader, coordinates, "longitude");
    data->longitude_place = place_of(solow_yaml_get(coordinates, "longitude"));
    data->latitude = solow_reader_text(reader, coordinates, "latitude");
    data->latitude_place = place_of(solow_yaml_get(coordinates, "latitude"));
    if (data->time != NULL && data->unit != NULL && strcmp(data->time, data->unit) == 0) {
        solow_reader_error(reader, solow_yaml_get(node, "time"), NULL, "`unit` and `time` are the same column");
    }
}

void solow_job_read_lists(solow_reader *reader, const solow_yaml *node)
{
    if (node == NULL || node->kind != SOLOW_YAML_MAPPING) {
        return;
    }
    reader->list = solow_reader_allocate(reader, node->count, sizeof *reader->list);
    for (ptrdiff_t i = 0; i < node->count && reader->list != NULL; i++) {
        solow_formula terms = {0};
        if (node->item[i]->kind != SOLOW_YAML_MAPPING && solow_reader_terms(reader, node->item[i], &terms) &&
            (terms.effects > 0 || terms.instrument.count > 0)) {
            solow_reader_error(reader, node->item[i], NULL, "a list holds terms, without `|` and `~`");
        }
        reader->list[reader->lists++] = (solow_list){.name = node->key[i]->text, .terms = terms.regressor};
        terms.regressor = (solow_terms){0};
        solow_formula_clear(&terms);
    }
}
