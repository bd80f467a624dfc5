/* submit_script.h - the script that hands a job to Slurm: one that a user reads, keeps and edits.
 *
 * What it asks for comes first, as #SBATCH lines with a reason above each group; then what runs. Ranks are one a core, BLAS
 * has one thread, every rank gets USR1 before the end of the time limit, and code 75 (stopped early, run again) puts the
 * job back into the queue. Any other code is the script's own, so that Slurm and dependencies see what solow said.
 */
#ifndef SOLOW_IO_REPORT_SUBMIT_SCRIPT_H
#define SOLOW_IO_REPORT_SUBMIT_SCRIPT_H

#include "io/report/buffer.h"

#include <stdint.h>

typedef struct solow_submit {
    const char *command; /* what was typed, for the script's head */
    const char *file;    /* the script's own path */
    const char *name;    /* of the job in the queue */
    const char *program; /* solow on the nodes: a path, or its name inside the container */
    ptrdiff_t jobs;
    const char *const *job;   /* [jobs] job files, as seen from the folder of submission */
    ptrdiff_t nodes;          /* at least 1 */
    ptrdiff_t ranks_per_node; /* 0: whole nodes, a rank for each of their cores */
    const char *time;         /* as Slurm writes limits: minutes, h:m:s, d-h:m:s */
    const char *partition, *account, *memory, *modules, *container, *dependency; /* NULL: not asked */
    int64_t memory_known; /* bytes a node, where --mem is not given; 0: unknown */
    bool array;           /* one array task for each job file */
    ptrdiff_t at_once;    /* most array tasks at a time; 0: any number */
    ptrdiff_t verbatim;
    const char *const *verbatim_argument; /* [verbatim] further options of sbatch, last, so that they win */
} solow_submit;

/* Seconds of a limit as Slurm writes it: M, M:S, H:M:S, D-H, D-H:M, D-H:M:S. Errors  SOLOW_ERR_USAGE */
solow_status solow_submit_seconds(const char *time, int64_t *seconds, solow_error *err);

/* How long before the end the ranks are told: a minute, or a quarter of a limit below four minutes. */
int64_t solow_submit_warning(int64_t seconds);

/* Appends the script to out.
 * Errors  SOLOW_ERR_USAGE for a time that Slurm cannot read and for texts with control characters; SOLOW_ERR_MEMORY */
solow_status solow_submit_script(const solow_submit *submit, solow_buffer *out, solow_error *err);

#endif
