/* merge.c - see merge.h. */
#include "io/panel/merge.h"
#include "io/panel/merge_key.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool among(const char *name, char *const *names, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The right row of every left row, -1 where there is none. */
static solow_status match_rows(const solow_columns *left, const solow_columns *right, const solow_merge *merge,
                               int64_t *match, solow_merge_report *report, solow_error *err)
{
    solow_key_table table;
    solow_status status = solow_key_table_create(left, right, merge->by_count, merge->by, merge->file, &table, err);
    int64_t *taker = NULL; /* one_to_one, if nobody counts takers: the left row that took each right row */
    if (status == SOLOW_OK && merge->match == SOLOW_MATCH_ONE_TO_ONE && report->right_takers == NULL) {
        taker = solow_allocate((ptrdiff_t)right->rows, sizeof *taker);
        if (taker == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "merge with %s: no memory for keys", merge->file);
        }
        for (int64_t i = 0; taker != NULL && i < right->rows; i++) {
            taker[i] = -1;
        }
    }
    for (int64_t i = 0; status == SOLOW_OK && i < left->rows; i++) {
        match[i] = solow_key_table_find(&table, i);
        report->unmatched += match[i] < 0 ? 1 : 0;
        if (match[i] >= 0 && taker != NULL && taker[match[i]] >= 0) {
            char key[256];
            solow_merge_key_print(right, merge->by_count, merge->by, match[i], key, sizeof key);
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                "merge with %s: rows %lld and %lld of the data have the same key (%s), which match: "
                                "one_to_one forbids",
                                merge->file, (long long)taker[match[i]] + 1, (long long)i + 1, key);
        } else if (match[i] >= 0 && taker != NULL) {
            taker[match[i]] = i;
        }
    }
    report->matched = left->rows - report->unmatched;
    if (status == SOLOW_OK && report->unmatched > 0) {
        solow_key_table_near_miss(&table, merge->file, report->hint, sizeof report->hint);
    }
    free(taker);
    solow_key_table_clear(&table);
    return status;
}

static void take_numbers(double *to, const double *from, const int64_t *match, int64_t rows)
{
    for (int64_t i = 0; i < rows; i++) {
        to[i] = match[i] >= 0 ? from[match[i]] : NAN;
    }
}

/* Only labels that are used become levels, in the order of left's rows. */
static bool take_codes(solow_column *to, const solow_column *from, const int64_t *match, int64_t rows)
{
    int32_t *translated = solow_allocate(from->levels.count, sizeof *translated);
    if (translated == NULL) {
        return false;
    }
    for (int32_t i = 0; i < from->levels.count; i++) {
        translated[i] = -1;
    }
    bool room = true;
    for (int64_t i = 0; room && i < rows; i++) {
        int32_t code = match[i] >= 0 ? from->code[match[i]] : -1;
        if (code >= 0 && translated[code] < 0) {
            const char *label = from->levels.label[code];
            translated[code] = solow_levels_add(&to->levels, label, strlen(label));
            room = translated[code] >= 0;
        }
        to->code[i] = code >= 0 ? translated[code] : -1;
    }
    free(translated);
    return room;
}

static solow_status take_column(solow_columns *left, const solow_column *from, const int64_t *match,
                                const solow_merge *merge, solow_error *err)
{
    if (solow_columns_find(left, from->name) >= 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "merge with %s: the data have a column '%s' already: name the columns to take in keep:",
                          merge->file, from->name);
    }
    ptrdiff_t place;
    solow_status status = solow_columns_add(left, from->name, from->kind, &place, err);
    if (status != SOLOW_OK) {
        return status;
    }
    solow_column *to = &left->column[place];
    bool room = true;
    if (from->kind == SOLOW_COLUMN_NUMBER) {
        take_numbers(to->number, from->number, match, left->rows);
    } else {
        room = take_codes(to, from, match, left->rows);
    }
    if (room && from->label != NULL) {
        to->label = solow_copy_text(from->label);
        room = to->label != NULL;
    }
    if (!room) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "merge with %s: no memory for column '%s'", merge->file, from->name);
    }
    for (ptrdiff_t i = 0; status == SOLOW_OK && i < from->value_labels; i++) {
        status = solow_column_add_value_label(to, from->labelled_value[i], from->value_label[i], err);
    }
    return status;
}

static solow_status take_columns(solow_columns *left, const solow_columns *right, const int64_t *match,
                                 const solow_merge *merge, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t k = 0; k < merge->keep_count; k++) {
        if (solow_columns_find(right, merge->keep[k]) < 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "merge: %s has no column '%s', which keep: names", merge->file,
                              merge->keep[k]);
        }
    }
    for (ptrdiff_t j = 0; status == SOLOW_OK && j < right->count; j++) {
        const char *name = right->column[j].name;
        bool key = among(name, merge->by, merge->by_count);
        bool kept = merge->keep_count == 0 || among(name, merge->keep, merge->keep_count);
        if (!key && kept) {
            status = take_column(left, &right->column[j], match, merge, err);
        }
    }
    return status;
}

static void drop_unmatched(solow_columns *left, const int64_t *match)
{
    int64_t kept = 0;
    for (int64_t i = 0; i < left->rows; i++) {
        if (match[i] < 0) {
            continue;
        }
        for (ptrdiff_t j = 0; j < left->count; j++) {
            solow_column *column = &left->column[j];
            if (column->kind == SOLOW_COLUMN_NUMBER) {
                column->number[kept] = column->number[i];
            } else {
                column->code[kept] = column->code[i];
            }
        }
        kept++;
    }
    left->rows = kept;
}

static solow_status fail_unmatched(const solow_columns *left, const int64_t *match, const solow_merge *merge,
                                   const solow_merge_report *report, solow_error *err)
{
    int64_t first = 0;
    char key[256];
    while (first < left->rows && match[first] >= 0) {
        first++;
    }
    solow_merge_key_print(left, merge->by_count, merge->by, first, key, sizeof key);
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "merge with %s: a row with %s has no match there%s%s", merge->file, key,
                      report->hint[0] != '\0' ? "; " : "", report->hint);
}

solow_status solow_columns_merge(solow_columns *left, const solow_columns *right, const solow_merge *merge,
                                 solow_merge_report *report, solow_error *err)
{
    solow_merge_report own = {.right_takers = report != NULL ? report->right_takers : NULL};
    int64_t *match = solow_allocate((ptrdiff_t)left->rows, sizeof *match);
    if (match == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "merge with %s: no memory for %lld rows", merge->file,
                          (long long)left->rows);
    }
    solow_status status = match_rows(left, right, merge, match, &own, err);
    if (status == SOLOW_OK && own.unmatched > 0 && merge->unmatched == SOLOW_UNMATCHED_ERROR) {
        status = fail_unmatched(left, match, merge, &own, err);
    }
    status = status == SOLOW_OK ? take_columns(left, right, match, merge, err) : status;
    if (status == SOLOW_OK && own.right_takers != NULL) {
        memset(own.right_takers, 0, (size_t)right->rows * sizeof *own.right_takers);
        for (int64_t i = 0; i < left->rows; i++) {
            if (match[i] >= 0) {
                own.right_takers[match[i]]++;
            }
        }
    }
    if (status == SOLOW_OK && merge->unmatched == SOLOW_UNMATCHED_DROP) {
        drop_unmatched(left, match);
    }
    if (status == SOLOW_OK && report != NULL) {
        *report = own;
    }
    free(match);
    return status;
}
