/* structure.c - whether rows are a panel, and its units, periods, gaps and spells; see sort.h. */
#include "io/panel/sort.h"
#include "kernels/core/size.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { CELL_BYTES = 160, OFFENDERS = 3 };

bool solow_column_same(const solow_column *column, int64_t a, int64_t b)
{
    if (column->kind == SOLOW_COLUMN_TEXT) {
        return column->code[a] == column->code[b];
    }
    double x = column->number[a], y = column->number[b];
    return x == y || (isnan(x) && isnan(y));
}

static bool is_missing(const solow_column *column, int64_t row)
{
    return column->kind == SOLOW_COLUMN_TEXT ? column->code[row] < 0 : isnan(column->number[row]);
}

/* "state 'Ohio'" or "year 1970". */
static void print_cell(const solow_column *column, int64_t row, char *text)
{
    if (column->kind == SOLOW_COLUMN_TEXT) {
        (void)snprintf(text, CELL_BYTES, "%.60s '%.80s'", column->name, column->levels.label[column->code[row]]);
    } else {
        (void)snprintf(text, CELL_BYTES, "%.60s %.15g", column->name, column->number[row]);
    }
}

static solow_status check_column(const solow_column *column, int64_t rows, bool time, const char *name,
                                 solow_error *err)
{
    static const double whole_limit = 9007199254740992.0; /* 2^53 */
    const char *role = time ? "time" : "unit";
    if (time && column->kind == SOLOW_COLUMN_TEXT) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: the time '%s' is text, but must be whole numbers such as years",
                          name, column->name);
    }
    for (int64_t i = 0; i < rows; i++) {
        if (is_missing(column, i)) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s, row %lld: the %s '%s' is missing", name, (long long)i + 1,
                              role, column->name);
        }
        double value = column->kind == SOLOW_COLUMN_NUMBER ? column->number[i] : 0;
        if (fabs(value) >= whole_limit) {
            return SOLOW_FAIL(
                err, SOLOW_ERR_INPUT,
                "%s, row %lld: the %s '%s' is beyond 2^53, where numbers cannot tell neighbours apart: write "
                "identifiers as text",
                name, (long long)i + 1, role, column->name);
        }
        if (time && value != floor(value)) {
            return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s, row %lld: the time '%s' is %.15g, not a whole number", name,
                              (long long)i + 1, column->name, value);
        }
    }
    return SOLOW_OK;
}

static solow_status check_repeated(const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time, const int64_t *order,
                                   const char *name, solow_error *err)
{
    const solow_column *by_unit = &columns->column[unit], *by_time = time >= 0 ? &columns->column[time] : NULL;
    char first[OFFENDERS][3 * CELL_BYTES];
    int64_t repeated = 0;
    for (int64_t i = 1; i < columns->rows; i++) {
        int64_t a = order[i - 1], b = order[i];
        if (!solow_column_same(by_unit, a, b) || (by_time != NULL && !solow_column_same(by_time, a, b))) {
            continue;
        }
        if (repeated < OFFENDERS) {
            char one[CELL_BYTES], two[CELL_BYTES] = "";
            print_cell(by_unit, a, one);
            if (by_time != NULL) {
                print_cell(by_time, a, two);
            }
            (void)snprintf(first[repeated], sizeof first[repeated], "%s%s%s (rows %lld and %lld)", one,
                           by_time != NULL ? ", " : "", two, (long long)a + 1, (long long)b + 1);
        }
        repeated++;
    }
    if (repeated == 0 || by_time == NULL) { /* without a time, units may have any number of rows */
        return SOLOW_OK;
    }
    return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "%s: %lld rows repeat a (%s, %s) that another row has: %s%s%s%s%s%s", name,
                      (long long)repeated, by_unit->name, by_time->name, first[0], repeated > 1 ? "; " : "",
                      repeated > 1 ? first[1] : "", repeated > 2 ? "; " : "", repeated > 2 ? first[2] : "",
                      repeated > 3 ? "; ..." : "");
}

