/* test_arrange.c - one frame from the same rows, in any order, on any number of ranks, with any rank empty. */
#include "engine/frame/factor.h"
#include "engine/frame/order.h"
#include "kernels/stats/random.h"
#include "tests/support/made_panel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] = "solow: 1\ndata:\n  file: none.csv\n";
static const char tail[] = "models:\n  - {id: m, estimator: ols, formula: y ~ x}\n";

/* A job whose data section has these further lines. */
static void job_with(const char *data, solow_job *job)
{
    char yaml[2048];
    snprintf(yaml, sizeof yaml, "%s%s%s", head, data, tail);
    made_job(yaml, job);
}

/* The frame's hash, for the rows in this order and these shares. */
static uint64_t hash_of(solow_comm *comm, const solow_columns *table, const ptrdiff_t *order, made_shares shares,
                        const solow_job *job)
{
    solow_frame frame;
    made_frame(comm, table, order, shares, job, &frame);
    uint64_t hash = made_hash(&frame);
    solow_frame_clear(&frame);
    return hash;
}

static void check_one_hash(const char *data, int64_t firms, bool any_order)
{
    solow_columns table;
    solow_job job;
    made_panel(&table, firms, 11);
    job_with(data, &job);
    uint64_t expected = hash_of(world_alone(), &table, NULL, SHARES_EVEN, &job);
    for (int shares = SHARES_EVEN; shares <= SHARES_UNEVEN; shares++) {
        ck_assert_uint_eq(hash_of(world(), &table, NULL, (made_shares)shares, &job), expected);
        for (uint64_t seed = 0; seed < 3 && any_order; seed++) {
            ptrdiff_t *order = made_shuffle(table.rows, seed);
            ck_assert_uint_eq(hash_of(world(), &table, order, (made_shares)shares, &job), expected);
            ck_assert_uint_eq(hash_of(world_alone(), &table, order, (made_shares)shares, &job), expected);
            free(order);
        }
    }
    solow_job_clear(&job);
    solow_columns_clear(&table);
}

START_TEST(numeric_units)
{
    check_one_hash("  unit: firm\n  time: year\n", 1, true);
    check_one_hash("  unit: firm\n  time: year\n", 2, true);
    check_one_hash("  unit: firm\n  time: year\n", 300, true);
}
END_TEST

START_TEST(filtered_rows)
{
    check_one_hash("  unit: firm\n  time: year\n  where: year > 1993 and x > 0\n", 200, true);
    check_one_hash("  unit: firm\n  time: year\n  where: sector != \"coal\"\n", 200, true);
}
END_TEST

START_TEST(rows_without_time_or_unit_keep_the_files_order)
{
    check_one_hash("  unit: sector\n", 100, false);
    check_one_hash("", 100, false);
    check_one_hash("  time: year\n", 100, false);
    check_one_hash("  where: x > 0\n", 100, false);
}
END_TEST

/* Text units sort by unsigned bytes: East, North, south, Üst. */
START_TEST(text_units_in_byte_order)
{
    solow_columns table;
    solow_job job;
    solow_frame frame;
    made_panel(&table, 60, 5);
    ptrdiff_t *order = made_shuffle(table.rows, 8);
    job_with("  unit: region\n", &job);
    made_frame(world(), &table, order, SHARES_EVEN, &job, &frame);
    static const char *const sorted[] = {"East", "North", "south", "\xc3\x9cst"};
    const solow_frame_column *region = solow_frame_find(&frame, "region");
    ck_assert_int_eq(region->levels, 4);
    for (int l = 0; l < 4; l++) {
        ck_assert_str_eq(region->label[l], sorted[l]);
        char *label = solow_factor_label(frame.unit_factor, l);
        ck_assert_str_eq(label, sorted[l]);
        free(label);
    }
    ck_assert_int_eq(frame.facts.units, 4);
    int64_t missing = 0;
    for (int64_t i = 0; i < table.rows; i++) {
        missing += table.column[solow_columns_find(&table, "region")].code[i] < 0;
    }
    ck_assert_int_gt(missing, 0);
    ck_assert_int_eq(frame.dropped_key, missing);
    ck_assert_int_eq(frame.layout.rows, table.rows - missing);
    ck_assert(!region->has_missing);
    for (ptrdiff_t i = 1; i < frame.rows; i++) {
        ck_assert_int_ge(frame.unit[i], frame.unit[i - 1]);
    }
    free(order);
    solow_frame_clear(&frame);
    solow_job_clear(&job);
    solow_columns_clear(&table);
}
END_TEST

/* Gaps and spells counted by hand: unit 1 has 1, 2, 4, 7 (3 missing, 3 runs), unit 2 has 3, 4 (one run). */
START_TEST(facts_of_a_small_panel)
{
    static const double unit[] = {1, 1, 1, 1, 2, 2}, year[] = {1, 2, 4, 7, 3, 4};
    solow_columns table;
    solow_job job;
    solow_frame frame;
    made_table(&table, 6);
    memcpy(made_number(&table, "u"), unit, sizeof unit);
    memcpy(made_number(&table, "t"), year, sizeof year);
    job_with("  unit: u\n  time: t\n", &job);
    made_frame(world(), &table, NULL, SHARES_EVEN, &job, &frame);
    ck_assert_int_eq(frame.facts.units, 2);
    ck_assert_int_eq(frame.facts.rows, 6);
    ck_assert_int_eq(frame.facts.gaps, 3);
    ck_assert_int_eq(frame.facts.spells, 4);
    ck_assert_int_eq(frame.facts.longest, 4);
    ck_assert_int_eq(frame.facts.shortest, 2);
    ck_assert_int_eq(frame.facts.first_period, 1);
    ck_assert_int_eq(frame.facts.last_period, 7);
    ck_assert(!frame.facts.balanced);
    solow_frame_clear(&frame);
    solow_columns_clear(&table);
    solow_job_clear(&job);
}
END_TEST

