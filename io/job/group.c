/* group.c - the text of a model's group, as every table of results spells it; see job.h. */
#include "io/job/buffer.h"
#include "io/job/job.h"

#include <stdio.h>
#include <string.h>

static void add_escaped(solow_job_buffer *text, const char *part)
{
    char code[4];
    for (const char *at = part; *at != '\0'; at++) {
        if (strchr("%;=/", *at) != NULL) {
            (void)snprintf(code, sizeof code, "%%%02X", (unsigned)(unsigned char)*at);
            solow_job_buffer_add(text, code);
        } else {
            solow_job_buffer_bytes(text, at, 1);
        }
    }
}

static void add_pair(solow_job_buffer *text, const solow_key_value *pair)
{
    solow_job_buffer_add(text, text->length > 0 ? ";" : "");
    add_escaped(text, pair->key);
    solow_job_buffer_add(text, "=");
    add_escaped(text, pair->value);
}

char *solow_group_text(const solow_model *model, ptrdiff_t more, const solow_key_value *other)
{
    solow_job_buffer text = {0};
    solow_job_buffer_add(&text, "");
    for (ptrdiff_t g = 0; g < model->group_count; g++) {
        add_pair(&text, &model->group[g]);
    }
    for (ptrdiff_t g = 0; g < more; g++) {
        add_pair(&text, &other[g]);
    }
    return solow_job_buffer_take(&text);
}
