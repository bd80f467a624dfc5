/* session.c - see session.h. */
#include "engine/cli/session.h"

#include "engine/estimators/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KIND_BYTES = 512 };

/* Every rank's kind beside rank 0's: a mixture would give digits that depend on the schedule. */
static solow_status check_kinds(solow_comm *comm, solow_error *err)
{
    char first[KIND_BYTES] = "", *mine = solow_machine_kind();
    solow_status status = mine != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory");
    if (mine != NULL) {
        snprintf(first, sizeof first, "%s", mine);
    }
    solow_status sent = solow_comm_broadcast(comm, 0, first, sizeof first, err);
    if (status == SOLOW_OK && sent == SOLOW_OK && strncmp(first, mine, sizeof first - 1) != 0) {
        status = SOLOW_FAIL(
            err, SOLOW_ERR_CONFIG,
            "rank %d runs on another kind of machine (%s) than rank 0 (%s): ask the scheduler for nodes of one "
            "kind, or set OPENBLAS_CORETYPE to one core name on all",
            solow_comm_rank(comm), mine, first);
    }
    free(mine);
    return solow_comm_agree(comm, sent == SOLOW_OK ? status : sent, err);
}

solow_status solow_session_start(int *argc, char ***argv, solow_comm **comm, solow_error *err)
{
    char sentence[256];
    solow_status status = solow_comm_start(argc, argv, comm, err);
    if (status == SOLOW_OK) {
        status = check_kinds(*comm, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_launch_check(*comm, sentence, sizeof sentence, err);
        if (status == SOLOW_OK && sentence[0] != '\0' && solow_comm_rank(*comm) == 0) {
            fprintf(stderr, "solow: warning: %s\n", sentence);
        }
    }
    return status;
}

static void add_phase(solow_session *session, const char *name, double since, double bytes)
{
    if (session->phases < SOLOW_PHASES) {
        session->phase[session->phases++] =
            (solow_phase){.name = name, .seconds = solow_comm_seconds() - since, .bytes = bytes, .calls = 1};
        if (session->verbose && solow_comm_rank(session->comm) == 0) {
            fprintf(stderr, "solow: %s: %.3f s\n", name, session->phase[session->phases - 1].seconds);
        }
    }
}

/* KEY=VALUE as an override; key is malloc'ed, and the value stands in it. */
static solow_status split_set(const char *text, solow_override *override, char **key, solow_error *err)
{
    *key = solow_copy_text(text);
    char *equals = *key != NULL ? strchr(*key, '=') : NULL;
    if (*key == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for --set");
    }
    if (equals == NULL || equals == *key) {
        return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--set wants KEY=VALUE, not `%s`", text);
    }
    *equals = '\0';
    *override = (solow_override){.key = *key, .value = equals + 1};
    return SOLOW_OK;
}

solow_status solow_session_read_job(const char *path, const solow_cli_list *set, bool print, solow_job *job,
                                    solow_diagnostics *diagnostics, solow_error *err)
{
    solow_estimator_names names[SOLOW_ESTIMATORS_MAX];
    ptrdiff_t count = solow_estimator_names_fill(names), sets = set != NULL ? set->count : 0;
    solow_override override[SOLOW_CLI_VALUES];
    char *key[SOLOW_CLI_VALUES] = {NULL};
    solow_status status = SOLOW_OK;
    for (ptrdiff_t s = 0; s < sets && status == SOLOW_OK; s++) {
        status = split_set(set->value[s], &override[s], &key[s], err);
    }
    if (status == SOLOW_OK) {
        status = solow_job_read(path, names, count, override, sets, job, diagnostics, err);
    }
    if (print && diagnostics->count > 0) {
        char *text = solow_diagnostics_print(diagnostics);
        fputs(text != NULL ? text : "", stderr);
        free(text);
    }
    if (status == SOLOW_ERR_INPUT && (err->status == SOLOW_OK || err->message[0] == '\0')) {
        SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has %td errors", path, diagnostics->errors);
    }
    for (ptrdiff_t s = 0; s < sets; s++) {
        free(key[s]);
    }
    return status;
}

/* Names of columns that the job uses, each once; malloc'ed. */
static solow_status list_wanted(const solow_column_reference *reference, ptrdiff_t references, const char ***wanted,
                                ptrdiff_t *count, solow_error *err)
{
    const char **names = solow_allocate(references, sizeof *names);
    if (names == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for column names");
    }
    *count = 0;
    for (ptrdiff_t r = 0; r < references; r++) {
        bool listed = false;
        for (ptrdiff_t n = 0; n < *count && !listed; n++) {
            listed = strcmp(names[n], reference[r].name) == 0;
        }
        if (!listed) {
            names[(*count)++] = reference[r].name;
        }
    }
    *wanted = names;
    return SOLOW_OK;
}

static void print_diagnostics(const solow_session *session, bool wanted)
{
    char *text = wanted ? solow_diagnostics_print(&session->diagnostics) : NULL;
    fputs(text != NULL ? text : "", stderr);
    free(text);
}

/* In a dry run the other models are looked at too, so that all errors are told at once. False for a column of no model. */
static bool leave_out(solow_session *session, const char *model)
{
    bool *lacks = session->lacks;
    if (!session->dry_run || model == NULL) {
        return false;
    }
    if (lacks == NULL) {
        lacks = session->lacks = solow_allocate_zeroed(session->job.models, sizeof *lacks);
    }
    for (ptrdiff_t m = 0; m < session->job.models && lacks != NULL; m++) {
        lacks[m] = lacks[m] || strcmp(session->job.model[m].id, model) == 0;
    }
    return lacks != NULL;
}

/* Columns that the data lack: all of them, at their places in the job file. */
static solow_status check_columns(solow_session *session, const solow_column_reference *reference, ptrdiff_t references,
                                  solow_error *err)
{
    ptrdiff_t missing = 0, fatal = 0;
    const char *first = NULL;
    for (ptrdiff_t r = 0; r < references; r++) {
        if (strncmp(reference[r].name, "saved(", 6) == 0 ||
            solow_frame_find(&session->frame, reference[r].name) != NULL) {
            continue;
        }
        const char *near = solow_closest(reference[r].name, (const char *const *)session->frame.available,
                                         session->frame.available_count);
        char hint[300] = "";
        if (near != NULL) {
            snprintf(hint, sizeof hint, "did you mean `%.200s`?", near);
        }
        solow_diagnostics_add(&session->diagnostics, false, reference[r].place, near != NULL ? hint : NULL,
                              "the data have no column `%s`", reference[r].name);
        first = first != NULL ? first : reference[r].name;
        missing++;
        fatal += leave_out(session, reference[r].model) ? 0 : 1;
    }
    if (fatal == 0) {
        return SOLOW_OK;
    }
    print_diagnostics(session, solow_comm_rank(session->comm) == 0);
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the data have no column `%s`%s", first,
                      missing > 1 ? " (and others, above)" : "");
}

