/* stat_parse.c - ReadStat's callbacks; see stat.h. */
#include "io/panel/stat.h"

#ifdef SOLOW_READSTAT

#include "io/panel/utf8.h"
#include "kernels/core/size.h"

#include <math.h>
#include <readstat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct label_entry {
    char *set, *label;
    double value;
} label_entry;

typedef struct parse { /* one run of ReadStat over the file */
    solow_source *source;
    solow_stat *stat;
    const bool *wanted; /* NULL: describing */
    solow_columns *out;
    ptrdiff_t *place; /* [columns] of out, -1: not wanted */
    int64_t seen;     /* rows with a value */
    ptrdiff_t labels;
    label_entry *entry;
    solow_error *err;
    char reason[512]; /* what ReadStat says beside its code */
} parse;

static solow_status out_of_memory(parse *run)
{
    return SOLOW_FAIL(run->err, SOLOW_ERR_MEMORY, "%s: no memory to read the file", run->source->path);
}

static int no_memory(parse *run)
{
    (void)out_of_memory(run);
    return READSTAT_HANDLER_ABORT;
}

static void keep_reason(const char *message, void *context)
{
    parse *run = context;
    (void)snprintf(run->reason, sizeof run->reason, "%s", message);
    run->reason[strcspn(run->reason, "\n")] = '\0';
}

static int keep_metadata(readstat_metadata_t *metadata, void *context)
{
    parse *run = context;
    run->stat->rows = readstat_get_row_count(metadata);
    return READSTAT_HANDLER_OK;
}

static int describe_variable(int index, readstat_variable_t *variable, const char *set, void *context)
{
    parse *run = context;
    solow_stat *stat = run->stat;
    const char *name = readstat_variable_get_name(variable), *label = readstat_variable_get_label(variable);
    ptrdiff_t count = stat->described + 1;
    if (index != stat->described || name == NULL || name[0] == '\0' || !solow_utf8_is_valid(name, strlen(name))) {
        (void)SOLOW_FAIL(run->err, SOLOW_ERR_INPUT, "%s: variable %d has no usable name: the file is damaged",
                         run->source->path, index + 1);
        return READSTAT_HANDLER_ABORT;
    }
    bool *text = solow_resize(stat->text, count, sizeof *text);
    stat->text = text != NULL ? text : stat->text;
    char **labels = solow_resize(stat->label, count, sizeof *labels);
    stat->label = labels != NULL ? labels : stat->label;
    char **sets = solow_resize(stat->set, count, sizeof *sets);
    stat->set = sets != NULL ? sets : stat->set;
    if (text == NULL || labels == NULL || sets == NULL ||
        solow_source_add_name(run->source, name, strlen(name), run->err) != SOLOW_OK) {
        return no_memory(run);
    }
    bool has_label = label != NULL && label[0] != '\0' && solow_utf8_is_valid(label, strlen(label));
    text[index] = readstat_variable_get_type_class(variable) == READSTAT_TYPE_CLASS_STRING;
    labels[index] = has_label ? solow_copy_text(label) : NULL;
    sets[index] = set != NULL && set[0] != '\0' ? solow_copy_text(set) : NULL;
    stat->described = count;
    bool whole = (!has_label || labels[index] != NULL) && (set == NULL || set[0] == '\0' || sets[index] != NULL);
    return whole ? READSTAT_HANDLER_OK : no_memory(run);
}

static int choose_variable(int index, readstat_variable_t *variable, const char *set, void *context)
{
    (void)variable;
    (void)set;
    const parse *run = context;
    bool wanted = index < run->source->columns && run->wanted[index];
    return wanted ? READSTAT_HANDLER_OK : READSTAT_HANDLER_SKIP_VARIABLE;
}

static double number_of(readstat_value_t value)
{
    switch (readstat_value_type(value)) {
    case READSTAT_TYPE_INT8:
        return readstat_int8_value(value);
    case READSTAT_TYPE_INT16:
        return readstat_int16_value(value);
    case READSTAT_TYPE_INT32:
        return readstat_int32_value(value);
    case READSTAT_TYPE_FLOAT:
        return readstat_float_value(value);
    case READSTAT_TYPE_DOUBLE:
        return readstat_double_value(value);
    default:
        return NAN;
    }
}

static int keep_text(parse *run, ptrdiff_t column, solow_column *to, int64_t row, const char *text)
{
    size_t bytes = text != NULL ? strlen(text) : 0;
    to->code[row] = -1;
    if (bytes == 0 || solow_source_text_missing(run->source, text, bytes)) {
        return READSTAT_HANDLER_OK;
    }
    if (!solow_utf8_is_valid(text, bytes)) {
        (void)SOLOW_FAIL(run->err, SOLOW_ERR_INPUT, "%s, row %lld: the text in column '%s' is not UTF-8",
                         solow_path_leaf(run->source->path), (long long)row + 1, run->source->name[column]);
        return READSTAT_HANDLER_ABORT;
    }
    to->code[row] = solow_levels_add(&to->levels, text, bytes);
    return to->code[row] >= 0 ? READSTAT_HANDLER_OK : no_memory(run);
}

