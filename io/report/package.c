/* package.c - a package checked, copied and closed. See package.h. */
#include "io/report/package.h"

#include "io/result/atomic_file.h"
#include "io/result/file_hash.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- checks, before anything is written ---- */

/* The hash that the results were made from, if they list a file of this name. */
static solow_status check_hash(const solow_package_job *job, const solow_package_file *file, solow_error *err)
{
    const solow_table *inputs = &job->results->inputs;
    for (int64_t row = 0; row < inputs->rows; row++) {
        if (strcmp(solow_table_text(inputs, row, "file"), solow_package_base(file->source)) == 0 &&
            strcmp(solow_table_text(inputs, row, "sha256"), file->sha256) == 0) {
            return SOLOW_OK;
        }
    }
    for (int64_t row = 0; row < inputs->rows; row++) {
        if (strcmp(solow_table_text(inputs, row, "file"), solow_package_base(file->source)) == 0) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s is no longer the file that %s was made from: run %s again",
                              file->source, job->results_path, job->path);
        }
    }
    return SOLOW_OK;
}

static solow_status check_file(const solow_package_job *job, solow_package_file *file, solow_error *err)
{
    struct stat about;
    if (file->role == SOLOW_PACKAGE_TABLE || file->role == SOLOW_PACKAGE_RESULTS) {
        return SOLOW_OK; /* made from the results */
    }
    if (stat(file->source, &about) != 0 || !S_ISREG(about.st_mode)) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "%s, which %s names, is not there%s", file->source, job->path,
                          file->role == SOLOW_PACKAGE_SUMMARY ? ": run the job" : "");
    }
    if (file->role == SOLOW_PACKAGE_SUMMARY) {
        return SOLOW_OK;
    }
    file->bytes = (int64_t)about.st_size;
    solow_status status = solow_file_sha256(file->source, file->sha256, err);
    return status == SOLOW_OK ? check_hash(job, file, err) : status;
}

/* Whether word stands in text with no letter, digit or _ beside it; the line of it, 0 if not. */
static int line_of(const char *text, const char *word)
{
    size_t length = strlen(word);
    int line = 1;
    for (const char *at = text; *at != '\0'; at++) {
        bool left = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
        if (left && strncmp(at, word, length) == 0 && !(isalnum((unsigned char)at[length]) || at[length] == '_')) {
            return line;
        }
        line += *at == '\n';
    }
    return 0;
}

static solow_status check_secrets(const solow_package *package, const solow_package_job *job, solow_error *err)
{
    for (ptrdiff_t w = 0; package->anonymous && package->secret[w] != NULL; w++) {
        int line = line_of(job->packaged, package->secret[w]);
        if (line > 0) {
            return SOLOW_FAIL(
                err, SOLOW_ERR_INPUT,
                "%s:%d names `%s`, which an anonymous package must not: write the line in another way, and "
                "run the job again",
                job->path, line, package->secret[w]);
        }
    }
    return SOLOW_OK;
}

solow_status solow_package_check(solow_package *package, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < package->jobs && status == SOLOW_OK; j++) {
        solow_package_job *job = &package->job[j];
        if (strcmp(solow_package_provenance(job->results, "job_yaml"), job->text) != 0) {
            status = SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s has changed since %s was made: run it again", job->path,
                                job->results_path);
        }
        status = status == SOLOW_OK ? check_secrets(package, job, err) : status;
        for (ptrdiff_t f = 0; f < job->files && status == SOLOW_OK; f++) {
            status = check_file(job, &job->file[f], err);
        }
    }
    return status;
}

/* ---- copies ---- */

static solow_status make_folder(const char *path, solow_error *err)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        return SOLOW_FAIL(err, SOLOW_ERR_CREATE, "cannot make the folder %s: %s", path, strerror(errno));
    }
    return SOLOW_OK;
}

