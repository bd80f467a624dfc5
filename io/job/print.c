/* print.c - an expression tree as canonical text: no spaces outside quotes but around words (`and`, `in`), brackets only
 * where the tree needs them. Parsing the text gives the tree again. See expression.h. */
#include "io/job/buffer.h"
#include "io/job/expression.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How tightly each operator binds, as in parser.c; a node that is no operator binds tightest. */
static const struct {
    const char *sign;
    int power;
    bool word;
} operators[] = {
    {"or", 1, true},  {"and", 2, true}, {"not", 3, true}, {"==", 4, false},  {"!=", 4, false}, {"<", 4, false},
    {"<=", 4, false}, {">", 4, false},  {">=", 4, false}, {"in", 4, true},   {"+", 5, false},  {"-", 5, false},
    {"*", 6, false},  {"/", 6, false},  {":", 7, false},  {"neg", 8, false}, {"^", 9, false},
};
enum { TIGHTEST = 10, COMPARISON = 4, POWER = 9, OPERATORS = sizeof operators / sizeof *operators };

static size_t operator_of(const solow_node *node)
{
    size_t found = OPERATORS;
    for (size_t i = 0; i < OPERATORS && node->kind == SOLOW_NODE_CALL; i++) {
        if (strcmp(node->text, operators[i].sign) == 0) {
            found = i;
        }
    }
    return found;
}

static int power_of(const solow_node *node)
{
    size_t found = operator_of(node);
    if (node->kind == SOLOW_NODE_NUMBER && signbit(node->number)) {
        return POWER - 1;
    }
    return found < OPERATORS ? operators[found].power : TIGHTEST;
}

/* The shortest text that reads back as the number. */
static void print_number(solow_job_buffer *out, double number)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number) {
            break;
        }
    }
    solow_job_buffer_add(out, text);
}

static void print_quoted(solow_job_buffer *out, const char *text, char quote)
{
    solow_job_buffer_bytes(out, &quote, 1);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == quote || *at == '\\') {
            solow_job_buffer_add(out, "\\");
        }
        solow_job_buffer_bytes(out, at, 1);
    }
    solow_job_buffer_bytes(out, &quote, 1);
}

/* Whether the name is read back as a name without backticks. */
static bool is_plain_name(const char *name)
{
    static const char *const reserved[] = {"and", "or", "not", "in", "NA"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++) {
        if (strcmp(name, reserved[i]) == 0) {
            return false;
        }
    }
    if (name[0] == '\0' || isdigit((unsigned char)name[0]) || (name[0] == '.' && isdigit((unsigned char)name[1])) ||
        strcmp(name, ".") == 0) {
        return false;
    }
    for (const char *at = name; *at != '\0'; at++) {
        if (!isalnum((unsigned char)*at) && *at != '_' && *at != '.' && (unsigned char)*at < 0x80) {
            return false;
        }
    }
    return true;
}

static void print_node(solow_job_buffer *out, const solow_node *node);

static void print_operand(solow_job_buffer *out, const solow_node *node, int least)
{
    bool brackets = power_of(node) < least;
    solow_job_buffer_add(out, brackets ? "(" : "");
    print_node(out, node);
    solow_job_buffer_add(out, brackets ? ")" : "");
}

static void print_operator(solow_job_buffer *out, const solow_node *node, size_t index)
{
    int power = operators[index].power;
    const char *sign = operators[index].sign;
    if (node->count == 1) {
        solow_job_buffer_add(out, strcmp(sign, "neg") == 0 ? "-" : operators[index].word ? "not " : sign);
        print_operand(out, node->child[0], power);
        return;
    }
    bool right_first = power == POWER;
    print_operand(out, node->child[0], power + (right_first || power == COMPARISON ? 1 : 0));
    solow_job_buffer_format(out, operators[index].word ? " %s " : "%s", sign);
    print_operand(out, node->child[1], power + (right_first ? 0 : 1));
}

/* Arguments from index first on, between the signs. */
static void print_arguments(solow_job_buffer *out, const solow_node *node, ptrdiff_t first, const char *open,
                            const char *close)
{
    solow_job_buffer_add(out, open);
    for (ptrdiff_t i = first; i < node->count; i++) {
        solow_job_buffer_add(out, i > first ? "," : "");
        if (node->label != NULL && node->label[i] != NULL) {
            solow_job_buffer_format(out, "%s=", node->label[i]);
        }
        print_node(out, node->child[i]);
    }
    solow_job_buffer_add(out, close);
}

static void print_call(solow_job_buffer *out, const solow_node *node)
{
    size_t index = operator_of(node);
    if (index < OPERATORS && (node->count == 2 || node->count == 1)) {
        print_operator(out, node, index);
    } else if (strcmp(node->text, "[") == 0 || strcmp(node->text, "[[") == 0) {
        print_operand(out, node->child[0], TIGHTEST);
        print_arguments(out, node, 1, node->text, node->text[1] == '[' ? "]]" : "]");
    } else {
        solow_job_buffer_add(out, strcmp(node->text, "list") == 0 ? "" : node->text);
        print_arguments(out, node, 0, "(", ")");
    }
}

static void print_node(solow_job_buffer *out, const solow_node *node)
{
    switch (node->kind) {
    case SOLOW_NODE_NUMBER:
        print_number(out, node->number);
        break;
    case SOLOW_NODE_TEXT:
        print_quoted(out, node->text, '"');
        break;
    case SOLOW_NODE_NAME:
        if (is_plain_name(node->text)) {
            solow_job_buffer_add(out, node->text);
        } else {
            print_quoted(out, node->text, '`');
        }
        break;
    case SOLOW_NODE_MISSING:
        solow_job_buffer_add(out, "NA");
        break;
    case SOLOW_NODE_CALL:
    default:
        print_call(out, node);
        break;
    }
}

char *solow_node_print(const solow_node *node)
{
    solow_job_buffer out = {0};
    print_node(&out, node);
    return solow_job_buffer_take(&out);
}
