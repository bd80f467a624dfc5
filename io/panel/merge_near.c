/* merge_near.c - keys that a reader would take for equal, but that are not byte for byte; see merge_key.h. */
#include "io/panel/merge_key.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The label without blanks at its ends and zeros in front, in small letters; malloc'ed, NULL if there is no memory. */
static char *plain_form(const char *label)
{
    while (*label == ' ' || *label == '\t') {
        label++;
    }
    while (label[0] == '0' && label[1] != '\0' && label[1] != ' ') {
        label++;
    }
    size_t bytes = strlen(label);
    while (bytes > 0 && (label[bytes - 1] == ' ' || label[bytes - 1] == '\t')) {
        bytes--;
    }
    char *plain = malloc(bytes + 1);
    for (size_t i = 0; plain != NULL && i < bytes; i++) {
        plain[i] = (char)tolower((unsigned char)label[i]);
    }
    if (plain != NULL) {
        plain[bytes] = '\0';
    }
    return plain;
}

/* Index in plain of the label's plain form, added if it is new; -1 for no memory. */
static int32_t add_plain(solow_levels *plain, const char *label, bool add)
{
    char *form = plain_form(label);
    if (form == NULL) {
        return -1;
    }
    int32_t index = add ? solow_levels_add(plain, form, strlen(form)) : solow_levels_find(plain, form, strlen(form));
    free(form);
    return index;
}

/* Label of right that is a near miss of this one: the first with its plain form. NULL if none. */
static const char *nearest(const solow_levels *right, const solow_levels *plain, const char *label)
{
    int32_t form = add_plain((solow_levels *)plain, label, false);
    for (int32_t i = 0; form >= 0 && i < right->count; i++) {
        if (add_plain((solow_levels *)plain, right->label[i], false) == form) {
            return right->label[i];
        }
    }
    return NULL;
}

static bool find_near_miss(const solow_key_part *part, const char *file, char *text, size_t bytes)
{
    const solow_levels *left = &part->left->levels, *right = &part->right->levels;
    solow_levels plain = {0};
    bool found = false, room = true;
    for (int32_t i = 0; room && i < right->count; i++) {
        room = add_plain(&plain, right->label[i], true) >= 0;
    }
    for (int32_t i = 0; room && !found && i < left->count; i++) {
        const char *near = part->translated[i] < 0 ? nearest(right, &plain, left->label[i]) : NULL;
        if (near != NULL) {
            found = true;
            (void)snprintf(
                text, bytes,
                "'%.100s' in column '%.64s' is '%.100s' in %.100s: they differ in blanks, leading zeros or case",
                left->label[i], part->left->name, near, file);
        }
    }
    solow_levels_clear(&plain);
    return found;
}

void solow_key_table_near_miss(const solow_key_table *table, const char *file, char *text, size_t bytes)
{
    text[0] = '\0';
    for (ptrdiff_t k = 0; k < table->parts; k++) {
        bool is_text = table->part[k].left->kind == SOLOW_COLUMN_TEXT;
        if (is_text && find_near_miss(&table->part[k], file, text, bytes)) {
            return;
        }
    }
}
