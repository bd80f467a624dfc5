/* workload.c - the data of the benchmarks: made panels, and numbers of other programs, as HDF5, CSV and raw columns.
 *
 *   workload panel OUT.h5 RAW UNITS PERIODS GROUPS K     y, x1 .. xK, unit, time and a random group of 1 .. GROUPS
 *   workload outcomes OUT.h5 RAW SETS OUTCOMES           SETS samples of 5,000 rows, 500 units at random, 10 periods, 6
 *                                                        regressors, y or y1 .. yOUTCOMES, and pick in (0, 1)
 *   workload by OUT.h5 RAW GROUPS UNITS PERIODS K        UNITS units in each group, with effects of its own
 *   workload csv OUT.csv ROWS COLUMNS DIGITS             numeric text: 6g, six significant digits; 2f, two decimals
 *   workload pack RAW OUT.h5 PERIODS                     raw columns y, x1 .. x10, firm and other, as one panel
 *
 * A raw column is NAME.f64 (doubles) or NAME.i32 (integers), little-endian, which R and numpy read in one call; RAW `-`
 * leaves them out. Model: y = a_unit + b_second + sum_j x_j / j + e, x_j = 0.3 (a + b) + noise, all normal.
 * `pack` adds `row`, the number of the row inside its unit (firms come in runs of PERIODS rows), as the time of the panel.
 */
#include <hdf5.h>

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputs("\n", stderr);
    exit(1);
}

static void *allocate(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL) {
        fail("workload: no memory for %zu values", count);
    }
    return memory;
}

static uint64_t next(uint64_t *state) /* splitmix64 */
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return ((double)(next(state) >> 11) + 0.5) * 0x1p-53;
}

static void normals(uint64_t *state, size_t count, double *out) /* Box and Muller (1958) */
{
    for (size_t i = 0; i < count; i += 2) {
        double radius = sqrt(-2 * log(uniform(state))), angle = 6.283185307179586 * uniform(state);
        out[i] = radius * cos(angle);
        if (i + 1 < count) {
            out[i + 1] = radius * sin(angle);
        }
    }
}

typedef struct writer {
    hid_t file;
    const char *raw; /* NULL: no raw columns */
} writer;

static writer open_writer(const char *path, const char *raw)
{
    writer w = {.file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                .raw = strcmp(raw, "-") == 0 ? NULL : raw};
    if (w.file < 0) {
        fail("workload: cannot create %s", path);
    }
    return w;
}

