/* package_paths.c - the files that a job names, and the job with other names for them. See package.h. */
#include "io/report/package.h"

#include "kernels/core/size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- what a job names ---- */

static char *joined(const char *folder, const char *path)
{
    solow_buffer out = {0};
    solow_buffer_format(&out, "%s%s%s", path[0] == '/' ? "" : folder, path[0] == '/' ? "" : "/", path);
    return out.failed ? NULL : out.text;
}

static solow_status add_file(solow_package_job *job, const char *folder, solow_package_role role,
                             const solow_yaml *owner, const solow_yaml *node, solow_error *err)
{
    for (ptrdiff_t f = 0; f < job->files; f++) {
        if (job->file[f].node->line == node->line && job->file[f].node->column == node->column) {
            return SOLOW_OK; /* an alias of a path that is listed */
        }
    }
    if (node->kind != SOLOW_YAML_SCALAR || node->line == 0 || node->style == SOLOW_YAML_BLOCK) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                          "%s:%d: write this path on one line, so that the package can name its own", job->path,
                          node->line);
    }
    solow_package_file *file = solow_resize(job->file, job->files + 1, sizeof *file);
    if (file == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the files of a package");
    }
    job->file = file;
    job->file[job->files] = (solow_package_file){.role = role, .node = node, .owner = owner};
    job->file[job->files].source = joined(folder, node->text);
    return job->file[job->files++].source != NULL ? SOLOW_OK
                                                  : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a path");
}

/* `file:` of one mapping: a path or a list of paths. */
static solow_status add_owner(solow_package_job *job, const char *folder, solow_package_role role,
                              const solow_yaml *owner, solow_error *err)
{
    const solow_yaml *file = owner != NULL && owner->kind == SOLOW_YAML_MAPPING ? solow_yaml_get(owner, "file") : NULL;
    if (file == NULL) {
        return SOLOW_OK;
    }
    if (file->kind != SOLOW_YAML_LIST) {
        return add_file(job, folder, role, owner, file, err);
    }
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < file->count && status == SOLOW_OK; i++) {
        status = add_file(job, folder, role, owner, file->item[i], err);
    }
    return status;
}

/* `file:` of every item of a list, or of every value of a mapping of names. */
static solow_status add_owners(solow_package_job *job, const char *folder, solow_package_role role,
                               const solow_yaml *owners, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; owners != NULL && i < owners->count && status == SOLOW_OK; i++) {
        status = add_owner(job, folder, role, owners->item[i], err);
    }
    return status;
}

/* What is not said of a file holds as for the panel: of rights, that is the cautious reading. */
static const solow_yaml *said_of(const solow_package_job *job, const solow_package_file *file, const char *key)
{
    const solow_yaml *own = solow_yaml_get(file->owner, key), *data = solow_yaml_get(job->tree, "data");
    return own != NULL || data == NULL ? own : solow_yaml_get(data, key);
}

const char *solow_package_said(const solow_package_job *job, const solow_package_file *file, const char *key)
{
    const solow_yaml *said = said_of(job, file, key);
    return said != NULL && said->kind == SOLOW_YAML_SCALAR ? said->text : "";
}

static void settle_rights(solow_package_job *job)
{
    for (ptrdiff_t f = 0; f < job->files; f++) {
        solow_package_file *file = &job->file[f];
        const solow_yaml *said = said_of(job, file, "redistribute");
        file->withheld = file->role == SOLOW_PACKAGE_DATA && said != NULL && solow_yaml_is_false(said);
    }
}

solow_status solow_package_list(solow_package_job *job, const char *folder, solow_error *err)
{
    const solow_yaml *data = solow_yaml_get(job->tree, "data");
    const solow_yaml *merge = data != NULL ? solow_yaml_get(data, "merge") : NULL;
    solow_status status = add_owner(job, folder, SOLOW_PACKAGE_DATA, data, err);
    if (status == SOLOW_OK && merge != NULL) {
        status = merge->kind == SOLOW_YAML_LIST ? add_owners(job, folder, SOLOW_PACKAGE_DATA, merge, err)
                                                : add_owner(job, folder, SOLOW_PACKAGE_DATA, merge, err);
    }
    static const struct {
        const char *section;
        solow_package_role role;
    } lists[] = {{"spatial_weights", SOLOW_PACKAGE_DATA},
                 {"indicator_systems", SOLOW_PACKAGE_DATA},
                 {"tables", SOLOW_PACKAGE_TABLE},
                 {"summaries", SOLOW_PACKAGE_SUMMARY}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0] && status == SOLOW_OK; i++) {
        status = add_owners(job, folder, lists[i].role, solow_yaml_get(job->tree, lists[i].section), err);
    }
    if (status == SOLOW_OK) {
        status = add_owner(job, folder, SOLOW_PACKAGE_RESULTS, solow_yaml_get(job->tree, "output"), err);
    }
    settle_rights(job);
    return status;
}

/* ---- names in the package ---- */