static solow_status make_folders(const solow_package *package, solow_error *err)
{
    static const char *const names[] = {"", "/jobs", "/data", "/results", "/tables"};
    solow_status status = SOLOW_OK;
    DIR *folder = opendir(package->folder);
    for (struct dirent *entry = folder != NULL ? readdir(folder) : NULL; entry != NULL && status == SOLOW_OK;
         entry = readdir(folder)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            status = SOLOW_FAIL(err, SOLOW_ERR_CREATE, "%s is there and not empty", package->folder);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    for (size_t n = 0; n < sizeof names / sizeof names[0] && status == SOLOW_OK; n++) {
        solow_buffer path = {0};
        solow_buffer_format(&path, "%s%s", package->folder, names[n]);
        status = solow_buffer_finish(&path, err);
        status = status == SOLOW_OK ? make_folder(path.text, err) : status;
        solow_buffer_clear(&path);
    }
    return status;
}

static solow_status copy_bytes(int from, const char *source, solow_atomic_file *to, solow_error *err)
{
    char chunk[1 << 16];
    solow_status status = SOLOW_OK;
    ssize_t bytes = read(from, chunk, sizeof chunk);
    while (bytes > 0 && status == SOLOW_OK) {
        status = solow_atomic_write(to, chunk, (size_t)bytes, err);
        bytes = status == SOLOW_OK ? read(from, chunk, sizeof chunk) : bytes;
    }
    return bytes < 0 ? SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot read %s: %s", source, strerror(errno)) : status;
}

static solow_status copy_file(const char *source, const char *path, solow_error *err)
{
    solow_atomic_file to = {0};
    int from = open(source, O_RDONLY);
    if (from < 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_NO_INPUT, "cannot open %s: %s", source, strerror(errno));
    }
    solow_status status = solow_atomic_open(path, &to, err);
    if (status == SOLOW_OK) {
        status = copy_bytes(from, source, &to, err);
        if (status == SOLOW_OK) {
            status = solow_atomic_commit(&to, err);
        } else {
            solow_atomic_discard(&to);
        }
    }
    close(from);
    return status;
}

/* What stands in the package for a file that may not be in it. */
static void how_to_get(const solow_package_job *job, const solow_package_file *file, solow_buffer *out)
{
    static const char *const keys[] = {"source", "access", "licence", "citation"};
    solow_buffer_format(out, "%s is not in this package: it may not be redistributed.\nPut it at this place.\n\n",
                        file->place);
    solow_buffer_format(out, "sha256: %s\nbytes: %lld\n", file->sha256, (long long)file->bytes);
    for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
        const char *said = solow_package_said(job, file, keys[k]);
        if (said[0] != '\0') {
            solow_buffer_format(out, "%s: %s\n", keys[k], said);
        }
    }
}

static solow_status put_file(const solow_package *package, const solow_package_job *job, const solow_package_file *file,
                             solow_error *err)
{
    solow_buffer path = {0}, note = {0};
    if (file->repeated || file->role == SOLOW_PACKAGE_TABLE || file->role == SOLOW_PACKAGE_RESULTS) {
        return SOLOW_OK;
    }
    solow_buffer_format(&path, "%s/%s%s", package->folder, file->place, file->withheld ? ".txt" : "");
    solow_status status = solow_buffer_finish(&path, err);
    if (status == SOLOW_OK && !file->withheld) {
        status = copy_file(file->source, path.text, err);
    } else if (status == SOLOW_OK) {
        how_to_get(job, file, &note);
        status = solow_buffer_finish(&note, err);
        status = status == SOLOW_OK ? solow_atomic_put(path.text, note.text, note.length, err) : status;
    }
    solow_buffer_clear(&path);
    solow_buffer_clear(&note);
    return status;
}

static solow_attribute *attribute_of(solow_results *results, const char *name)
{
    for (ptrdiff_t a = 0; a < results->attribute_count; a++) {
        if (strcmp(results->attribute[a].name, name) == 0) {
            return &results->attribute[a];
        }
    }
    return NULL;
}

/* The results with the packaged job in the place of the one that was run, whose paths may tell whose they are. */
static solow_status put_anonymous(const solow_package_job *job, const char *path, solow_error *err)
{
    char hash[65];
    solow_attribute *text = attribute_of(job->results, "job_yaml"), *sum = attribute_of(job->results, "job_hash");
    if (text == NULL || sum == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s does not hold its job", job->results_path);
    }
    solow_attribute kept_text = *text, kept_sum = *sum;
    solow_text_sha256(job->packaged, hash);
    text->text = job->packaged;
    sum->text = hash;
    solow_status status = solow_results_write(job->results, path, err);
    *text = kept_text;
    *sum = kept_sum;
    return status;
}

