/* package_readme.c - README.md of a replication package. See package.h for the template that it follows. */
#include "io/report/package.h"

#include "io/report/escape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What only the authors can say stays an open box. */
static const char rights[] =
    "### Statement about Rights\n\n"
    "- [ ] I certify that the author(s) of the manuscript have legitimate access to and permission to use the data "
    "used in "
    "this manuscript.\n"
    "- [ ] I certify that the author(s) of the manuscript have documented permission to redistribute/publish the data "
    "contained within this replication package.\n\n";

static const char summary[] = "### Summary of Availability\n\n"
                              "- [%c] All data are contained in this package.\n"
                              "- [%c] Some data cannot be made publicly available.\n"
                              "- [%c] No data can be made publicly available.\n\n";

static const char randomness[] = "### Controlled Randomness\n\n"
                                 "Random draws are functions of the seed in the job file, the draw's number and the "
                                 "observation, never of the order of "
                                 "work or of the number of processes.\n\n";

static const char instructions[] =
    "## Instructions to Replicators\n\n"
    "1. Install solow %s; `solow version` prints what it was built with.\n"
    "2. %s\n"
    "3. `./run FOLDER` checks every file against `checksums.sha256`, estimates everything again in FOLDER (made, or "
    "empty), "
    "and compares results and tables with those of this package. It ends with 0 if they are the same.\n\n"
    "`RANKS=4 ./run FOLDER` works on four processes, with the same results. On the kind of machine named above every "
    "digit "
    "is the same; on another the last ones may differ, and `TOLERANCE=1e-9 ./run FOLDER` allows for that.\n\n";

static const char references[] =
    "## References\n\n"
    "Vilhuber, L., Connolly, M., Koren, M., Llull, J. and Morrow, P. (2022). A template README for social science "
    "replication packages, v1.1. doi:10.5281/zenodo.7293838\n";

const char *solow_package_provenance(const solow_results *results, const char *name)
{
    for (ptrdiff_t a = 0; a < results->attribute_count; a++) {
        if (strcmp(results->attribute[a].name, name) == 0 && results->attribute[a].text != NULL) {
            return results->attribute[a].text;
        }
    }
    return "";
}

static double number(const solow_results *results, const char *name)
{
    for (ptrdiff_t a = 0; a < results->attribute_count; a++) {
        const solow_attribute *attribute = &results->attribute[a];
        if (strcmp(attribute->name, name) == 0) {
            return attribute->kind == SOLOW_CELL_INTEGER ? (double)attribute->integer : attribute->number;
        }
    }
    return NAN;
}

static void cell(solow_buffer *out, const char *text)
{
    solow_buffer_text(out, " ");
    solow_escape_markdown(out, text);
    solow_buffer_text(out, " |");
}

typedef void (*file_line)(const solow_package_job *job, const solow_package_file *file, solow_buffer *out);

static void each_data_file(const solow_package *package, file_line line, solow_buffer *out)
{
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        for (ptrdiff_t f = 0; f < package->job[j].files; f++) {
            const solow_package_file *file = &package->job[j].file[f];
            if (file->role == SOLOW_PACKAGE_DATA && !file->repeated) {
                line(&package->job[j], file, out);
            }
        }
    }
}

static void source_line(const solow_package_job *job, const solow_package_file *file, solow_buffer *out)
{
    solow_buffer_text(out, "|");
    cell(out, file->place);
    cell(out, solow_package_said(job, file, "source"));
    cell(out, solow_package_said(job, file, "licence"));
    cell(out, solow_package_said(job, file, "citation"));
    cell(out, solow_package_said(job, file, "access"));
    solow_buffer_text(out, "\n");
}

static void dataset_line(const solow_package_job *job, const solow_package_file *file, solow_buffer *out)
{
    (void)job;
    solow_buffer_format(out, "| %s | %lld | %s | `%s` |\n", file->place, (long long)file->bytes,
                        file->withheld ? "No: get it, and put it there" : "Yes", file->sha256);
}

typedef struct totals {
    int64_t files, withheld, bytes;
    double seconds, memory;
    ptrdiff_t tables;
} totals;

