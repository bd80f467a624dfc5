/* number.c - see number.h. */
#include "io/report/number.h"

#include "io/result/results.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NaN and infinities; 0 if value is finite. */
static int special(double value, char text[SOLOW_NUMBER_BYTES])
{
    if (isfinite(value)) {
        return 0;
    }
    (void)snprintf(text, SOLOW_NUMBER_BYTES, "%s", isnan(value) ? "" : value > 0 ? "Inf" : "-Inf");
    return 1;
}

void solow_number_shortest(double value, char text[SOLOW_NUMBER_BYTES])
{
    if (special(value, text)) {
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, SOLOW_NUMBER_BYTES, "%.*g", digits, value);
        if (strtod(text, NULL) == value) {
            return;
        }
    }
}

void solow_number_integer(int64_t value, char text[SOLOW_NUMBER_BYTES])
{
    text[0] = '\0';
    if (value != SOLOW_MISSING_INTEGER) {
        (void)snprintf(text, SOLOW_NUMBER_BYTES, "%" PRId64, value);
    }
}

void solow_number_fixed(double value, int digits, char text[SOLOW_NUMBER_BYTES])
{
    const double largest = 1e9;
    if (special(value, text)) {
        return;
    }
    if (fabs(value) < largest) {
        (void)snprintf(text, SOLOW_NUMBER_BYTES, "%.*f", digits, value);
        if (strpbrk(text, "123456789") != NULL) {
            return;
        }
        if (value == 0) {
            (void)snprintf(text, SOLOW_NUMBER_BYTES, "%.*f", digits, 0.0);
            return;
        }
    }
    (void)snprintf(text, SOLOW_NUMBER_BYTES, "%.*e", digits > 1 ? digits - 1 : 0, value);
}
