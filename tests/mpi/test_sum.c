/* test_sum.c - blocks, strips and owners; sums whose bits are those of one serial tree, whatever the number of ranks. */
#include "engine/comm/sum.h"
#include "kernels/dense/compensated.h"
#include "kernels/stats/random.h"
#include "tests/support/world.h"

#include <stdlib.h>
#include <string.h>

/* Block by block inside a strip, as the header of sum.h has it. */
typedef struct leaves {
    int64_t count;
    ptrdiff_t doubles;
    double *value; /* [count x doubles] */
} leaves;

static void add(solow_sum_kind kind, ptrdiff_t doubles, double *into, const double *from)
{
    if (kind == SOLOW_SUM_PRECISE) {
        solow_sum_precise(doubles / 2, into, into + doubles / 2, from, from + doubles / 2);
        return;
    }
    for (ptrdiff_t i = 0; i < doubles; i++) {
        into[i] += from[i];
    }
}

/* The plain reading of "binary tree": neighbours are added pair by pair until one is left. */
static void tree(solow_sum_kind kind, leaves *l)
{
    for (int64_t width = 1; width < l->count; width *= 2) {
        for (int64_t i = 0; i + width < l->count; i += 2 * width) {
            add(kind, l->doubles, l->value + i * l->doubles, l->value + (i + width) * l->doubles);
        }
    }
}

/* What one block adds: numbers of very different size, so that every other order of additions shows. */
static void contribute(int64_t block, ptrdiff_t doubles, solow_sum_kind kind, double *value)
{
    const solow_draws draws = {.seed = 7, .stream = 1, .replicate = (uint64_t)block};
    ptrdiff_t high = kind == SOLOW_SUM_PRECISE ? doubles / 2 : doubles;
    solow_draw_normal(&draws, 0, high, value);
    for (ptrdiff_t i = 0; i < high; i++) {
        value[i] *= (block + i) % 7 == 0 ? 1e10 : 1;
    }
    for (ptrdiff_t i = high; i < doubles; i++) {
        value[i] = value[i - high] * 0x1p-60;
    }
}

static void reference(const solow_layout *layout, ptrdiff_t doubles, bool small, solow_sum_kind kind, double *result)
{
    leaves strips = {.count = layout->strips, .doubles = doubles};
    strips.value = calloc((size_t)(strips.count * doubles) + 1, sizeof(double));
    for (int64_t s = 0; s < layout->strips; s++) {
        int64_t first = solow_strip_block(layout, s), end = solow_strip_block(layout, s + 1);
        leaves blocks = {.count = end - first, .doubles = doubles};
        blocks.value = calloc((size_t)(blocks.count * doubles) + 1, sizeof(double));
        for (int64_t b = first; b < end; b++) {
            contribute(b, doubles, kind, blocks.value + (b - first) * doubles);
        }
        if (small) {
            tree(kind, &blocks);
        }
        for (int64_t b = 1; b < blocks.count && !small; b++) {
            add(kind, doubles, blocks.value, blocks.value + b * doubles);
        }
        memcpy(strips.value + s * doubles, blocks.value, (size_t)doubles * sizeof(double));
        free(blocks.value);
    }
    tree(kind, &strips);
    memset(result, 0, (size_t)doubles * sizeof(double));
    if (strips.count > 0) {
        memcpy(result, strips.value, (size_t)doubles * sizeof(double));
    }
    free(strips.value);
}

static void sum_over(solow_comm *comm, const solow_layout *layout, ptrdiff_t doubles, solow_sum_kind kind,
                     double *result)
{
    solow_error err = {0};
    solow_sum *sum = NULL;
    double *value = malloc((size_t)doubles * sizeof *value);
    world_good(solow_sum_create(comm, layout, doubles, kind, &sum, &err), &err);
    for (int64_t b = layout->first_block; b < layout->end_block; b++) {
        double *into = solow_sum_block(sum, b);
        ck_assert_ptr_nonnull(into);
        contribute(b, doubles, kind, value);
        add(kind, doubles, into, value);
    }
    world_good(solow_sum_finish(sum, result, &err), &err);
    solow_sum_destroy(sum);
    free(value);
}

