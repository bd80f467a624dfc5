/* saved.c - saved(model, column): the model must exist, saves the column, and reads nothing that comes from itself. */
#include "io/job/buffer.h"
#include "io/job/sections.h"
#include "io/job/visit.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

/* Puts column under the save of every estimate of the model; false if there is no such model. */
static bool save_column(solow_reader *reader, const char *id, const char *column)
{
    bool found = false;
    for (ptrdiff_t i = 0; i < reader->job->models; i++) {
        solow_model *model = &reader->job->model[i];
        if (model->id == NULL || strcmp(model->id, id) != 0) {
            continue;
        }
        found = true;
        bool known = false;
        for (ptrdiff_t j = 0; j < model->save_count; j++) {
            known = known || strcmp(model->save[j], column) == 0;
        }
        char **save = known ? NULL : solow_resize(model->save, model->save_count + 1, sizeof *save);
        reader->no_memory |= !known && save == NULL;
        if (save != NULL) {
            model->save = save;
            model->save[model->save_count] = solow_reader_copy(reader, column);
            model->save_count += model->save[model->save_count] != NULL ? 1 : 0;
        }
    }
    return found;
}

static void use(void *to, const solow_node *node, const char *context, const solow_model *model)
{
    solow_reader *reader = to;
    if (solow_node_is_call(node, "saved") && node->count == 2) {
        const solow_node *id = node->child[0], *column = node->child[1];
        solow_place place = {id->line, id->column};
        bool named = column->kind == SOLOW_NODE_NAME || column->kind == SOLOW_NODE_TEXT;
        if (!named) {
            solow_diagnostics_add(reader->diagnostics, false, place, NULL,
                                  "the second argument of `saved` is the name of a column");
        } else if (model != NULL && strcmp(model->id, id->text) == 0) {
            solow_diagnostics_add(reader->diagnostics, false, place, NULL, "the model `%.128s` reads its own column",
                                  id->text);
        } else if (!save_column(reader, id->text, column->text)) {
            solow_diagnostics_add(reader->diagnostics, false, place, NULL, "there is no model `%.128s`", id->text);
        }
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        use(to, node->child[i], context, model);
    }
}

void solow_job_use_saved(solow_reader *reader)
{
    solow_visit_job(reader->job, use, reader);
}