static totals count(const solow_package *package)
{
    totals all = {0};
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        const solow_package_job *job = &package->job[j];
        double memory = number(job->results, "peak_rss") * number(job->results, "ranks");
        all.seconds += number(job->results, "wall_seconds");
        all.memory = memory > all.memory ? memory : all.memory;
        for (ptrdiff_t f = 0; f < job->files; f++) {
            const solow_package_file *file = &job->file[f];
            bool data = file->role == SOLOW_PACKAGE_DATA && !file->repeated;
            all.files += data;
            all.withheld += data && file->withheld;
            all.bytes += data ? file->bytes : 0;
            all.tables += file->role == SOLOW_PACKAGE_TABLE || file->role == SOLOW_PACKAGE_SUMMARY;
        }
    }
    return all;
}

static void overview(const solow_package *package, const totals *all, solow_buffer *out)
{
    const solow_package_job *first = &package->job[0];
    solow_buffer_format(out, "# Data and code for: %s\n\n## Overview\n\n",
                        first->job->title[0] != '\0' ? first->job->title : first->name);
    solow_buffer_format(out,
                        "%td job file%s for solow, %lld data file%s and %td table%s. One command, `./run`, estimates "
                        "everything again and compares; it took %.2f seconds when the results were made.\n\n",
                        package->jobs, package->jobs > 1 ? "s" : "", (long long)all->files, all->files == 1 ? "" : "s",
                        all->tables, all->tables == 1 ? "" : "s", all->seconds);
}

static void availability(const solow_package *package, const totals *all, solow_buffer *out)
{
    solow_buffer_text(out, "## Data Availability and Provenance Statements\n\n");
    solow_buffer_text(out, rights);
    solow_buffer_format(out, summary, all->withheld == 0 ? 'x' : ' ',
                        all->withheld > 0 && all->withheld < all->files ? 'x' : ' ',
                        all->withheld > 0 && all->withheld == all->files ? 'x' : ' ');
    solow_buffer_text(out, "### Details on each Data Source\n\n| Data file | Source | Licence | Citation | Access |\n"
                           "|---|---|---|---|---|\n");
    each_data_file(package, source_line, out);
    solow_buffer_text(out, "\n## Dataset list\n\n| Data file | Bytes | Provided | SHA-256 |\n|---|---|---|---|\n");
    each_data_file(package, dataset_line, out);
    solow_buffer_text(out, "\n");
}

static void software(const solow_package *package, solow_buffer *out)
{
    const solow_results *results = package->job[0].results;
    static const struct {
        const char *label, *attribute;
    } lines[] = {{"kind of machine", "machine_kind"},
                 {"BLAS", "blas_config"},
                 {"BLAS kernels", "blas_core"},
                 {"MPI", "mpi"},
                 {"HDF5", "hdf5"}};
    solow_buffer_format(out, "## Computational requirements\n\n### Software Requirements\n\n- solow %s\n",
                        results->engine_version != NULL ? results->engine_version : "");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const char *value = solow_package_provenance(results, lines[i].attribute);
        if (value[0] != '\0') {
            solow_buffer_format(out, "- %s: %s\n", lines[i].label, value);
        }
    }
    solow_buffer_text(out, "- bash, sha256sum; mpirun for more than one process\n\n");
}

static void resources(const solow_package *package, const totals *all, solow_buffer *out)
{
    solow_buffer_text(out, randomness);
    solow_buffer_format(
        out,
        "### Memory, Runtime, Storage Requirements\n\nMeasured: %.2f seconds in all, at most %.0f MB of "
        "memory, %.1f MB of data.\n\n",
        all->seconds, all->memory / 1e6, (double)all->bytes / 1e6);
    solow_buffer_text(
        out, "| Job | Models | Failed | Processes | Seconds | MB a process | Seed |\n|---|---|---|---|---|---|---|\n");
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        const solow_package_job *job = &package->job[j];
        int64_t failed = 0;
        for (int64_t row = 0; row < job->results->glance.rows; row++) {
            failed += strcmp(solow_table_text(&job->results->glance, row, "status"), "failed") == 0;
        }
        solow_buffer_format(out, "| jobs/%s.yml | %lld | %lld | %.0f | %.2f | %.0f | %llu |\n", job->name,
                            (long long)job->results->glance.rows, (long long)failed, number(job->results, "ranks"),
                            number(job->results, "wall_seconds"), number(job->results, "peak_rss") / 1e6,
                            (unsigned long long)job->job->seed);
    }
    solow_buffer_text(out, "\n");
}

