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

char *solow_group_text(const solow_model *model)
{
    solow_job_buffer text = {0};
    solow_job_buffer_add(&text, "");
    for (ptrdiff_t g = 0; g < model->group_count; g++) {
        solow_job_buffer_add(&text, g > 0 ? ";" : "");
        add_escaped(&text, model->group[g].key);
        solow_job_buffer_add(&text, "=");
        add_escaped(&text, model->group[g].value);
    }
    return solow_job_buffer_take(&text);
}