static solow_status load(solow_session *session, solow_error *err)
{
    solow_column_reference *reference = NULL;
    const char **wanted = NULL;
    ptrdiff_t references = 0, count = 0;
    double since = solow_comm_seconds();
    solow_status status = solow_job_columns(&session->job, &reference, &references, err);
    if (status == SOLOW_OK) {
        status = list_wanted(reference, references, &wanted, &count, err);
    }
    status = solow_comm_agree(session->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_frame_load(session->comm, &session->job, wanted, count, &session->frame, err);
    }
    if (status == SOLOW_OK) {
        add_phase(session, "read", since, session->frame.bytes_read);
        status = check_columns(session, reference, references, err);
    }
    free(wanted);
    solow_job_columns_destroy(reference, references);
    return status;
}

/* The ids of --only as an array into text, which is cut at commas and line ends. */
static solow_status split_only(solow_session *session, char *text, const char ***ids, ptrdiff_t *count,
                               solow_error *err)
{
    *count = 0;
    const char **list = solow_allocate((ptrdiff_t)strlen(text) + 1, sizeof *list);
    if (list == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for ids");
    }
    *ids = list;
    char *rest = text;
    for (char *id = strtok_r(text, ",\n", &rest); id != NULL; id = strtok_r(NULL, ",\n", &rest)) {
        bool known = false;
        for (ptrdiff_t m = 0; m < session->job.models && !known; m++) {
            known = strcmp(session->job.model[m].id, id) == 0;
        }
        if (!known) {
            return SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--only names `%s`, but the job has no model of that id", id);
        }
        list[(*count)++] = id;
    }
    return *count > 0 ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_USAGE, "--only names no model");
}

