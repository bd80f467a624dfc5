/* job.c - reading a job file from its bytes to a checked, expanded solow_job; see job.h. */
#include "io/job/job.h"
#include "io/job/sections.h"
#include "kernels/core/size.h"

#include <stdlib.h>
#include <string.h>

static void free_texts(char **texts, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count && texts != NULL; i++) {
        free(texts[i]);
    }
    free(texts);
}

static void clear_data(solow_data_section *data)
{
    free_texts(data->file, data->files);
    free_texts(data->missing, data->missing_count);
    for (ptrdiff_t i = 0; i < data->merges; i++) {
        free(data->merge[i].file);
        free_texts(data->merge[i].by, data->merge[i].by_count);
        free_texts(data->merge[i].keep, data->merge[i].keep_count);
    }
    free(data->merge);
    char *const texts[] = {data->unit,    data->time,     data->frequency, data->delimiter, data->source,
                           data->licence, data->citation, data->longitude, data->latitude};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        free(texts[i]);
    }
    solow_node_destroy(data->where);
}

void solow_job_clear(solow_job *job)
{
    clear_data(&job->data);
    for (ptrdiff_t i = 0; i < job->variables; i++) {
        free(job->variable[i].name);
        solow_node_destroy(job->variable[i].expression);
    }
    free(job->variable);
    for (ptrdiff_t i = 0; i < job->models; i++) {
        solow_model_clear(&job->model[i]);
    }
    free(job->model);
    char *const texts[] = {job->path, job->folder, job->title, job->text, job->output};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        free(texts[i]);
    }
    solow_yaml_destroy(job->root);
    *job = (solow_job){0};
}

static char *folder_of(solow_reader *reader, const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = solow_reader_copy(reader, slash == NULL ? "." : slash == path ? "/" : path);
    if (folder != NULL && slash > path) {
        folder[slash - path] = '\0';
    }
    return folder;
}

/* Starts of lines, for columns of characters. */
static void index_lines(solow_reader *reader)
{
    const char *text = reader->job->text;
    ptrdiff_t lines = 1;
    for (const char *at = text; *at != '\0'; at++) {
        lines += *at == '\n' ? 1 : 0;
    }
    reader->line = solow_reader_allocate(reader, lines, sizeof *reader->line);
    for (const char *at = text; at != NULL && reader->line != NULL;) {
        reader->line[reader->lines++] = at;
        at = strchr(at, '\n');
        at = at != NULL ? at + 1 : NULL;
    }
}

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the job");
}

/* Text, tree, overrides. What is wrong with the YAML goes to the diagnostics and leaves root NULL. */
static solow_status load(solow_reader *reader, const char *path, const solow_override *overrides,
                         ptrdiff_t override_count, solow_error *err)
{
    solow_job *job = reader->job;
    solow_error inner = {0};
    size_t length = 0;
    int line = 1, column = 1;
    job->path = solow_reader_copy(reader, path);
    job->folder = folder_of(reader, path);
    reader->diagnostics->file = solow_reader_copy(reader, path);
    solow_status status = solow_yaml_read(path, &job->text, &length, err);
    if (status != SOLOW_OK) {
        return status;
    }
    reader->diagnostics->source = solow_reader_copy(reader, job->text);
    index_lines(reader);
    if (reader->no_memory) {
        return no_memory(err);
    }
    status = solow_yaml_parse(job->text, length, &job->root, &line, &column, &inner);
    if (status == SOLOW_ERR_INPUT) {
        solow_diagnostics_add(reader->diagnostics, false, (solow_place){line, column}, NULL, "%s", inner.message);
        return SOLOW_OK;
    }
    if (status != SOLOW_OK) {
        return SOLOW_FAIL(err, status, "%s", inner.message);
    }
    if (job->root == NULL || job->root->kind != SOLOW_YAML_MAPPING) {
        solow_diagnostics_add(reader->diagnostics, false, (solow_place){1, 1}, "it starts with `solow: 1`",
                              job->root == NULL ? "this job file is empty" : "a job file is a mapping of keys");
        solow_yaml_destroy(job->root);
        job->root = NULL;
        return SOLOW_OK;
    }
    solow_job_mend(reader, job->root);
    solow_job_override(reader, job->root, overrides, override_count);
    return reader->no_memory ? no_memory(err) : SOLOW_OK;
}

/* The section if it has the shape that its readers expect. */
static const solow_yaml *section(const solow_yaml *root, const char *key, solow_yaml_kind kind)
{
    const solow_yaml *node = solow_yaml_get(root, key);
    return node != NULL && node->kind == kind ? node : NULL;
}

static void read_top(solow_reader *reader, const solow_yaml *root)
{
    solow_job *job = reader->job;
    double seed;
    char *title = solow_reader_text(reader, root, "title");
    job->title = title != NULL ? title : solow_reader_copy(reader, "");
    bool seeded = solow_yaml_number(solow_yaml_get(root, "seed"), &seed) && seed >= 0 && seed <= 9007199254740992;
    job->seed = seeded ? (uint64_t)seed : 1;
    char *output = solow_reader_text(reader, solow_yaml_get(root, "output"), "file");
    job->output = solow_reader_resolve(reader, output);
    free(output);
    job->compare = section(root, "compare", SOLOW_YAML_LIST);
    job->families = section(root, "families", SOLOW_YAML_MAPPING);
    job->tables = section(root, "tables", SOLOW_YAML_LIST);
    job->summaries = section(root, "summaries", SOLOW_YAML_LIST);
    job->resampling = section(root, "resampling", SOLOW_YAML_MAPPING);
}

static void read_sections(solow_reader *reader, solow_yaml *root)
{
    (void)solow_schema_check_keys(reader, solow_job_rules, NULL, root);
    read_top(reader, root);
    solow_job_read_data(reader, solow_yaml_get(root, "data"));
    solow_job_read_variables(reader, solow_yaml_get(root, "variables"));
    solow_job_read_lists(reader, solow_yaml_get(root, "lists"));
    solow_job_expand_models(reader, root);
    if (!reader->no_memory) {
        solow_job_read_models(reader, solow_yaml_get(root, "models"));
    }
    if (!reader->no_memory) {
        solow_job_check_references(reader, root);
        solow_job_read_designs(reader, root);
        solow_job_use_saved(reader);
    }
    if (solow_yaml_get(root, "models") == NULL && solow_yaml_get(root, "summaries") == NULL) {
        solow_reader_error(reader, root, NULL, "there is nothing to do: neither `models:` nor `summaries:`");
    }
}

solow_status solow_job_read(const char *path, const solow_estimator_names *estimators, ptrdiff_t estimator_count,
                            const solow_override *overrides, ptrdiff_t override_count, solow_job *job,
                            solow_diagnostics *diagnostics, solow_error *err)
{
    *job = (solow_job){0};
    *diagnostics = (solow_diagnostics){0};
    solow_reader reader = {
        .job = job, .diagnostics = diagnostics, .estimators = estimators, .estimator_count = estimator_count};
    solow_status status = load(&reader, path, overrides, override_count, err);
    if (status == SOLOW_OK && job->root != NULL) {
        read_sections(&reader, job->root);
    }
    for (ptrdiff_t i = 0; i < reader.lists; i++) {
        solow_terms_clear(&reader.list[i].terms);
    }
    free(reader.list);
    free(reader.line);
    if (status != SOLOW_OK) {
        return status;
    }
    if (reader.no_memory) {
        return no_memory(err);
    }
    if (diagnostics->errors > 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: %td error%s", path, diagnostics->errors,
                          diagnostics->errors == 1 ? "" : "s");
    }
    return SOLOW_OK;
}
