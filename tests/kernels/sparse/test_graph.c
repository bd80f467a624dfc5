/* The collapsed graph: what it keeps, that grouping of blocks does not matter, and that its products are those of S. */
#include "kernels/sparse/graph_apply.h"
#include "kernels/sparse/symmetric.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 12, LENGTH = 5, ROWS = LEVELS * LENGTH };

/* A block of 12 units of 5 rows in one set of m levels. */
typedef struct sample {
    solow_global_set set;
    solow_global_layout layout;
    ptrdiff_t start[LEVELS + 1];
    int32_t code[ROWS];
    const int32_t *codes[1];
    double weight[ROWS];
    solow_global global;
    solow_local local;
    solow_arena arena;
} sample;

static void make(sample *s, ptrdiff_t m, bool weighted)
{
    solow_error err = {0};
    s->set = (solow_global_set){.levels = m, .level = true};
    s->layout = (solow_global_layout){.sets = 1, .set = &s->set};
    ck_assert_int_eq(solow_global_number(&s->layout, &err), SOLOW_OK);
    for (ptrdiff_t l = 0; l <= LEVELS; l++) {
        s->start[l] = l * LENGTH;
    }
    for (int r = 0; r < ROWS; r++) {
        s->weight[r] = 1 + r % 3;
    }
    s->codes[0] = s->code;
    const double *weight = weighted ? s->weight : NULL;
    s->global = (solow_global){.rows = ROWS, .layout = &s->layout, .code = s->codes, .weight = weight};
    s->local = (solow_local){.rows = ROWS, .levels = LEVELS, .start = s->start, .level = true, .weight = weight};
    ck_assert_int_eq(solow_arena_init(&s->arena, solow_local_need(ROWS, LEVELS, 1), &err), SOLOW_OK);
    ck_assert_int_eq(solow_local_prepare(&s->local, &s->arena, &err), SOLOW_OK);
}

static void add(const sample *s, solow_graph *graph)
{
    solow_error err = {0};
    ck_assert_int_eq(solow_graph_add(graph, &s->local, &s->global, &err), SOLOW_OK);
}

static void init(const sample *s, solow_graph *graph)
{
    solow_error err = {0};
    ck_assert_int_eq(solow_graph_init(graph, s->layout.unknowns, &err), SOLOW_OK);
}

START_TEST(a_balanced_panel_is_one_number)
{
    sample s;
    make(&s, LENGTH, false);
    for (int r = 0; r < ROWS; r++) {
        s.code[r] = r % LENGTH;
    }
    solow_graph graph;
    init(&s, &graph);
    add(&s, &graph);
    ck_assert_int_eq(graph.vectors, 0);
    ck_assert_int_eq(graph.run_levels, LEVELS);
    ck_assert_int_eq(graph.runs[0 * LENGTH + LENGTH - 1], LEVELS);
    ck_assert_double_eq(graph.count[2], LEVELS);
    solow_graph_clear(&graph);
    solow_arena_clear(&s.arena);
}
END_TEST

/* Parts keep their vectors apart, and merging undoes that: the graph is then the one without parts. */
START_TEST(parts_are_merged_again)
{
    sample s;
    make(&s, 40, false);
    solow_graph whole, parted;
    init(&s, &whole);
    init(&s, &parted);
    for (int round = 0; round < 3; round++) {
        for (int r = 0; r < ROWS; r++) {
            s.code[r] = (r * (3 + round % 2) + r / 7) % 40;
        }
        add(&s, &whole);
        solow_graph_part(&parted);
        add(&s, &parted);
    }
    ck_assert_int_eq(whole.vectors, 2 * LEVELS); /* the third round is the first again */
    ck_assert_int_eq(parted.vectors, 3 * LEVELS);
    double nothing[40] = {0}, normal[40], diagonal[40], sum[40] = {0}, all[40];
    for (int part = 0; part < 3; part++) {
        const solow_graph slice = solow_graph_slice(&parted, part * LEVELS, LEVELS, nothing);
        solow_graph_diagonals(&slice, normal, diagonal);
        for (int u = 0; u < 40; u++) {
            sum[u] += diagonal[u];
        }
    }
    solow_graph_diagonals(&whole, normal, all);
    for (int u = 0; u < 40; u++) {
        ck_assert_double_eq_tol(normal[u] + sum[u], all[u], 1e-13);
    }
    solow_graph_merge(&parted);
    ck_assert_int_eq(parted.vectors, whole.vectors);
    ck_assert_int_eq(parted.entries, whole.entries);
    ck_assert_mem_eq(parted.column, whole.column, (size_t)whole.entries * sizeof *whole.column);
    ck_assert_mem_eq(parted.multiple, whole.multiple, (size_t)whole.vectors * sizeof *whole.multiple);
    ck_assert_mem_eq(parted.degree, whole.degree, (size_t)whole.vectors * sizeof *whole.degree);
    ck_assert_mem_eq(parted.scale, whole.scale, (size_t)whole.vectors * sizeof *whole.scale);
    add(&s, &parted); /* and it goes on */
    ck_assert_int_eq(parted.vectors, whole.vectors);
    solow_graph_clear(&whole);
    solow_graph_clear(&parted);
    solow_arena_clear(&s.arena);
}
END_TEST

