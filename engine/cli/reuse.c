/* reuse.c - whether the output already holds what the job asks for. See session.h. */
#include "engine/cli/session.h"

#include "engine/estimators/registry.h"
#include "io/job/hash.h"
#include "io/result/file_hash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *solow_session_input(const solow_session *session, ptrdiff_t i)
{
    const solow_data_section *data = &session->job.data;
    return i < data->files ? data->file[i] : i < data->files + data->merges ? data->merge[i - data->files].file : NULL;
}

char *solow_session_list_text(const solow_cli_list *list)
{
    solow_buffer text = {0};
    solow_buffer_format(&text, "%s", "");
    for (ptrdiff_t i = 0; i < list->count; i++) {
        solow_buffer_format(&text, "%s%s", i > 0 ? "\n" : "", list->value[i]);
    }
    if (text.failed) {
        solow_buffer_clear(&text);
    }
    return text.text;
}

solow_status solow_session_job_hash(const solow_session *session, char *hash, solow_error *err)
{
    solow_estimator_names names[SOLOW_ESTIMATORS_MAX];
    ptrdiff_t count = solow_estimator_names_fill(names);
    return solow_job_hash(&session->job, names, count, hash, err);
}

char *solow_session_revisions(const solow_session *session)
{
    ptrdiff_t count = 0;
    const solow_estimator *const *list = solow_estimator_list(&count);
    solow_buffer text = {0};
    solow_buffer_format(&text, "%s", "");
    for (ptrdiff_t e = 0; e < count; e++) {
        bool used = false;
        for (ptrdiff_t m = 0; m < session->job.models && !used; m++) {
            used = strcmp(session->job.model[m].estimator, list[e]->name) == 0;
        }
        if (used) {
            solow_buffer_format(&text, "%s%s %d", text.length > 0 ? ", " : "", list[e]->name, list[e]->revision);
        }
    }
    if (text.failed) {
        solow_buffer_clear(&text);
    }
    return text.text;
}

/* Whether the file's attribute is the text. NULL is no text. */
static bool has(const solow_results *results, const char *name, const char *text)
{
    for (ptrdiff_t a = 0; a < results->attribute_count; a++) {
        const solow_attribute *attribute = &results->attribute[a];
        if (strcmp(attribute->name, name) == 0 && attribute->kind == SOLOW_CELL_TEXT) {
            return text != NULL && strcmp(attribute->text, text) == 0;
        }
    }
    return false;
}

/* Whether the input files are those that the results were made of: sizes first, then every byte. */
static solow_status same_inputs(const solow_session *session, const solow_results *results, bool *same,
                                solow_error *err)
{
    const solow_table *inputs = &results->inputs;
    const solow_table_column *bytes = solow_table_column_find(inputs, "bytes");
    ptrdiff_t files = 0;
    struct stat about;
    *same = true;
    for (const char *path = NULL; *same && (path = solow_session_input(session, files)) != NULL; files++) {
        *same = files < inputs->rows && stat(path, &about) == 0 && bytes->integer[files] == (int64_t)about.st_size;
    }
    *same = *same && files == inputs->rows;
    for (ptrdiff_t f = 0; f < files && *same; f++) {
        char sha256[65];
        solow_status status = solow_file_sha256(solow_session_input(session, f), sha256, err);
        if (status != SOLOW_OK) {
            return status;
        }
        *same = strcmp(sha256, solow_table_text(inputs, f, "sha256")) == 0;
    }
    return SOLOW_OK;
}

/* Tables and summaries that the job writes beside the results: all of them must be there. */
static bool has_files(const solow_session *session, const solow_yaml *section)
{
    bool there = true;
    for (ptrdiff_t i = 0; section != NULL && i < section->count && there; i++) {
        const solow_yaml *file = solow_yaml_get(section->item[i], "file");
        char path[8192];
        struct stat about;
        if (file != NULL && file->kind == SOLOW_YAML_SCALAR) {
            snprintf(path, sizeof path, "%s%s%s", file->text[0] == '/' ? "" : session->job.folder,
                     file->text[0] == '/' ? "" : "/", file->text);
            there = stat(path, &about) == 0;
        }
    }
    return there;
}

static solow_status is_complete(const solow_session *session, const solow_results *results, bool *complete,
                                solow_error *err)
{
    char hash[SOLOW_HASH_BYTES] = "", *kind = solow_machine_kind(), *revisions = solow_session_revisions(session);
    char *only = solow_session_list_text(&session->only);
    solow_status status = solow_session_job_hash(session, hash, err);
    *complete = status == SOLOW_OK && has(results, "job_hash", hash) && has(results, "machine_kind", kind) &&
                has(results, "revisions", revisions) && has(results, "only", only) &&
                (session->only.count > 0 ||
                 (has_files(session, session->job.tables) && has_files(session, session->job.summaries)));
    if (*complete) {
        status = same_inputs(session, results, complete, err);
    }
    free(kind);
    free(revisions);
    free(only);
    return status;
}

static int64_t count_failed(const solow_table *glance)
{
    int64_t failed = 0;
    for (int64_t row = 0; row < glance->rows; row++) {
        failed += strcmp(solow_table_text(glance, row, "status"), "failed") == 0;
    }
    return failed;
}

/* On rank 0. A file that cannot be read is no result: it is made anew. */
static solow_status look(solow_session *session, bool *complete, solow_error *err)
{
    solow_results found = {0};
    solow_error cause = {0};
    struct stat about;
    *complete = false;
    if (stat(session->output_path, &about) != 0 ||
        solow_results_read(session->output_path, &found, &cause) != SOLOW_OK) {
        solow_results_clear(&found);
        return SOLOW_OK;
    }
    solow_status status = is_complete(session, &found, complete, err);
    if (status == SOLOW_OK && *complete) {
        solow_results_clear(&session->results);
        session->results = found;
        session->run.failed = count_failed(&found.glance);
        session->run.done = found.glance.rows;
    } else {
        solow_results_clear(&found);
    }
    return status;
}

solow_status solow_session_reuse(solow_session *session, solow_error *err)
{
    bool complete = false;
    solow_status status = solow_comm_rank(session->comm) == 0 ? look(session, &complete, err) : SOLOW_OK;
    status = solow_comm_agree(session->comm, status, err);
    int64_t told[2] = {complete ? 1 : 0, session->run.failed};
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(session->comm, told, 2, err);
    }
    session->reused = status == SOLOW_OK && told[0] == 1;
    session->run.failed = session->reused ? told[1] : 0;
    return status;
}