solow_status solow_panel_check(const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time, const int64_t *order,
                               const char *name, solow_error *err)
{
    solow_status status = SOLOW_OK;
    if (unit >= 0) {
        status = check_column(&columns->column[unit], columns->rows, false, name, err);
    }
    if (status == SOLOW_OK && time >= 0) {
        status = check_column(&columns->column[time], columns->rows, true, name, err);
    }
    if (status == SOLOW_OK && unit >= 0) {
        status = check_repeated(columns, unit, time, order, name, err);
    }
    return status;
}

static double common_divisor(double a, double b)
{
    while (b > 0) {
        double rest = fmod(a, b);
        a = b;
        b = rest;
    }
    return a;
}

/* Whether row i belongs to the same unit as the row before. */
static bool continues(const solow_columns *columns, ptrdiff_t unit, int64_t i)
{
    return i > 0 && unit >= 0 && solow_column_same(&columns->column[unit], i - 1, i);
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Distinct times. Rows come unit by unit, so the union is kept sorted and searched; new times are few. */
static bool count_periods(const double *time, int64_t rows, int64_t *periods)
{
    double *sorted = solow_allocate((ptrdiff_t)rows, sizeof *sorted);
    if (sorted == NULL) {
        return false;
    }
    int64_t known = 0, fresh = 0;
    for (int64_t i = 0; i < rows; i++) {
        if (known == 0 || bsearch(&time[i], sorted, (size_t)known, sizeof *sorted, compare_numbers) == NULL) {
            sorted[known + fresh++] = time[i];
        }
        if (fresh > known || (i + 1 == rows && fresh > 0)) { /* doubled: sort and drop repetitions */
            qsort(sorted, (size_t)(known + fresh), sizeof *sorted, compare_numbers);
            int64_t kept = 0;
            for (int64_t k = 0; k < known + fresh; k++) {
                if (k == 0 || sorted[k] != sorted[kept - 1]) {
                    sorted[kept++] = sorted[k];
                }
            }
            known = kept;
            fresh = 0;
        }
    }
    free(sorted);
    *periods = known;
    return true;
}

static void count_gaps(const solow_columns *columns, ptrdiff_t unit, const double *time, solow_panel_structure *found)
{
    for (int64_t i = 0; i < columns->rows; i++) {
        if (continues(columns, unit, i)) {
            found->step = common_divisor(time[i] - time[i - 1], found->step);
        }
    }
    found->spells = found->units;
    for (int64_t i = 0; i < columns->rows; i++) {
        if (continues(columns, unit, i) && time[i] - time[i - 1] > found->step) {
            found->gaps++;
            found->spells++;
            found->missing_periods += (int64_t)((time[i] - time[i - 1]) / found->step) - 1;
        }
    }
}

solow_status solow_panel_structure_find(const solow_columns *columns, ptrdiff_t unit, ptrdiff_t time,
                                        solow_panel_structure *structure, solow_error *err)
{
    solow_panel_structure found = {.rows = columns->rows, .least_rows = columns->rows};
    int64_t rows = 0; /* of the unit so far */
    for (int64_t i = 0; i < columns->rows; i++) {
        bool more = continues(columns, unit, i);
        found.units += more ? 0 : 1;
        rows = more ? rows + 1 : 1;
        found.most_rows = rows > found.most_rows ? rows : found.most_rows;
        bool last = i + 1 == columns->rows || !continues(columns, unit, i + 1);
        found.least_rows = last && rows < found.least_rows ? rows : found.least_rows;
    }
    if (time >= 0) {
        const double *times = columns->column[time].number;
        if (!count_periods(times, columns->rows, &found.periods)) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to count periods");
        }
        count_gaps(columns, unit, times, &found);
    }
    found.balanced = time >= 0 && found.units * found.periods == found.rows;
    *structure = found;
    return SOLOW_OK;
}
