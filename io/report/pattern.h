/* pattern.h - names with `*` and `?` as job files write them under `columns:`, `keep:` and `drop:`. */
#ifndef SOLOW_IO_REPORT_PATTERN_H
#define SOLOW_IO_REPORT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

/* `*` stands for any bytes, `?` for one; everything else for itself. */
bool solow_pattern_matches(const char *pattern, const char *text);

/* Whether a term is meant: the same text once blanks are left out, or a match of the pattern. `log(pc) : x` means
 * `log(pc):x`; a term that holds `*` is never needed, since `a*b` expands. */
bool solow_pattern_matches_term(const char *pattern, const char *term);

/* Whether two texts are the same term once blanks are left out; nothing is a wildcard. */
bool solow_same_term(const char *a, const char *b);

#endif