static solow_status put_job(const solow_package *package, const solow_package_job *job, solow_error *err)
{
    solow_buffer text = {0}, results = {0};
    solow_buffer_format(&text, "%s/jobs/%s.yml", package->folder, job->name);
    solow_buffer_format(&results, "%s/results/%s.h5", package->folder, job->name);
    solow_status status = solow_buffer_finish(&text, err);
    status = status == SOLOW_OK ? solow_buffer_finish(&results, err) : status;
    status = status == SOLOW_OK ? solow_atomic_put(text.text, job->packaged, strlen(job->packaged), err) : status;
    if (status == SOLOW_OK) {
        status = package->anonymous ? put_anonymous(job, results.text, err)
                                    : copy_file(job->results_path, results.text, err);
    }
    for (ptrdiff_t f = 0; f < job->files && status == SOLOW_OK; f++) {
        status = put_file(package, job, &job->file[f], err);
    }
    solow_buffer_clear(&text);
    solow_buffer_clear(&results);
    return status;
}

solow_status solow_package_copy(const solow_package *package, solow_error *err)
{
    solow_status status = make_folders(package, err);
    for (ptrdiff_t j = 0; j < package->jobs && status == SOLOW_OK; j++) {
        status = put_job(package, &package->job[j], err);
    }
    return status;
}

/* ---- the rest ---- */

static solow_status sum_line(const solow_package *package, const char *place, solow_buffer *out, solow_error *err)
{
    char hash[65];
    solow_buffer path = {0};
    solow_buffer_format(&path, "%s/%s", package->folder, place);
    solow_status status = solow_buffer_finish(&path, err);
    status = status == SOLOW_OK ? solow_file_sha256(path.text, hash, err) : status;
    if (status == SOLOW_OK) {
        solow_buffer_format(out, "%s  %s\n", hash, place);
    }
    solow_buffer_clear(&path);
    return status;
}

static solow_status sums(const solow_package *package, solow_buffer *out, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t j = 0; j < package->jobs && status == SOLOW_OK; j++) {
        const solow_package_job *job = &package->job[j];
        char place[512];
        snprintf(place, sizeof place, "jobs/%s.yml", job->name);
        status = sum_line(package, place, out, err);
        snprintf(place, sizeof place, "results/%s.h5", job->name);
        status = status == SOLOW_OK ? sum_line(package, place, out, err) : status;
        for (ptrdiff_t f = 0; f < job->files && status == SOLOW_OK; f++) {
            const solow_package_file *file = &job->file[f];
            if (file->role == SOLOW_PACKAGE_DATA && !file->repeated) {
                solow_buffer_format(out, "%s  %s\n", file->sha256, file->place);
            } else if (file->role == SOLOW_PACKAGE_TABLE || file->role == SOLOW_PACKAGE_SUMMARY) {
                status = sum_line(package, file->place, out, err);
            }
        }
    }
    return status == SOLOW_OK ? solow_buffer_finish(out, err) : status;
}

static solow_status put_text(const solow_package *package, const char *name, const solow_buffer *text, mode_t mode,
                             solow_error *err)
{
    solow_buffer path = {0};
    solow_buffer_format(&path, "%s/%s", package->folder, name);
    solow_status status = solow_buffer_finish(&path, err);
    status = status == SOLOW_OK ? solow_atomic_put(path.text, text->text, text->length, err) : status;
    if (status == SOLOW_OK && chmod(path.text, mode) != 0) {
        status = SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot set the mode of %s: %s", path.text, strerror(errno));
    }
    solow_buffer_clear(&path);
    return status;
}

solow_status solow_package_finish(const solow_package *package, solow_error *err)
{
    solow_buffer checksums = {0}, script = {0}, readme = {0};
    solow_status status = sums(package, &checksums, err);
    status = status == SOLOW_OK ? solow_package_run(package, &script, err) : status;
    status = status == SOLOW_OK ? solow_package_readme(package, &readme, err) : status;
    status = status == SOLOW_OK ? put_text(package, "checksums.sha256", &checksums, 0644, err) : status;
    status = status == SOLOW_OK ? put_text(package, "run", &script, 0755, err) : status;
    status = status == SOLOW_OK ? put_text(package, "README.md", &readme, 0644, err) : status;
    solow_buffer_clear(&checksums);
    solow_buffer_clear(&script);
    solow_buffer_clear(&readme);
    return status;
}