/* Data that no model can use are bad input, not a file of failures: the first reason is the run's. */
static solow_status refuse_unusable(const solow_session *session, solow_error *err)
{
    const solow_outcome *first = NULL;
    for (ptrdiff_t o = 0; o < session->run.outcomes; o++) {
        const solow_outcome *outcome = &session->run.outcome[o];
        if (outcome->error.status != SOLOW_ERR_INPUT) {
            return SOLOW_OK;
        }
        first = first == NULL ? outcome : first;
    }
    return first != NULL ? SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s", first->error.message) : SOLOW_OK;
}

static solow_status estimate(solow_session *session, solow_error *err)
{
    char *text = session->only.count > 0 ? solow_session_list_text(&session->only) : NULL;
    const char **ids = NULL;
    ptrdiff_t count = 0;
    double since = solow_comm_seconds();
    session->run = (solow_run){.comm = session->comm,
                               .job = &session->job,
                               .frame = &session->frame,
                               .resume = session->resume,
                               .tell = session->run.tell,
                               .progress = session->run.progress,
                               .results = solow_comm_rank(session->comm) == 0 ? &session->results : NULL};
    if (session->tells && solow_comm_rank(session->comm) == 0) {
        solow_progress_start(&session->progress);
        session->run.progress = solow_progress_show;
        session->run.progress_context = &session->progress;
    }
    solow_status status = text != NULL               ? split_only(session, text, &ids, &count, err)
                          : session->only.count == 0 ? SOLOW_OK
                                                     : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for ids");
    session->run.only = ids;
    session->run.only_count = count;
    if (status == SOLOW_OK) {
        status = solow_run_variables(&session->run, err);
    }
    status = status == SOLOW_OK ? solow_session_room(session->comm, &session->run.memory, err) : status;
    if (status == SOLOW_OK) {
        add_phase(session, "variables", since, 0);
        since = solow_comm_seconds();
        status = solow_run_models(&session->run, err);
    }
    double models_done = solow_comm_seconds();
    if (status == SOLOW_OK) {
        status = solow_comm_rank(session->comm) == 0 ? refuse_unusable(session, err) : SOLOW_OK;
        status = solow_comm_agree(session->comm, status, err);
    }
    if (status == SOLOW_OK) {
        status = solow_run_finish(&session->run, err);
    }
    if (status == SOLOW_OK) {
        double hashing = 0, hashed = 0, now = solow_comm_seconds();
        solow_resume_hashing(session->resume, &hashing, &hashed);
        add_phase(session, "identify", now - hashing, hashed); /* which data each estimate is of, for going on */
        add_phase(session, "estimate", since + (now - models_done) + hashing, session->run.pass_bytes);
        session->phase[session->phases++] = (solow_phase){.name = "  passes",
                                                          .seconds = session->run.pass_seconds,
                                                          .bytes = session->run.pass_bytes,
                                                          .flops = session->run.pass_flops,
                                                          .calls = (int64_t)session->run.passes};
    }
    session->run.only = NULL;
    free(ids);
    free(text);
    return status;
}

void solow_session_name_output(solow_session *session)
{
    if (session->output != NULL || session->job.output != NULL) {
        snprintf(session->output_path, sizeof session->output_path, "%s",
                 session->output != NULL ? session->output : session->job.output);
        return;
    }
    const char *slash = strrchr(session->path, '/'), *base = slash != NULL ? slash + 1 : session->path;
    const char *dot = strrchr(base, '.');
    int length = dot != NULL && dot > base ? (int)(dot - base) : (int)strlen(base);
    snprintf(session->output_path, sizeof session->output_path, "%.*s.h5", length, base);
}

/* A folder that is not there or cannot be written is told before any work. */
static solow_status check_output(const solow_session *session, solow_error *err)
{
    char folder[4096];
    struct stat about;
    const char *slash = strrchr(session->output_path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash != NULL ? (int)(slash - session->output_path) : 1,
             slash != NULL ? session->output_path : ".");
    const char *where = folder[0] != '\0' ? folder : "/";
    if (stat(where, &about) != 0 || !S_ISDIR(about.st_mode) || access(where, W_OK) != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot write %s: the folder %s is missing or not writable",
                          session->output_path, where);
    }
    if (stat(session->output_path, &about) == 0 && !S_ISREG(about.st_mode)) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot write %s: it is not a file", session->output_path);
    }
    return SOLOW_OK;
}

