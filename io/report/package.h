/* package.h - a replication package: jobs, data, results, tables, a README, and a script that reruns it all and compares.
 *
 *   jobs/NAME.yml      as run, but that files are named where the package has them
 *   data/...           every input; of one with `redistribute: false` only NAME.txt: its hash, size and how to get it
 *   results/NAME.h5    tables/...
 *   README.md          after the template of the social-science data editors
 *   run                estimates again in a folder of its own and compares
 *   checksums.sha256   of all files, those included that the reader must get
 *
 * Source    Vilhuber, Connolly, Koren, Llull and Morrow (2022), A template README for social science replication packages,
 *           v1.1, doi:10.5281/zenodo.7293838
 */
#ifndef SOLOW_IO_REPORT_PACKAGE_H
#define SOLOW_IO_REPORT_PACKAGE_H

#include "io/job/job.h"
#include "io/report/buffer.h"
#include "io/result/results.h"

#include <stdint.h>

typedef enum {
    SOLOW_PACKAGE_DATA,
    SOLOW_PACKAGE_TABLE,
    SOLOW_PACKAGE_SUMMARY,
    SOLOW_PACKAGE_RESULTS
} solow_package_role;

typedef struct solow_package_file { /* a file that a job names */
    solow_package_role role;
    const solow_yaml *node;  /* its path in the job, a scalar of the job's tree */
    const solow_yaml *owner; /* the mapping that holds `file:` */
    char *source;            /* where it is; where it would be, for results */
    char *place;             /* in the package: data/firms.csv */
    char sha256[65];         /* of data */
    int64_t bytes;
    bool withheld; /* `redistribute: false` */
    bool repeated; /* the same file as an earlier one */
} solow_package_file;

typedef struct solow_package_job {
    const char *path; /* of the job file */
    char *name;       /* without folder and ending; no other job of the package has it */
    const char *text; /* as run */
    const solow_job *job;
    solow_yaml *tree; /* of text, as it stands */
    char *packaged;   /* text with the package's paths */
    ptrdiff_t files;
    solow_package_file *file;
    const char *results_path;
    solow_results *results;
} solow_package_job;

typedef struct solow_package {
    const char *folder;
    bool anonymous;
    const char *const *secret; /* words that an anonymous package must not hold (user, host, home folder); NULL ends */
    ptrdiff_t jobs;
    solow_package_job *job;
} solow_package;

/* The files that a job names, from its tree; sources taken from folder unless absolute; redistribute inherited from data:.
 * Errors  SOLOW_ERR_INPUT, with the line, for a path that is not written on one line; SOLOW_ERR_MEMORY */
solow_status solow_package_list(solow_package_job *job, const char *folder, solow_error *err);

/* Names every file of all jobs (one name a file, one file a name) and writes the jobs anew; fills place and packaged.
 * Errors  SOLOW_ERR_MEMORY */
solow_status solow_package_name(solow_package *package, solow_error *err);

/* Hashes and sizes of data; checked against those that the results were made from; the words of an anonymous package.
 * Errors  SOLOW_ERR_NO_INPUT for a file that is not there; SOLOW_ERR_INPUT for data or a job that have changed since the
 *         results, and for words that an anonymous package must not hold */
solow_status solow_package_check(solow_package *package, solow_error *err);

/* Jobs, data, results and summaries into the folder, which is made; tables come from solow_package_tables.
 * Errors  SOLOW_ERR_CREATE if the folder exists and is not empty, or cannot be made; SOLOW_ERR_IO */
solow_status solow_package_copy(const solow_package *package, solow_error *err);

/* README.md, run and checksums.sha256, when all else is there. Errors  as above */
solow_status solow_package_finish(const solow_package *package, solow_error *err);

void solow_package_clear(solow_package *package); /* not the jobs and results that it borrows */

/* The two texts. Errors  SOLOW_ERR_MEMORY */
solow_status solow_package_readme(const solow_package *package, solow_buffer *out, solow_error *err);
solow_status solow_package_run(const solow_package *package, solow_buffer *out, solow_error *err);

/* What the job says under key (source, licence, citation, access) of a file: beside its path, else of the panel; "" if nothing. */
const char *solow_package_said(const solow_package_job *job, const solow_package_file *file, const char *key);

/* The name of a file without its folder. */
const char *solow_package_base(const char *path);

/* A text of the results' /provenance, "" if absent. */
const char *solow_package_provenance(const solow_results *results, const char *name);

#endif
