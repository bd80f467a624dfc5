/* made_panel.c - see made_panel.h. */
#include "tests/support/made_panel.h"

#include "engine/estimators/registry.h"
#include "kernels/stats/random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void made_table(solow_columns *table, int64_t rows)
{
    solow_error err = {0};
    *table = (solow_columns){0};
    world_good(solow_columns_reserve(table, rows, true, &err), &err);
    table->rows = rows;
}

double *made_number(solow_columns *table, const char *name)
{
    solow_error err = {0};
    ptrdiff_t index = 0;
    world_good(solow_columns_add(table, name, SOLOW_COLUMN_NUMBER, &index, &err), &err);
    for (int64_t i = 0; i < table->rows; i++) {
        table->column[index].number[i] = 0;
    }
    return table->column[index].number;
}

void made_text(solow_columns *table, const char *name)
{
    solow_error err = {0};
    ptrdiff_t index = 0;
    world_good(solow_columns_add(table, name, SOLOW_COLUMN_TEXT, &index, &err), &err);
    for (int64_t i = 0; i < table->rows; i++) {
        table->column[index].code[i] = -1;
    }
}

static solow_column *column_of(const solow_columns *table, const char *name)
{
    ptrdiff_t index = solow_columns_find(table, name);
    ck_assert_msg(index >= 0, "no column %s", name);
    return &table->column[index];
}

void made_label(solow_columns *table, const char *name, int64_t row, const char *label)
{
    solow_column *column = column_of(table, name);
    column->code[row] = label != NULL ? solow_levels_add(&column->levels, label, strlen(label)) : -1;
}

double *made_find(const solow_columns *table, const char *name)
{
    return column_of(table, name)->number;
}

/* Periods of firm f: 1 to 12, from 1990 on, with holes. */
static int periods_of(int64_t firm, int *year)
{
    int count = 0, length = 1 + (int)(firm * 7 % 12);
    for (int t = 0; t < length; t++) {
        if ((firm + t) % 9 != 4 || count == 0) {
            year[count++] = 1990 + (int)(firm % 3) + t;
        }
    }
    return count;
}

void made_panel(solow_columns *table, int64_t firms, uint64_t seed)
{
    static const char *const sector[] = {"steel", "coal", "tools", "glass", "paper"};
    static const char *const region[] = {"\xc3\x9cst", "North", "south", "East"};
    int year[12];
    int64_t rows = 0, row = 0;
    for (int64_t f = 0; f < firms; f++) {
        rows += periods_of(f, year);
    }
    made_table(table, rows);
    double *firm = made_number(table, "firm"), *time = made_number(table, "year"), *x = made_number(table, "x"),
           *z = made_number(table, "z"), *y = made_number(table, "y"), *w = made_number(table, "w"),
           *g = made_number(table, "g"), *h = made_number(table, "h");
    made_text(table, "sector");
    made_text(table, "region");
    const solow_draws draws = {.seed = seed, .stream = 3};
    double *e = malloc((size_t)(3 * rows + 1) * sizeof *e);
    solow_draw_normal(&draws, 0, 3 * rows, e);
    for (int64_t f = 0; f < firms; f++) {
        int periods = periods_of(f, year);
        for (int t = 0; t < periods; t++, row++) {
            firm[row] = (double)(1000 + 3 * f);
            time[row] = year[t];
            x[row] = e[3 * row] + 0.1 * (double)f;
            z[row] = row % 17 == 5 ? NAN : e[3 * row + 1] + 0.3 * x[row];
            y[row] =
                1 + x[row] - 0.5 * (row % 17 == 5 ? 0 : z[row]) + 0.2 * year[t] + 0.05 * (double)f + e[3 * row + 2];
            w[row] = row % 23 == 7 ? 0 : 0.5 + (double)(row % 5);
            g[row] = (double)((f + t) % 6) - 2;
            h[row] = floor(8 * e[3 * row]) / 7;
            made_label(table, "sector", row, sector[f % 5]);
            made_label(table, "region", row, f % 13 == 6 ? NULL : region[f * 3 % 4]);
        }
    }
    free(e);
}

static void range_of(solow_comm *comm, int64_t rows, made_shares shares, int64_t *begin, int64_t *end)
{
    int64_t size = solow_comm_size(comm), rank = solow_comm_rank(comm);
    switch (shares) {
    case SHARES_ALL_ON_LAST:
        *begin = rank + 1 == size ? 0 : rows;
        *end = rows;
        break;
    case SHARES_UNEVEN: /* the first rank has none, the others more and more */
        *begin = rank * (rank - 1) * rows / (size * (size - 1) + (size == 1));
        *end = rank + 1 == size ? rows : (rank + 1) * rank * rows / (size * (size - 1));
        break;
    default:
        *begin = rank * rows / size;
        *end = (rank + 1) * rows / size;
        break;
    }
}

