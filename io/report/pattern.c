/* pattern.c - see pattern.h. */
#include "io/report/pattern.h"

#include <string.h>

/* Matches with one place to come back to: the last star. skip: a byte of the pattern that does not count, or NUL. */
static bool matches(const char *pattern, const char *text, char skip)
{
    const char *star = NULL, *resume = NULL;
    for (;;) {
        while (skip != '\0' && *pattern == skip) {
            pattern++;
        }
        if (*pattern == '*') {
            star = ++pattern;
            resume = text;
        } else if (*text == '\0' && *pattern == '\0') {
            return true;
        } else if (*text != '\0' && (*pattern == *text || *pattern == '?')) {
            pattern++;
            text++;
        } else if (star != NULL && *resume != '\0') {
            text = ++resume;
            pattern = star;
        } else {
            return false;
        }
    }
}

bool solow_pattern_matches(const char *pattern, const char *text)
{
    return matches(pattern, text, '\0');
}

bool solow_pattern_matches_term(const char *pattern, const char *term)
{
    return strcmp(pattern, term) == 0 || matches(pattern, term, ' ');
}

bool solow_same_term(const char *a, const char *b)
{
    for (;;) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b) {
            return false;
        }
        if (*a == '\0') {
            return true;
        }
        a++;
        b++;
    }
}
