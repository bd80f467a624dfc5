/* available.c - parts of a job that this version reads but cannot do yet: said at their place, never ignored. See session.h. */
#include "engine/cli/session.h"

#include "engine/batch/compare.h"
#include "engine/batch/family.h"

#include <string.h>

/* A window lies along the periods, and a row lies in several windows. */
static void check_window(solow_diagnostics *diagnostics, const solow_job *job, const solow_model *model)
{
    const solow_yaml *window = solow_yaml_get(model->options, "window"),
                     *node = window != NULL ? window : solow_yaml_get(model->options, "leave_out");
    const char *what = window != NULL ? "window" : "leave_out";
    if (model->window_length <= 0 && model->leave_out.count == 0) {
        return;
    }
    const solow_place place = {node->line, node->column};
    if (model->window_length > 0 && job->data.time == NULL) {
        solow_diagnostics_add(diagnostics, false, place, NULL,
                              "model `%s` has a window, which needs the `time:` column under `data:`", model->id);
    }
    for (ptrdiff_t s = 0; s < model->save_count; s++) {
        if (strcmp(model->save[s], "fixed_effects") != 0) {
            solow_diagnostics_add(diagnostics, false, place, "save from another model",
                                  "model `%s` saves columns and has a `%s:`, and a row lies in several of its samples",
                                  model->id, what);
            return;
        }
    }
}

solow_status solow_session_check_available(solow_session *session, solow_error *err)
{
    const solow_job *job = &session->job;
    ptrdiff_t before = session->diagnostics.errors;
    for (ptrdiff_t m = 0; m < job->models; m++) {
        check_window(&session->diagnostics, job, &job->model[m]);
    }
    solow_compare_check(job, &session->diagnostics);
    solow_family_check(job, &session->diagnostics);
    if (session->diagnostics.errors == before) {
        return SOLOW_OK;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s asks for what cannot be done; see above", session->path);
}
