/* levels.c - distinct labels with a hash table (open addressing, linear probing); see columns.h.
 *
 * Source    Steele, Lea & Flood (2014), OOPSLA, for the finalising multiplier of the hash.
 */
#include "io/panel/columns.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 64, MOST_LABELS = 1 << 30 };

static uint32_t hash_of(const char *label, size_t bytes)
{
    uint64_t hash = 0x9e3779b97f4a7c15u ^ bytes;
    while (bytes >= 8) {
        uint64_t word;
        memcpy(&word, label, 8);
        hash = (hash ^ word) * 0xbf58476d1ce4e5b9u;
        hash ^= hash >> 29;
        label += 8;
        bytes -= 8;
    }
    uint64_t word = 0;
    memcpy(&word, label, bytes);
    hash = (hash ^ word) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(hash >> 32);
}

/* Slot that holds the label, or the free slot where it belongs. levels->slots > 0. */
static int32_t find_slot(const solow_levels *levels, const char *label, size_t bytes, uint32_t hash)
{
    uint32_t mask = (uint32_t)levels->slots - 1;
    for (uint32_t slot = hash & mask;; slot = (slot + 1) & mask) {
        int32_t index = levels->slot[slot];
        if (index < 0 || (levels->hash[index] == hash && strncmp(levels->label[index], label, bytes) == 0 &&
                          levels->label[index][bytes] == '\0')) {
            return (int32_t)slot;
        }
    }
}

static bool grow_slots(solow_levels *levels)
{
    int32_t slots = levels->slots == 0 ? FIRST_SLOTS : levels->slots * 2;
    int32_t *slot = solow_allocate(slots, sizeof *slot);
    if (slot == NULL) {
        return false;
    }
    for (int32_t i = 0; i < slots; i++) {
        slot[i] = -1;
    }
    uint32_t mask = (uint32_t)slots - 1;
    for (int32_t i = 0; i < levels->count; i++) {
        uint32_t place = levels->hash[i] & mask;
        while (slot[place] >= 0) {
            place = (place + 1) & mask;
        }
        slot[place] = i;
    }
    free(levels->slot);
    levels->slot = slot;
    levels->slots = slots;
    return true;
}

static bool grow_labels(solow_levels *levels)
{
    int32_t capacity = levels->capacity == 0 ? FIRST_SLOTS / 2 : levels->capacity * 2;
    char **label = solow_resize(levels->label, capacity, sizeof *label);
    if (label == NULL) {
        return false;
    }
    levels->label = label;
    uint32_t *hash = solow_resize(levels->hash, capacity, sizeof *hash);
    if (hash == NULL) {
        return false;
    }
    levels->hash = hash;
    levels->capacity = capacity;
    return true;
}

int32_t solow_levels_add(solow_levels *levels, const char *label, size_t bytes)
{
    uint32_t hash = hash_of(label, bytes);
    if (levels->slots > 0) {
        int32_t index = levels->slot[find_slot(levels, label, bytes, hash)];
        if (index >= 0) {
            return index;
        }
    }
    if (levels->count >= MOST_LABELS || (levels->count >= levels->slots / 2 && !grow_slots(levels)) ||
        (levels->count >= levels->capacity && !grow_labels(levels))) {
        return -1;
    }
    char *copy = malloc(bytes + 1);
    if (copy == NULL) {
        return -1;
    }
    memcpy(copy, label, bytes);
    copy[bytes] = '\0';
    int32_t index = levels->count++;
    levels->label[index] = copy;
    levels->hash[index] = hash;
    uint32_t mask = (uint32_t)levels->slots - 1, slot = hash & mask;
    while (levels->slot[slot] >= 0) {
        slot = (slot + 1) & mask;
    }
    levels->slot[slot] = index;
    return index;
}

int32_t solow_levels_find(const solow_levels *levels, const char *label, size_t bytes)
{
    return levels->slots == 0 ? -1 : levels->slot[find_slot(levels, label, bytes, hash_of(label, bytes))];
}

void solow_levels_clear(solow_levels *levels)
{
    for (int32_t i = 0; i < levels->count; i++) {
        free(levels->label[i]);
    }
    free(levels->label);
    free(levels->slot);
    free(levels->hash);
    *levels = (solow_levels){0};
}

typedef struct labelled_index {
    const char *label;
    int32_t index;
} labelled_index;

static int by_bytes(const void *a, const void *b)
{
    return strcmp(((const labelled_index *)a)->label, ((const labelled_index *)b)->label);
}

solow_status solow_levels_rank(const solow_levels *levels, int32_t *rank, solow_error *err)
{
    labelled_index *sorted = solow_allocate(levels->count, sizeof *sorted);
    if (sorted == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to sort %d labels", levels->count);
    }
    for (int32_t i = 0; i < levels->count; i++) {
        sorted[i] = (labelled_index){levels->label[i], i};
    }
    qsort(sorted, (size_t)levels->count, sizeof *sorted, by_bytes);
    for (int32_t place = 0; place < levels->count; place++) {
        rank[sorted[place].index] = place;
    }
    free(sorted);
    return SOLOW_OK;
}
