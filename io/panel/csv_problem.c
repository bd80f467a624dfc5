/* csv_problem.c - what is wrong with a CSV text, in a sentence that names row, line and column; see csv.h.
 *
 * A reader of a later byte range does not know how many rows lie before it; once something is wrong it counts them.
 */
#include "io/panel/csv.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct text_tally {
    int64_t records, lines;
    bool quoted, begun; /* begun: the current line has content */
} text_tally;

static void count_byte(text_tally *tally, char c, char terminator)
{
    tally->quoted = tally->quoted != (c == '"');
    if (c == terminator) {
        tally->lines++;
        if (!tally->quoted) {
            tally->records += tally->begun ? 1 : 0;
            tally->begun = false;
        }
    } else if (c != '\r') {
        tally->begun = true;
    }
}

solow_status solow_csv_place(const solow_source *source, int64_t position, int64_t *record, int64_t *line,
                             solow_error *err)
{
    const solow_csv *csv = source->state;
    solow_csv_input input;
    solow_status status = solow_csv_input_open(source->path, source->format == SOLOW_FORMAT_CSV_GZIP, &input, err);
    if (status != SOLOW_OK) {
        return status;
    }
    text_tally tally = {0};
    int64_t at = 0;
    while (status == SOLOW_OK && at < position && !input.finished) {
        status = solow_csv_input_more(&input, err);
        for (; status == SOLOW_OK && input.begins < input.ends && at < position; input.begins++, at++) {
            count_byte(&tally, input.buffer[input.begins], csv->terminator);
            if (at + 1 == csv->data_begins) {
                tally.records = 0;
            }
        }
    }
    solow_csv_input_close(&input);
    *record = tally.records;
    *line = tally.lines;
    return status;
}

enum { PLACE_BYTES = 256, EXCERPT_BYTES = 61 };

/* "FILE, row 3 (line 4)". */
static solow_status describe_place(const solow_source *source, int64_t position, char *place, solow_error *err)
{
    int64_t record, line;
    solow_status status = solow_csv_place(source, position, &record, &line, err);
    if (status == SOLOW_OK) {
        (void)snprintf(place, PLACE_BYTES, "%.150s, row %lld (line %lld)", solow_path_leaf(source->path),
                       (long long)record + 1, (long long)line + 1);
    }
    return status;
}

/* A printable beginning of the field's content. */
static void excerpt(const solow_csv_field *field, char *text)
{
    size_t bytes = field->bytes < EXCERPT_BYTES - 4 ? field->bytes : EXCERPT_BYTES - 4;
    for (size_t i = 0; i < bytes; i++) {
        text[i] = (unsigned char)field->text[i] < ' ' ? ' ' : field->text[i];
    }
    while (bytes < field->bytes && bytes > 0 && ((unsigned char)field->text[bytes] & 0xc0) == 0x80) {
        bytes--; /* not in the middle of a character */
    }
    (void)snprintf(text + bytes, 4, "%s", bytes < field->bytes ? "..." : "");
}

static solow_status fail_ragged(const solow_source *source, const char *place, solow_error *err)
{
    const solow_csv *csv = source->state;
    const char *hint = csv->problem_fields == csv->columns + 1 ? " (row names without a header, or a delimiter at the "
                                                                 "line's end?)"
                                                               : "";
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: %td fields where the header has %td columns%s", place,
                      csv->problem_fields, csv->columns, hint);
}

static solow_status fail_text(const solow_source *source, const char *place, solow_error *err)
{
    solow_csv *csv = source->state;
    const char *name = source->name[csv->problem_column];
    solow_csv_field field;
    char text[EXCERPT_BYTES];
    if (solow_csv_field_read(csv, csv->at, &field) == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "%s: a field that was read before cannot be read again", place);
    }
    if (csv->problem == SOLOW_CSV_NOT_UTF8) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s: the text in column '%s' is not UTF-8: save the file as UTF-8 (for instance iconv -f "
                          "GB18030 -t UTF-8, or -f LATIN1)",
                          place, name);
    }
    excerpt(&field, text);
    const char *comma = memchr(field.text, ',', field.bytes);
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: '%s' in column '%s' is not a number%s", place, text, name,
                      comma != NULL ? " (a decimal comma? numbers need a point)" : "");
}

solow_status solow_csv_fail(const solow_source *source, int64_t position, solow_error *err)
{
    const solow_csv *csv = source->state;
    if (csv->problem == SOLOW_CSV_NO_MEMORY) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for the labels of text columns", source->path);
    }
    char place[PLACE_BYTES];
    solow_status status = describe_place(source, position, place, err);
    if (status != SOLOW_OK) {
        return status;
    }
    switch (csv->problem) {
    case SOLOW_CSV_RAGGED:
        return fail_ragged(source, place, err);
    case SOLOW_CSV_NUL:
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: byte %lld of the file is NUL: not a text file, or damaged", place,
                          (long long)solow_csv_input_position(&csv->input, csv->at) + 1);
    case SOLOW_CSV_BARE_QUOTE:
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s, column '%s': a quotation mark inside a field without quotes (quote the field and double "
                          "the mark)",
                          place, source->name[csv->problem_column]);
    case SOLOW_CSV_AFTER_QUOTE:
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "%s, column '%s': text behind a closing quotation mark (a mark inside quotes must be doubled)", place,
            source->name[csv->problem_column]);
    case SOLOW_CSV_UNCLOSED:
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: a quotation mark that opens in this record is never closed",
                          place);
    case SOLOW_CSV_TOO_LONG:
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s: the record is longer than %zu MiB (a quotation mark that is never closed, or not a CSV "
                          "file?)",
                          place, SOLOW_RECORD_LIMIT >> 20);
    default:
        return fail_text(source, place, err);
    }
}

solow_status solow_csv_fail_field(const solow_source *source, int64_t position, ptrdiff_t column, solow_error *err)
{
    char place[PLACE_BYTES];
    solow_status status = describe_place(source, position, place, err);
    if (status != SOLOW_OK) {
        return status;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                      "%s: the number in column '%s' is infinite or too large for a double: code it as missing or drop "
                      "the row",
                      place, source->name[column]);
}
