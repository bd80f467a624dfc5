/* test_pass.c - every want of a pass and every transform against plain loops over the rows; bits that ignore ranks. */
#include "tests/support/made_sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    solow_columns table;
    solow_job job;
    solow_frame frame, alone;
} panel;

static void open_panel(void)
{
    made_panel(&panel.table, 150, 41);
    made_job("solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
             "models:\n  - {id: m, estimator: ols, formula: x ~ z}\n",
             &panel.job);
    ptrdiff_t *order = made_shuffle(panel.table.rows, 6);
    made_frame(world(), &panel.table, order, SHARES_EVEN, &panel.job, &panel.frame);
    made_frame(world_alone(), &panel.table, NULL, SHARES_EVEN, &panel.job, &panel.alone);
    free(order);
}

static void close_panel(void)
{
    solow_frame_clear(&panel.frame);
    solow_frame_clear(&panel.alone);
    solow_job_clear(&panel.job);
    solow_columns_clear(&panel.table);
}

static const ptrdiff_t columns[] = {0, 1, 2, 3, 4, 5, 6, 7}, backwards[] = {2, 0, 1};

/* The rows after the transform, from a GATHER want; [rows x columns], then keys. */
static double *gathered(made_sweep *made, solow_transform transform, int64_t *rows)
{
    const solow_want want = {
        .kind = SOLOW_GATHER, .transform = transform, .columns = made->design.columns, .column = columns};
    return made_sweep_pass(made, &want, NULL, rows);
}

static void check_close(double ours, double theirs, double scale, const char *what)
{
    ck_assert_msg(fabs(ours - theirs) <= 1e-12 * scale, "%s: %.17g, not %.17g", what, ours, theirs);
}

typedef struct pair {
    double high, low;
} pair;

/* sum += x, with the rounding error kept. */
static void add_exactly(pair *sum, double x)
{
    double total = sum->high + x, part = total - sum->high;
    sum->low += (sum->high - (total - part)) + (x - part);
    sum->high = total;
}

/* sum w a b to about thirty digits, and its absolute size. */
static pair product(const made_rows *rows, const double *a, const double *b, double *size)
{
    pair sum = {0, 0};
    *size = 0;
    for (ptrdiff_t i = 0; i < rows->rows; i++) {
        double weighted = rows->weight[i] * a[i], rest = fma(rows->weight[i], a[i], -weighted);
        double term = weighted * b[i];
        add_exactly(&sum, term);
        add_exactly(&sum, fma(weighted, b[i], -term));
        add_exactly(&sum, rest * b[i]);
        *size += fabs(term);
    }
    return sum;
}

static void check_grams(const char *model, solow_transform_kind kind)
{
    made_sweep made, alone;
    made_rows rows;
    int64_t count = 0;
    made_sweep_open(&panel.frame, model, &made);
    made_sweep_open(&panel.alone, model, &alone);
    made_rows_read(&made, &rows);
    double *x = gathered(&made, (solow_transform){.kind = kind}, &count);
    ck_assert_int_eq(count, rows.rows);
    const solow_want plain = {.kind = SOLOW_GRAM, .transform = {.kind = kind}, .columns = 3, .column = backwards};
    const solow_want precise = {
        .kind = SOLOW_GRAM_PRECISE, .transform = {.kind = kind}, .columns = 3, .column = backwards};
    double *gram = made_sweep_pass(&made, &plain, NULL, &count), *same = made_sweep_pass(&alone, &plain, NULL, NULL);
    double *exact = made_sweep_pass(&made, &precise, NULL, NULL),
           *again = made_sweep_pass(&alone, &precise, NULL, NULL);
    ck_assert_int_eq(count, rows.rows);
    ck_assert_mem_eq(gram, same, 9 * sizeof *gram);
    ck_assert_mem_eq(exact, again, 18 * sizeof *gram);
    for (int j = 0; j < 3; j++) {
        for (int i = 0; i < 3; i++) {
            double size = 0;
            pair sum = product(&rows, x + backwards[i] * rows.rows, x + backwards[j] * rows.rows, &size);
            check_close(gram[3 * j + i], sum.high + sum.low, size, model);
            double gap = (exact[3 * j + i] - sum.high) + (exact[9 + 3 * j + i] - sum.low);
            ck_assert_msg(fabs(gap) <= 1e-28 * size, "%s: precise entry (%d, %d) is off by %g of %g", model, i, j, gap,
                          size);
        }
    }
    free(x);
    free(gram);
    free(same);
    free(exact);
    free(again);
    made_rows_clear(&rows);
    made_sweep_clear(&made);
    made_sweep_clear(&alone);
}

