/* timing.c - the phase table: calls, least, mean and most over ranks, share, rate. See session.h. */
#include "engine/cli/session.h"

#include <stdio.h>

typedef struct phase_line {
    double least, mean, most, bytes, flops;
} phase_line;

/* Seconds over ranks as integers of nanoseconds: sums and extremes of integers need no order. */
static solow_status over_ranks(solow_comm *comm, const solow_phase *phase, phase_line *line, solow_error *err)
{
    int64_t nanoseconds = (int64_t)(1e9 * phase->seconds);
    int64_t sums[3] = {nanoseconds, (int64_t)phase->bytes, (int64_t)phase->flops};
    int64_t extremes[2] = {nanoseconds, -nanoseconds};
    solow_status status = solow_comm_sum_int64(comm, sums, 3, err);
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(comm, extremes, 2, err);
    }
    *line = (phase_line){.least = -1e-9 * (double)extremes[1],
                         .mean = 1e-9 * (double)sums[0] / solow_comm_size(comm),
                         .most = 1e-9 * (double)extremes[0],
                         .bytes = (double)sums[1],
                         .flops = (double)sums[2]};
    return status;
}

static solow_status add_row(solow_session *session, const solow_phase *phase, const phase_line *line, double wall,
                            bool flops, solow_error *err)
{
    solow_table *table = &session->results.timing;
    int64_t row = solow_table_append(table);
    double amount = flops ? line->flops : line->bytes;
    if (row < 0 || !solow_table_set_text(table, row, "phase", phase->name) ||
        !solow_table_set_text(table, row, "unit", amount > 0 ? (flops ? "GFLOP/s" : "GB/s") : "")) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the timing table");
    }
    solow_table_set_integer(table, row, "calls", phase->calls);
    solow_table_set_number(table, row, "min", line->least);
    solow_table_set_number(table, row, "avg", line->mean);
    solow_table_set_number(table, row, "max", line->most);
    solow_table_set_number(table, row, "share", line->most / wall);
    if (amount > 0) {
        solow_table_set_number(table, row, "rate", 1e-9 * amount / line->most);
    }
    return SOLOW_OK;
}

static void print_rate(double amount, double seconds)
{
    if (amount > 0) {
        fprintf(stderr, " %9.2f", 1e-9 * amount / seconds);
    } else {
        fprintf(stderr, " %9s", "");
    }
}

static void print_line(const solow_phase *phase, const phase_line *line, double wall)
{
    fprintf(stderr, "%-12s %6lld %9.4f %9.4f %9.4f %5.1f%%", phase->name, (long long)phase->calls, line->least,
            line->mean, line->most, 100 * line->most / wall);
    print_rate(line->bytes, line->most);
    print_rate(line->flops, line->most);
    fputs("\n", stderr);
}

static solow_status print_total(const solow_session *session, double wall, solow_error *err)
{
    solow_memory_marks marks;
    solow_status status = solow_session_memory(session->comm, &marks, err);
    if (status == SOLOW_OK && solow_comm_rank(session->comm) == 0) {
        int ranks = solow_comm_size(session->comm);
        fprintf(stderr,
                "%-12s %6d %29.4f\nmemory       at most %.0f MB a rank, %.0f MB a node; %d rank%s on %d node%s\n",
                "total", 1, wall, 1e-6 * marks.rank, 1e-6 * marks.node, ranks, ranks > 1 ? "s" : "", marks.nodes,
                marks.nodes > 1 ? "s" : "");
    }
    return status;
}

solow_status solow_session_timing(solow_session *session, bool print, solow_error *err)
{
    bool first = solow_comm_rank(session->comm) == 0;
    double wall = solow_comm_seconds() - session->started;
    solow_status status = SOLOW_OK;
    if (print && first) {
        fprintf(stderr, "%-12s %6s %9s %9s %9s %6s %9s %9s\n", "phase", "calls", "min s", "avg s", "max s", "share",
                "GB/s", "GFLOP/s");
    }
    for (ptrdiff_t p = 0; p < session->phases && status == SOLOW_OK; p++) {
        const solow_phase *phase = &session->phase[p];
        phase_line line;
        status = over_ranks(session->comm, phase, &line, err);
        if (status == SOLOW_OK && print && first) {
            print_line(phase, &line, wall);
        } else if (status == SOLOW_OK && first) {
            status = add_row(session, phase, &line, wall, false, err);
            if (status == SOLOW_OK && line.flops > 0) {
                status = add_row(session, phase, &line, wall, true, err);
            }
        }
    }
    return status == SOLOW_OK && print ? print_total(session, wall, err) : status;
}
