/* levels.c - see levels.h. */
#include "kernels/panel/levels.h"

void solow_levels_count(ptrdiff_t rows, const int32_t *code, const uint8_t *present, int64_t *count)
{
    for (ptrdiff_t r = 0; r < rows; r++) {
        if (code[r] >= 0 && (present == NULL || present[r] != 0)) {
            count[code[r]]++;
        }
    }
}

ptrdiff_t solow_levels_drop_single(ptrdiff_t rows, const int32_t *code, const int64_t *count, uint8_t *present)
{
    ptrdiff_t dropped = 0;
    for (ptrdiff_t r = 0; r < rows; r++) {
        if (present[r] != 0 && code[r] >= 0 && count[code[r]] == 1) {
            present[r] = 0;
            dropped++;
        }
    }
    return dropped;
}

static int32_t joined(int32_t owner, int32_t other)
{
    if (owner == SOLOW_LEVEL_UNSEEN || owner == other) {
        return other;
    }
    return other == SOLOW_LEVEL_UNSEEN ? owner : SOLOW_LEVEL_SEVERAL;
}

void solow_levels_owner(ptrdiff_t rows, const int32_t *a, const int32_t *b, const uint8_t *present, int32_t *owner)
{
    for (ptrdiff_t r = 0; r < rows; r++) {
        if (a[r] >= 0 && b[r] >= 0 && (present == NULL || present[r] != 0)) {
            owner[a[r]] = joined(owner[a[r]], b[r]);
        }
    }
}

void solow_levels_owner_join(ptrdiff_t levels, int32_t *owner, const int32_t *more)
{
    for (ptrdiff_t l = 0; l < levels; l++) {
        owner[l] = joined(owner[l], more[l]);
    }
}

bool solow_levels_nested(ptrdiff_t levels, const int32_t *owner)
{
    for (ptrdiff_t l = 0; l < levels; l++) {
        if (owner[l] == SOLOW_LEVEL_SEVERAL) {
            return false;
        }
    }
    return true;
}