START_TEST(grams)
{
    check_grams("formula: y ~ x", SOLOW_TRANSFORM_NONE);
    check_grams("formula: y ~ x + z, weights: w, where: year > 1991", SOLOW_TRANSFORM_NONE);
    check_grams("formula: y ~ x + z | firm, weights: w", SOLOW_TRANSFORM_WITHIN);
    check_grams("formula: y ~ x + h | firm + year", SOLOW_TRANSFORM_WITHIN);
    check_grams("formula: y ~ x + h", SOLOW_TRANSFORM_WITHIN); /* of nothing */
}
END_TEST

/* Adds the block's units, present rows, and the products of its columns by unit. */
static void add_units(const void *context, const solow_view *view, double *sums)
{
    ck_assert_ptr_eq(context, &panel);
    for (ptrdiff_t u = 0; u < view->units; u++) {
        double a = 0, b = 0;
        for (ptrdiff_t i = view->unit_start[u]; i < view->unit_start[u + 1]; i++) {
            sums[0] += view->present[i];
            a += view->x[i];
            b += view->x[view->ld + i];
            ck_assert(view->present[i] || (view->x[i] == 0 && view->x[view->ld + i] == 0));
            ck_assert_int_eq(view->unit[i], view->unit[view->unit_start[u]]);
        }
        sums[1] += a * b;
    }
    for (ptrdiff_t i = view->rows; i < view->ld; i++) {
        ck_assert(view->x[i] == 0 && view->x[view->ld + i] == 0);
    }
    ck_assert_uint_eq((uintptr_t)view->x % 64, 0);
}

START_TEST(sums_by_unit)
{
    made_sweep made, alone;
    made_rows rows;
    int64_t count = 0;
    static const ptrdiff_t used[] = {3, 1};
    const solow_want want = {
        .kind = SOLOW_UNIT, .columns = 2, .column = used, .sums = 2, .unit = add_units, .context = &panel};
    made_sweep_open(&panel.frame, "formula: y ~ x + h, where: x > -1", &made);
    made_sweep_open(&panel.alone, "formula: y ~ x + h, where: x > -1", &alone);
    made_rows_read(&made, &rows);
    double *sums = made_sweep_pass(&made, &want, NULL, &count), *same = made_sweep_pass(&alone, &want, NULL, NULL);
    double total = 0, size = 0;
    for (ptrdiff_t i = 0; i < rows.rows;) {
        double a = 0, b = 0;
        ptrdiff_t first = i;
        for (; i < rows.rows && rows.unit[i] == rows.unit[first]; i++) {
            a += rows.x[3 * rows.rows + i];
            b += rows.x[rows.rows + i];
        }
        total += a * b;
        size += fabs(a * b);
    }
    ck_assert_double_eq(sums[0], (double)rows.rows);
    check_close(sums[1], total, size, "products by unit");
    ck_assert_mem_eq(sums, same, 2 * sizeof *sums);
    free(sums);
    free(same);
    made_rows_clear(&rows);
    made_sweep_clear(&made);
    made_sweep_clear(&alone);
}
END_TEST

/* Two values a row: the first column, and one. */
static void two_values(const void *context, const solow_view *view, double *values)
{
    (void)context;
    for (ptrdiff_t i = 0; i < view->rows; i++) {
        values[i] = view->present[i] ? view->x[i] : 0;
        values[view->ld + i] = view->present[i];
    }
}

