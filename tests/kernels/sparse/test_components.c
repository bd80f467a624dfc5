/* Components, by hand: two islands and an empty level; joined from parts; without a local effect. */
#include "kernels/sparse/components.h"
#include "tests/support/runner.h"

#include <string.h>

enum { UNITS = 4, ROWS = 8 };

static const ptrdiff_t start[UNITS + 1] = {0, 2, 4, 6, 8};

/* Units meet levels {0, 2}, {2, 4}, {1, 1}, {1, 5}; level 3 is empty. Islands {0, 2, 4} and {1, 5}. */
static const int32_t code[ROWS] = {0, 2, 2, 4, 1, 1, 1, 5};

static void add_units(solow_graph *graph, const solow_global_layout *layout, ptrdiff_t first, ptrdiff_t count)
{
    solow_error err = {0};
    solow_arena arena;
    ptrdiff_t own[UNITS + 1], rows = start[first + count] - start[first];
    for (ptrdiff_t l = 0; l <= count; l++) {
        own[l] = start[first + l] - start[first];
    }
    const int32_t *codes[1] = {code + start[first]};
    solow_global global = {.rows = rows, .layout = layout, .code = codes};
    solow_local local = {.rows = rows, .levels = count, .start = own, .level = true};
    ck_assert_int_eq(solow_arena_init(&arena, solow_local_need(rows, count, 1), &err), SOLOW_OK);
    ck_assert_int_eq(solow_local_prepare(&local, &arena, &err), SOLOW_OK);
    ck_assert_int_eq(solow_graph_add(graph, &local, &global, &err), SOLOW_OK);
    solow_arena_clear(&arena);
}

START_TEST(islands_and_an_empty_level)
{
    solow_error err = {0};
    solow_global_set set = {.levels = 6, .level = true};
    solow_global_layout layout = {.sets = 1, .set = &set};
    ck_assert_int_eq(solow_global_number(&layout, &err), SOLOW_OK);
    solow_graph parts[2];
    int32_t label[6], more[6], best[6];
    static const int32_t expected[6] = {0, 1, 0, -1, 0, 1};
    for (int part = 0; part < 2; part++) {
        ck_assert_int_eq(solow_graph_init(&parts[part], 6, &err), SOLOW_OK);
    }
    /* units 1 and 3 first, so that the parts meet in the middle of both islands */
    add_units(&parts[0], &layout, 1, 1);
    add_units(&parts[0], &layout, 3, 1);
    add_units(&parts[1], &layout, 0, 1);
    add_units(&parts[1], &layout, 2, 1);
    solow_components(&layout, &parts[0], true, label);
    solow_components(&layout, &parts[1], true, more);
    solow_components_join(6, label, more);
    ck_assert_mem_eq(label, expected, sizeof expected);
    ck_assert_int_eq(solow_graph_append(&parts[0], &parts[1], &err), SOLOW_OK);
    solow_components(&layout, &parts[0], true, label);
    ck_assert_mem_eq(label, expected, sizeof expected);
    uint8_t ground[6];
    static const uint8_t grounded[6] = {0, 1, 1, 1, 0, 0}; /* the largest counts: level 2 (two rows), level 1 (three) */
    ck_assert_int_eq(solow_components_ground(&layout, true, label, parts[0].count, best, ground), 2);
    ck_assert_mem_eq(ground, grounded, sizeof grounded);
    ck_assert(solow_components_exact(&layout, true, false));
    ck_assert(!solow_components_exact(&layout, true, true));
    solow_graph_clear(&parts[0]);
    solow_graph_clear(&parts[1]);
}
END_TEST

/* Rows (a, b): (0, 0), (1, 0), (2, 1), (2, 2): two components; one level of b is redundant in each. */
START_TEST(two_sets_without_a_local_effect)
{
    solow_error err = {0};
    solow_global_set set[2] = {{.levels = 3, .level = true}, {.levels = 3, .level = true}};
    solow_global_layout layout = {.sets = 2, .set = set};
    ck_assert_int_eq(solow_global_number(&layout, &err), SOLOW_OK);
    static const int32_t a[4] = {0, 1, 2, 2}, b[4] = {0, 0, 1, 2};
    const int32_t *codes[2] = {a, b};
    solow_global global = {.rows = 4, .layout = &layout, .code = codes};
    solow_graph graph;
    ck_assert_int_eq(solow_graph_init(&graph, 6, &err), SOLOW_OK);
    ck_assert_int_eq(solow_graph_add(&graph, NULL, &global, &err), SOLOW_OK);
    int32_t label[6], best[6];
    uint8_t ground[6];
    static const int32_t expected[6] = {0, 0, 2, 0, 2, 2};
    static const uint8_t grounded[6] = {0, 0, 0, 1, 1, 0};
    solow_components(&layout, &graph, false, label);
    ck_assert_mem_eq(label, expected, sizeof expected);
    ck_assert_int_eq(solow_components_ground(&layout, false, label, graph.count, best, ground), 2);
    ck_assert_mem_eq(ground, grounded, sizeof grounded);
    ck_assert(solow_components_exact(&layout, false, false));
    solow_graph_clear(&graph);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {islands_and_an_empty_level, two_sets_without_a_local_effect, NULL};
    TCase *const cases[] = {solow_test_case("components", tests, 0), NULL};
    return solow_test_run("sparse", cases);
}
