/* parse.c - from CSV text to columns of doubles, alone: no sort, no codes, no checks, no results.
 *
 *   parse FILE.csv [REPEATS]      prints `MB rows wall cpu wall_strtod cpu_strtod different`
 *
 * wall, cpu           MB/s (1e6 bytes a second) of io/panel's reader, by the clock and by processor time: the best of
 *                     REPEATS, each with the file opened anew and fresh memory for its columns
 * wall_, cpu_strtod   the same for a plain loop over the text that splits at commas and calls strtod
 * different           numbers whose 64 bits differ between the two
 *
 * The file holds unquoted numbers without missing values; the part read is the whole file, as for one rank.
 */
#include "io/panel/source.h"
#include "kernels/core/size.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct clocks {
    double wall, cpu; /* seconds */
} clocks;

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static clocks read_clocks(void)
{
    return (clocks){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

static void keep_least(clocks *least, clocks start)
{
    clocks end = read_clocks();
    double wall = end.wall - start.wall, cpu = end.cpu - start.cpu;
    least->wall = wall < least->wall ? wall : least->wall;
    least->cpu = cpu < least->cpu ? cpu : least->cpu;
}

static void fail(const char *message)
{
    fprintf(stderr, "parse: %s\n", message);
    exit(1);
}

/* As a rank of one reads a file. */
static void read_columns(const char *path, solow_columns *columns)
{
    solow_error err = {0};
    solow_source *source = NULL;
    int64_t rows = 0;
    if (solow_source_open(path, NULL, &source, &err) != SOLOW_OK) {
        fail(err.message);
    }
    ptrdiff_t count = solow_source_columns(source);
    bool *wanted = solow_allocate(count, sizeof *wanted), *numeric = solow_allocate(count, sizeof *numeric);
    if (wanted == NULL || numeric == NULL) {
        fail("no memory");
    }
    memset(wanted, true, (size_t)count);
    if (solow_source_profile(source, 0, wanted, &rows, numeric, &err) != SOLOW_OK ||
        solow_source_read(source, 0, wanted, numeric, 0, columns, &err) != SOLOW_OK) {
        fail(err.message);
    }
    free(wanted);
    free(numeric);
    solow_source_close(source);
}

static char *read_text(const char *path, size_t bytes)
{
    char *text = solow_allocate((ptrdiff_t)bytes + 1, 1);
    FILE *file = fopen(path, "rb");
    if (text == NULL || file == NULL || fread(text, 1, bytes, file) != bytes) {
        fail("cannot read the text again");
    }
    (void)fclose(file);
    text[bytes] = '\0';
    return text;
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

/* Reads every number by strtod; different out: how many the columns hold otherwise. */
static void read_plainly(const char *text, const solow_columns *columns, int64_t *different)
{
    const char *p = strchr(text, '\n');
    *different = 0;
    for (int64_t i = 0; i < columns->rows; i++) {
        for (ptrdiff_t j = 0; j < columns->count; j++) {
            char *end = NULL;
            double value = strtod(p + 1, &end);
            *different += bits_of(value) != bits_of(columns->column[j].number[i]);
            p = end;
        }
    }
}

int main(int argc, char **argv)
{
    int repeats = argc > 2 ? atoi(argv[2]) : 7;
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL || repeats < 1 || fseek(file, 0, SEEK_END) != 0) {
        fail("usage: parse FILE.csv [REPEATS]");
    }
    size_t bytes = (size_t)ftell(file);
    (void)fclose(file);
    solow_columns columns = {0};
    clocks ours = {1e30, 1e30}, plain = {1e30, 1e30};
    for (int r = 0; r < repeats; r++) {
        solow_columns_clear(&columns);
        clocks start = read_clocks();
        read_columns(argv[1], &columns);
        keep_least(&ours, start);
    }
    for (ptrdiff_t j = 0; j < columns.count; j++) {
        if (columns.column[j].kind != SOLOW_COLUMN_NUMBER) {
            fail("a column is text");
        }
    }
    char *text = read_text(argv[1], bytes);
    int64_t different = 0;
    for (int r = 0; r < (repeats < 3 ? repeats : 3); r++) {
        clocks start = read_clocks();
        read_plainly(text, &columns, &different);
        keep_least(&plain, start);
    }
    double size = 1e-6 * (double)bytes;
    printf("%.1f %lld %.0f %.0f %.0f %.0f %lld\n", size, (long long)columns.rows, size / ours.wall, size / ours.cpu,
           size / plain.wall, size / plain.cpu, (long long)different);
    free(text);
    solow_columns_clear(&columns);
    return different == 0 ? 0 : 1;
}
