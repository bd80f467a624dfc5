/* sort.c - see sort.h. Least-significant-digit radix sort of row numbers: stable, and digits that all rows share cost one
 * count.
 */
#include "io/panel/sort.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = (64 + DIGIT_BITS - 1) / DIGIT_BITS };

typedef struct sort_key {
    const solow_column *column;
    int32_t *rank; /* text: [levels] */
} sort_key;

/* Whole order of the column's values in unsigned integers. */
static uint64_t key_of(const sort_key *key, int64_t row)
{
    if (key->column->kind == SOLOW_COLUMN_TEXT) {
        int32_t code = key->column->code[row];
        return code >= 0 ? (uint64_t)key->rank[code] : UINT64_MAX;
    }
    double value = key->column->number[row] + 0.0; /* -0 is 0 */
    if (isnan(value)) {
        return UINT64_MAX;
    }
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits >> 63) != 0 ? ~bits : bits | (UINT64_C(1) << 63);
}

static bool is_ordered(const sort_key *key, ptrdiff_t keys, int64_t rows)
{
    for (int64_t i = 1; i < rows; i++) {
        for (ptrdiff_t k = 0; k < keys; k++) {
            uint64_t before = key_of(&key[k], i - 1), here = key_of(&key[k], i);
            if (before > here) {
                return false;
            }
            if (before < here) {
                break;
            }
        }
    }
    return true;
}

/* Sorts order by one key, stably; spare [rows]. */
static void sort_by(const sort_key *key, int64_t rows, int64_t **order, int64_t **spare)
{
    for (int pass = 0; pass < PASSES; pass++) {
        int64_t count[DIGITS + 1] = {0};
        int shift = pass * DIGIT_BITS;
        for (int64_t i = 0; i < rows; i++) {
            count[((key_of(key, i) >> shift) & (DIGITS - 1)) + 1]++;
        }
        bool shared = false;
        for (int d = 0; d < DIGITS; d++) {
            shared = shared || count[d + 1] == rows;
            count[d + 1] += count[d];
        }
        if (shared) {
            continue;
        }
        for (int64_t i = 0; i < rows; i++) {
            int64_t row = (*order)[i];
            (*spare)[count[(key_of(key, row) >> shift) & (DIGITS - 1)]++] = row;
        }
        int64_t *swap = *order;
        *order = *spare;
        *spare = swap;
    }
}

static solow_status make_key(const solow_column *column, sort_key *key, solow_error *err)
{
    *key = (sort_key){.column = column};
    if (column->kind == SOLOW_COLUMN_NUMBER) {
        return SOLOW_OK;
    }
    key->rank = solow_allocate(column->levels.count, sizeof *key->rank);
    return key->rank != NULL ? solow_levels_rank(&column->levels, key->rank, err)
                             : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort the panel");
}

solow_status solow_panel_order(const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time, int64_t *order,
                               solow_error *err)
{
    const ptrdiff_t by[2] = {unit, time};
    sort_key key[2] = {{NULL, NULL}, {NULL, NULL}};
    ptrdiff_t keys = 0;
    solow_status status = SOLOW_OK;
    for (int k = 0; k < 2 && status == SOLOW_OK; k++) {
        if (by[k] >= 0) {
            status = make_key(&columns->column[by[k]], &key[keys++], err);
        }
    }
    for (int64_t i = 0; i < columns->rows; i++) {
        order[i] = i;
    }
    if (status == SOLOW_OK && !is_ordered(key, keys, columns->rows)) {
        int64_t *room = solow_allocate((ptrdiff_t)columns->rows, sizeof *room);
        int64_t *from = order, *to = room;
        for (ptrdiff_t k = keys - 1; room != NULL && k >= 0; k--) {
            sort_by(&key[k], columns->rows, &from, &to);
        }
        if (room == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %lld rows", (long long)columns->rows);
        } else if (from != order) {
            memcpy(order, from, solow_bytes((ptrdiff_t)columns->rows, sizeof *order));
        }
        free(room);
    }
    free(key[0].rank);
    free(key[1].rank);
    return status;
}

solow_status solow_columns_permute(solow_columns *columns, const int64_t *order, solow_error *err)
{
    int64_t rows = columns->rows, moved = 0;
    while (moved < rows && order[moved] == moved) {
        moved++;
    }
    for (ptrdiff_t j = 0; moved < rows && j < columns->count; j++) {
        solow_column *column = &columns->column[j];
        bool number = column->kind == SOLOW_COLUMN_NUMBER;
        void *sorted =
            solow_allocate((ptrdiff_t)columns->capacity, number ? sizeof *column->number : sizeof *column->code);
        if (sorted == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %lld rows", (long long)rows);
        }
        for (int64_t i = 0; i < rows; i++) {
            if (number) {
                ((double *)sorted)[i] = column->number[order[i]];
            } else {
                ((int32_t *)sorted)[i] = column->code[order[i]];
            }
        }
        free(number ? (void *)column->number : (void *)column->code);
        if (number) {
            column->number = sorted;
        } else {
            column->code = sorted;
        }
    }
    return SOLOW_OK;
}