static void programs(const solow_package *package, solow_buffer *out)
{
    solow_buffer_text(
        out, "## Description of programs/code\n\n"
             "A job file states data, variables, models and tables; solow does what it says. There is no other "
             "code but `run`, which starts solow and compares.\n\n"
             "| File | What it does |\n|---|---|\n");
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        const solow_package_job *job = &package->job[j];
        solow_buffer_format(out, "| jobs/%s.yml |", job->name);
        cell(out, job->job->title);
        solow_buffer_format(out,
                            "\n| results/%s.h5 | its results: HDF5, readable as netCDF-4; `solow show` prints them |\n",
                            job->name);
    }
    solow_buffer_text(out, "| run | estimates again and compares |\n\n");
}

/* Lines of the models that a table's columns name; a pattern or a group stands for itself. */
static void columns_of(const solow_package_job *job, const solow_yaml *table, solow_buffer *out)
{
    const solow_yaml *columns = solow_yaml_get(table, "columns");
    for (ptrdiff_t c = 0; columns != NULL && c < columns->count; c++) {
        const char *text = columns->item[c]->kind == SOLOW_YAML_SCALAR ? columns->item[c]->text : "";
        size_t length = strcspn(text, "@/");
        solow_buffer_format(out, "%s%s", c > 0 ? ", " : "", text);
        for (ptrdiff_t m = 0; m < job->job->models; m++) {
            const solow_model *model = &job->job->model[m];
            if (strlen(model->id) == length && strncmp(model->id, text, length) == 0) {
                solow_buffer_format(out, " (line %d)", model->place.line);
                break;
            }
        }
    }
}

static void table_line(const solow_package_job *job, const solow_package_file *file, solow_buffer *out)
{
    const solow_yaml *id = solow_yaml_get(file->owner, "id"), *title = solow_yaml_get(file->owner, "title");
    solow_buffer columns = {0};
    columns_of(job, file->owner, &columns);
    solow_buffer_text(out, "|");
    cell(out, id != NULL ? id->text : "");
    cell(out, title != NULL ? title->text : file->role == SOLOW_PACKAGE_SUMMARY ? "Summary of variables" : "");
    solow_buffer_format(out, " jobs/%s.yml | %d |", job->name, file->owner->line);
    cell(out, columns.text != NULL ? columns.text : "");
    cell(out, file->place);
    solow_buffer_text(out, "\n");
    out->failed = out->failed || columns.failed;
    solow_buffer_clear(&columns);
}

static void table_map(const solow_package *package, solow_buffer *out)
{
    solow_buffer_text(out, "## List of tables and programs\n\nThe provided code reproduces:\n\n"
                           "- [ ] All numbers provided in text in the paper\n"
                           "- [ ] All tables and figures in the paper\n"
                           "- [ ] Selected tables and figures in the paper, as explained and justified below.\n\n"
                           "| Table | Title | Program | Line | Models | Output file |\n|---|---|---|---|---|---|\n");
    for (ptrdiff_t j = 0; j < package->jobs; j++) {
        const solow_package_job *job = &package->job[j];
        for (ptrdiff_t f = 0; f < job->files; f++) {
            if (job->file[f].role == SOLOW_PACKAGE_TABLE || job->file[f].role == SOLOW_PACKAGE_SUMMARY) {
                table_line(job, &job->file[f], out);
            }
        }
        if (job->job->models > 0) {
            solow_buffer_format(out, "| all estimates | | jobs/%s.yml | %d | %td | results/%s.h5 |\n", job->name,
                                job->job->model[0].place.line, job->job->models, job->name);
        }
    }
    solow_buffer_text(out, "\n");
}

solow_status solow_package_readme(const solow_package *package, solow_buffer *out, solow_error *err)
{
    const totals all = count(package);
    const char *version = package->job[0].results->engine_version;
    overview(package, &all, out);
    availability(package, &all, out);
    software(package, out);
    resources(package, &all, out);
    programs(package, out);
    solow_buffer_format(out, instructions, version != NULL ? version : "",
                        all.withheld > 0
                            ? "Get the data that are not provided and put them where the dataset list has them; "
                              "`data/NAME.txt` says how."
                            : "Nothing else is needed: all data are here.");
    table_map(package, out);
    solow_buffer_text(out, references);
    return solow_buffer_finish(out, err);
}