static bool same_source(const char *a, const char *b)
{
    struct stat one, other;
    return strcmp(a, b) == 0 ||
           (stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

const char *solow_package_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* The file among those named before that has this place; NULL if none. */
static solow_package_file *at_place(solow_package *package, const char *place)
{
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        for (ptrdiff_t f = 0; f < package->job[j].files; f++) {
            solow_package_file *file = &package->job[j].file[f];
            if (file->place != NULL && strcmp(file->place, place) == 0) {
                return file;
            }
        }
    }
    return NULL;
}

/* folder/base, folder/job-base, folder/job-2-base, ...: the first that is free, or that is this very file. */
static solow_status name_file(solow_package *package, const solow_package_job *job, solow_package_file *file,
                              solow_error *err)
{
    static const char *const folders[] = {"data", "tables", "tables", "results"};
    for (int attempt = 0;; attempt++) {
        solow_buffer place = {0};
        solow_buffer_format(&place, "%s/", folders[file->role]);
        if (file->role == SOLOW_PACKAGE_RESULTS) {
            solow_buffer_format(&place, "%s.h5", job->name);
        } else if (attempt > 1) {
            solow_buffer_format(&place, "%s-%d-%s", job->name, attempt, solow_package_base(file->source));
        } else {
            solow_buffer_format(&place, "%s%s%s", attempt > 0 ? job->name : "", attempt > 0 ? "-" : "",
                                solow_package_base(file->source));
        }
        solow_status status = solow_buffer_finish(&place, err);
        const solow_package_file *taken = status == SOLOW_OK ? at_place(package, place.text) : NULL;
        if (status != SOLOW_OK || taken == NULL ||
            (taken->role == file->role && same_source(taken->source, file->source))) {
            file->repeated = taken != NULL;
            file->place = status == SOLOW_OK ? place.text : NULL;
            return status;
        }
        solow_buffer_clear(&place);
    }
}

/* ---- the job written anew ---- */

/* Bytes from the text's start to (line, column), both from 1, columns in characters. */
static size_t offset_of(const char *text, int line, int column)
{
    const char *at = text;
    for (int l = 1; l < line && at != NULL; l++) {
        at = strchr(at, '\n');
        at = at != NULL ? at + 1 : NULL;
    }
    for (int c = 1; at != NULL && c < column && *at != '\0'; c++) {
        at++;
        while (((unsigned char)*at & 0xC0) == 0x80) {
            at++;
        }
    }
    return at != NULL ? (size_t)(at - text) : 0;
}

/* The scalar's bytes in the text, quotes included; 0 if it is written in another way than it reads (with escapes). */
static size_t written_bytes(const char *at, const solow_yaml *scalar)
{
    size_t length = strlen(scalar->text), quote = scalar->style == SOLOW_YAML_PLAIN ? 0 : 1;
    bool same = strncmp(at + quote, scalar->text, length) == 0 && (quote == 0 || at[length + 1] == at[0]);
    return same ? length + 2 * quote : 0;
}

static void path_scalar(solow_buffer *out, const char *place)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
    bool quoted = place[strspn(place, plain)] != '\0';
    solow_buffer_text(out, quoted ? "\"../" : "../");
    for (const char *at = place; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            solow_buffer_char(out, '\\');
        }
        solow_buffer_char(out, *at);
    }
    solow_buffer_text(out, quoted ? "\"" : "");
}

typedef struct edit {
    size_t from, bytes;
    const solow_package_file *file;
} edit;

static int by_place(const void *a, const void *b)
{
    size_t x = ((const edit *)a)->from, y = ((const edit *)b)->from;
    return x < y ? -1 : x > y;
}

static solow_status rewrite(solow_package_job *job, solow_error *err)
{
    edit *edits = solow_allocate(job->files, sizeof *edits);
    if (edits == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to write a job anew");
    }
    solow_buffer out = {0};
    solow_status status = SOLOW_OK;
    for (ptrdiff_t f = 0; f < job->files && status == SOLOW_OK; f++) {
        const solow_yaml *node = job->file[f].node;
        size_t from = offset_of(job->text, node->line, node->column);
        edits[f] = (edit){from, written_bytes(job->text + from, node), &job->file[f]};
        if (edits[f].bytes == 0) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                                "%s:%d: write this path without escapes, so that the package can name its own",
                                job->path, node->line);
        }
    }
    if (status == SOLOW_OK) {
        qsort(edits, (size_t)job->files, sizeof *edits, by_place);
        size_t done = 0;
        for (ptrdiff_t f = 0; f < job->files; f++) {
            solow_buffer_bytes(&out, job->text + done, edits[f].from - done);
            path_scalar(&out, edits[f].file->place);
            done = edits[f].from + edits[f].bytes;
        }
        solow_buffer_text(&out, job->text + done);
        status = solow_buffer_finish(&out, err);
    }
    free(edits);
    job->packaged = status == SOLOW_OK ? out.text : NULL;
    return status;
}

solow_status solow_package_name(solow_package *package, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < package->jobs && status == SOLOW_OK; j++) {
        solow_package_job *job = &package->job[j];
        for (ptrdiff_t f = 0; f < job->files && status == SOLOW_OK; f++) {
            status = name_file(package, job, &job->file[f], err);
        }
        status = status == SOLOW_OK ? rewrite(job, err) : status;
    }
    return status;
}

void solow_package_clear(solow_package *package)
{
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        solow_package_job *job = &package->job[j];
        for (ptrdiff_t f = 0; f < job->files; f++) {
            free(job->file[f].source);
            free(job->file[f].place);
        }
        free(job->file);
        free(job->name);
        free(job->packaged);
        solow_yaml_destroy(job->tree);
    }
    free(package->job);
    *package = (solow_package){0};
}