/* Each unit has periods 5 to 7: balanced; one unit a period later: as long, but not balanced. */
START_TEST(balance)
{
    for (int late = 0; late < 2; late++) {
        solow_columns table;
        solow_job job;
        solow_frame frame;
        made_table(&table, 30);
        double *unit = made_number(&table, "u"), *year = made_number(&table, "t");
        for (int i = 0; i < 30; i++) {
            unit[i] = i / 3;
            year[i] = 5 + i % 3 + (late && i >= 27);
        }
        job_with("  unit: u\n  time: t\n", &job);
        made_frame(world(), &table, NULL, SHARES_UNEVEN, &job, &frame);
        ck_assert_int_eq(frame.facts.balanced, !late);
        ck_assert_int_eq(frame.facts.gaps, 0);
        solow_frame_clear(&frame);
        solow_columns_clear(&table);
        solow_job_clear(&job);
    }
}
END_TEST

static void check_refused(const solow_columns *table, const char *data, const char *sentence)
{
    solow_error err = {0};
    solow_job job;
    solow_columns part;
    solow_frame frame;
    job_with(data, &job);
    made_part(world(), table, NULL, SHARES_EVEN, &part);
    solow_status status = solow_frame_build(world(), &part, &job, &frame, &err);
    world_refused(status, SOLOW_ERR_INPUT, &err, sentence);
    solow_columns_clear(&part);
    solow_job_clear(&job);
}

START_TEST(what_cannot_be_a_panel)
{
    solow_columns table;
    made_panel(&table, 40, 2);
    double *year = made_find(&table, "year");
    check_refused(&table, "  unit: frim\n", "did you mean `firm`?");
    check_refused(&table, "  unit: firm\n  time: sector\n", "the time column `sector` is text");
    check_refused(&table, "  unit: firm\n  time: h\n", "periods must be whole numbers");
    check_refused(&table, "  unit: firm\n  where: x > 1e9\n", "no row is left");
    check_refused(&table, "  unit: firm\n  where: mean(x, by = sector) > 0\n", "cannot be used in data.where");
    check_refused(&table, "  unit: firm\n  where: l(x) > 0\n", "works inside a unit");
    check_refused(&table, "  unit: firm\n  where: sector > 2\n", "column `sector` is text");
    year[table.rows - 1] = year[table.rows - 2];
    check_refused(&table, "  unit: firm\n  time: year\n", "a unit and period of `firm`");
    char place[64];
    snprintf(place, sizeof place, "(%.0f, %.0f)", made_find(&table, "firm")[table.rows - 1], year[table.rows - 1]);
    check_refused(&table, "  unit: firm\n  time: year\n", place);
    solow_columns_clear(&table);
}
END_TEST

/* Positions are those of a serial sort by (key, origin), whatever the keys. */
static void check_order(int64_t rows, int kind)
{
    solow_error err = {0};
    const solow_draws draws = {.seed = 3, .stream = (uint64_t)kind};
    uint64_t *words = malloc((size_t)(rows + 1) * sizeof *words);
    solow_draw_words(&draws, 0, rows, words);
    int64_t begin = world_rank() * rows / world_size(), end = (world_rank() + 1) * rows / world_size();
    ptrdiff_t count = end - begin;
    uint64_t *key = malloc((size_t)(rows + 1) * sizeof *key);
    int64_t *origin = malloc((size_t)(rows + 1) * sizeof *origin),
            *position = malloc((size_t)(rows + 1) * sizeof *position);
    ptrdiff_t *order = malloc((size_t)(rows + 1) * sizeof *order);
    for (int64_t i = 0; i < rows; i++) {
        key[i] = kind == 0 ? words[i] : kind == 1 ? words[i] % 3 : kind == 2 ? (uint64_t)i : (uint64_t)(rows - i);
        origin[i] = i;
    }
    world_good(solow_order_ranks(world(), count, key + begin, origin + begin, order, position, &err), &err);
    for (ptrdiff_t i = 0; i < count; i += 1 + count / 50) {
        int64_t mine = begin + order[i], before = 0;
        for (int64_t other = 0; other < rows; other++) {
            before += key[other] < key[mine] || (key[other] == key[mine] && other < mine);
        }
        ck_assert_int_eq(position[i], before);
    }
    free(words);
    free(key);
    free(origin);
    free(position);
    free(order);
}

START_TEST(sample_sort)
{
    static const int64_t sizes[] = {0, 1, 2, 7, 500, 3000};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        for (int kind = 0; kind < 4; kind++) {
            check_order(sizes[s], kind);
        }
    }
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const frames[] = {numeric_units,
                                   filtered_rows,
                                   rows_without_time_or_unit_keep_the_files_order,
                                   text_units_in_byte_order,
                                   facts_of_a_small_panel,
                                   balance,
                                   what_cannot_be_a_panel,
                                   NULL};
    const TTest *const orders[] = {sample_sort, NULL};
    TCase *const cases[] = {solow_test_case("frame", frames, 60), solow_test_case("order", orders, 60), NULL};
    return world_run(argc, argv, "arrange", cases);
}
