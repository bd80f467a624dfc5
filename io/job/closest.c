/* closest.c - the nearest known name to a misspelt one, for "did you mean".
 *
 * Source    Damerau (1964), Communications of the ACM 7, 171-176: optimal string alignment distance.
 */
#include "io/job/job.h"

#include <string.h>

enum { LONGEST = 64, NEAR = 2 };

static ptrdiff_t smallest(ptrdiff_t a, ptrdiff_t b, ptrdiff_t c)
{
    ptrdiff_t least = a < b ? a : b;
    return least < c ? least : c;
}

/* Edits (insert, delete, replace, swap of neighbours) from a to b; LONGEST if either is too long to be a name. */
static ptrdiff_t edits(const char *a, const char *b)
{
    size_t m = strlen(a), n = strlen(b);
    if (m >= LONGEST || n >= LONGEST) {
        return LONGEST;
    }
    ptrdiff_t distance[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= m; i++) {
        distance[i][0] = (ptrdiff_t)i;
    }
    for (size_t j = 0; j <= n; j++) {
        distance[0][j] = (ptrdiff_t)j;
    }
    for (size_t i = 1; i <= m; i++) {
        for (size_t j = 1; j <= n; j++) {
            ptrdiff_t replaced = distance[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            distance[i][j] = smallest(distance[i - 1][j] + 1, distance[i][j - 1] + 1, replaced);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                distance[i - 2][j - 2] + 1 < distance[i][j]) {
                distance[i][j] = distance[i - 2][j - 2] + 1;
            }
        }
    }
    return distance[m][n];
}

const char *solow_closest(const char *text, const char *const *names, ptrdiff_t count)
{
    const char *closest = NULL;
    ptrdiff_t least = NEAR + 1;
    for (ptrdiff_t i = 0; i < count; i++) {
        ptrdiff_t distance = edits(text, names[i]);
        if (distance < least && distance < (ptrdiff_t)strlen(text)) {
            least = distance;
            closest = names[i];
        }
    }
    return closest;
}
