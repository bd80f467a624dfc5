/* csv_field.c - one field of a CSV text; see csv.h.
 *
 * The buffer ends with a NUL, which is also what no text may contain: meeting one inside is an error, at the end it means
 * that more must be read. So no loop here checks for the end of the buffer.
 */
#include "io/panel/csv.h"
#include "io/panel/number.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *fail(solow_csv *csv, solow_csv_problem problem, const char *at)
{
    csv->problem = problem;
    csv->at = at;
    return NULL;
}

static const char *meets_nul(solow_csv *csv, const char *nul)
{
    bool at_end = nul == csv->input.buffer + csv->input.ends;
    return fail(csv, at_end ? SOLOW_CSV_INCOMPLETE : SOLOW_CSV_NUL, nul);
}

static solow_byte_class class_of(const solow_csv *csv, const char *p)
{
    return csv->class[(unsigned char)*p];
}

static bool is_blank(const solow_csv *csv, char c)
{
    return (c == ' ' || c == '\t') && c != csv->delimiter;
}

/* The separator of the unquoted field around text, or the quote or NUL that ends it. end: of the content. */
static const char *unquoted_end(const solow_csv *csv, const char *text, const char **end)
{
    const char *p = text;
    for (;;) {
        while (class_of(csv, p) == SOLOW_BYTE_ORDINARY) {
            p++;
        }
        if (class_of(csv, p) != SOLOW_BYTE_CR) {
            *end = p;
            return p;
        }
        if (p[1] == '\n') {
            *end = p;
            return p + 1;
        }
        if (p[1] == '\0') {
            return p + 1;
        }
        p++; /* a lone CR is content */
    }
}

static bool remember(solow_csv *csv, size_t used, const char *text, size_t bytes)
{
    if (used + bytes > csv->scratch_bytes) {
        char *grown = realloc(csv->scratch, 2 * (used + bytes));
        if (grown == NULL) {
            return false;
        }
        csv->scratch = grown;
        csv->scratch_bytes = 2 * (used + bytes);
    }
    memcpy(csv->scratch + used, text, bytes);
    return true;
}

/* text: behind the opening quote. Returns the byte behind the closing one. */
static const char *quoted_end(solow_csv *csv, const char *text, solow_csv_field *field)
{
    size_t used = 0;
    for (const char *run = text;;) {
        const char *p = run;
        while (*p != '"' && *p != '\0') {
            p++;
        }
        if (*p == '\0') {
            return meets_nul(csv, p);
        }
        if (p[1] == '\0' && p + 1 == csv->input.buffer + csv->input.ends) {
            return meets_nul(csv, p + 1); /* the next byte tells whether this quote closes */
        }
        bool closes = p[1] != '"';
        if (closes && used == 0) {
            *field = (solow_csv_field){run, (size_t)(p - run)};
            return p + 1;
        }
        size_t bytes = (size_t)(p - run) + (closes ? 0 : 1);
        if (!remember(csv, used, run, bytes)) {
            return fail(csv, SOLOW_CSV_NO_MEMORY, p);
        }
        used += bytes;
        if (closes) {
            *field = (solow_csv_field){csv->scratch, used};
            return p + 1;
        }
        run = p + 2;
    }
}

const char *solow_csv_field_read(solow_csv *csv, const char *text, solow_csv_field *field)
{
    const char *end = text;
    const char *p = unquoted_end(csv, text, &end);
    if (class_of(csv, p) == SOLOW_BYTE_DELIMITER || class_of(csv, p) == SOLOW_BYTE_NEWLINE) {
        *field = (solow_csv_field){text, (size_t)(end - text)};
        return p;
    }
    if (*p == '\0') {
        return meets_nul(csv, p);
    }
    for (const char *before = text; before < p; before++) {
        if (!is_blank(csv, *before)) {
            return fail(csv, SOLOW_CSV_BARE_QUOTE, p);
        }
    }
    const char *behind = quoted_end(csv, p + 1, field);
    while (behind != NULL && is_blank(csv, *behind)) {
        behind++;
    }
    if (behind == NULL) {
        return NULL;
    }
    p = unquoted_end(csv, behind, &end);
    if (*p == '\0') {
        return meets_nul(csv, p);
    }
    if (end != behind || class_of(csv, p) == SOLOW_BYTE_QUOTE) {
        return fail(csv, SOLOW_CSV_AFTER_QUOTE, behind);
    }
    return p;
}

const char *solow_csv_field_skip(solow_csv *csv, const char *text)
{
    const char *p = text;
    while (class_of(csv, p) == SOLOW_BYTE_ORDINARY) {
        p++;
    }
    if (class_of(csv, p) == SOLOW_BYTE_DELIMITER || class_of(csv, p) == SOLOW_BYTE_NEWLINE) {
        return p;
    }
    solow_csv_field field;
    return solow_csv_field_read(csv, text, &field);
}

void solow_csv_field_trim(solow_csv_field *field)
{
    while (field->bytes > 0 && (field->text[0] == ' ' || field->text[0] == '\t')) {
        field->text++;
        field->bytes--;
    }
    while (field->bytes > 0 && (field->text[field->bytes - 1] == ' ' || field->text[field->bytes - 1] == '\t')) {
        field->bytes--;
    }
}

static bool is_word(const solow_csv_field *field, const char *word)
{
    return field->bytes == strlen(word) && strncasecmp(field->text, word, field->bytes) == 0;
}

solow_field_kind solow_csv_field_number(const solow_source *source, const solow_csv_field *field, double *value)
{
    *value = NAN;
    if (solow_source_text_missing(source, field->text, field->bytes)) {
        return SOLOW_FIELD_MISSING;
    }
    solow_csv_field bare = *field;
    solow_csv_field_trim(&bare);
    if (solow_number_parse(bare.text, bare.bytes, value)) {
        return SOLOW_FIELD_NUMBER;
    }
    bool negative = bare.text[0] == '-';
    if (negative || bare.text[0] == '+') {
        bare.text++;
        bare.bytes--;
    }
    if (is_word(&bare, "nan")) {
        return SOLOW_FIELD_NAN;
    }
    if (is_word(&bare, "inf") || is_word(&bare, "infinity")) {
        *value = negative ? -INFINITY : INFINITY;
        return SOLOW_FIELD_NUMBER;
    }
    return SOLOW_FIELD_TEXT;
}
