/* code_numbers.c - distinct numbers over all ranks, and each row's place among them. See factor.h.
 *
 * Cost  one pass to see the range; integers within a range of 4 x rows: two passes over a table; else one hash probe a row
 *       and a sort of the distinct values.
 */
#include "engine/frame/factor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct number_table { /* open addressing; slot holds 1 + index into value */
    int64_t slots;
    int32_t *slot;
    int32_t count;
    ptrdiff_t capacity;
    double *value;
} number_table;

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Slot of number (SplitMix64's finalizer spreads the bits), holding it or empty. */
static int64_t find_slot(const number_table *table, double number)
{
    uint64_t x = bits_of(number);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    int64_t slot = (int64_t)((x ^ (x >> 31)) & (uint64_t)(table->slots - 1));
    while (table->slot[slot] != 0 && table->value[table->slot[slot] - 1] != number) {
        slot = (slot + 1) & (table->slots - 1);
    }
    return slot;
}

static solow_status grow_slots(number_table *table, solow_error *err)
{
    int64_t slots = table->slots > 0 ? 2 * table->slots : 1024;
    int32_t *slot = solow_allocate_zeroed(slots, sizeof *slot);
    double *value = solow_resize(table->value, slots / 2, sizeof *value);
    if (value != NULL) {
        table->value = value;
        table->capacity = slots / 2;
    }
    if (slot == NULL || value == NULL) {
        free(slot);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %d distinct values", table->count);
    }
    free(table->slot);
    table->slot = slot;
    table->slots = slots;
    for (int32_t i = 0; i < table->count; i++) {
        slot[find_slot(table, table->value[i])] = i + 1;
    }
    return SOLOW_OK;
}

static solow_status add_number(number_table *table, double number, solow_error *err)
{
    if (table->count >= table->capacity) {
        if (table->count >= INT32_MAX / 2) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "a classification has more than 1e9 levels");
        }
        solow_status status = grow_slots(table, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    int64_t slot = find_slot(table, number);
    if (table->slot[slot] == 0) {
        table->value[table->count] = number;
        table->slot[slot] = ++table->count;
    }
    return SOLOW_OK;
}

static void table_clear(number_table *table)
{
    free(table->slot);
    free(table->value);
    *table = (number_table){0};
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Every rank's distinct values, sorted, without repeats; malloc'ed. */
static solow_status agree_values(solow_comm *comm, const double *mine, ptrdiff_t count, double **value, int32_t *levels,
                                 solow_error *err)
{
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    solow_status status = offset != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for levels");
    status = solow_comm_agree(comm, status, err);
    void *all = NULL;
    if (status == SOLOW_OK) {
        status = solow_comm_allgather(comm, mine, solow_bytes(count, sizeof *mine), &all, offset, err);
    }
    if (status == SOLOW_OK) {
        double *sorted = all;
        ptrdiff_t total = (ptrdiff_t)(offset[solow_comm_size(comm)] / sizeof *sorted), kept = 0;
        qsort(sorted, (size_t)total, sizeof *sorted, by_value);
        for (ptrdiff_t i = 0; i < total; i++) {
            if (kept == 0 || sorted[i] != sorted[kept - 1]) {
                sorted[kept++] = sorted[i];
            }
        }
        if (kept > INT32_MAX / 2) {
            free(all);
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "a classification has more than 1e9 levels");
        } else {
            *value = sorted;
            *levels = (int32_t)kept;
        }
    }
    free(offset);
    return status;
}

typedef struct number_range {
    bool integers;
    int64_t least, most; /* least > most: no number at all */
} number_range;

/* Over all ranks: are all numbers integers, and in which range. */
static solow_status find_range(solow_comm *comm, ptrdiff_t rows, const double *number, number_range *range,
                               solow_error *err)
{
    double least = INFINITY, most = -INFINITY;
    int64_t fraction = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (!isnan(number[i])) {
            least = number[i] < least ? number[i] : least;
            most = number[i] > most ? number[i] : most;
            fraction |= !(fabs(number[i]) < 1e15) || number[i] != (double)(int64_t)number[i];
        }
    }
    double ends[2] = {-least, most};
    solow_status status = solow_comm_max_double(comm, ends, 2, err);
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(comm, &fraction, 1, err);
    }
    range->integers = fraction == 0;
    range->least = fraction == 0 && -ends[0] <= ends[1] ? (int64_t)-ends[0] : 0;
    range->most = fraction == 0 && -ends[0] <= ends[1] ? (int64_t)ends[1] : -1;
    return status;
}

