/* finish.c - after the last model: published figures compared, the paper's tables and summaries written. See run.h. */
#include "engine/batch/run.h"

#include "io/report/paper_table.h"
#include "io/report/published.h"

static solow_status compare_published(solow_run *run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t m = 0; m < run->job->models && status == SOLOW_OK; m++) {
        if (run->job->model[m].published_count > 0) {
            status = solow_published_compare(&run->job->model[m], run->results, err);
        }
    }
    return status;
}

solow_status solow_run_finish(solow_run *run, solow_error *err)
{
    solow_status status = SOLOW_OK;
    const solow_yaml *tables = run->job->tables;
    if (run->results != NULL) {
        status = compare_published(run, err);
        for (ptrdiff_t t = 0; status == SOLOW_OK && tables != NULL && t < tables->count; t++) {
            if (solow_yaml_get(tables->item[t], "file") != NULL) {
                status = solow_paper_table_write(tables->item[t], run->results, run->job->folder, err);
            }
        }
    }
    status = solow_comm_agree(run->comm, status, err);
    return status == SOLOW_OK ? solow_run_summaries(run, err) : status;
}
