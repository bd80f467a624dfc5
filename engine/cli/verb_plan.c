/* verb_plan.c - solow plan: what a job will do and take, before it does it; refused where it cannot fit. No MPI. */
#include "engine/batch/plan.h"
#include "engine/cli/session.h"
#include "engine/cli/verb.h"

#include "io/report/buffer.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_JOBS = 64, NAME_WIDTH = 24, MOST_LINES = 50, HEADINGS = 10 };

static const double mega = 1e6, giga = 1e9;

/* digits: significant ones; 0: a whole number. */
static void add_cell(solow_buffer *out, ptrdiff_t width, int digits, double value)
{
    char text[48];
    snprintf(text, sizeof text, digits > 0 ? "%.*g" : "%.*f", digits, value);
    solow_buffer_char(out, ' ');
    solow_buffer_padded(out, text, width, true);
}

static void add_effects(const solow_model *model, solow_buffer *out)
{
    for (ptrdiff_t e = 0; e < model->formula.effects; e++) {
        char *text = solow_node_print(model->formula.effect[e].factor);
        solow_buffer_text(out, e > 0 ? " + " : "  ");
        solow_buffer_text(out, text != NULL ? text : "?");
        free(text);
    }
}

static void add_sweep(const solow_plan_sweep *sweep, solow_buffer *out)
{
    char name[160];
    snprintf(name, sizeof name, "%s%s", sweep->model->id, sweep->models > 1 ? ", ..." : "");
    solow_buffer_padded(out, name, NAME_WIDTH, false);
    add_cell(out, 9, 0, (double)sweep->models * (double)sweep->times);
    if (sweep->counted) {
        add_cell(out, 7, 0, (double)sweep->columns);
        add_cell(out, 10, 0, (double)sweep->rows);
        add_cell(out, 8, 0, (double)sweep->levels);
        add_cell(out, 8, 0, (double)sweep->clusters);
        add_cell(out, 7, 0, sweep->passes);
        add_cell(out, 8, 3, sweep->bytes / giga);
        add_cell(out, 8, 3, sweep->flops / giga);
        add_cell(out, 8, 2, sweep->seconds);
        add_cell(out, 8, 3, sweep->memory / mega);
    }
    add_effects(sweep->model, out);
    solow_buffer_char(out, '\n');
}

static void add_table(const solow_plan *plan, solow_buffer *out)
{
    static const char *const heading[HEADINGS] = {"estimates", "columns", "rows",  "levels", "clusters",
                                                  "passes",    "GB",      "GFLOP", "s",      "MB"};
    static const ptrdiff_t width[HEADINGS] = {9, 7, 10, 8, 8, 7, 8, 8, 8, 8};
    solow_buffer_padded(out, "sweep", NAME_WIDTH, false);
    for (int h = 0; h < HEADINGS; h++) {
        solow_buffer_char(out, ' ');
        solow_buffer_padded(out, heading[h], width[h], true);
    }
    solow_buffer_text(out, "  effects\n");
    for (ptrdiff_t s = 0; s < plan->sweeps && s < MOST_LINES; s++) {
        add_sweep(&plan->sweep[s], out);
    }
    if (plan->sweeps > MOST_LINES) {
        solow_buffer_format(out, "... and %td sweeps more\n", plan->sweeps - MOST_LINES);
    }
}

static void add_notes(const solow_plan *plan, solow_buffer *out)
{
    for (ptrdiff_t n = 0; n < plan->notes && n < MOST_LINES; n++) {
        const solow_plan_note *note = &plan->note[n];
        solow_buffer_format(out, "%s: %s: %s\n", note->kind, note->model->id, note->text);
    }
    if (plan->notes > MOST_LINES) {
        solow_buffer_format(out, "... and %td notes more\n", plan->notes - MOST_LINES);
    }
}

static void add_sums(const solow_plan *plan, const solow_memory_limit *limit, solow_buffer *out)
{
    solow_buffer_format(
        out,
        "%.0f estimates, %lld rows x %td columns, %d rank%s: %.0f passes (%.0f if nothing were shared), "
        "%.3g GB, %.3g GFLOP, about %.2g s\n",
        plan->estimates, (long long)plan->rows, plan->frame_columns, plan->ranks, plan->ranks > 1 ? "s" : "",
        plan->passes, plan->alone, plan->bytes / giga, plan->flops / giga, plan->seconds);
    solow_buffer_format(out, "memory: up to %.0f MB a rank while the data are read, then %.0f MB; %s allows %.0f MB\n",
                        plan->reading / mega, plan->working / mega, limit->whose, limit->bytes / mega);
}

static solow_status refuse(const char *path, const solow_plan *plan, const solow_memory_limit *limit, solow_error *err)
{
    double need = plan->least * plan->ranks;
    if (limit->bytes == 0 || need <= limit->bytes) {
        return SOLOW_OK;
    }
    return SOLOW_FAIL(
        err, SOLOW_ERR_CONFIG,
        "%s cannot fit: it needs at least %.0f MB of memory on %d rank%s of one node, and %s allows %.0f MB; spread "
        "it over more nodes",
        path, need / mega, plan->ranks, plan->ranks > 1 ? "s" : "", limit->whose, limit->bytes / mega);
}

static solow_status plan_job(const char *path, int ranks, solow_error *err)
{
    solow_session session;
    solow_plan plan = {0};
    solow_buffer out = {0};
    const solow_memory_limit limit = solow_memory_allowed();
    solow_status status = solow_session_check(path, &session, err);
    status = status == SOLOW_OK ? solow_plan_make(&session.frame, &session.job, ranks, &plan, err) : status;
    if (status == SOLOW_OK) {
        add_table(&plan, &out);
        add_notes(&plan, &out);
        add_sums(&plan, &limit, &out);
        status = solow_buffer_send(&out, stdout, err);
    }
    status = status == SOLOW_OK ? refuse(path, &plan, &limit, err) : status;
    solow_buffer_clear(&out);
    solow_plan_clear(&plan);
    solow_session_check_clear(&session);
    return status;
}

static solow_status ranks_of(const char *text, int *ranks, solow_error *err)
{
    char *end = NULL;
    long value = text != NULL ? strtol(text, &end, 10) : 1;
    if (text != NULL && (end == text || *end != '\0' || value < 1 || value > 1000000)) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--ranks wants a whole number of at least 1, not `%s`", text);
    }
    *ranks = (int)value;
    return SOLOW_OK;
}

int solow_verb_plan(int argc, char **argv)
{
    solow_error err = {0};
    const char *positional[MOST_JOBS], *text = NULL;
    int count = 0, ranks = 1, code = 0;
    const solow_cli_option options[] = {{.name = "ranks", .letter = 'r', .value = &text}, {.name = NULL}};
    solow_status status = argc <= MOST_JOBS ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                            : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many job files");
    status = status == SOLOW_OK ? ranks_of(text, &ranks, &err) : status;
    if (status == SOLOW_OK && count == 0) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow plan takes a job file; see solow plan --help");
    }
    if (status != SOLOW_OK) {
        return solow_cli_fail(&err);
    }
    for (int i = 0; i < count; i++) {
        solow_error own = {0};
        if (plan_job(positional[i], ranks, &own) != SOLOW_OK) {
            int failed = solow_cli_fail(&own);
            code = code == 0 ? failed : code;
        }
    }
    return code;
}
