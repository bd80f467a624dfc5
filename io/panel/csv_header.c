/* csv_header.c - delimiter, line end and column names of a CSV text; see csv.h. */
#include "io/panel/csv.h"
#include "io/panel/utf8.h"

#include <stdlib.h>
#include <string.h>

static const char candidates[] = {',', ';', '\t', '|'};
enum { CANDIDATES = sizeof candidates };

/* Reads until the header's line end, outside quotes, is in the buffer; counts the candidate delimiters before it.
 * end out: offset of the line end, or of the text's end. */
static solow_status find_end(solow_csv *csv, size_t *end, ptrdiff_t *count, solow_error *err)
{
    solow_csv_input *input = &csv->input;
    bool quoted = false;
    for (size_t i = input->begins;; i++) {
        while (i + 1 >= input->ends && !input->finished) { /* \r needs the byte behind it */
            if (input->ends - input->begins >= SOLOW_RECORD_LIMIT) {
                return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                  "%s: the first line is longer than %zu MiB: not a CSV file with a header?",
                                  input->path, SOLOW_RECORD_LIMIT >> 20);
            }
            solow_status status = solow_csv_input_more(input, err);
            if (status != SOLOW_OK) {
                return status;
            }
        }
        char c = i < input->ends ? input->buffer[i] : '\n';
        if (c == '\0') {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: byte %lld is NUL: not a text file, or damaged", input->path,
                              (long long)(input->position + (int64_t)i + 1));
        }
        quoted = quoted != (c == '"');
        if (i >= input->ends || (!quoted && (c == '\n' || c == '\r'))) {
            csv->terminator = c == '\r' && input->buffer[i + 1] != '\n' ? '\r' : '\n';
            *end = i;
            return SOLOW_OK;
        }
        for (int k = 0; k < CANDIDATES && !quoted; k++) {
            count[k] += c == candidates[k] ? 1 : 0;
        }
    }
}

static void classify_bytes(solow_csv *csv)
{
    memset(csv->class, SOLOW_BYTE_ORDINARY, sizeof csv->class);
    csv->class['\0'] = SOLOW_BYTE_NUL;
    csv->class['"'] = SOLOW_BYTE_QUOTE;
    csv->class['\r'] = SOLOW_BYTE_CR;
    if (csv->terminator == '\r') {
        csv->class['\n'] = SOLOW_BYTE_ORDINARY;
    }
    csv->class[(unsigned char)csv->terminator] = SOLOW_BYTE_NEWLINE;
    csv->class[(unsigned char)csv->delimiter] = SOLOW_BYTE_DELIMITER;
}

static solow_status add_name(solow_source *source, solow_levels *seen, solow_csv_field name, solow_error *err)
{
    long long place = (long long)source->columns + 1;
    solow_csv_field_trim(&name);
    if (name.bytes == 0) {
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "%s: column %lld has no name in the header (from R, write with row.names = FALSE; from pandas, "
            "with index=False)",
            source->path, place);
    }
    if (!solow_utf8_is_valid(name.text, name.bytes)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s: the name of column %lld is not UTF-8: save the file as UTF-8 (iconv -t UTF-8)",
                          source->path, place);
    }
    int32_t known = seen->count;
    int32_t index = solow_levels_add(seen, name.text, name.bytes);
    if (index < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for column names", source->path);
    }
    if (index < known) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: columns %d and %lld have the same name '%s'", source->path,
                          index + 1, place, seen->label[index]);
    }
    return solow_source_add_name(source, name.text, name.bytes, err);
}

static solow_status fail_header(const solow_source *source, solow_error *err)
{
    const solow_csv *csv = source->state;
    const char *what = csv->problem == SOLOW_CSV_BARE_QUOTE    ? "a quotation mark inside a name without quotes"
                       : csv->problem == SOLOW_CSV_AFTER_QUOTE ? "text behind a closing quotation mark"
                       : csv->problem == SOLOW_CSV_NO_MEMORY   ? "no memory for the header"
                                                               : "a quotation mark in the header is never closed";
    solow_status status = csv->problem == SOLOW_CSV_NO_MEMORY ? SOLOW_ERR_MEMORY : SOLOW_ERR_INPUT;
    return SOLOW_FAIL(err, status, "%s, line 1, column %td: %s", source->path, source->columns + 1, what);
}

static solow_status read_names(solow_source *source, solow_levels *seen, solow_error *err)
{
    solow_csv *csv = source->state;
    const char *p = csv->input.buffer + csv->input.begins;
    ptrdiff_t numbers = 0;
    for (;;) {
        solow_csv_field name;
        p = solow_csv_field_read(csv, p, &name);
        if (p == NULL) {
            return fail_header(source, err);
        }
        double value;
        numbers += solow_number_parse(name.text, name.bytes, &value) ? 1 : 0;
        solow_status status = add_name(source, seen, name, err);
        if (status != SOLOW_OK) {
            return status;
        }
        if (csv->class[(unsigned char)*p] == SOLOW_BYTE_NEWLINE) {
            break;
        }
        p++;
    }
    if (numbers == source->columns) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s: the first line holds only numbers: it must name the columns (add a header line)",
                          source->path);
    }
    csv->data_begins = solow_csv_input_position(&csv->input, p + 1);
    return SOLOW_OK;
}

static solow_status skip_mark(solow_csv *csv, solow_error *err)
{
    solow_csv_input *input = &csv->input;
    while (input->ends < 3 && !input->finished) {
        solow_status status = solow_csv_input_more(input, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    if (input->ends == 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is empty", input->path);
    }
    if (input->ends >= 2 && (memcmp(input->buffer, "\xff\xfe", 2) == 0 || memcmp(input->buffer, "\xfe\xff", 2) == 0)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)",
                          input->path);
    }
    input->begins = input->ends >= 3 && memcmp(input->buffer, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    return SOLOW_OK;
}

solow_status solow_csv_header(solow_source *source, solow_error *err)
{
    solow_csv *csv = source->state;
    solow_status status = skip_mark(csv, err);
    size_t end = 0;
    ptrdiff_t count[CANDIDATES] = {0};
    status = status == SOLOW_OK ? find_end(csv, &end, count, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    int most = 0;
    for (int k = 1; k < CANDIDATES; k++) {
        most = count[k] > count[most] ? k : most;
    }
    csv->delimiter = source->delimiter != '\0' ? source->delimiter : candidates[most];
    if (csv->delimiter == '"' || csv->delimiter == '\n' || csv->delimiter == '\r') {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: a quotation mark or line end cannot be the delimiter",
                          source->path);
    }
    classify_bytes(csv);
    if (end == csv->input.ends) { /* no line end: give it one */
        csv->input.buffer[csv->input.ends++] = csv->terminator;
        csv->input.buffer[csv->input.ends] = '\0';
    }
    solow_levels seen = {0};
    status = read_names(source, &seen, err);
    solow_levels_clear(&seen);
    return status;
}
