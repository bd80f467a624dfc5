/* number.h - decimal text to double, bit for bit as strtod, at the speed of the text.
 *
 *   decimal    [+-] digits [. digits] [(e|E) [+-] digits], at least one digit before the exponent; hexadecimal, inf, nan,
 *              digit separators and decimal commas are not decimals
 *   (1)        up to 19 digits into an integer m, power e: value m 10^e
 *   (2)        m < 2^53 and |e| <= 22: both are doubles, so one operation rounds once
 *   (3)        |e| <= 27, where long double has 64 bits: 10^27 is exact, m 10^e is rounded once to 64 bits; rounding that
 *              to 53 is right unless the 11 bits below are next to halfway
 *   (4)        else strtod
 *
 *   (5)        digits are read eight at a time, so that their number costs no mispredicted branch
 *   (6)        most numbers end within 15 bytes and have no exponent: one comparison of 16 bytes finds end and point, digits
 *              on both sides are read at once, and (2) always holds; where there is no SSE2, (1) does for all
 *
 * Source    (2) Clinger (1990), PLDI; (3) the same idea one format up; (5) Lemire (2021), Software 51, 1700-1727, section 4.
 * Departs   (3) also leaves results whose 11 low bits are 0 to strtod: a machine whose long double is a double in
 *           disguise (valgrind) shows itself so.
 */
#ifndef SOLOW_IO_PANEL_NUMBER_H
#define SOLOW_IO_PANEL_NUMBER_H

#define SOLOW_NUMBER_PADDING 16 /* bytes that must be readable behind the byte that ends a decimal */

/* Reads the decimal at text, which some byte that cannot belong to a decimal must end (NUL, a delimiter, a newline).
 * Returns the byte after it, or text itself if there is none. value: an infinity if it overflows, as strtod. */
const char *solow_number_scan(const char *text, double *value);

#endif