START_TEST(equal_levels_are_one_vector)
{
    sample s;
    make(&s, 40, false);
    static const int32_t pattern[2][LENGTH] = {{3, 3, 7, 3, 9}, {1, 1, 1, 1, 1}};
    for (int r = 0; r < ROWS; r++) {
        s.code[r] = pattern[r / LENGTH % 2][r % LENGTH];
    }
    solow_graph graph;
    init(&s, &graph);
    add(&s, &graph);
    ck_assert_int_eq(graph.vectors, 2);
    ck_assert_int_eq(graph.entries, 4);
    ck_assert_int_eq(graph.multiple[0], LEVELS / 2);
    ck_assert_ptr_null(graph.value);
    ck_assert_int_eq(solow_graph_unknown(&graph, 0), 3);
    ck_assert_double_eq(solow_graph_value(&graph, 0), 3);
    ck_assert_double_eq(solow_graph_value(&graph, 3), 5);
    ck_assert_double_eq(solow_graph_work(&graph), 9 + 1);
    solow_graph_clear(&graph);
    solow_arena_clear(&s.arena);
}
END_TEST

static void scatter(sample *s, int seed)
{
    for (int r = 0; r < ROWS; r++) {
        s->code[r] = (int32_t)((r * 17 + seed * 5 + r / 7) % s->layout.unknowns);
    }
}

static void same(const solow_graph *a, const solow_graph *b)
{
    ck_assert_int_eq(a->vectors, b->vectors);
    ck_assert_int_eq(a->entries, b->entries);
    ck_assert_int_eq(a->pairs.count, b->pairs.count);
    ck_assert_mem_eq(a->degree, b->degree, (size_t)a->vectors * sizeof *a->degree);
    ck_assert_mem_eq(a->multiple, b->multiple, (size_t)a->vectors * sizeof *a->multiple);
    ck_assert_mem_eq(a->scale, b->scale, (size_t)a->vectors * sizeof *a->scale);
    for (ptrdiff_t e = 0; e < a->entries; e++) {
        ck_assert_int_eq(solow_graph_unknown(a, e), solow_graph_unknown(b, e));
        ck_assert_double_eq(solow_graph_value(a, e), solow_graph_value(b, e));
    }
    for (ptrdiff_t i = 0; i < a->pairs.count; i++) {
        ck_assert_int_eq(a->pairs.row[i], b->pairs.row[i]);
        ck_assert_int_eq(a->pairs.column[i], b->pairs.column[i]);
        ck_assert_double_eq(a->pairs.value[i], b->pairs.value[i]);
    }
    ck_assert_mem_eq(a->count, b->count, (size_t)a->unknowns * sizeof *a->count);
}