/* A new row: room for it, and missing until its values come. */
static int begin_row(parse *run, int64_t row)
{
    if (row >= run->out->capacity &&
        solow_columns_reserve(run->out, row + row / 2 + 1024, false, run->err) != SOLOW_OK) {
        return READSTAT_HANDLER_ABORT;
    }
    for (ptrdiff_t j = 0; j < run->out->count; j++) {
        solow_column *column = &run->out->column[j];
        if (column->kind == SOLOW_COLUMN_TEXT) {
            column->code[row] = -1;
        } else {
            column->number[row] = NAN;
        }
    }
    run->seen = row + 1;
    return READSTAT_HANDLER_OK;
}

static int keep_value(int row, readstat_variable_t *variable, readstat_value_t value, void *context)
{
    parse *run = context;
    ptrdiff_t column = readstat_variable_get_index(variable);
    if (row < 0 || column < 0 || column >= run->source->columns || run->place[column] < 0) {
        return READSTAT_HANDLER_ABORT;
    }
    while (run->seen <= row) {
        if (begin_row(run, run->seen) != READSTAT_HANDLER_OK) {
            return READSTAT_HANDLER_ABORT;
        }
    }
    solow_column *to = &run->out->column[run->place[column]];
    bool missing = readstat_value_is_missing(value, variable) != 0;
    if (to->kind == SOLOW_COLUMN_TEXT) {
        bool is_text = readstat_value_type_class(value) == READSTAT_TYPE_CLASS_STRING;
        return keep_text(run, column, to, row, missing || !is_text ? NULL : readstat_string_value(value));
    }
    double number = missing ? NAN : number_of(value);
    if (isinf(number)) {
        (void)solow_source_fail_infinite(run->source, column, row + 1, run->err);
        return READSTAT_HANDLER_ABORT;
    }
    to->number[row] = solow_source_number_missing(run->source, number) ? NAN : number;
    return READSTAT_HANDLER_OK;
}

static int keep_value_label(const char *set, readstat_value_t value, const char *label, void *context)
{
    parse *run = context;
    bool usable = set != NULL && label != NULL && solow_utf8_is_valid(label, strlen(label)) &&
                  readstat_value_type_class(value) == READSTAT_TYPE_CLASS_NUMERIC &&
                  readstat_value_is_system_missing(value) == 0 && readstat_value_is_tagged_missing(value) == 0;
    if (!usable) {
        return READSTAT_HANDLER_OK;
    }
    if ((run->labels & (run->labels - 1)) == 0) { /* grow at powers of two */
        label_entry *grown = solow_resize(run->entry, run->labels == 0 ? 1 : 2 * run->labels, sizeof *grown);
        if (grown == NULL) {
            return no_memory(run);
        }
        run->entry = grown;
    }
    label_entry entry = {solow_copy_text(set), solow_copy_text(label), number_of(value)};
    run->entry[run->labels++] = entry;
    return entry.set != NULL && entry.label != NULL ? READSTAT_HANDLER_OK : no_memory(run);
}

static readstat_error_t run_parser(readstat_parser_t *parser, parse *run)
{
    const char *path = run->source->path, *ending = strrchr(path, '.');
    switch (run->source->format) {
    case SOLOW_FORMAT_STATA:
        return readstat_parse_dta(parser, path, run);
    case SOLOW_FORMAT_SPSS:
        return readstat_parse_sav(parser, path, run);
    default:
        return ending != NULL && strcasecmp(ending, ".xpt") == 0 ? readstat_parse_xport(parser, path, run)
                                                                 : readstat_parse_sas7bdat(parser, path, run);
    }
}

static solow_status run_readstat(parse *run)
{
    static const char *const package[] = {
        [SOLOW_FORMAT_STATA] = "Stata", [SOLOW_FORMAT_SPSS] = "SPSS", [SOLOW_FORMAT_SAS] = "SAS"};
    readstat_parser_t *parser = readstat_parser_init();
    if (parser == NULL) {
        return out_of_memory(run);
    }
    (void)readstat_set_error_handler(parser, keep_reason);
    (void)readstat_set_metadata_handler(parser, keep_metadata);
    (void)readstat_set_variable_handler(parser, run->wanted == NULL ? describe_variable : choose_variable);
    if (run->wanted != NULL) {
        (void)readstat_set_value_handler(parser, keep_value);
        (void)readstat_set_value_label_handler(parser, keep_value_label);
    }
    readstat_error_t code = run_parser(parser, run);
    readstat_parser_free(parser);
    if (code == READSTAT_OK) {
        return SOLOW_OK;
    }
    if (run->err->status != SOLOW_OK) {
        return run->err->status; /* one of our callbacks stopped it */
    }
    return SOLOW_FAIL(run->err, SOLOW_ERR_INPUT, "%s is damaged, truncated, or not a %s file: %s%s%s",
                      run->source->path, package[run->source->format], readstat_error_message(code),
                      run->reason[0] != '\0' ? "; " : "", run->reason);
}

