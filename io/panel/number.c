/* number.c - see number.h. */
#include "io/panel/number.h"
#include "io/panel/source.h"

#include <float.h>
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { MOST_DIGITS = 19, EXACT_POWER = 22, EXTENDED_POWER = 27, SHORT = 128 };

static const double power_of_ten[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
static const uint64_t integer_power[9] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
#endif

typedef struct decimal {
    const char *text, *first_digit, *end;
    uint64_t m;       /* wrapped if there are more than 19 significant digits */
    ptrdiff_t digits; /* written, zeros in front included */
    ptrdiff_t power;
    bool negative;
} decimal;

static bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Signs of numbers come at random: no branch. */
static double signed_value(double size, bool negative)
{
    uint64_t bits;
    memcpy(&bits, &size, sizeof bits);
    bits ^= (uint64_t)negative << 63;
    memcpy(&size, &bits, sizeof size);
    return size;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Number of digits, eight, one byte each from low to high: pairs, then fours, then eight by three multiplications. */
static uint64_t eight_digits(uint64_t digits)
{
    digits = digits * 10 + (digits >> 8);
    uint64_t high = (digits & 0x000000ff000000ff) * 0x000f424000000064;
    uint64_t low = ((digits >> 16) & 0x000000ff000000ff) * 0x0000271000000001;
    return (high + low) >> 32;
}

/* Adds the run of digits at p to m, eight bytes at a time: its length costs no branch. Returns its end. */
static const char *scan_digits(const char *p, uint64_t *m)
{
    for (;;) {
        uint64_t word;
        memcpy(&word, p, sizeof word);
        word ^= 0x3030303030303030;                                                 /* digits become 0 to 9 */
        uint64_t other = (word | (word + 0x7676767676767676)) & 0x8080808080808080; /* right up to the first other */
        if (other == 0) {
            *m = *m * integer_power[8] + eight_digits(word);
            p += 8;
            continue;
        }
        int bits = __builtin_ctzll(other) - 7; /* of the digits */
        if (bits == 0) {
            return p;
        }
        *m = *m * integer_power[bits / 8] + eight_digits(word << (64 - bits));
        return p + bits / 8;
    }
}
#else
static const char *scan_digits(const char *p, uint64_t *m)
{
    for (; is_digit(*p); p++) {
        *m = *m * 10 + (uint64_t)(*p - '0');
    }
    return p;
}
#endif

#ifdef __SSE2__
/* The count <= 8 digits at p. */
static uint64_t few_digits(const char *p, unsigned count)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    unsigned half = 4 * (8 - count); /* in two steps, for no shift moves 64 bits */
    return eight_digits((word ^ 0x3030303030303030) << half << half);
}

/* (6) A decimal without plus sign and exponent that ends within 15 bytes and has at most eight digits on either side of
 * the point; else text. Its end comes from one comparison of 16 bytes, so that the next number can start at once. */
static const char *scan_short(const char *text, double *value)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)text);
    __m128i digits = _mm_xor_si128(bytes, _mm_set1_epi8('0')); /* 0 to 9, as unsigned bytes */
    unsigned others =
        (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_subs_epu8(digits, _mm_set1_epi8(9)), _mm_setzero_si128()));
    unsigned points = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('.')));
    unsigned minus = text[0] == '-' ? 1 : 0;
    others = (others ^ 0xffff) & ~minus;
    unsigned ends = others & ~(points & (0 - points)); /* the first point does not end a number */
    if (ends == 0) {
        return text;
    }
    unsigned end = (unsigned)__builtin_ctz(ends), whole_end = (unsigned)__builtin_ctz(others);
    unsigned whole = whole_end - minus, part_begins = whole_end + (whole_end < end ? 1 : 0), part = end - part_begins;
    if (whole > 8 || part > 8 || whole + part == 0 || (text[end] | 0x20) == 'e') {
        return text;
    }
    uint64_t m = few_digits(text + minus, whole) * integer_power[part] + few_digits(text + part_begins, part);
    *value = signed_value((double)(int64_t)m / power_of_ten[part], minus != 0);
    return text + end;
}
#else
static const char *scan_short(const char *text, double *value)
{
    (void)value;
    return text;
}
#endif