/* Four blocks in one graph, or two and two sent and joined: the same, with and without weights. */
START_TEST(grouping_of_blocks_does_not_matter)
{
    solow_error err = {0};
    for (int weighted = 0; weighted < 2; weighted++) {
        sample s;
        make(&s, 9, weighted != 0);
        solow_graph whole, half[2], joined, received;
        init(&s, &whole);
        init(&s, &half[0]);
        init(&s, &half[1]);
        init(&s, &joined);
        init(&s, &received);
        for (int b = 0; b < 4; b++) {
            scatter(&s, b % 3);
            add(&s, &whole);
            add(&s, &half[b / 2]);
        }
        int64_t sizes[SOLOW_GRAPH_SIZES];
        solow_graph_sizes(&half[1], sizes);
        ck_assert_int_eq(solow_graph_reserve(&received, sizes, &err), SOLOW_OK);
        memcpy(received.degree, half[1].degree, (size_t)sizes[1] * sizeof *received.degree);
        memcpy(received.multiple, half[1].multiple, (size_t)sizes[1] * sizeof *received.multiple);
        memcpy(received.scale, half[1].scale, (size_t)sizes[1] * sizeof *received.scale);
        memcpy(received.column, half[1].column, (size_t)sizes[2] * sizeof *received.column);
        if (sizes[6] != 0) {
            memcpy(received.value, half[1].value, (size_t)sizes[2] * sizeof *received.value);
        }
        memcpy(received.count, half[1].count, (size_t)sizes[0] * sizeof *received.count);
        if (sizes[3] > 0) {
            memcpy(received.pairs.row, half[1].pairs.row, (size_t)sizes[3] * sizeof *received.pairs.row);
            memcpy(received.pairs.column, half[1].pairs.column, (size_t)sizes[3] * sizeof *received.pairs.column);
            memcpy(received.pairs.value, half[1].pairs.value, (size_t)sizes[3] * sizeof *received.pairs.value);
        }
        ck_assert_int_eq(solow_graph_append(&joined, &half[0], &err), SOLOW_OK);
        ck_assert_int_eq(solow_graph_append(&joined, &received, &err), SOLOW_OK);
        same(&whole, &joined);
        solow_graph_clear(&whole);
        solow_graph_clear(&half[0]);
        solow_graph_clear(&half[1]);
        solow_graph_clear(&joined);
        solow_graph_clear(&received);
        solow_arena_clear(&s.arena);
    }
}
END_TEST

/* Products by the graph, for one and three panels, are those of the sparse S, which is that of the rows. */
START_TEST(products_are_those_of_s)
{
    solow_error err = {0};
    for (int weighted = 0; weighted < 2; weighted++) {
        sample s;
        make(&s, 9, weighted != 0);
        scatter(&s, 1);
        solow_graph graph;
        init(&s, &graph);
        add(&s, &graph);
        ck_assert_int_eq(graph.run_levels, 0);
        solow_symmetric matrix = {0};
        ck_assert_int_eq(solow_symmetric_schur(&graph, &matrix, &err), SOLOW_OK);
        double x[3][72], y[3][72] = {{0}}, zero[72] = {0}, alone[72] = {0}, normal[9], diagonal[9];
        for (int i = 0; i < 3 * 72; i++) {
            x[i / 72][i % 72] = cos(2.0 * i);
        }
        const double *from[3] = {x[0], x[1], x[2]};
        double *to[3] = {y[0], y[1], y[2]}, *single[1] = {alone};
        solow_graph_apply(&graph, 3, from, to);
        solow_graph_apply(&graph, 1, from + 1, single);
        ck_assert_mem_eq(alone, y[1], sizeof alone);
        solow_graph_diagonals(&graph, normal, diagonal);
        for (int i = 0; i < 3; i++) {
            double product[72];
            solow_symmetric_residual(&matrix, x[i], zero, product);
            for (int u = 0; u < 72; u++) {
                ck_assert_double_eq_tol(-product[u], y[i][u], 1e-12);
            }
        }
        for (ptrdiff_t u = 0; u < 9; u++) {
            double count = 0;
            for (int r = 0; r < ROWS; r++) {
                count += s.code[r] == u ? (weighted ? s.weight[r] : 1) : 0;
            }
            ck_assert_double_eq_tol(normal[u], count, 1e-12);
            ck_assert_int_eq(matrix.column[matrix.start[u]] <= u, 1);
            for (ptrdiff_t e = matrix.start[u]; e < matrix.start[u + 1]; e++) {
                if (matrix.column[e] == u) {
                    ck_assert_double_eq_tol(matrix.value[e], diagonal[u], 1e-12);
                }
            }
        }
        solow_symmetric_clear(&matrix);
        solow_graph_clear(&graph);
        solow_arena_clear(&s.arena);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_balanced_panel_is_one_number, parts_are_merged_again,
                                  equal_levels_are_one_vector,    grouping_of_blocks_does_not_matter,
                                  products_are_those_of_s,        NULL};
    TCase *const cases[] = {solow_test_case("graph", tests, 0), NULL};
    return solow_test_run("sparse", cases);
}
