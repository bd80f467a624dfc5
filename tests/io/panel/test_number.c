/* Every decimal is read bit for bit as strtod reads it; what is not wholly a decimal is refused. */
#include "io/panel/number.h"
#include "io/panel/source.h"
#include "tests/support/runner.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void same_as_strtod(const char *text)
{
    double ours, theirs = strtod(text, NULL);
    ck_assert_msg(solow_number_parse(text, strlen(text), &ours), "'%s' is refused", text);
    ck_assert_msg(memcmp(&ours, &theirs, sizeof ours) == 0, "'%s': %.17g, strtod %.17g", text, ours, theirs);
}

static uint64_t next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

START_TEST(known_hard_cases)
{
    /* Halfway cases, the subnormal borders, and digits past the nineteenth. */
    static const char *const hard[] = {
        "0",
        "-0",
        "+0.0",
        "0e5",
        "-0e-400",
        ".5",
        "5.",
        "1e22",
        "1e23",
        "9007199254740992",
        "9007199254740993",
        "9007199254740993.0000000000000000000000001",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e400",
        "-1e400",
        "1e-400",
        "3.1415926535897932384626433832795",
        "0.000000000000000000000000000000000000000000000000000000000000000000000000000123456789",
        "123456789012345678901234567890",
        "8.5e27",
        "7.2057594037927933e16",
        "0.1",
        "0.2",
        "0.3",
        "1.1e-27",
        "6.02214076e23",
        "1E5",
        "1e+5",
        "1e-5",
        "00000000000000000000000000000001.5",
        "10000000000000016777215",
        "10000000000000016777216",
        "1e99999999999999999999999",
        "1e-99999999999999999999999",
        "0e99999999999999999999999"};
    for (size_t i = 0; i < sizeof hard / sizeof hard[0]; i++) {
        same_as_strtod(hard[i]);
    }
}
END_TEST

START_TEST(random_bits_in_seventeen_digits)
{
    uint64_t state = 88172645463325252u;
    char text[64];
    for (int i = 0; i < 100000; i++) {
        uint64_t bits = next(&state);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) {
            (void)snprintf(text, sizeof text, "%.17g", value);
            same_as_strtod(text);
        }
    }
}
END_TEST

START_TEST(random_decimals_of_every_length)
{
    uint64_t state = 2463534242u;
    char text[96];
    for (int i = 0; i < 100000; i++) {
        int digits = (int)(next(&state) % 24) + 1, point = (int)(next(&state) % 26), used = 0;
        if (next(&state) % 2 == 0) {
            text[used++] = '-';
        }
        for (int k = 0; k < digits; k++) {
            if (k == point) {
                text[used++] = '.';
            }
            text[used++] = (char)('0' + next(&state) % 10);
        }
        text[used] = '\0';
        if (next(&state) % 3 == 0) {
            (void)sprintf(text + used, "e%d", (int)(next(&state) % 80) - 40);
        }
        same_as_strtod(text);
    }
}
END_TEST

/* Decimals halfway between two doubles, and one unit of the last digit beside: where a second rounding would show. */
START_TEST(halfway_decimals)
{
    uint64_t state = 123456789u;
    char text[64];
    for (int i = 0; i < 20000; i++) {
        uint64_t odd = ((next(&state) >> 10) | (UINT64_C(1) << 53)) | 1; /* 54 bits, last set: between two doubles */
        for (int shift = -1; shift <= 1; shift++) {
            (void)snprintf(text, sizeof text, "%llu", (unsigned long long)(odd + (uint64_t)shift));
            same_as_strtod(text);
            (void)snprintf(text, sizeof text, "%llue%d", (unsigned long long)(odd + (uint64_t)shift),
                           (int)(next(&state) % 60) - 30);
            same_as_strtod(text);
        }
    }
}
END_TEST

/* Subnormal doubles and the first normal ones, by their shortest and by their longest decimals. */
START_TEST(subnormal_doubles)
{
    uint64_t state = 5489u;
    char text[1200];
    for (int i = 0; i < 3000; i++) {
        uint64_t bits = (next(&state) >> (11 + next(&state) % 53)) | (next(&state) & (UINT64_C(1) << 63));
        double value;
        memcpy(&value, &bits, sizeof value);
        (void)snprintf(text, sizeof text, "%.17g", value);
        same_as_strtod(text);
        (void)snprintf(text, sizeof text, "%.1074f", value);
        same_as_strtod(text);
    }
}
END_TEST

