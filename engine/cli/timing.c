/* timing.c - the phase table: calls, least, mean and most over ranks, share, rate. See session.h. */
#include "engine/cli/session.h"

#include <stdio.h>

typedef struct phase_line {
    double least, mean, most, bytes;
} phase_line;

/* Seconds over ranks as integers of nanoseconds: sums and extremes of integers need no order. */
static solow_status over_ranks(solow_comm *comm, const solow_phase *phase, phase_line *line, solow_error *err)
{
    int64_t nanoseconds = (int64_t)(1e9 * phase->seconds), sums[2] = {nanoseconds, (int64_t)phase->bytes};
    int64_t extremes[2] = {nanoseconds, -nanoseconds};
    solow_status status = solow_comm_sum_int64(comm, sums, 2, err);
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(comm, extremes, 2, err);
    }
    *line = (phase_line){.least = -1e-9 * (double)extremes[1],
                         .mean = 1e-9 * (double)sums[0] / solow_comm_size(comm),
                         .most = 1e-9 * (double)extremes[0],
                         .bytes = (double)sums[1]};
    return status;
}

static solow_status add_row(solow_session *session, const solow_phase *phase, const phase_line *line, double wall,
                            solow_error *err)
{
    solow_table *table = &session->results.timing;
    int64_t row = solow_table_append(table);
    if (row < 0 || !solow_table_set_text(table, row, "phase", phase->name) ||
        !solow_table_set_text(table, row, "unit", phase->bytes > 0 ? "GB/s" : "")) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the timing table");
    }
    solow_table_set_integer(table, row, "calls", phase->calls);
    solow_table_set_number(table, row, "min", line->least);
    solow_table_set_number(table, row, "avg", line->mean);
    solow_table_set_number(table, row, "max", line->most);
    solow_table_set_number(table, row, "share", line->most / wall);
    if (phase->bytes > 0) {
        solow_table_set_number(table, row, "rate", 1e-9 * line->bytes / line->most);
    }
    return SOLOW_OK;
}

solow_status solow_session_timing(solow_session *session, bool print, solow_error *err)
{
    bool first = solow_comm_rank(session->comm) == 0;
    double wall = solow_comm_seconds() - session->started;
    solow_status status = SOLOW_OK;
    if (print && first) {
        fprintf(stderr, "%-12s %6s %9s %9s %9s %6s %9s\n", "phase", "calls", "min s", "avg s", "max s", "share",
                "GB/s");
    }
    for (ptrdiff_t p = 0; p < session->phases && status == SOLOW_OK; p++) {
        const solow_phase *phase = &session->phase[p];
        phase_line line;
        status = over_ranks(session->comm, phase, &line, err);
        if (status == SOLOW_OK && print && first) {
            fprintf(stderr, "%-12s %6lld %9.4f %9.4f %9.4f %5.1f%% ", phase->name, (long long)phase->calls, line.least,
                    line.mean, line.most, 100 * line.most / wall);
            if (phase->bytes > 0) {
                fprintf(stderr, "%9.2f", 1e-9 * line.bytes / line.most);
            }
            fputs("\n", stderr);
        } else if (status == SOLOW_OK && first) {
            status = add_row(session, phase, &line, wall, err);
        }
    }
    int64_t peak = (int64_t)solow_peak_memory();
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(session->comm, &peak, 1, err);
    }
    if (status == SOLOW_OK && print && first) {
        fprintf(stderr, "%-12s %6d %29.4f        peak memory %.0f MB a rank, %d rank%s\n", "total", 1, wall,
                1e-6 * (double)peak, solow_comm_size(session->comm), solow_comm_size(session->comm) > 1 ? "s" : "");
    }
    return status;
}
