/* verb_show.c - verbs that print what a result file holds: show, and table, which rewrites the job's tables. No MPI. */
#include "engine/cli/session.h"
#include "engine/cli/verb.h"

#include "io/report/paper_table.h"
#include "io/report/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Width of the terminal on stdout; 0 if it is none. */
static ptrdiff_t terminal_width(void)
{
    struct winsize size;
    return isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int solow_verb_show(int argc, char **argv)
{
    solow_error err = {0};
    solow_results results = {0};
    solow_buffer out = {0};
    const char *positional[8];
    int count = 0;
    const char *no_color = getenv("NO_COLOR");
    const solow_show_style style = {.width = terminal_width(),
                                    .colour = isatty(STDOUT_FILENO) && (no_color == NULL || no_color[0] == '\0')};
    const solow_cli_option options[] = {{.name = NULL}};
    solow_status status = argc < 8 ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                   : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many arguments");
    if (status == SOLOW_OK && (count < 1 || count > 2)) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow show takes a result file and, if wanted, a model");
    }
    if (status == SOLOW_OK) {
        status = solow_results_read(positional[0], &results, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_show(&results, count > 1 ? positional[1] : NULL, &style, &out, &err);
    }
    if (status == SOLOW_OK) {
        status = solow_buffer_send(&out, stdout, &err);
    }
    solow_buffer_clear(&out);
    solow_results_clear(&results);
    return status == SOLOW_OK ? 0 : solow_cli_fail(&err);
}

static const char *kept_text(const solow_results *results, const char *name)
{
    const char *text = NULL;
    for (ptrdiff_t a = 0; a < results->attribute_count; a++) {
        text = strcmp(results->attribute[a].name, name) == 0 ? results->attribute[a].text : text;
    }
    return text;
}

/* The job as it was run, with its --set, kept in /provenance, read back through a file of its own. */
static solow_status kept_job(const solow_results *results, solow_job *job, solow_error *err)
{
    const char *text = kept_text(results, "job_yaml"), *set = kept_text(results, "set");
    char path[] = "/tmp/solow-job-XXXXXX", *lines = solow_copy_text(set != NULL ? set : ""), *rest = lines;
    solow_diagnostics diagnostics = {0};
    solow_cli_list list = {0};
    if (lines == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the job of the result file");
    }
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL && list.count < SOLOW_CLI_VALUES;
         line = strtok_r(NULL, "\n", &rest)) {
        list.value[list.count++] = line;
    }
    int file = text != NULL ? mkstemp(path) : -1;
    if (file < 0) {
        free(lines);
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "the result file does not hold its job (or /tmp cannot be written)");
    }
    ssize_t written = write(file, text, strlen(text));
    close(file);
    solow_status status = written == (ssize_t)strlen(text)
                              ? solow_session_read_job(path, &list, false, job, &diagnostics, err)
                              : SOLOW_FAIL(err, SOLOW_ERR_IO, "cannot write %s", path);
    unlink(path);
    free(lines);
    solow_diagnostics_clear(&diagnostics);
    return status;
}

static solow_status print_table(const solow_yaml *table, const solow_results *results, bool write, solow_error *err)
{
    solow_grid grid = {0};
    solow_buffer out = {0};
    solow_status status =
        write ? solow_paper_table_write(table, results, ".", err) : solow_paper_table(table, results, &grid, err);
    if (status == SOLOW_OK && !write) {
        status = solow_grid_render(&grid, SOLOW_GRID_MD, &out, err);
    }
    if (status == SOLOW_OK && !write) {
        status = solow_buffer_send(&out, stdout, err);
    }
    solow_buffer_clear(&out);
    solow_grid_clear(&grid);
    return status;
}

int solow_verb_table(int argc, char **argv)
{
    solow_error err = {0};
    solow_results results = {0};
    solow_job job = {0};
    const char *positional[8];
    int count = 0;
    bool write = false, found = false;
    const solow_cli_option options[] = {{.name = "write", .letter = 'w', .flag = &write}, {.name = NULL}};
    solow_status status = argc < 8 ? solow_cli_parse(argc, argv, options, positional, &count, &err)
                                   : SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "too many arguments");
    if (status == SOLOW_OK && (count < 1 || count > 2)) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "solow table takes a result file and, if wanted, a table's id");
    }
    if (status == SOLOW_OK) {
        status = solow_results_read(positional[0], &results, &err);
    }
    if (status == SOLOW_OK) {
        status = kept_job(&results, &job, &err);
    }
    for (ptrdiff_t t = 0; status == SOLOW_OK && job.tables != NULL && t < job.tables->count; t++) {
        const solow_yaml *id = solow_yaml_get(job.tables->item[t], "id");
        if (count < 2 || (id != NULL && strcmp(id->text, positional[1]) == 0)) {
            found = true;
            status = print_table(job.tables->item[t], &results, write, &err);
        }
    }
    if (status == SOLOW_OK && !found) {
        status = SOLOW_FAIL(&err, SOLOW_ERR_USAGE, "the job of %s has no table%s%s", positional[0],
                            count > 1 ? " " : "s", count > 1 ? positional[1] : "");
    }
    solow_job_clear(&job);
    solow_results_clear(&results);
    return status == SOLOW_OK ? 0 : solow_cli_fail(&err);
}
