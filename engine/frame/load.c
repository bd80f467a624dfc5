/* load.c - from the files that a job names to a frame. See frame.h.
 *
 * Each rank reads its part of each file (io/panel/source.h), and the ranks agree in between: quote parity by an exclusive
 * XOR, types by AND, levels by one sorted list. Then rows are dropped by data.where, sorted, moved and cut.
 */
#include "engine/frame/arrange.h"
#include "engine/frame/evaluate.h"
#include "engine/frame/factor.h"
#include "engine/frame/order.h"
#include "io/panel/append.h"
#include "io/panel/merge.h"
#include "io/panel/source.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char place_name[] = "(place)";

typedef struct file_reader {
    solow_comm *comm;
    const solow_job *job;
    solow_source *source;
    ptrdiff_t columns;
    bool *wanted, *numeric;
    int starts_quoted;
    int64_t rows, first_row, total_rows;
} file_reader;

static bool among(const char *name, const char *const *names, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Marks columns that the job uses: wanted names, the unit, the time, and merge keys. */
static solow_status mark_wanted(file_reader *reader, const char *const *wanted, ptrdiff_t count, solow_error *err)
{
    const solow_data_section *data = &reader->job->data;
    reader->columns = solow_source_columns(reader->source);
    reader->wanted = solow_allocate_zeroed(reader->columns, sizeof *reader->wanted);
    reader->numeric = solow_allocate_zeroed(reader->columns, sizeof *reader->numeric);
    if (reader->wanted == NULL || reader->numeric == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column names");
    }
    for (ptrdiff_t c = 0; c < reader->columns; c++) {
        const char *name = solow_source_name(reader->source, c);
        bool use = among(name, wanted, count) || (data->unit != NULL && strcmp(name, data->unit) == 0) ||
                   (data->time != NULL && strcmp(name, data->time) == 0);
        for (ptrdiff_t m = 0; m < data->merges; m++) {
            use = use || among(name, (const char *const *)data->merge[m].by, data->merge[m].by_count);
        }
        reader->wanted[c] = use;
        reader->numeric[c] = true;
    }
    return SOLOW_OK;
}

typedef struct name_list {
    ptrdiff_t count;
    char **name;
} name_list;

/* Every name of the file that is not in the list yet. */
static solow_status list_names(const solow_source *source, name_list *names, solow_error *err)
{
    for (ptrdiff_t c = 0; c < solow_source_columns(source); c++) {
        const char *name = solow_source_name(source, c);
        if (among(name, (const char *const *)names->name, names->count)) {
            continue;
        }
        char **grown = solow_resize(names->name, names->count + 1, sizeof *grown), *copy = solow_copy_text(name);
        names->name = grown != NULL ? grown : names->name;
        if (grown == NULL || copy == NULL) {
            free(copy);
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column names");
        }
        names->name[names->count++] = copy;
    }
    return SOLOW_OK;
}

static void names_clear(name_list *names)
{
    for (ptrdiff_t i = 0; i < names->count; i++) {
        free(names->name[i]);
    }
    free(names->name);
    *names = (name_list){0};
}

/* Parity and types over ranks: everything that a part must know of the others before it is read. */
static solow_status agree_parts(file_reader *reader, solow_error *err)
{
    int rank = solow_comm_rank(reader->comm), size = solow_comm_size(reader->comm), parity = 0;
    solow_source_part(reader->source, rank, size);
    int64_t *parities = solow_allocate_zeroed(size, sizeof *parities);
    uint8_t *text = solow_allocate_zeroed(reader->columns, 1);
    solow_status status =
        parities != NULL && text != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to read");
    if (status == SOLOW_OK && size > 1) {
        status = solow_source_scan(reader->source, &parity, err);
    }
    status = solow_comm_agree(reader->comm, status, err);
    if (status == SOLOW_OK) {
        parities[rank] = parity;
        status = solow_comm_sum_int64(reader->comm, parities, size, err);
    }
    for (int r = 0; r < rank && status == SOLOW_OK; r++) {
        reader->starts_quoted ^= (int)(parities[r] & 1);
    }
    if (status == SOLOW_OK) {
        status = solow_source_profile(reader->source, reader->starts_quoted, reader->wanted, &reader->rows,
                                      reader->numeric, err);
    }
    status = solow_comm_agree(reader->comm, status, err);
    if (status == SOLOW_OK) {
        for (ptrdiff_t c = 0; c < reader->columns; c++) {
            text[c] = !reader->numeric[c];
        }
        status = solow_comm_or_bytes(reader->comm, text, reader->columns, err);
        for (ptrdiff_t c = 0; c < reader->columns; c++) {
            reader->numeric[c] = !text[c];
        }
    }
    if (status == SOLOW_OK) {
        status = solow_comm_scan_int64(reader->comm, reader->rows, &reader->first_row, &reader->total_rows, err);
    }
    free(parities);
    free(text);
    return status;
}

/* One file's part as columns in memory. */
static solow_status read_file(solow_comm *comm, const solow_job *job, const char *path, const char *const *wanted,
                              ptrdiff_t count, solow_columns *columns, int64_t *first_row, int64_t *total,
                              double *bytes_read, name_list *names, solow_error *err)
{
    solow_source_options options = {.delimiter = job->data.delimiter != NULL ? job->data.delimiter[0] : '\0',
                                    .missing_count = job->data.missing_count,
                                    .missing = (const char *const *)job->data.missing};
    file_reader reader = {.comm = comm, .job = job};
    solow_status status = solow_source_open(path, &options, &reader.source, err);
    if (status == SOLOW_OK) {
        status = mark_wanted(&reader, wanted, count, err);
    }
    if (status == SOLOW_OK) {
        status = list_names(reader.source, names, err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = agree_parts(&reader, err);
    }
    if (status == SOLOW_OK) {
        status = solow_source_read(reader.source, reader.starts_quoted, reader.wanted, reader.numeric, reader.first_row,
                                   columns, err);
        status = solow_comm_agree(comm, status, err);
    }
    if (status == SOLOW_OK) {
        *first_row = reader.first_row;
        *total = reader.total_rows;
        *bytes_read += (double)solow_source_bytes(reader.source) / solow_comm_size(comm);
    }
    solow_source_close(reader.source);
    free(reader.wanted);
    free(reader.numeric);
    return status;
}

/* What a user should know of a merge: rows without a match, and a near miss of labels. */
static solow_status add_note(char **note, const char *file, const solow_merge_report *report, solow_error *err)
{
    char line[1024];
    long long unmatched = report->unmatched, matched = report->matched;
    snprintf(line, sizeof line, "%s: %lld of %lld rows found no match%s%s", file, unmatched, matched + unmatched,
             report->hint[0] != '\0' ? "; " : "", report->hint);
    size_t before = *note != NULL ? strlen(*note) : 0, bytes = before + strlen(line) + 2;
    char *longer = solow_resize(*note, (ptrdiff_t)bytes, 1);
    if (longer == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a note");
    }
    snprintf(longer + before, bytes - before, "%s%s", before > 0 ? "\n" : "", line);
    *note = longer;
    return SOLOW_OK;
}

/* one_to_one over all ranks: each rank has seen its own rows alone. */
static solow_status refuse_shared_keys(solow_comm *comm, const solow_merge *merge, const solow_columns *right,
                                       int32_t *takers, solow_error *err)
{
    solow_status status = solow_comm_sum_int32(comm, takers, (ptrdiff_t)right->rows, err);
    for (int64_t row = 0; row < right->rows && status == SOLOW_OK; row++) {
        if (takers[row] > 1) {
            char key[256];
            solow_merge_key_print(right, merge->by_count, merge->by, row, key, sizeof key);
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                "merge with %s: %d rows of the data have the same key (%s), which match: one_to_one "
                                "forbids",
                                merge->file, takers[row], key);
        }
    }
    return status;
}

/* Counts over ranks, and the first rank's hint. */
static solow_status agree_report(solow_comm *comm, solow_merge_report *report, solow_error *err)
{
    int64_t counts[2] = {report->matched, report->unmatched};
    int32_t first = report->hint[0] != '\0' ? solow_comm_rank(comm) : INT32_MAX;
    solow_status status = solow_comm_sum_int64(comm, counts, 2, err);
    status = status == SOLOW_OK ? solow_comm_min_int32(comm, &first, 1, err) : status;
    if (status == SOLOW_OK && first != INT32_MAX) {
        status = solow_comm_broadcast(comm, first, report->hint, sizeof report->hint, err);
    }
    report->matched = counts[0];
    report->unmatched = counts[1];
    return status;
}

/* This rank's rows joined to all of right's; then what only all ranks together know. Collective. */
static solow_status join(solow_comm *comm, const solow_merge *merge, const solow_columns *right, solow_columns *columns,
                         char **note, solow_error *err)
{
    solow_merge_report report = {0};
    solow_status status = SOLOW_OK;
    if (merge->match == SOLOW_MATCH_ONE_TO_ONE) {
        report.right_takers = solow_allocate((ptrdiff_t)right->rows, sizeof *report.right_takers);
        status = report.right_takers != NULL
                     ? SOLOW_OK
                     : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "merge with %s: no memory for keys", merge->file);
    }
    if (status == SOLOW_OK) {
        status = solow_columns_merge(columns, right, merge, &report, err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK && report.right_takers != NULL) {
        status = refuse_shared_keys(comm, merge, right, report.right_takers, err);
    }
    if (status == SOLOW_OK) {
        status = agree_report(comm, &report, err);
    }
    if (status == SOLOW_OK && report.unmatched > 0) {
        status = add_note(note, merge->file, &report, err);
    }
    free(report.right_takers);
    return status;
}

typedef struct merger {
    solow_comm *comm;
    const solow_job *job;
    const char *const *wanted;
    ptrdiff_t count;
    name_list *names;
    char **note;
} merger;

/* A merged file is small: every rank reads all of it and joins its own rows. */
static solow_status merge_file(const merger *with, const solow_merge *merge, solow_columns *columns, solow_error *err)
{
    solow_comm *alone = NULL;
    solow_columns right = {0};
    int64_t first = 0, total = 0;
    double bytes = 0;
    const char *const *names = merge->keep_count > 0 ? (const char *const *)merge->keep : with->wanted;
    ptrdiff_t count = merge->keep_count > 0 ? merge->keep_count : with->count;
    solow_status status = solow_comm_alone(&alone, err);
    if (status == SOLOW_OK) {
        status =
            read_file(alone, with->job, merge->file, names, count, &right, &first, &total, &bytes, with->names, err);
    }
    status = solow_comm_agree(with->comm, status, err);
    if (status == SOLOW_OK) {
        status = join(with->comm, merge, &right, columns, with->note, err);
    }
    solow_columns_clear(&right);
    solow_comm_destroy(alone);
    return solow_comm_agree(with->comm, status, err);
}

/* Every file's part, one after the other. The column "(place)" holds each row's place in all files: it goes
 * with the rows that a merge drops. */
static solow_status read_files(solow_comm *comm, const solow_job *job, const char *const *wanted, ptrdiff_t count,
                               solow_columns *columns, double *bytes_read, name_list *names, solow_error *err)
{
    int64_t rows_before = 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t f = 0; f < job->data.files && status == SOLOW_OK; f++) {
        solow_columns part = {0};
        int64_t first = 0, total = 0;
        ptrdiff_t place = 0;
        status = read_file(comm, job, job->data.file[f], wanted, count, &part, &first, &total, bytes_read, names, err);
        if (status == SOLOW_OK) {
            status = solow_columns_add(&part, place_name, SOLOW_COLUMN_NUMBER, &place, err);
        }
        for (int64_t i = 0; i < part.rows && status == SOLOW_OK; i++) {
            part.column[place].number[i] = (double)(rows_before + first + i);
        }
        rows_before += total;
        if (status == SOLOW_OK && f == 0) {
            *columns = part;
            part = (solow_columns){0};
        } else if (status == SOLOW_OK) {
            status = solow_columns_append(columns, &part, job->data.file[f], err);
        }
        solow_columns_clear(&part);
        status = solow_comm_agree(comm, status, err);
    }
    return status;
}

