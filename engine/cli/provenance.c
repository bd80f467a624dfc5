/* provenance.c - what a result file says of its making. See session.h. */
#include "engine/cli/session.h"

#include "io/job/hash.h"
#include "io/result/file_hash.h"

#include <hdf5.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static solow_status text(solow_session *session, const char *name, const char *value, solow_error *err)
{
    return solow_results_attribute_text(&session->results, name, value != NULL ? value : "", err);
}

static solow_status add_input(solow_session *session, const char *path, bool panel, solow_error *err)
{
    solow_table *table = &session->results.inputs;
    const solow_data_section *data = &session->job.data;
    struct stat about;
    int64_t row = solow_table_append(table);
    char sha256[65] = "";
    const char *slash = strrchr(path, '/');
    solow_status status = solow_file_sha256(path, sha256, err);
    if (status != SOLOW_OK) {
        return status;
    }
    bool good = row >= 0 && solow_table_set_text(table, row, "file", slash != NULL ? slash + 1 : path) &&
                solow_table_set_text(table, row, "sha256", sha256) &&
                solow_table_set_text(table, row, "source", data->source != NULL ? data->source : "") &&
                solow_table_set_text(table, row, "licence", data->licence != NULL ? data->licence : "") &&
                solow_table_set_text(table, row, "citation", data->citation != NULL ? data->citation : "");
    if (!good) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for provenance");
    }
    if (stat(path, &about) == 0) {
        solow_table_set_integer(table, row, "bytes", (int64_t)about.st_size);
    }
    if (panel) { /* not the rows of a file that was merged */
        solow_table_set_integer(table, row, "rows", session->frame.layout.rows);
    }
    return SOLOW_OK;
}

solow_status solow_session_provenance(solow_session *session, solow_error *err)
{
    char *kind = solow_machine_kind(), version[32], hash[SOLOW_HASH_BYTES] = "";
    char *revisions = solow_session_revisions(session), *only = solow_session_list_text(&session->only);
    char *set = solow_session_list_text(&session->set);
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    snprintf(version, sizeof version, "%u.%u.%u", major, minor, release);
    solow_results *results = &session->results;
    free(results->title);
    results->title = solow_copy_text(session->job.title);
    solow_status status =
        results->title != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for provenance");
    status = status == SOLOW_OK ? text(session, "job_yaml", session->job.text, err) : status;
    status = status == SOLOW_OK ? text(session, "set", set, err) : status;
    status = status == SOLOW_OK ? text(session, "only", only, err) : status;
    status = status == SOLOW_OK ? solow_session_job_hash(session, hash, err) : status;
    status = status == SOLOW_OK ? text(session, "job_hash", hash, err) : status;
    status = status == SOLOW_OK ? text(session, "revisions", revisions, err) : status;
    status = status == SOLOW_OK ? text(session, "blas_core", solow_blas_core(), err) : status;
    status = status == SOLOW_OK ? text(session, "blas_config", solow_blas_config(), err) : status;
    status = status == SOLOW_OK ? text(session, "machine_kind", kind, err) : status;
    status = status == SOLOW_OK ? text(session, "mpi", solow_comm_library(session->comm), err) : status;
    status = status == SOLOW_OK ? text(session, "hdf5", version, err) : status;
    status = status == SOLOW_OK ? solow_results_attribute_integer(results, "ranks", solow_comm_size(session->comm), err)
                                : status;
    status =
        status == SOLOW_OK ? solow_results_attribute_integer(results, "seed", (int64_t)session->job.seed, err) : status;
    status = status == SOLOW_OK
                 ? solow_results_attribute_number(results, "wall_seconds", solow_comm_seconds() - session->started, err)
                 : status;
    status =
        status == SOLOW_OK ? solow_results_attribute_number(results, "peak_rss", solow_peak_memory(), err) : status;
    for (ptrdiff_t f = 0; solow_session_input(session, f) != NULL && status == SOLOW_OK; f++) {
        status = add_input(session, solow_session_input(session, f), f < session->job.data.files, err);
    }
    free(kind);
    free(revisions);
    free(only);
    free(set);
    return status;
}
