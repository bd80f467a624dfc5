/* advice.c - what a user should know before and after estimation, on stderr of rank 0. See session.h. */
#include "engine/cli/session.h"

#include <stdio.h>
#include <string.h>

static bool is_panel_model(const solow_session *session, const solow_model *model)
{
    return session->job.data.unit != NULL && model->vcov.is_default && model->vcov.kind == SOLOW_VCOV_IID;
}

void solow_session_advise(const solow_session *session)
{
    const solow_panel_facts *facts = &session->frame.facts;
    if (session->frame.has_unit && !session->quiet) {
        fprintf(stderr,
                "solow: %lld rows, %lld units of %lld to %lld rows%s; %lld missing periods inside units, %lld spells\n",
                (long long)facts->rows, (long long)facts->units, (long long)facts->shortest, (long long)facts->longest,
                facts->balanced ? ", balanced" : "", (long long)facts->gaps, (long long)facts->spells);
    }
    if (session->frame.dropped_where + session->frame.dropped_key > 0) {
        fprintf(stderr, "solow: left out %lld rows by data.where and %lld without unit or period\n",
                (long long)session->frame.dropped_where, (long long)session->frame.dropped_key);
    }
    if (session->frame.note != NULL) {
        fprintf(stderr, "solow: warning: %s\n", session->frame.note);
    }
    ptrdiff_t count = 0;
    char names[512] = "";
    for (ptrdiff_t m = 0; m < session->job.models; m++) {
        const solow_model *model = &session->job.model[m];
        bool repeated = m > 0 && strcmp(session->job.model[m - 1].id, model->id) == 0;
        if (is_panel_model(session, model) && !repeated) {
            size_t used = strlen(names);
            snprintf(names + used, sizeof names - used, "%s%s", count > 0 ? ", " : "", model->id);
            count++;
        }
    }
    if (count > 0) {
        fprintf(stderr,
                "solow: warning: no `vcov:` is given for panel model%s %s: standard errors assume independent errors "
                "of equal "
                "variance (iid); consider vcov: {cluster: [%s]}\n",
                count > 1 ? "s" : "", names, session->job.data.unit);
    }
}