static void one_unit_a_block(int64_t blocks, int ranks, int rank, solow_layout *layout)
{
    solow_error err = {0};
    int32_t *rows = malloc((size_t)(blocks + 1) * sizeof *rows);
    for (int64_t b = 0; b < blocks; b++) {
        rows[b] = SOLOW_BLOCK_ROWS;
    }
    world_good(solow_layout_init(blocks, rows, ranks, rank, layout, &err), &err);
    ck_assert_int_eq(layout->blocks, blocks);
    free(rows);
}

static void check_sums(int64_t blocks, ptrdiff_t doubles, bool small, solow_sum_kind kind)
{
    solow_layout layout, whole;
    one_unit_a_block(blocks, world_size(), world_rank(), &layout);
    one_unit_a_block(blocks, 1, 0, &whole);
    size_t bytes = (size_t)doubles * sizeof(double);
    double *ours = malloc(bytes), *alone = malloc(bytes), *serial = malloc(bytes);
    sum_over(world(), &layout, doubles, kind, ours);
    sum_over(world_alone(), &whole, doubles, kind, alone);
    reference(&whole, doubles, small, kind, serial);
    ck_assert_msg(memcmp(ours, alone, bytes) == 0, "%lld blocks of %td: ranks show", (long long)blocks, doubles);
    ck_assert_msg(memcmp(alone, serial, bytes) == 0, "%lld blocks of %td: not the tree", (long long)blocks, doubles);
    free(ours);
    free(alone);
    free(serial);
    solow_layout_clear(&layout);
    solow_layout_clear(&whole);
}

static const int64_t counts[] = {0, 1, 2, 3, 5, 63, 64, 65, 200, 517};

START_TEST(small_sums_are_the_serial_tree)
{
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        check_sums(counts[i], 6, true, SOLOW_SUM_PLAIN);
        check_sums(counts[i], 6, true, SOLOW_SUM_PRECISE);
    }
    check_sums(130, 4096, true, SOLOW_SUM_PLAIN);
}
END_TEST

START_TEST(large_sums_add_inside_strips)
{
    check_sums(3, 4098, false, SOLOW_SUM_PLAIN);
    check_sums(200, 4098, false, SOLOW_SUM_PLAIN);
    check_sums(200, 4098, false, SOLOW_SUM_PRECISE);
}
END_TEST

START_TEST(many_blocks_have_more_strips)
{
    ck_assert_int_eq(solow_strips(63), 63);
    ck_assert_int_eq(solow_strips(64), 64);
    ck_assert_int_eq(solow_strips(16383), 64);
    ck_assert_int_eq(solow_strips(16384), 1024);
    check_sums(16500, 2, true, SOLOW_SUM_PLAIN);
}
END_TEST

/* Units of random length, some longer than a block. */
static int32_t *random_units(int64_t units, uint64_t seed)
{
    const solow_draws draws = {.seed = seed, .stream = 2};
    ptrdiff_t *draw = malloc((size_t)(units + 1) * sizeof *draw);
    int32_t *rows = malloc((size_t)(units + 1) * sizeof *rows);
    solow_draw_below(&draws, SOLOW_BLOCK_ROWS / 2, 0, units, draw);
    for (int64_t u = 0; u < units; u++) {
        rows[u] = u % 11 == 3 ? SOLOW_BLOCK_ROWS + 5 : (int32_t)draw[u] + 1;
    }
    free(draw);
    return rows;
}

static void check_blocks(const solow_layout *layout, int64_t units, const int32_t *unit_rows)
{
    int64_t u = 0, row = 0;
    for (int64_t b = 0; b < layout->blocks; b++) {
        ck_assert_int_eq(layout->block_row[b], row);
        int64_t rows = 0, inside = 0;
        while (row < layout->block_row[b + 1]) {
            rows += unit_rows[u];
            row += unit_rows[u++];
            inside++;
        }
        ck_assert_int_eq(row, layout->block_row[b + 1]);
        ck_assert(rows <= SOLOW_BLOCK_ROWS || inside == 1);
        ck_assert(u == units || rows + unit_rows[u] > SOLOW_BLOCK_ROWS);
    }
    ck_assert_int_eq(u, units);
    ck_assert_int_eq(row, layout->rows);
}

