/* available.c - parts of a job that this version reads but cannot do yet: said at their place, never ignored. See session.h. */
#include "engine/cli/session.h"

#include "engine/batch/compare.h"

static void refuse(solow_diagnostics *diagnostics, const solow_yaml *node, const char *what)
{
    if (node != NULL) {
        solow_diagnostics_add(diagnostics, false, (solow_place){node->line, node->column}, NULL,
                              "`%s` is not available in this version", what);
    }
}

solow_status solow_session_check_available(solow_session *session, solow_error *err)
{
    const solow_job *job = &session->job;
    ptrdiff_t before = session->diagnostics.errors;
    refuse(&session->diagnostics, job->families, "families");
    refuse(&session->diagnostics, job->resampling, "resampling");
    for (ptrdiff_t m = 0; m < job->models; m++) {
        static const char *const keys[] = {"bootstrap"};
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            refuse(&session->diagnostics, solow_yaml_get(job->model[m].options, keys[k]), keys[k]);
        }
    }
    solow_compare_check(job, &session->diagnostics);
    if (session->diagnostics.errors == before) {
        return SOLOW_OK;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s asks for what cannot be done; see above", session->path);
}