solow_status solow_stat_describe(solow_source *source, solow_error *err)
{
    solow_error own = {0};
    parse run = {.source = source, .stat = source->state, .err = err != NULL ? err : &own};
    solow_status status = run_readstat(&run);
    solow_levels seen = {0};
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < source->columns; j++) {
        int32_t known = seen.count;
        int32_t index = solow_levels_add(&seen, source->name[j], strlen(source->name[j]));
        if (index < 0) {
            status = out_of_memory(&run);
        } else if (index < known) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is damaged: two variables have the name '%s'", source->path,
                                source->name[j]);
        }
    }
    solow_levels_clear(&seen);
    return status;
}

static solow_status add_columns(parse *run)
{
    solow_status status = SOLOW_OK;
    const solow_stat *stat = run->stat;
    int64_t stated = stat->rows > 0 && stat->rows <= run->source->bytes ? stat->rows : 0; /* never trust it alone */
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < run->source->columns; j++) {
        run->place[j] = -1;
        if (!run->wanted[j]) {
            continue;
        }
        solow_column_kind kind = stat->text[j] ? SOLOW_COLUMN_TEXT : SOLOW_COLUMN_NUMBER;
        status = solow_columns_add(run->out, run->source->name[j], kind, &run->place[j], run->err);
        if (status == SOLOW_OK && stat->label[j] != NULL) {
            char *label = solow_copy_text(stat->label[j]);
            run->out->column[run->place[j]].label = label;
            status = label != NULL ? SOLOW_OK : out_of_memory(run);
        }
    }
    return status == SOLOW_OK ? solow_columns_reserve(run->out, stated, false, run->err) : status;
}

static solow_status attach_value_labels(parse *run)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < run->source->columns; j++) {
        const char *set = run->stat->set[j];
        bool takes = run->place[j] >= 0 && set != NULL && !run->stat->text[j];
        for (ptrdiff_t i = 0; takes && status == SOLOW_OK && i < run->labels; i++) {
            if (strcmp(run->entry[i].set, set) == 0) {
                status = solow_column_add_value_label(&run->out->column[run->place[j]], run->entry[i].value,
                                                      run->entry[i].label, run->err);
            }
        }
    }
    return status;
}

/* Rows come with values only; without wanted columns the file's own count serves. */
static solow_status check_rows(parse *run)
{
    int64_t stated = run->stat->rows;
    if (run->out->count == 0) {
        run->seen = stated > 0 ? stated : 0;
    }
    if (stated >= 0 && run->seen != stated) {
        return SOLOW_FAIL(run->err, SOLOW_ERR_INPUT, "%s is truncated: it holds %lld rows but says %lld",
                          run->source->path, (long long)run->seen, (long long)stated);
    }
    run->out->rows = run->seen;
    return solow_columns_reserve(run->out, run->seen, true, run->err);
}

solow_status solow_stat_values(solow_source *source, const bool *wanted, solow_columns *out, solow_error *err)
{
    solow_error own = {0};
    parse run = {
        .source = source, .stat = source->state, .wanted = wanted, .out = out, .err = err != NULL ? err : &own};
    run.place = solow_allocate(source->columns, sizeof *run.place);
    if (run.place == NULL) {
        return out_of_memory(&run);
    }
    solow_status status = add_columns(&run);
    status = status == SOLOW_OK ? run_readstat(&run) : status;
    status = status == SOLOW_OK ? attach_value_labels(&run) : status;
    status = status == SOLOW_OK ? check_rows(&run) : status;
    for (ptrdiff_t i = 0; i < run.labels; i++) {
        free(run.entry[i].set);
        free(run.entry[i].label);
    }
    free(run.entry);
    free(run.place);
    return status;
}

#else

static solow_status absent(const solow_source *source, solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_CONFIG,
                      "%s: this build of solow has no ReadStat, so Stata, SPSS and SAS files are not read: install "
                      "libreadstat-dev and build again, or save the table as CSV",
                      source->path);
}

solow_status solow_stat_describe(solow_source *source, solow_error *err)
{
    return absent(source, err);
}

solow_status solow_stat_values(solow_source *source, const bool *wanted, solow_columns *out, solow_error *err)
{
    (void)wanted;
    (void)out;
    return absent(source, err);
}

#endif