/* Integers in a narrow range: a table of flags, agreed over ranks, gives levels and codes. */
static solow_status code_by_table(solow_comm *comm, ptrdiff_t rows, const double *number, const number_range *range,
                                  int32_t *code, int32_t *levels, double **value, solow_error *err)
{
    ptrdiff_t width = (ptrdiff_t)(range->most - range->least + 1);
    uint8_t *seen = solow_allocate_zeroed(width, 1);
    int32_t *place = solow_allocate(width, sizeof *place);
    double *values = NULL;
    solow_status status =
        seen != NULL && place != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td levels", width);
    status = solow_comm_agree(comm, status, err);
    if (status != SOLOW_OK) {
        goto done;
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (!isnan(number[i])) {
            seen[(int64_t)number[i] - range->least] = 1;
        }
    }
    status = solow_comm_or_bytes(comm, seen, width, err);
    int32_t count = 0;
    for (ptrdiff_t i = 0; i < width; i++) {
        place[i] = seen[i] ? count++ : -1;
    }
    values = solow_allocate(count, sizeof *values);
    if (values == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %d levels", count);
    }
    status = solow_comm_agree(comm, status, err);
    if (status != SOLOW_OK) {
        free(values);
        goto done;
    }
    for (ptrdiff_t i = 0; i < width; i++) {
        if (seen[i]) {
            values[place[i]] = (double)(range->least + i);
        }
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        code[i] = isnan(number[i]) ? -1 : place[(int64_t)number[i] - range->least];
    }
    *levels = count;
    *value = values;
done:
    free(seen);
    free(place);
    return status;
}

/* Any numbers: local distinct values by hashing, agreed and sorted, then looked up again. */
static solow_status code_by_hash(solow_comm *comm, ptrdiff_t rows, const double *number, int32_t *code, int32_t *levels,
                                 double **value, solow_error *err)
{
    number_table table = {0};
    solow_status status = grow_slots(&table, err);
    for (ptrdiff_t i = 0; i < rows && status == SOLOW_OK; i++) {
        if (!isnan(number[i])) {
            status = add_number(&table, number[i] + 0.0, err);
        }
    }
    status = solow_comm_agree(comm, status, err);
    double *values = NULL;
    int32_t count = 0;
    if (status == SOLOW_OK) {
        status = agree_values(comm, table.value, table.count, &values, &count, err);
    }
    table_clear(&table);
    if (status != SOLOW_OK) {
        return status;
    }
    status = grow_slots(&table, err);
    for (int32_t i = 0; i < count && status == SOLOW_OK; i++) {
        status = add_number(&table, values[i], err);
    }
    status = solow_comm_agree(comm, status, err);
    for (ptrdiff_t i = 0; i < rows && status == SOLOW_OK; i++) {
        code[i] = isnan(number[i]) ? -1 : table.slot[find_slot(&table, number[i] + 0.0)] - 1;
    }
    table_clear(&table);
    if (status != SOLOW_OK) {
        free(values);
        return status;
    }
    *levels = count;
    *value = values;
    return SOLOW_OK;
}

solow_status solow_code_numbers(solow_comm *comm, ptrdiff_t rows, const double *number, int32_t *code, int32_t *levels,
                                double **value, solow_error *err)
{
    number_range range;
    int64_t before, total;
    solow_status status = find_range(comm, rows, number, &range, err);
    if (status == SOLOW_OK) {
        status = solow_comm_scan_int64(comm, rows, &before, &total, err);
    }
    if (status != SOLOW_OK) {
        return status;
    }
    if (range.integers && range.most - range.least <= 4 * total + 1024 && range.most - range.least < INT32_MAX / 2) {
        return code_by_table(comm, rows, number, &range, code, levels, value, err);
    }
    return code_by_hash(comm, rows, number, code, levels, value, err);
}

solow_status solow_refuse_long_numbers(const char *name, int32_t levels, const double *value, solow_error *err)
{
    double bound = SOLOW_LONGEST_NUMBER;
    if (levels == 0 || (value[0] > -bound && value[levels - 1] < bound)) {
        return SOLOW_OK;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                      "`%s` is used as an identifier and holds %.0f: numbers of 16 digits and more lose their last "
                      "digits; make them text in the file, with a letter in front",
                      name, value[levels - 1] >= bound ? value[levels - 1] : value[0]);
}