/* The exponent part at text, if there is a whole one; its end or text. */
static const char *scan_exponent(const char *text, ptrdiff_t *power)
{
    const char *p = text + 1;
    bool negative = *p == '-';
    p += (*p == '-' || *p == '+') ? 1 : 0;
    if (!is_digit(*p)) {
        return text;
    }
    ptrdiff_t exponent = 0;
    for (; is_digit(*p); p++) {
        exponent = exponent < PTRDIFF_MAX / 100 ? exponent * 10 + (*p - '0') : exponent;
    }
    *power += negative ? -exponent : exponent;
    return p;
}

/* (1) */
static bool scan_decimal(const char *text, decimal *number)
{
    const char *p = text;
    number->text = text;
    number->negative = *p == '-';
    p += (*p == '-' || *p == '+') ? 1 : 0;
    uint64_t m = 0;
    const char *first = p;
    p = scan_digits(p, &m);
    ptrdiff_t digits = p - first;
    number->power = 0;
    if (*p == '.') {
        const char *fraction = ++p;
        p = scan_digits(p, &m);
        digits += p - fraction;
        number->power = fraction - p;
    }
    if (digits == 0) {
        return false;
    }
    if (*p == 'e' || *p == 'E') {
        p = scan_exponent(p, &number->power);
    }
    number->first_digit = first;
    number->digits = digits;
    number->m = m;
    number->end = p;
    return true;
}

static ptrdiff_t significant_digits(const decimal *number)
{
    ptrdiff_t zeros = 0;
    for (const char *p = number->first_digit; *p == '0' || *p == '.'; p++) {
        zeros += *p == '0' ? 1 : 0;
    }
    return number->digits - zeros;
}

/* (3); false where long double is no wider than double, and next to halfway. */
static bool extended_value(uint64_t m, ptrdiff_t power, double *value)
{
#if defined(__x86_64__) && LDBL_MANT_DIG == 64
    static const long double extended_power[EXTENDED_POWER + 1] = {
        1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
        1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
    if (power < -EXTENDED_POWER || power > EXTENDED_POWER) {
        return false;
    }
    long double wide = power < 0 ? (long double)m / extended_power[-power] : (long double)m * extended_power[power];
    uint64_t mantissa;
    memcpy(&mantissa, &wide, sizeof mantissa);
    unsigned low = (unsigned)(mantissa & 0x7ff);
    *value = (double)wide;
    return low != 0 && (low < 0x3ff || low > 0x401);
#else
    (void)m;
    (void)power;
    (void)value;
    return false;
#endif
}

/* Any decimal; not inlined, so that the short ones do not pay for its registers. */
static const char *scan_any(const char *text, double *value)
{
    decimal number;
    if (!scan_decimal(text, &number)) {
        return text;
    }
    double size;
    bool fits = number.digits <= MOST_DIGITS || significant_digits(&number) <= MOST_DIGITS;
    if (fits && number.m < (UINT64_C(1) << DBL_MANT_DIG) && number.power >= -EXACT_POWER &&
        number.power <= EXACT_POWER) {
        size = (double)number.m; /* (2) */
        size = number.power < 0 ? size / power_of_ten[-number.power] : size * power_of_ten[number.power];
    } else if (fits && number.m == 0) {
        size = 0;
    } else if (!fits || !extended_value(number.m, number.power, &size)) {
        *value = strtod(text, NULL); /* (4) */
        return number.end;
    }
    *value = signed_value(size, number.negative);
    return number.end;
}

const char *solow_number_scan(const char *text, double *value)
{
    const char *end = scan_short(text, value);
    return end != text ? end : scan_any(text, value);
}

bool solow_number_parse(const char *text, size_t bytes, double *value)
{
    char local[SHORT + SOLOW_NUMBER_PADDING] = {0};
    char *copy = bytes < SHORT ? local : calloc(bytes + 1 + SOLOW_NUMBER_PADDING, 1);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, text, bytes);
    double read = 0;
    const char *end = solow_number_scan(copy, &read);
    bool whole = bytes > 0 && end == copy + bytes;
    if (copy != local) {
        free(copy);
    }
    if (whole) {
        *value = read;
    }
    return whole;
}
