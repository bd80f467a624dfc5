/* token.c - see token.h. */
#include "io/job/token.h"
#include "io/job/buffer.h"
#include "io/job/expression.h"
#include "kernels/core/size.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Longest first: `<=` before `<`. */
static const char *const signs[] = {"==", "!=", "<=", ">=", "[[", "]]", "+", "-", "*", "/", "^",
                                    ":",  "<",  ">",  "(",  ")",  "[",  "]", ",", "=", "~", "|"};
static const char *const keywords[] = {"and", "or", "not", "in"};

/* What people of other languages write, and what it is here. */
static const struct {
    const char *sign, *advice;
} foreign[] = {
    {"&&", "write `and`"},
    {"&", "write `and`"},
    {"||", "write `or`"},
    {"!", "write `not`"},
    {"**", "write `^` for a power"},
    {"%in%", "write `in`"},
    {"##", "write `x*z` for an interaction with its main effects"},
    {"#", "write `x:z` for an interaction"},
    {"{", "a `{name}` is replaced only if it is a name of the model's `foreach:`"},
    {"$", "write the column's name alone"},
    {"@", "write the column's name alone"},
    {";", "separate terms with `+`"},
};

static bool starts_name(const char *at)
{
    return isalpha((unsigned char)at[0]) || at[0] == '_' || (unsigned char)at[0] >= 0x80 ||
           (at[0] == '.' && (isalpha((unsigned char)at[1]) || at[1] == '_' || at[1] == '.'));
}

static bool continues_name(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_' || byte == '.' || (unsigned char)byte >= 0x80;
}

static solow_status finish(solow_token *token, char *text, solow_error *err)
{
    if (text == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for an expression");
    }
    token->text = text;
    return SOLOW_OK;
}

static char *copy_bytes(const char *text, ptrdiff_t from, ptrdiff_t to)
{
    solow_job_buffer buffer = {0};
    solow_job_buffer_bytes(&buffer, text + from, to - from);
    return solow_job_buffer_take(&buffer);
}

static solow_status read_number(const char *text, solow_token *token, ptrdiff_t *position, solow_error *err)
{
    char *end;
    const char *at = text + token->position;
    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
        *position = token->position;
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "numbers are decimal here");
    }
    token->number = strtod(at, &end);
    token->end = token->position + (end - at);
    token->kind = SOLOW_TOKEN_NUMBER;
    if (end - at > SOLOW_NUMBER_LENGTH) {
        *position = token->position;
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "a number of more than %d characters", SOLOW_NUMBER_LENGTH);
    }
    if (!isfinite(token->number)) {
        *position = token->position;
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "this number is too large for double precision");
    }
    if (continues_name(*end)) {
        *position = token->end;
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "a name cannot start with a digit; put it in backticks, or an operator between");
    }
    return SOLOW_OK;
}

/* Text in ' or ", a name in `: a backslash takes the next character as it is. */
static solow_status read_quoted(const char *text, solow_token *token, ptrdiff_t *position, solow_error *err)
{
    char quote = text[token->position];
    solow_job_buffer buffer = {0};
    ptrdiff_t at = token->position + 1;
    for (; text[at] != '\0' && text[at] != quote; at++) {
        if (text[at] == '\\' && text[at + 1] != '\0') {
            at++;
        }
        solow_job_buffer_bytes(&buffer, text + at, 1);
    }
    if (text[at] == '\0') {
        solow_job_buffer_clear(&buffer);
        *position = token->position;
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "this %s is never closed", quote == '`' ? "backtick" : "quote");
    }
    token->end = at + 1;
    token->kind = quote == '`' ? SOLOW_TOKEN_NAME : SOLOW_TOKEN_TEXT;
    token->quoted = quote == '`';
    return finish(token, solow_job_buffer_take(&buffer), err);
}

static solow_status read_name(const char *text, solow_token *token, solow_error *err)
{
    ptrdiff_t at = token->position;
    while (continues_name(text[at])) {
        at++;
    }
    token->end = at;
    token->kind = SOLOW_TOKEN_NAME;
    solow_status status = finish(token, copy_bytes(text, token->position, at), err);
    while (isspace((unsigned char)text[at])) {
        at++;
    }
    token->called = text[at] == '(';
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords && status == SOLOW_OK; i++) {
        if (strcmp(token->text, keywords[i]) == 0) {
            token->kind = SOLOW_TOKEN_SIGN;
        }
    }
    return status;
}

static solow_status read_sign(const char *text, solow_token *token, ptrdiff_t *position, solow_error *err)
{
    const char *at = text + token->position;
    *position = token->position;
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        size_t length = strlen(foreign[i].sign);
        if (strncmp(at, foreign[i].sign, length) == 0 && !(foreign[i].sign[0] == '!' && at[1] == '=')) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` is no operator here; %s", foreign[i].sign, foreign[i].advice);
        }
    }
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t length = strlen(signs[i]);
        if (strncmp(at, signs[i], length) == 0) {
            token->kind = SOLOW_TOKEN_SIGN;
            token->end = token->position + (ptrdiff_t)length;
            return finish(token, solow_copy_text(signs[i]), err);
        }
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%c` has no meaning here", *at);
}

solow_status solow_token_read(const char *text, ptrdiff_t offset, solow_token *token, ptrdiff_t *position,
                              solow_error *err)
{
    while (isspace((unsigned char)text[offset])) {
        offset++;
    }
    *token = (solow_token){.kind = SOLOW_TOKEN_END, .position = offset, .end = offset};
    const char *at = text + offset;
    if (*at == '\0') {
        return SOLOW_OK;
    }
    if (isdigit((unsigned char)at[0]) || (at[0] == '.' && isdigit((unsigned char)at[1]))) {
        return read_number(text, token, position, err);
    }
    if (*at == '"' || *at == '\'' || *at == '`') {
        return read_quoted(text, token, position, err);
    }
    if (starts_name(at)) {
        return read_name(text, token, err);
    }
    return read_sign(text, token, position, err);
}