/* The middle between two neighbours, in all its digits (up to 54 after the point), alone and with a last digit that
 * decides: the longest mantissas that matter. */
START_TEST(midpoints_in_all_their_digits)
{
    uint64_t state = 362436069u;
    char text[160];
    for (int i = 0; i < 20000; i++) {
        uint64_t odd = ((next(&state) >> 10) | (UINT64_C(1) << 53)) | 1;
        long double middle = ldexpl((long double)odd, -(int)(next(&state) % 54));
        int bytes = snprintf(text, sizeof text, "%.55Lf", middle);
        same_as_strtod(text);
        text[bytes - 1] = '1';
        same_as_strtod(text);
    }
}
END_TEST

/* What files of data hold: few digits, any place of the point, any byte behind; the value and the end must be right,
 * whatever stands in the next field. */
START_TEST(short_decimals_and_what_follows)
{
    static const char *const behind[] = {",", "\n", "\r\n", "\t", ";", "|",   " ",
                                         "e", "E5", "e-3,", ".",  "-", ",.5", ",-1.5e3"};
    uint64_t state = 1013904223u;
    char text[128];
    for (int i = 0; i < 200000; i++) {
        int digits = (int)(next(&state) % 17), point = (int)(next(&state) % 19), used = 0;
        if (next(&state) % 4 < 2) {
            text[used++] = next(&state) % 4 == 0 ? '+' : '-';
        }
        for (int k = 0; k < digits; k++) {
            if (k == point) {
                text[used++] = '.';
            }
            text[used++] = (char)('0' + next(&state) % 10);
        }
        if (digits == point) {
            text[used++] = '.';
        }
        (void)snprintf(text + used, sizeof text - (size_t)used, "%s%.9s",
                       behind[next(&state) % (sizeof behind / sizeof behind[0])], &"0123456789"[next(&state) % 10]);
        memset(text + strlen(text), 0, SOLOW_NUMBER_PADDING);
        double ours = 7, theirs = 7;
        char *stop = NULL;
        double read = strtod(text, &stop);
        stop = isspace((unsigned char)text[0]) ? text : stop; /* strtod skips blanks in front, a field has none */
        theirs = stop != text ? read : theirs;
        const char *end = solow_number_scan(text, &ours);
        ck_assert_msg(end == stop, "'%s': %td bytes, strtod %td", text, end - text, stop - text);
        ck_assert_msg(memcmp(&ours, &theirs, sizeof ours) == 0, "'%s': %.17g, strtod %.17g", text, ours, theirs);
    }
}
END_TEST

START_TEST(a_thousand_digits)
{
    char text[1200];
    memset(text, '1', 1100);
    text[0] = '0';
    text[1] = '.';
    text[1100] = '\0';
    same_as_strtod(text);
    memset(text + 2, '0', 1090);
    (void)strcpy(text + 1092, "77e1093");
    same_as_strtod(text);
}
END_TEST

START_TEST(what_is_not_a_decimal)
{
    static const char *const other[] = {"",    " 1",    "1 ",    "+",   "-",    ".",   "e5",        "1e",
                                        "1e+", "1..2",  "--1",   "1,5", "0x10", "inf", "-Infinity", "nan",
                                        "NA",  "1_000", "1e5.0", "1d5", "abc",  "1\t"};
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        double value = 7;
        ck_assert_msg(!solow_number_parse(other[i], strlen(other[i]), &value), "'%s' is accepted", other[i]);
        ck_assert_double_eq(value, 7);
    }
}
END_TEST

START_TEST(text_without_nul_is_not_read_past)
{
    double value;
    ck_assert(solow_number_parse("12345", 3, &value));
    ck_assert_double_eq(value, 123);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {known_hard_cases,
                                  random_bits_in_seventeen_digits,
                                  random_decimals_of_every_length,
                                  halfway_decimals,
                                  subnormal_doubles,
                                  midpoints_in_all_their_digits,
                                  short_decimals_and_what_follows,
                                  a_thousand_digits,
                                  what_is_not_a_decimal,
                                  text_without_nul_is_not_read_past,
                                  NULL};
    TCase *const cases[] = {solow_test_case("number", tests, 60), NULL};
    return solow_test_run("panel", cases);
}
