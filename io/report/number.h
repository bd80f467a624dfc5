/* number.h - numbers as text: the shortest that reads back to the same double, and fixed digits for paper tables. */
#ifndef SOLOW_IO_REPORT_NUMBER_H
#define SOLOW_IO_REPORT_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { SOLOW_NUMBER_BYTES = 64 };

/* The shortest of %.15g, %.16g, %.17g that strtod turns back into value: 0.1, 816, 1e-300. NaN gives "", infinities
 * "Inf" and "-Inf". */
void solow_number_shortest(double value, char text[SOLOW_NUMBER_BYTES]);

/* "" for SOLOW_MISSING_INTEGER. */
void solow_number_integer(int64_t value, char text[SOLOW_NUMBER_BYTES]);

/* digits after the point, `-0.000` as `0.000`; numbers that this would show as zero, or of 1e9 and more, with
 * `digits` significant digits in exponent form instead. NaN gives "". */
void solow_number_fixed(double value, int digits, char text[SOLOW_NUMBER_BYTES]);

#endif