START_TEST(sums_by_key)
{
    made_sweep made, alone;
    made_rows rows;
    static const char model[] = "formula: y ~ x + z, vcov: {cluster: [year, sector]}";
    made_sweep_open(&panel.frame, model, &made);
    made_sweep_open(&panel.alone, model, &alone);
    made_rows_read(&made, &rows);
    ck_assert_int_eq(made.keys, 2);
    for (ptrdiff_t k = 0; k < 2; k++) {
        const solow_want want = {
            .kind = SOLOW_KEYED, .columns = 1, .column = columns, .sums = 2, .key = k, .rows = two_values};
        double *sums = made_sweep_pass(&made, &want, NULL, NULL), *same = made_sweep_pass(&alone, &want, NULL, NULL);
        for (int32_t level = 0; level < made.key[k]->levels; level++) {
            double total = 0, size = 0, count = 0;
            for (ptrdiff_t i = 0; i < rows.rows; i++) {
                if (rows.key[k][i] == level) {
                    total += rows.x[i];
                    size += fabs(rows.x[i]);
                    count++;
                }
            }
            check_close(sums[2 * level], total, size, "sum of a level");
            ck_assert_double_eq(sums[2 * level + 1], count);
        }
        ck_assert_mem_eq(sums, same, 2 * (size_t)made.key[k]->levels * sizeof *sums);
        free(sums);
        free(same);
    }
    made_rows_clear(&rows);
    made_sweep_clear(&made);
    made_sweep_clear(&alone);
}
END_TEST

START_TEST(rows_gathered_with_their_keys)
{
    made_sweep made;
    made_rows rows;
    int64_t count = 0;
    made_sweep_open(&panel.frame, "formula: y ~ x + z, where: g > 0, vcov: {cluster: [sector]}", &made);
    made_rows_read(&made, &rows);
    double *all = gathered(&made, (solow_transform){.kind = SOLOW_TRANSFORM_NONE}, &count);
    ck_assert_int_eq(count, rows.rows);
    ck_assert_mem_eq(all, rows.x, (size_t)(rows.rows * rows.columns) * sizeof *all);
    ck_assert_mem_eq(all + rows.rows * rows.columns, rows.key[0], (size_t)rows.rows * sizeof *all);
    free(all);
    made_rows_clear(&rows);
    made_sweep_clear(&made);
}
END_TEST

START_TEST(columns_saved)
{
    static const char *const save[] = {"first", "second"};
    solow_error err = {0};
    solow_frame_column *saved[2];
    made_sweep made;
    world_good(solow_frame_add_number(&panel.frame, "saved(m,first)", &saved[0], &err), &err);
    world_good(solow_frame_add_number(&panel.frame, "saved(m,second)", &saved[1], &err), &err);
    made_sweep_open(&panel.frame, "formula: y ~ x + z, where: year > 1992", &made);
    const solow_want want = {
        .kind = SOLOW_MAP, .columns = 1, .column = columns, .sums = 2, .rows = two_values, .save = save};
    ck_assert_ptr_null(made_sweep_pass(&made, &want, saved, NULL));
    const double *y = solow_frame_find(&panel.frame, "y")->number;
    for (ptrdiff_t i = 0; i < panel.frame.rows; i++) {
        bool has = solow_sample_has(&made.sample, i);
        ck_assert(has ? saved[0]->number[i] == y[i] && saved[1]->number[i] == 1 : isnan(saved[0]->number[i]));
    }
    made_sweep_clear(&made);
}
END_TEST

