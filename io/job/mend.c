/* mend.c - texts that YAML cut because they stand in { } or [ ] without quotes; see solow_job_mend. */
#include "io/job/buffer.h"
#include "io/job/sections.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

enum { PIECES = 100 };

/* Opening minus closing brackets outside quotes. */
static int balance(const char *text, int open)
{
    char quote = '\0';
    for (const char *at = text; *at != '\0'; at++) {
        if (quote != '\0') {
            quote = *at == quote ? '\0' : quote;
        } else if (*at == '"' || *at == '\'' || *at == '`') {
            quote = *at;
        } else if (*at == '(') {
            open++;
        } else if (*at == ')') {
            open--;
        }
    }
    return open;
}

/* The piece after a cut: a key without value, or an item. NULL if node number i is none. */
static const solow_yaml *piece_at(const solow_yaml *parent, ptrdiff_t i)
{
    const solow_yaml *piece = parent->kind == SOLOW_YAML_MAPPING ? parent->key[i] : parent->item[i];
    if (parent->kind == SOLOW_YAML_MAPPING && !solow_yaml_is_null(parent->item[i])) {
        return NULL;
    }
    return piece->kind == SOLOW_YAML_SCALAR && !piece->quoted ? piece : NULL;
}

/* How many pieces behind child i close its brackets; 0 if they do not. */
static ptrdiff_t count_pieces(const solow_yaml *parent, ptrdiff_t i)
{
    const solow_yaml *first = parent->item[i];
    if (first->kind != SOLOW_YAML_SCALAR || first->quoted) {
        return 0;
    }
    int open = balance(first->text, 0);
    for (ptrdiff_t pieces = 1; open > 0 && pieces <= PIECES && i + pieces < parent->count; pieces++) {
        const solow_yaml *piece = piece_at(parent, i + pieces);
        if (piece == NULL) {
            return 0;
        }
        open = balance(piece->text, open);
        if (open == 0) {
            return pieces;
        }
    }
    return 0;
}

static void join(solow_reader *reader, solow_yaml *parent, ptrdiff_t i, ptrdiff_t pieces)
{
    solow_job_buffer buffer = {0};
    solow_job_buffer_add(&buffer, parent->item[i]->text);
    for (ptrdiff_t j = 1; j <= pieces; j++) {
        solow_job_buffer_add(&buffer, ", ");
        solow_job_buffer_add(&buffer, piece_at(parent, i + j)->text);
    }
    char *text = solow_job_buffer_take(&buffer);
    if (text == NULL) {
        reader->no_memory = true;
        return;
    }
    bool mapping = parent->kind == SOLOW_YAML_MAPPING;
    solow_reader_error(reader, parent->item[i], "put it in quotes",
                       "YAML cut this text at a comma, since it stands in %s without quotes: it was meant to be "
                       "\"%.200s\"",
                       mapping ? "{ }" : "[ ]", text);
    free(parent->item[i]->text);
    parent->item[i]->text = text;
    parent->item[i]->quoted = true;
    parent->item[i]->style = SOLOW_YAML_BLOCK;
    for (ptrdiff_t j = i + 1; j < parent->count; j++) {
        if (j <= i + pieces) {
            solow_yaml_destroy(parent->item[j]);
            solow_yaml_destroy(mapping ? parent->key[j] : NULL);
        } else {
            parent->item[j - pieces] = parent->item[j];
            if (mapping) {
                parent->key[j - pieces] = parent->key[j];
            }
        }
    }
    parent->count -= pieces;
}

void solow_job_mend(solow_reader *reader, solow_yaml *root)
{
    for (ptrdiff_t i = 0; i < root->count; i++) {
        ptrdiff_t pieces = count_pieces(root, i);
        if (pieces > 0) {
            join(reader, root, i, pieces);
        }
        solow_job_mend(reader, root->item[i]);
    }
    if (root->kind == SOLOW_YAML_MAPPING) {
        (void)solow_schema_check_repeated(reader, root);
    }
}