START_TEST(blocks_are_cut_by_the_data_and_owned_once)
{
    solow_error err = {0};
    static const int64_t sizes[] = {1, 2, 3, 40, 700};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        int32_t *rows = random_units(sizes[s], s);
        for (int ranks = 1; ranks <= 9; ranks++) {
            int64_t row = 0, strip = 0;
            for (int rank = 0; rank < ranks; rank++) {
                solow_layout layout;
                world_good(solow_layout_init(sizes[s], rows, ranks, rank, &layout, &err), &err);
                check_blocks(&layout, sizes[s], rows);
                ck_assert_int_eq(layout.first_row, row);
                ck_assert_int_eq(layout.rank_strip[rank], strip);
                ck_assert_int_eq(layout.first_block, solow_strip_block(&layout, strip));
                for (int64_t b = layout.first_block; b < layout.end_block; b++) {
                    ck_assert_int_eq(solow_layout_owner(&layout, layout.block_row[b]), rank);
                    ck_assert_int_eq(solow_layout_owner(&layout, layout.block_row[b + 1] - 1), rank);
                }
                row = layout.end_row;
                strip = layout.rank_strip[rank + 1];
                ck_assert_int_eq(layout.rank_strip[ranks], layout.strips);
                ck_assert(rank + 1 < ranks || row == layout.rows);
                solow_layout_clear(&layout);
            }
        }
        free(rows);
    }
}
END_TEST

START_TEST(rows_without_units_are_cut_evenly)
{
    solow_error err = {0};
    solow_layout layout;
    world_good(solow_layout_init(5 * SOLOW_BLOCK_ROWS + 3, NULL, world_size(), world_rank(), &layout, &err), &err);
    ck_assert_int_eq(layout.blocks, 6);
    ck_assert_int_eq(layout.block_row[5], 5 * SOLOW_BLOCK_ROWS);
    ck_assert_int_eq(layout.rows, 5 * SOLOW_BLOCK_ROWS + 3);
    solow_layout_clear(&layout);
    world_good(solow_layout_init(0, NULL, world_size(), world_rank(), &layout, &err), &err);
    ck_assert_int_eq(layout.blocks, 0);
    ck_assert_int_eq(layout.end_row, 0);
    solow_layout_clear(&layout);
}
END_TEST

/* No rank has more than its share and half of the largest strip on either side. */
START_TEST(shares_are_near_even)
{
    solow_error err = {0};
    int32_t *rows = random_units(3000, 9);
    for (int ranks = 2; ranks <= 16; ranks *= 2) {
        for (int rank = 0; rank < ranks; rank++) {
            solow_layout layout;
            int64_t largest = 0;
            world_good(solow_layout_init(3000, rows, ranks, rank, &layout, &err), &err);
            for (int64_t s = 0; s < layout.strips; s++) {
                int64_t strip = layout.block_row[solow_strip_block(&layout, s + 1)] -
                                layout.block_row[solow_strip_block(&layout, s)];
                largest = strip > largest ? strip : largest;
            }
            ck_assert_int_le(layout.end_row - layout.first_row, layout.rows / ranks + largest + 1);
            solow_layout_clear(&layout);
        }
    }
    free(rows);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const sums[] = {small_sums_are_the_serial_tree, large_sums_add_inside_strips,
                                 many_blocks_have_more_strips, NULL};
    const TTest *const layouts[] = {blocks_are_cut_by_the_data_and_owned_once, rows_without_units_are_cut_evenly,
                                    shares_are_near_even, NULL};
    TCase *const cases[] = {solow_test_case("sum", sums, 60), solow_test_case("layout", layouts, 60), NULL};
    return world_run(argc, argv, "sum", cases);
}