/* Several wants of one model and of others in one pass give what each gives alone, bit for bit. */
START_TEST(wants_together)
{
    solow_error err = {0};
    made_sweep made;
    made_sweep_open(&panel.frame, "formula: y ~ x + h + w + g | firm + year, vcov: {cluster: [year]}", &made);
    const solow_transform within = {.kind = SOLOW_TRANSFORM_WITHIN};
    static const ptrdiff_t few[] = {0, 4}, place[] = {4, 1, 0, 3, 2}; /* another model, in another order */
    const solow_want wants[] = {
        {.kind = SOLOW_GRAM, .transform = within, .columns = 3, .column = columns},
        {.kind = SOLOW_GRAM, .transform = within, .columns = 2, .column = few},
        {.kind = SOLOW_GRAM_PRECISE, .transform = within, .columns = 2, .column = few},
        {.kind = SOLOW_KEYED, .transform = within, .columns = 1, .column = few, .sums = 2, .rows = two_values},
        {.kind = SOLOW_UNIT,
         .transform = within,
         .columns = 2,
         .column = few,
         .sums = 2,
         .unit = add_units,
         .context = &panel},
        {.kind = SOLOW_GATHER, .transform = within, .columns = 2, .column = few},
    };
    enum { WANTS = sizeof wants / sizeof wants[0] };
    solow_request together[WANTS];
    for (int w = 0; w < WANTS; w++) {
        together[w] = (solow_request){.want = &wants[w], .place = place, .keys = made.keys, .key = made.key};
    }
    world_good(solow_pass_run(&made.sweep, WANTS, together, &err), &err);
    for (int w = 0; w < WANTS; w++) {
        solow_request one = {.want = &wants[w], .place = place, .keys = made.keys, .key = made.key};
        world_good(solow_pass_run(&made.sweep, 1, &one, &err), &err);
        ck_assert_int_eq(one.rows, together[w].rows);
        const size_t doubles[WANTS] = {9, 4, 8, 2 * (size_t)made.key[0]->levels, 2, 3 * (size_t)one.rows};
        ck_assert_msg(memcmp(one.result, together[w].result, doubles[w] * sizeof(double)) == 0, "want %d", w);
        free(one.result);
        free(together[w].result);
    }
    made_sweep_clear(&made);
}
END_TEST

/* A plain reading of the transforms: value of column x in row i, and whether the row stays. */
static bool transformed(const made_rows *rows, const double *x, ptrdiff_t i, const solow_transform *transform,
                        double *value)
{
    double sum = 0, weight = 0, count = 0;
    ptrdiff_t first = i;
    for (ptrdiff_t j = 0; j < rows->rows; j++) {
        if (rows->unit[j] == rows->unit[i]) {
            first = j < first ? j : first;
            sum += rows->weight[j] * x[j];
            weight += rows->weight[j];
            count++;
        }
    }
    double mean = sum / weight,
           theta = 1 - sqrt(transform->sigma2_e / (count * transform->sigma2_u + transform->sigma2_e));
    switch (transform->kind) {
    case SOLOW_TRANSFORM_BETWEEN:
        *value = mean;
        return first == i;
    case SOLOW_TRANSFORM_DIFFERENCE:
        *value = i > 0 ? x[i] - x[i - 1] : 0;
        return i > 0 && rows->unit[i] == rows->unit[i - 1] && rows->time[i] == rows->time[i - 1] + 1;
    case SOLOW_TRANSFORM_QUASI:
        *value = x[i] - theta * mean;
        return true;
    case SOLOW_TRANSFORM_UNIT_WITHIN:
        *value = x[i] - mean;
        return true;
    default:
        *value = x[i];
        return true;
    }
}

