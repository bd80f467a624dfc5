/* csv_part.c - the records that begin in a byte range of a CSV text; see csv.h.
 *
 * A record begins at the start of the data or behind a line end outside quotes. The part that holds its first byte owns
 * it, wherever it ends.
 */
#include "io/panel/csv.h"

#include <string.h>

void solow_csv_part_range(solow_source *source)
{
    solow_csv *csv = source->state;
    if (source->format == SOLOW_FORMAT_CSV_GZIP) {
        csv->part_begins = source->part == 0 ? csv->data_begins : INT64_MAX;
        csv->part_ends = INT64_MAX;
        return;
    }
    int64_t bytes = source->bytes > csv->data_begins ? source->bytes - csv->data_begins : 0;
    int64_t share = bytes / source->parts, rest = bytes % source->parts, part = source->part;
    csv->part_begins = csv->data_begins + share * part + rest * part / source->parts;
    csv->part_ends = csv->data_begins + share * (part + 1) + rest * (part + 1) / source->parts;
}

/* Moves the input to the first record that begins in the part; found out: whether there is one. */
static solow_status find_first(solow_csv *csv, int starts_quoted, bool *found, solow_error *err)
{
    solow_csv_input *input = &csv->input;
    bool quoted = starts_quoted != 0;
    *found = csv->part_begins < csv->part_ends;
    bool at_start = csv->part_begins == csv->data_begins;
    int64_t from = at_start ? csv->data_begins : csv->part_begins - 1;
    solow_status status = *found ? solow_csv_input_seek(input, from, err) : SOLOW_OK;
    if (status != SOLOW_OK || !*found || at_start) {
        return status;
    }
    bool before = true; /* the byte in front of the part: a line end there counts, a quote is counted already */
    while (!input->finished) {
        status = solow_csv_input_more(input, err);
        if (status != SOLOW_OK) {
            return status;
        }
        for (; input->begins < input->ends; input->begins++) {
            char c = input->buffer[input->begins];
            if (input->position + (int64_t)input->begins + 1 >= csv->part_ends) {
                *found = false; /* a record behind this byte is not ours */
                return SOLOW_OK;
            }
            if (c == csv->terminator && !quoted) {
                input->begins++;
                return SOLOW_OK;
            }
            quoted = quoted != (c == '"' && !before);
            before = false;
        }
    }
    *found = false;
    return SOLOW_OK;
}

/* Reads on in the middle of a record, or at the end of the text gives the last record its line end.
 * ended out: no record is left. */
static solow_status read_on(const solow_source *source, bool *ended, solow_error *err)
{
    solow_csv *csv = source->state;
    solow_csv_input *input = &csv->input;
    size_t unread = input->ends - input->begins;
    int64_t begins = input->position + (int64_t)input->begins;
    if (input->finished) {
        *ended = unread == 0;
        csv->problem = SOLOW_CSV_UNCLOSED;
        return unread == 0 ? SOLOW_OK : solow_csv_fail(source, begins, err);
    }
    if (unread >= SOLOW_RECORD_LIMIT) {
        csv->problem = SOLOW_CSV_TOO_LONG;
        return solow_csv_fail(source, begins, err);
    }
    solow_status status = solow_csv_input_more(input, err);
    if (status == SOLOW_OK && input->finished && unread > 0 && input->buffer[input->ends - 1] != csv->terminator) {
        input->buffer[input->ends++] = csv->terminator;
        input->buffer[input->ends] = '\0';
    }
    return status;
}

static void borrow_arrays(solow_csv *csv)
{
    for (ptrdiff_t j = 0; j < csv->columns; j++) {
        solow_csv_column *column = &csv->column[j];
        if (column->stored >= 0) {
            column->number = csv->table->column[column->stored].number;
            column->code = csv->table->column[column->stored].code;
        }
    }
}

/* Room for one more row; the first time by the bytes a record takes so far, later by half as much again. */
static solow_status make_room(solow_csv *csv, const char *at, solow_error *err)
{
    int64_t rows = csv->rows + csv->rows / 2 + 64;
    if (csv->rows > 0 && csv->part_ends < INT64_MAX) {
        double read = (double)(solow_csv_input_position(&csv->input, at) - csv->part_begins);
        double expected = 1.02 * (double)csv->rows * (double)(csv->part_ends - csv->part_begins) / read + 64;
        rows = expected > (double)csv->rows + 64 && csv->rows > 1000 ? (int64_t)expected : rows;
    }
    solow_status status = solow_columns_reserve(csv->table, rows, false, err);
    borrow_arrays(csv);
    return status;
}

/* Skips empty lines; the first byte of the next record, which may be the NUL that ends the buffer. */
static const char *next_record(const solow_csv *csv, const char *p)
{
    for (;;) {
        if (csv->class[(unsigned char)*p] == SOLOW_BYTE_NEWLINE) {
            p++;
        } else if (csv->class[(unsigned char)*p] == SOLOW_BYTE_CR && p[1] == '\n') {
            p += 2;
        } else {
            return p;
        }
    }
}

/* Stores the records of the buffer; stops at one that is not whole, or behind the part (ended). */
static solow_status take_buffer(const solow_source *source, bool *ended, solow_error *err)
{
    solow_csv *csv = source->state;
    solow_csv_input *input = &csv->input;
    const char *p = input->buffer + input->begins, *stop = input->buffer + input->ends;
    int64_t own = csv->part_ends - input->position; /* records at or behind this offset are not ours */
    const char *limit = own < (int64_t)input->ends ? input->buffer + (own > 0 ? own : 0) : stop;
    solow_status status = SOLOW_OK;
    for (;;) {
        p = next_record(csv, p);
        input->begins = (size_t)(p - input->buffer);
        if (p >= limit) {
            *ended = limit < stop || own == (int64_t)input->ends;
            return SOLOW_OK;
        }
        if (csv->rows >= csv->table->capacity && (status = make_room(csv, p, err)) != SOLOW_OK) {
            return status;
        }
        const char *next = solow_csv_record(source, p);
        if (next == NULL) {
            return csv->problem == SOLOW_CSV_INCOMPLETE
                       ? SOLOW_OK
                       : solow_csv_fail(source, solow_csv_input_position(input, p), err);
        }
        csv->rows++;
        p = next;
    }
}

solow_status solow_csv_part_read(solow_source *source, int starts_quoted, solow_error *err)
{
    solow_csv *csv = source->state;
    csv->rows = 0;
    borrow_arrays(csv);
    bool found = false;
    solow_status status = find_first(csv, starts_quoted, &found, err);
    bool ended = !found;
    while (status == SOLOW_OK && !ended) {
        status = take_buffer(source, &ended, err);
        if (status == SOLOW_OK && !ended) {
            status = read_on(source, &ended, err);
        }
    }
    return status;
}