static void write_column(const writer *w, const char *name, size_t rows, const void *value, int is_double)
{
    hsize_t count = rows;
    hid_t space = H5Screate_simple(1, &count, NULL), type = is_double ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT32;
    hid_t data = H5Dcreate2(w->file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (data < 0 || H5Dwrite(data, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0) {
        fail("workload: cannot write column %s", name);
    }
    H5Dclose(data);
    H5Sclose(space);
    if (w->raw == NULL) {
        return;
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", w->raw, name, is_double ? "f64" : "i32");
    FILE *out = fopen(path, "wb");
    if (out == NULL || fwrite(value, is_double ? 8 : 4, rows, out) != rows || fclose(out) != 0) {
        fail("workload: cannot write %s", path);
    }
}

/* Writes x1 .. xk and adds their part, and noise, to y. mu: sum of the effects by row. */
static void write_regressors(const writer *w, uint64_t *state, size_t rows, int k, const double *mu, double *y)
{
    double *x = allocate(rows, sizeof *x);
    normals(state, rows, y);
    for (size_t i = 0; i < rows; i++) {
        y[i] += mu[i];
    }
    for (int j = 1; j <= k; j++) {
        char name[32];
        snprintf(name, sizeof name, "x%d", j);
        normals(state, rows, x);
        for (size_t i = 0; i < rows; i++) {
            x[i] += 0.3 * mu[i];
            y[i] += x[i] / j;
        }
        write_column(w, name, rows, x, 1);
    }
    free(x);
}

static void make_panel(const char *path, const char *raw, size_t units, size_t periods, size_t groups, int k)
{
    size_t rows = units * periods;
    uint64_t state = 12345;
    writer w = open_writer(path, raw);
    int32_t *unit = allocate(rows, sizeof *unit), *time = allocate(rows, sizeof *time);
    int32_t *group = allocate(rows, sizeof *group);
    double *mu = allocate(rows, sizeof *mu), *y = allocate(rows, sizeof *y);
    double *a = allocate(units, sizeof *a), *b = allocate(periods, sizeof *b), *c = allocate(groups, sizeof *c);
    normals(&state, units, a);
    normals(&state, periods, b);
    normals(&state, groups, c);
    for (size_t i = 0; i < rows; i++) {
        size_t g = (size_t)(next(&state) % groups);
        unit[i] = (int32_t)(i / periods + 1);
        time[i] = (int32_t)(i % periods + 1);
        group[i] = (int32_t)g + 1;
        mu[i] = a[i / periods] + b[i % periods] + c[g];
    }
    write_column(&w, "unit", rows, unit, 0);
    write_column(&w, "time", rows, time, 0);
    write_column(&w, "group", rows, group, 0);
    write_regressors(&w, &state, rows, k, mu, y);
    write_column(&w, "y", rows, y, 1);
    H5Fclose(w.file);
}

/* A unit lies in one group; the effects of periods differ from group to group. */
static void make_by(const char *path, const char *raw, size_t groups, size_t units, size_t periods, int k)
{
    size_t rows = groups * units * periods;
    uint64_t state = 6789;
    writer w = open_writer(path, raw);
    int32_t *group = allocate(rows, sizeof *group), *unit = allocate(rows, sizeof *unit);
    int32_t *time = allocate(rows, sizeof *time);
    double *mu = allocate(rows, sizeof *mu), *y = allocate(rows, sizeof *y);
    double *a = allocate(groups * units, sizeof *a), *b = allocate(groups * periods, sizeof *b);
    normals(&state, groups * units, a);
    normals(&state, groups * periods, b);
    for (size_t i = 0; i < rows; i++) {
        size_t g = i / (units * periods);
        group[i] = (int32_t)g + 1;
        unit[i] = (int32_t)(i / periods + 1);
        time[i] = (int32_t)(i % periods + 1);
        mu[i] = a[i / periods] + b[g * periods + i % periods];
    }
    write_column(&w, "group", rows, group, 0);
    write_column(&w, "unit", rows, unit, 0);
    write_column(&w, "time", rows, time, 0);
    write_regressors(&w, &state, rows, k, mu, y);
    write_column(&w, "y", rows, y, 1);
    H5Fclose(w.file);
    free(group);
    free(unit);
    free(time);
    free(mu);
    free(y);
    free(a);
    free(b);
}

/* 5,000 rows a set; unit codes are distinct between sets, periods are the calendar 1 .. 10. */
static void make_outcomes(const char *path, const char *raw, size_t sets, int outcomes)
{
    enum { ROWS = 5000, UNITS = 500, PERIODS = 10, K = 6 };
    size_t rows = sets * ROWS;
    uint64_t state = 54321;
    writer w = open_writer(path, raw);
    int32_t *set = allocate(rows, sizeof *set), *unit = allocate(rows, sizeof *unit),
            *time = allocate(rows, sizeof *time);
    double *mu = allocate(rows, sizeof *mu), *y = allocate(rows, sizeof *y), *a = allocate(rows, sizeof *a);
    normals(&state, rows, a);
    for (size_t i = 0; i < rows; i++) {
        size_t f = i % ROWS / PERIODS;
        set[i] = (int32_t)(i / ROWS + 1);
        unit[i] = (int32_t)(i / ROWS * UNITS + f + 1);
        time[i] = (int32_t)(i % PERIODS + 1);
        mu[i] = a[i / PERIODS] + 0.1 * (double)time[i];
    }
    write_column(&w, "set", rows, set, 0);
    write_column(&w, "unit", rows, unit, 0);
    write_column(&w, "time", rows, time, 0);
    for (size_t i = 0; i < rows; i++) {
        y[i] = uniform(&state);
    }
    write_column(&w, "pick", rows, y, 1);
    write_regressors(&w, &state, rows, K, mu, y);
    write_column(&w, outcomes > 1 ? "y1" : "y", rows, y, 1);
    for (int j = 2; j <= outcomes; j++) {
        char name[32];
        snprintf(name, sizeof name, "y%d", j);
        normals(&state, rows, y);
        for (size_t i = 0; i < rows; i++) {
            y[i] += mu[i];
        }
        write_column(&w, name, rows, y, 1);
    }
    H5Fclose(w.file);
}

/* digits: a number and `g`, significant digits, or `f`, decimals. */
static void make_csv(const char *path, size_t rows, int columns, const char *digits)
{
    uint64_t state = 99;
    char *kind = NULL;
    int count = (int)strtol(digits, &kind, 10);
    if (strcmp(kind, "g") != 0 && strcmp(kind, "f") != 0) {
        fail("workload: `%s` is neither 6g nor 2f nor the like", digits);
    }
    FILE *out = fopen(path, "wb");
    double *row = allocate((size_t)columns + 1, sizeof *row);
    if (out == NULL) {
        fail("workload: cannot create %s", path);
    }
    fputs("unit", out);
    for (int c = 1; c <= columns; c++) {
        fprintf(out, ",x%d", c);
    }
    for (size_t i = 0; i < rows; i++) {
        normals(&state, (size_t)columns, row);
        fprintf(out, "\n%zu", i + 1);
        for (int c = 0; c < columns; c++) {
            fprintf(out, *kind == 'g' ? ",%.*g" : ",%.*f", count, row[c]);
        }
    }
    if (fputs("\n", out) < 0 || fclose(out) != 0) {
        fail("workload: cannot write %s", path);
    }
    free(row);
}

/* The whole raw column, or NULL if there is none. */
static void *read_raw(const char *folder, const char *name, const char *ending, size_t size, size_t *rows)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.%s", folder, name, ending);
    FILE *in = fopen(path, "rb");
    if (in == NULL) {
        return NULL;
    }
    fseek(in, 0, SEEK_END);
    *rows = (size_t)ftell(in) / size;
    rewind(in);
    void *value = allocate(*rows, size);
    if (fread(value, size, *rows, in) != *rows) {
        fail("workload: cannot read %s", path);
    }
    fclose(in);
    return value;
}

static void pack(const char *folder, const char *path, size_t periods)
{
    static const char *const codes[] = {"firm", "other"};
    writer w = open_writer(path, "-");
    size_t rows = 0;
    for (int c = 0; c < 2; c++) {
        int32_t *code = read_raw(folder, codes[c], "i32", sizeof *code, &rows);
        if (code == NULL) {
            fail("workload: no %s.i32 in %s", codes[c], folder);
        }
        write_column(&w, codes[c], rows, code, 0);
        free(code);
    }
    int32_t *row = allocate(rows, sizeof *row);
    for (size_t i = 0; i < rows; i++) {
        row[i] = (int32_t)(i % periods + 1);
    }
    write_column(&w, "row", rows, row, 0);
    free(row);
    for (int j = 0; j <= 10; j++) {
        char name[32];
        snprintf(name, sizeof name, j == 0 ? "y" : "x%d", j);
        double *value = read_raw(folder, name, "f64", sizeof *value, &rows);
        if (value == NULL) {
            fail("workload: no %s.f64 in %s", name, folder);
        }
        write_column(&w, name, rows, value, 1);
        free(value);
    }
    H5Fclose(w.file);
}

static size_t whole(const char *text)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != '\0' || value < 1 || value > 1e12) {
        fail("workload: `%s` is not a count", text);
    }
    return (size_t)value;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 1 ? argv[1] : "";
    if (strcmp(kind, "panel") == 0 && argc == 8) {
        make_panel(argv[2], argv[3], whole(argv[4]), whole(argv[5]), whole(argv[6]), (int)whole(argv[7]));
    } else if (strcmp(kind, "outcomes") == 0 && argc == 6) {
        make_outcomes(argv[2], argv[3], whole(argv[4]), (int)whole(argv[5]));
    } else if (strcmp(kind, "by") == 0 && argc == 8) {
        make_by(argv[2], argv[3], whole(argv[4]), whole(argv[5]), whole(argv[6]), (int)whole(argv[7]));
    } else if (strcmp(kind, "csv") == 0 && argc == 6) {
        make_csv(argv[2], whole(argv[3]), (int)whole(argv[4]), argv[5]);
    } else if (strcmp(kind, "pack") == 0 && argc == 5) {
        pack(argv[2], argv[3], whole(argv[4]));
    } else {
        fail("usage: see the head of benchmarks/workload.c");
    }
    return 0;
}