/* The column "(place)" leaves the table as whole numbers; NULL: no memory. */
static int64_t *take_places(solow_columns *columns)
{
    int64_t *origin = solow_allocate((ptrdiff_t)columns->rows, sizeof *origin);
    ptrdiff_t place = solow_columns_find(columns, place_name);
    if (origin == NULL || place < 0) {
        free(origin);
        return NULL;
    }
    for (int64_t i = 0; i < columns->rows; i++) {
        origin[i] = (int64_t)columns->column[place].number[i];
    }
    solow_column_clear(&columns->column[place]);
    columns->count--;
    memmove(columns->column + place, columns->column + place + 1,
            (size_t)(columns->count - place) * sizeof *columns->column);
    return origin;
}

solow_status solow_frame_load(solow_comm *comm, const solow_job *job, const char *const *wanted, ptrdiff_t count,
                              solow_frame *frame, solow_error *err)
{
    solow_columns columns = {0};
    double bytes_read = 0;
    name_list names = {0};
    char *note = NULL;
    int64_t *origin = NULL;
    solow_status status = read_files(comm, job, wanted, count, &columns, &bytes_read, &names, err);
    const merger with = {.comm = comm, .job = job, .wanted = wanted, .count = count, .names = &names, .note = &note};
    for (ptrdiff_t m = 0; m < job->data.merges && status == SOLOW_OK; m++) {
        status = merge_file(&with, &job->data.merge[m], &columns, err);
    }
    if (status == SOLOW_OK) {
        origin = take_places(&columns);
        status = origin != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for rows");
        status = solow_comm_agree(comm, status, err);
    }
    if (status == SOLOW_OK) {
        status = solow_frame_arrange(comm, &columns, job, origin, frame, err);
        frame->bytes_read = status == SOLOW_OK ? bytes_read : 0;
    }
    if (status == SOLOW_OK) {
        frame->available = names.name;
        frame->available_count = names.count;
        frame->note = note;
    } else {
        names_clear(&names);
        free(note);
    }
    free(origin);
    solow_columns_clear(&columns);
    return status;
}