static void check_transform(const char *model, solow_transform transform)
{
    made_sweep made, alone;
    made_rows rows;
    int64_t count = 0, same = 0;
    ptrdiff_t row = 0;
    made_sweep_open(&panel.frame, model, &made);
    made_sweep_open(&panel.alone, model, &alone);
    made_rows_read(&made, &rows);
    double *ours = gathered(&made, transform, &count), *one = gathered(&alone, transform, &same);
    ck_assert_int_eq(count, same);
    ck_assert_mem_eq(ours, one, (size_t)(count * rows.columns) * sizeof *ours);
    for (ptrdiff_t i = 0; i < rows.rows; i++) {
        double value = 0;
        bool stays = false;
        for (ptrdiff_t c = 0; c < rows.columns; c++) {
            stays = transformed(&rows, rows.x + c * rows.rows, i, &transform, &value);
            if (transform.kind == SOLOW_TRANSFORM_DIFFERENCE && made.column[c]->role == SOLOW_ROLE_CONSTANT) {
                value = 1; /* the drift */
            }
            if (transform.kind == SOLOW_TRANSFORM_DIFFERENCE && made.design.column[c].role == SOLOW_ROLE_CONSTANT) {
                value = 1; /* the drift of the differenced equation */
            }
            if (stays) {
                ck_assert_int_lt(row, count);
                check_close(ours[c * count + row], value, 3000, model);
            }
        }
        row += stays;
    }
    ck_assert_int_eq(row, count);
    free(ours);
    free(one);
    made_rows_clear(&rows);
    made_sweep_clear(&made);
    made_sweep_clear(&alone);
}

START_TEST(transforms)
{
    static const solow_transform_kind kinds[] = {SOLOW_TRANSFORM_BETWEEN, SOLOW_TRANSFORM_DIFFERENCE,
                                                 SOLOW_TRANSFORM_QUASI, SOLOW_TRANSFORM_UNIT_WITHIN,
                                                 SOLOW_TRANSFORM_NONE};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        const solow_transform transform = {.kind = kinds[k], .sigma2_e = 0.7, .sigma2_u = 1.3};
        check_transform("formula: y ~ x + h", transform);
        check_transform("formula: y ~ x + z, where: g != 1", transform);
        check_transform("formula: y ~ x + z | year", transform); /* the model's effects are left alone */
    }
    check_transform("formula: y ~ x + z, weights: w", (solow_transform){.kind = SOLOW_TRANSFORM_BETWEEN});
    check_transform("formula: y ~ x + z, weights: w", (solow_transform){.kind = SOLOW_TRANSFORM_UNIT_WITHIN});
    check_transform("formula: y ~ x + z, weights: w", (solow_transform){.kind = SOLOW_TRANSFORM_DIFFERENCE});
}
END_TEST

/* A Gram of 60 columns and one of two: an entry does not depend on how many there are. */
START_TEST(grams_of_any_width)
{
    made_sweep one, many;
    static const char wide[] =
        "formula: 'y ~ x + poly(h, 9) + i(year) + i(g):x + i(sector):h + i(year):h + i(year):x + i(g):z'"
        ", where: not missing(z)";
    made_sweep_open(&panel.frame, "formula: y ~ x, where: not missing(z)", &one);
    made_sweep_open(&panel.frame, wide, &many);
    ck_assert_int_gt(many.design.columns, 64);
    ptrdiff_t *every = malloc((size_t)many.design.columns * sizeof *every);
    for (ptrdiff_t c = 0; c < many.design.columns; c++) {
        every[c] = c;
    }
    for (int precise = 0; precise < 2; precise++) {
        solow_want few = {.kind = precise ? SOLOW_GRAM_PRECISE : SOLOW_GRAM, .columns = 3, .column = columns};
        solow_want all = few;
        all.columns = many.design.columns;
        all.column = every;
        double *a = made_sweep_pass(&one, &few, NULL, NULL), *b = made_sweep_pass(&many, &all, NULL, NULL);
        for (ptrdiff_t j = 0; j < 3; j++) {
            for (ptrdiff_t i = 0; i < 3; i++) {
                ck_assert_double_eq(a[3 * j + i], b[j * all.columns + i]);
            }
        }
        free(a);
        free(b);
    }
    free(every);
    made_sweep_clear(&one);
    made_sweep_clear(&many);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {grams,         sums_by_unit,   sums_by_key, rows_gathered_with_their_keys,
                                  columns_saved, wants_together, transforms,  grams_of_any_width,
                                  NULL};
    TCase *const pass = solow_test_case("pass", tests, 120);
    tcase_add_unchecked_fixture(pass, open_panel, close_panel);
    TCase *const cases[] = {pass, NULL};
    return world_run(argc, argv, "pass", cases);
}