static solow_status write_results(solow_session *session, solow_error *err)
{
    double since = solow_comm_seconds();
    solow_status status = SOLOW_OK;
    if (solow_comm_rank(session->comm) == 0) {
        status = solow_session_provenance(session, err);
    }
    if (status == SOLOW_OK) {
        status = solow_session_timing(session, false, err);
    }
    if (status == SOLOW_OK && solow_comm_rank(session->comm) == 0) {
        status = solow_results_write(&session->results, session->output_path, err);
    }
    add_phase(session, "write", since, 0);
    return solow_comm_agree(session->comm, status, err);
}

/* What only the data can tell of each model: terms, rows, effects. Nothing is estimated; every model's fault is printed. */
static solow_status check_models(solow_session *session, solow_error *err)
{
    session->run = (solow_run){.comm = session->comm, .job = &session->job, .frame = &session->frame};
    solow_status status = solow_run_variables(&session->run, err);
    for (ptrdiff_t m = 0; m < session->job.models && status == SOLOW_OK; m++) {
        const solow_model *model = &session->job.model[m];
        solow_task task;
        if ((session->lacks != NULL && session->lacks[m]) || solow_model_reads(model, NULL)) {
            continue; /* told already; or its columns are there only when another model is estimated */
        }
        status = solow_task_create(&session->frame, model, solow_estimator_find(model->estimator), &task, err);
        if (status == SOLOW_OK && task.error.status != SOLOW_OK) {
            solow_diagnostics_add(&session->diagnostics, false, model->formula_place, NULL, "model `%s`: %s", model->id,
                                  task.error.message);
        }
        solow_task_clear(&task);
    }
    if (status == SOLOW_OK && session->diagnostics.errors > 0) {
        print_diagnostics(session, solow_comm_rank(session->comm) == 0);
        status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has models that the data cannot serve", session->path);
    }
    return status;
}

/* From data to results. */
static solow_status work(solow_session *session, solow_error *err)
{
    solow_status status = load(session, err);
    if (status == SOLOW_OK && solow_comm_rank(session->comm) == 0) {
        solow_session_advise(session);
    }
    if (status == SOLOW_OK && session->dry_run) {
        return check_models(session, err);
    }
    status = status == SOLOW_OK ? estimate(session, err) : status;
    return status == SOLOW_OK ? write_results(session, err) : status;
}

solow_status solow_session_run(solow_session *session, solow_error *err)
{
    session->started = solow_comm_seconds();
    bool first = solow_comm_rank(session->comm) == 0;
    solow_status status =
        solow_session_read_job(session->path, &session->set, first, &session->job, &session->diagnostics, err);
    if (status == SOLOW_OK) {
        status = solow_session_check_available(session, err);
        print_diagnostics(session, status != SOLOW_OK && first);
    }
    status = solow_comm_agree(session->comm, status, err);
    if (status == SOLOW_OK) {
        solow_session_name_output(session);
        status = first && !session->dry_run ? check_output(session, err) : SOLOW_OK;
        status = solow_comm_agree(session->comm, status, err);
    }
    if (status == SOLOW_OK && first) {
        status = solow_results_init(&session->results, err);
    }
    status = solow_comm_agree(session->comm, status, err);
    if (status == SOLOW_OK && !session->dry_run && !session->restart) {
        status = solow_session_reuse(session, err);
    }
    if (status == SOLOW_OK && session->reused) {
        solow_session_sweep_up(session);
        return SOLOW_OK;
    }
    if (status == SOLOW_OK && !session->dry_run) {
        status = solow_session_keep(session, err);
    }
    if (status != SOLOW_OK || session->dry_run) {
        return status == SOLOW_OK ? work(session, err) : status;
    }
    return solow_session_end_keeping(session, work(session, err), err);
}

void solow_session_clear(solow_session *session)
{
    solow_run_clear(&session->run);
    solow_results_clear(&session->results);
    solow_frame_clear(&session->frame);
    solow_job_clear(&session->job);
    free(session->machine_kind);
    solow_diagnostics_clear(&session->diagnostics);
    free(session->lacks);
    session->lacks = NULL;
}
