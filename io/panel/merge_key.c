/* merge_key.c - see merge_key.h. */
#include "io/panel/merge_key.h"
#include "io/panel/merge.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 32);
}

static uint64_t number_bits(double number)
{
    double plain = number + 0.0; /* -0 is 0 */
    uint64_t bits;
    memcpy(&bits, &plain, sizeof bits);
    return bits;
}

/* One part of a row's key as 64 bits; false if it is missing, or a left label that right does not have. */
static bool part_bits(const solow_key_part *part, bool of_left, int64_t row, uint64_t *bits)
{
    const solow_column *column = of_left ? part->left : part->right;
    if (column->kind == SOLOW_COLUMN_NUMBER) {
        *bits = number_bits(column->number[row]);
        return !isnan(column->number[row]);
    }
    int32_t code = column->code[row];
    code = of_left && code >= 0 ? part->translated[code] : code;
    *bits = (uint64_t)(uint32_t)code;
    return code >= 0;
}

static bool key_hash(const solow_key_table *table, bool of_left, int64_t row, uint64_t *hash)
{
    *hash = 0;
    for (ptrdiff_t k = 0; k < table->parts; k++) {
        uint64_t bits;
        if (!part_bits(&table->part[k], of_left, row, &bits)) {
            return false;
        }
        *hash = mix(*hash, bits);
    }
    return true;
}

static bool same_key(const solow_key_table *table, bool of_left, int64_t row, int64_t right_row)
{
    for (ptrdiff_t k = 0; k < table->parts; k++) {
        uint64_t one = 0, other = 0;
        (void)part_bits(&table->part[k], of_left, row, &one);
        (void)part_bits(&table->part[k], false, right_row, &other);
        if (one != other) {
            return false;
        }
    }
    return true;
}

/* The slot of the row's key, free or taken. */
static int64_t find_slot(const solow_key_table *table, bool of_left, int64_t row, uint64_t hash)
{
    int64_t slot = (int64_t)(hash & (uint64_t)(table->slots - 1));
    while (table->slot[slot] >= 0 && !same_key(table, of_left, row, table->slot[slot])) {
        slot = (slot + 1) & (table->slots - 1);
    }
    return slot;
}

/* Numbers that have lost digits would match one another. */
static solow_status refuse_long(const solow_column *column, int64_t rows, const char *file, solow_error *err)
{
    for (int64_t i = 0; i < rows; i++) {
        if (fabs(column->number[i]) >= SOLOW_LONGEST_NUMBER) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                              "merge with %s: the key '%s' holds %.0f: numbers of 16 digits and more lose their last "
                              "digits; make them text in both files, with a letter in front",
                              file, column->name, column->number[i]);
        }
    }
    return SOLOW_OK;
}

static solow_status find_part(const solow_columns *left, const solow_columns *right, const char *name, const char *file,
                              solow_key_part *part, solow_error *err)
{
    ptrdiff_t in_left = solow_columns_find(left, name), in_right = solow_columns_find(right, name);
    if (in_left < 0 || in_right < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "merge with %s: %s has no column '%s', which is a key", file,
                          in_right < 0 ? "that file" : "the data before it", name);
    }
    part->left = &left->column[in_left];
    part->right = &right->column[in_right];
    if (part->left->kind != part->right->kind) {
        bool text = part->left->kind == SOLOW_COLUMN_TEXT;
        return SOLOW_FAIL(
            err, SOLOW_ERR_INPUT,
            "merge with %s: the key '%s' is %s in the data, but %s in that file (codes such as 01 are text "
            "if any label is): write it alike in both",
            file, name, text ? "text" : "numbers", text ? "numbers" : "text");
    }
    if (part->left->kind == SOLOW_COLUMN_NUMBER) {
        solow_status status = refuse_long(part->left, left->rows, file, err);
        return status == SOLOW_OK ? refuse_long(part->right, right->rows, file, err) : status;
    }
    const solow_levels *from = &part->left->levels;
    part->translated = solow_allocate(from->count, sizeof *part->translated);
    if (part->translated == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "merge with %s: no memory for keys", file);
    }
    for (int32_t i = 0; i < from->count; i++) {
        part->translated[i] = solow_levels_find(&part->right->levels, from->label[i], strlen(from->label[i]));
    }
    return SOLOW_OK;
}

solow_status solow_key_table_create(const solow_columns *left, const solow_columns *right, ptrdiff_t count,
                                    char *const *by, const char *file, solow_key_table *table, solow_error *err)
{
    *table = (solow_key_table){.part = solow_allocate_zeroed(count, sizeof *table->part), .slots = 16};
    while (table->slots < 2 * right->rows) {
        table->slots *= 2;
    }
    table->slot = solow_allocate((ptrdiff_t)table->slots, sizeof *table->slot);
    if (table->part == NULL || table->slot == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "merge with %s: no memory for the keys of %lld rows", file,
                          (long long)right->rows);
    }
    for (ptrdiff_t k = 0; k < count; k++) {
        solow_status status = find_part(left, right, by[k], file, &table->part[table->parts], err);
        table->parts++;
        if (status != SOLOW_OK) {
            return status;
        }
    }
    for (int64_t s = 0; s < table->slots; s++) {
        table->slot[s] = -1;
    }
    for (int64_t i = 0; i < right->rows; i++) {
        uint64_t hash;
        if (!key_hash(table, false, i, &hash)) {
            continue;
        }
        int64_t slot = find_slot(table, false, i, hash);
        if (table->slot[slot] >= 0) {
            char key[256];
            solow_merge_key_print(right, count, by, i, key, sizeof key);
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                              "merge with %s: rows %lld and %lld of that file have the same key (%s)", file,
                              (long long)table->slot[slot] + 1, (long long)i + 1, key);
        }
        table->slot[slot] = i;
    }
    return SOLOW_OK;
}

void solow_key_table_clear(solow_key_table *table)
{
    for (ptrdiff_t k = 0; k < table->parts; k++) {
        free(table->part[k].translated);
    }
    free(table->part);
    free(table->slot);
    *table = (solow_key_table){0};
}

int64_t solow_key_table_find(const solow_key_table *table, int64_t left_row)
{
    uint64_t hash;
    return key_hash(table, true, left_row, &hash) ? table->slot[find_slot(table, true, left_row, hash)] : -1;
}

void solow_merge_key_print(const solow_columns *table, ptrdiff_t count, char *const *by, int64_t row, char *text,
                           size_t bytes)
{
    size_t used = 0;
    text[0] = '\0';
    for (ptrdiff_t k = 0; k < count && used + 1 < bytes; k++) {
        const solow_column *column = &table->column[solow_columns_find(table, by[k])];
        int wrote;
        if (column->kind == SOLOW_COLUMN_NUMBER) {
            wrote =
                snprintf(text + used, bytes - used, "%s%s %.15g", k > 0 ? ", " : "", column->name, column->number[row]);
        } else {
            int32_t code = column->code[row];
            wrote = snprintf(text + used, bytes - used, "%s%s '%s'", k > 0 ? ", " : "", column->name,
                             code >= 0 ? column->levels.label[code] : "");
        }
        used += wrote > 0 ? (size_t)wrote : 0;
    }
}
