/* token.h - the words of expressions and formulas. */
#ifndef SOLOW_IO_JOB_TOKEN_H
#define SOLOW_IO_JOB_TOKEN_H

#include "kernels/core/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    SOLOW_TOKEN_END,
    SOLOW_TOKEN_NUMBER,
    SOLOW_TOKEN_TEXT,
    SOLOW_TOKEN_NAME,
    SOLOW_TOKEN_SIGN
} solow_token_kind;

typedef struct solow_token {
    solow_token_kind kind;
    char *text;    /* TEXT, NAME: without quotes, escapes resolved; SIGN: the sign or keyword; owned; NULL at the end */
    double number; /* NUMBER */
    bool quoted;   /* NAME in backticks */
    bool called;   /* NAME directly before "(", which is what makes it a call */
    ptrdiff_t position, end; /* bytes */
} solow_token;

/* The token at or after offset. Keywords (and or not in) are signs. On failure *position is the place of the offence. */
solow_status solow_token_read(const char *text, ptrdiff_t offset, solow_token *token, ptrdiff_t *position,
                              solow_error *err);

#endif