void made_part(solow_comm *comm, const solow_columns *table, const ptrdiff_t *order, made_shares shares,
               solow_columns *part)
{
    int64_t begin = 0, end = 0;
    range_of(comm, table->rows, shares, &begin, &end);
    made_table(part, end - begin);
    for (ptrdiff_t c = 0; c < table->count; c++) {
        const solow_column *from = &table->column[c];
        double *number = NULL;
        if (from->kind == SOLOW_COLUMN_NUMBER) {
            number = made_number(part, from->name);
        } else {
            made_text(part, from->name);
        }
        for (int64_t i = begin; i < end; i++) {
            int64_t row = order != NULL ? order[i] : i;
            if (number != NULL) {
                number[i - begin] = from->number[row];
            } else if (from->code[row] >= 0) {
                made_label(part, from->name, i - begin, from->levels.label[from->code[row]]);
            }
        }
    }
}

void made_job(const char *yaml, solow_job *job)
{
    char path[] = "/tmp/solow_made_job_XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    FILE *stream = fdopen(file, "w");
    ck_assert_ptr_nonnull(stream);
    fputs(yaml, stream);
    fclose(stream);
    solow_error err = {0};
    solow_diagnostics diagnostics = {0};
    solow_estimator_names names[SOLOW_ESTIMATORS_MAX];
    ptrdiff_t count = solow_estimator_names_fill(names);
    solow_status status = solow_job_read(path, names, count, NULL, 0, job, &diagnostics, &err);
    unlink(path);
    char *text = solow_diagnostics_print(&diagnostics);
    ck_assert_msg(status == SOLOW_OK, "%s%s", err.message, text);
    free(text);
    solow_diagnostics_clear(&diagnostics);
}

void made_frame(solow_comm *comm, const solow_columns *table, const ptrdiff_t *order, made_shares shares,
                const solow_job *job, solow_frame *frame)
{
    solow_error err = {0};
    solow_columns part;
    made_part(comm, table, order, shares, &part);
    world_good(solow_frame_build(comm, &part, job, frame, &err), &err);
    solow_columns_clear(&part);
}

ptrdiff_t *made_shuffle(int64_t rows, uint64_t seed)
{
    const solow_draws draws = {.seed = seed, .stream = 4};
    ptrdiff_t *order = malloc((size_t)(rows + 1) * sizeof *order);
    solow_draw_permutation(&draws, rows, order);
    return order;
}

static void *gather(const solow_frame *frame, const void *mine, size_t bytes, size_t *total)
{
    solow_error err = {0};
    void *all = NULL;
    size_t *offset = malloc(((size_t)solow_comm_size(frame->comm) + 1) * sizeof *offset);
    world_good(solow_comm_allgather(frame->comm, mine, bytes, &all, offset, &err), &err);
    *total = offset[solow_comm_size(frame->comm)];
    free(offset);
    return all;
}

double *made_gather(const solow_frame *frame, const double *number)
{
    size_t bytes = 0;
    double *all = gather(frame, number, (size_t)frame->rows * sizeof *number, &bytes);
    ck_assert_uint_eq(bytes, (size_t)frame->layout.rows * sizeof *number);
    return all;
}

/* FNV-1a over bytes. */
static uint64_t mix(uint64_t hash, const void *data, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        hash = (hash ^ ((const unsigned char *)data)[i]) * 0x100000001b3u;
    }
    return hash;
}

static uint64_t mix_all(uint64_t hash, const solow_frame *frame, const void *mine, size_t bytes)
{
    size_t total = 0;
    void *all = gather(frame, mine, bytes, &total);
    hash = mix(hash, all, total);
    free(all);
    return hash;
}

uint64_t made_hash(const solow_frame *frame)
{
    uint64_t hash = 0xcbf29ce484222325u;
    size_t rows = (size_t)frame->rows;
    for (ptrdiff_t c = 0; c < frame->columns; c++) {
        const solow_frame_column *column = frame->column[c];
        hash = mix(hash, column->name, strlen(column->name) + 1);
        if (column->kind == SOLOW_COLUMN_NUMBER) {
            hash = mix_all(hash, frame, column->number, rows * sizeof *column->number);
        } else {
            hash = mix_all(hash, frame, column->code, rows * sizeof *column->code);
        }
        for (int32_t l = 0; l < column->levels; l++) {
            hash = mix(hash, column->label[l], strlen(column->label[l]) + 1);
        }
        const bool flags[2] = {column->has_missing, column->has_infinite};
        hash = mix(hash, flags, sizeof flags);
    }
    hash = frame->has_unit ? mix_all(hash, frame, frame->unit, rows * sizeof *frame->unit) : hash;
    hash = frame->has_time ? mix_all(hash, frame, frame->time, rows * sizeof *frame->time) : hash;
    hash = mix(hash, frame->layout.block_row, (size_t)(frame->layout.blocks + 1) * sizeof(int64_t));
    const int64_t facts[] = {frame->facts.units,        frame->facts.rows,        frame->facts.longest,
                             frame->facts.shortest,     frame->facts.gaps,        frame->facts.spells,
                             frame->facts.first_period, frame->facts.last_period, frame->facts.balanced,
                             frame->dropped_where,      frame->dropped_key};
    return mix(hash, facts, sizeof facts);
}

solow_node *made_node(const char *text)
{
    solow_error err = {0};
    solow_node *node = NULL;
    ptrdiff_t position = 0;
    solow_status status = solow_expression_parse(text, &node, &position, &err);
    ck_assert_msg(status == SOLOW_OK, "%s: %s", text, err.message);
    return node;
}
