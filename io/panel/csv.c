/* csv.c - CSV, plain and gzip, as a source; see csv.h. */
#include "io/panel/csv.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static void close_csv(solow_source *source)
{
    solow_csv *csv = source->state;
    if (csv != NULL) {
        solow_csv_input_close(&csv->input);
        solow_columns_clear(&csv->kept);
        free(csv->scratch);
        free(csv->column);
        free(csv);
        source->state = NULL;
    }
}

static solow_status open_csv(solow_source *source, solow_error *err)
{
    solow_csv *csv = solow_allocate_zeroed(1, sizeof *csv);
    source->state = csv;
    if (csv == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory to read the file", source->path);
    }
    csv->kept_rows = -1;
    csv->input.file = -1;
    solow_status status = solow_csv_input_open(source->path, source->format == SOLOW_FORMAT_CSV_GZIP, &csv->input, err);
    status = status == SOLOW_OK ? solow_csv_header(source, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    csv->columns = source->columns;
    csv->column = solow_allocate_zeroed(source->columns, sizeof *csv->column);
    if (csv->column == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for %td columns", source->path, source->columns);
    }
    return SOLOW_OK;
}

static solow_status scan(solow_source *source, int *parity, solow_error *err)
{
    solow_csv *csv = source->state;
    *parity = 0;
    if (source->format == SOLOW_FORMAT_CSV_GZIP || source->parts == 1) {
        return SOLOW_OK; /* nobody reads behind this part */
    }
    solow_csv_part_range(source);
    solow_status status = solow_csv_input_seek(&csv->input, csv->part_begins, err);
    unsigned quotes = 0;
    for (int64_t at = csv->part_begins; status == SOLOW_OK && at < csv->part_ends && !csv->input.finished;) {
        status = solow_csv_input_more(&csv->input, err);
        int64_t left = csv->part_ends - at, held = (int64_t)csv->input.ends;
        int64_t bytes = left < held ? left : held;
        for (int64_t i = 0; i < bytes; i++) {
            quotes += csv->input.buffer[i] == '"' ? 1 : 0;
        }
        at += bytes;
        csv->input.begins = csv->input.ends;
    }
    *parity = (int)(quotes & 1);
    return status;
}

/* One column of the table for each column to be taken; take and strict say how. */
static solow_status begin_table(solow_source *source, const solow_csv_take *take, bool strict, solow_columns *table,
                                solow_error *err)
{
    solow_csv *csv = source->state;
    csv->table = table;
    for (ptrdiff_t j = 0; j < csv->columns; j++) {
        csv->column[j] =
            (solow_csv_column){.take = take[j], .strict = strict, .stored = -1, .last_code = -1, .infinite_at = -1};
        if (take[j] != SOLOW_TAKE_SKIP) {
            solow_column_kind kind = take[j] == SOLOW_TAKE_TEXT ? SOLOW_COLUMN_TEXT : SOLOW_COLUMN_NUMBER;
            solow_status status = solow_columns_add(table, source->name[j], kind, &csv->column[j].stored, err);
            if (status != SOLOW_OK) {
                return status;
            }
        }
    }
    return SOLOW_OK;
}

static solow_status check_infinite(const solow_source *source, const bool *numeric, solow_error *err)
{
    const solow_csv *csv = source->state;
    ptrdiff_t first = -1;
    for (ptrdiff_t j = 0; j < csv->columns; j++) {
        int64_t at = csv->column[j].infinite_at;
        if (at >= 0 && numeric[j] && (first < 0 || at < csv->column[first].infinite_at)) {
            first = j;
        }
    }
    return first < 0 ? SOLOW_OK : solow_csv_fail_field(source, csv->column[first].infinite_at, first, err);
}

static solow_status profile(solow_source *source, int starts_quoted, const bool *wanted, int64_t *rows, bool *numeric,
                            solow_error *err)
{
    solow_csv *csv = source->state;
    solow_columns_clear(&csv->kept);
    csv->kept_rows = -1;
    solow_csv_part_range(source);
    solow_csv_take *take = solow_allocate(csv->columns, sizeof *take);
    if (take == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for %td columns", source->path, csv->columns);
    }
    for (ptrdiff_t j = 0; j < csv->columns; j++) {
        take[j] = wanted[j] ? SOLOW_TAKE_NUMBER : SOLOW_TAKE_SKIP;
    }
    solow_status status = begin_table(source, take, false, &csv->kept, err);
    free(take);
    status = status == SOLOW_OK ? solow_csv_part_read(source, starts_quoted, err) : status;
    status = status == SOLOW_OK ? solow_columns_reserve(&csv->kept, csv->rows, true, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    csv->kept.rows = csv->rows;
    csv->kept_rows = csv->rows;
    *rows = csv->rows;
    for (ptrdiff_t j = 0; j < csv->columns; j++) {
        numeric[j] = !csv->column[j].looked_textual;
    }
    return SOLOW_OK;
}

/* Whether the column as profiled is what the parts agreed on. */
static bool kept_serves(const solow_csv *csv, ptrdiff_t j, bool numeric)
{
    const solow_csv_column *column = &csv->column[j];
    if (csv->kept_rows < 0 || column->stored < 0 || column->lost) {
        return false;
    }
    return (csv->kept.column[column->stored].kind == SOLOW_COLUMN_NUMBER) == numeric;
}

/* Hands the kept columns that serve to out; take: what is left to read. again: whether anything is. */
static solow_status hand_over(solow_source *source, const bool *wanted, const bool *numeric, solow_csv_take *take,
                              bool *again, solow_columns *out, solow_error *err)
{
    solow_csv *csv = source->state;
    *again = csv->kept_rows < 0;
    for (ptrdiff_t j = 0; j < csv->columns; j++) {
        take[j] = SOLOW_TAKE_SKIP;
        if (!wanted[j]) {
            continue;
        }
        bool serves = kept_serves(csv, j, numeric[j]);
        ptrdiff_t place;
        solow_status status =
            solow_columns_add(out, source->name[j], numeric[j] ? SOLOW_COLUMN_NUMBER : SOLOW_COLUMN_TEXT, &place, err);
        if (status != SOLOW_OK) {
            return status;
        }
        if (serves) {
            solow_column_clear(&out->column[place]);
            out->column[place] = csv->kept.column[csv->column[j].stored];
            csv->kept.column[csv->column[j].stored] = (solow_column){0};
        } else {
            take[j] = numeric[j] ? SOLOW_TAKE_NUMBER : SOLOW_TAKE_TEXT;
            *again = true;
        }
    }
    return SOLOW_OK;
}

/* Reads the columns left and puts each into its place in out. */
static solow_status read_again(solow_source *source, int starts_quoted, const solow_csv_take *take, const bool *numeric,
                               solow_columns *out, solow_error *err)
{
    solow_csv *csv = source->state;
    solow_columns fresh = {0};
    solow_csv_part_range(source);
    solow_status status = begin_table(source, take, true, &fresh, err);
    status = status == SOLOW_OK ? solow_csv_part_read(source, starts_quoted, err) : status;
    status = status == SOLOW_OK ? check_infinite(source, numeric, err) : status;
    status = status == SOLOW_OK ? solow_columns_reserve(&fresh, csv->rows, true, err) : status;
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < fresh.count; j++) {
        solow_column *place = &out->column[solow_columns_find(out, fresh.column[j].name)];
        solow_column swap = *place;
        *place = fresh.column[j];
        fresh.column[j] = swap;
    }
    out->rows = csv->rows;
    solow_columns_clear(&fresh);
    return status;
}

static solow_status read_csv(solow_source *source, int starts_quoted, const bool *wanted, const bool *numeric,
                             solow_columns *out, solow_error *err)
{
    solow_csv *csv = source->state;
    solow_csv_take *take = solow_allocate(csv->columns, sizeof *take);
    if (take == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "%s: no memory for %td columns", source->path, csv->columns);
    }
    bool again = false;
    solow_status status = csv->kept_rows < 0 ? SOLOW_OK : check_infinite(source, numeric, err);
    out->rows = csv->kept_rows > 0 ? csv->kept_rows : 0;
    status = status == SOLOW_OK ? hand_over(source, wanted, numeric, take, &again, out, err) : status;
    if (status == SOLOW_OK && again) {
        status = read_again(source, starts_quoted, take, numeric, out, err);
    }
    out->capacity = out->rows;
    free(take);
    solow_columns_clear(&csv->kept);
    csv->kept_rows = -1;
    return status;
}

const solow_format_reader solow_csv_reader = {
    .open = open_csv, .close = close_csv, .scan = scan, .profile = profile, .read = read_csv};
