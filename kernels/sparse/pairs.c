/* pairs.c - see pairs.h. */
#include "kernels/sparse/pairs.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 1024 };

void solow_pairs_clear(solow_pairs *pairs)
{
    free(pairs->row);
    free(pairs->column);
    free(pairs->value);
    free(pairs->table);
    *pairs = (solow_pairs){0};
}

void solow_pairs_begin(solow_pairs *pairs)
{
    pairs->span = pairs->count;
    if (pairs->table != NULL) {
        memset(pairs->table, 0, (size_t)pairs->slots * sizeof *pairs->table);
    }
}

solow_status solow_pairs_reserve(solow_pairs *pairs, ptrdiff_t count, solow_error *err)
{
    if (count <= pairs->capacity) {
        return SOLOW_OK;
    }
    ptrdiff_t capacity = count > 2 * pairs->capacity ? count : 2 * pairs->capacity;
    int32_t *row = solow_resize(pairs->row, capacity, sizeof *row);
    pairs->row = row != NULL ? row : pairs->row;
    int32_t *column = solow_resize(pairs->column, capacity, sizeof *column);
    pairs->column = column != NULL ? column : pairs->column;
    double *value = solow_resize(pairs->value, capacity, sizeof *value);
    pairs->value = value != NULL ? value : pairs->value;
    if (row == NULL || column == NULL || value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td pairs of effects", capacity);
    }
    pairs->capacity = capacity;
    return SOLOW_OK;
}

static size_t place_of(const solow_pairs *pairs, int32_t row, int32_t column)
{
    uint64_t key = (uint64_t)(uint32_t)row << 32 | (uint32_t)column;
    key = (key ^ key >> 31) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(key >> 32) & (size_t)(pairs->slots - 1);
}

static solow_status grow_table(solow_pairs *pairs, solow_error *err)
{
    ptrdiff_t slots = pairs->slots > 0 ? 2 * pairs->slots : FIRST_SLOTS;
    int32_t *table = solow_allocate_zeroed(slots, sizeof *table);
    if (table == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to merge %td pairs of effects", slots);
    }
    free(pairs->table);
    pairs->table = table;
    pairs->slots = slots;
    for (ptrdiff_t i = pairs->span; i < pairs->count; i++) {
        size_t place = place_of(pairs, pairs->row[i], pairs->column[i]);
        while (table[place] != 0) {
            place = (place + 1) & (size_t)(slots - 1);
        }
        table[place] = (int32_t)(i - pairs->span + 1);
    }
    return SOLOW_OK;
}

solow_status solow_pairs_add(solow_pairs *pairs, int32_t row, int32_t column, double value, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (2 * (pairs->count - pairs->span + 1) > pairs->slots) {
        status = grow_table(pairs, err);
    }
    if (status == SOLOW_OK) {
        status = solow_pairs_reserve(pairs, pairs->count + 1, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    size_t place = place_of(pairs, row, column);
    while (pairs->table[place] != 0) {
        ptrdiff_t i = pairs->span + pairs->table[place] - 1;
        if (pairs->row[i] == row && pairs->column[i] == column) {
            pairs->value[i] += value;
            return SOLOW_OK;
        }
        place = (place + 1) & (size_t)(pairs->slots - 1);
    }
    pairs->row[pairs->count] = row;
    pairs->column[pairs->count] = column;
    pairs->value[pairs->count] = value;
    pairs->count++;
    pairs->table[place] = (int32_t)(pairs->count - pairs->span);
    return SOLOW_OK;
}

solow_status solow_pairs_append(solow_pairs *pairs, const solow_pairs *more, solow_error *err)
{
    solow_status status = solow_pairs_reserve(pairs, pairs->count + more->count, err);
    if (status != SOLOW_OK || more->count == 0) {
        return status;
    }
    memcpy(pairs->row + pairs->count, more->row, (size_t)more->count * sizeof *more->row);
    memcpy(pairs->column + pairs->count, more->column, (size_t)more->count * sizeof *more->column);
    memcpy(pairs->value + pairs->count, more->value, (size_t)more->count * sizeof *more->value);
    pairs->count += more->count;
    solow_pairs_begin(pairs);
    return SOLOW_OK;
}
