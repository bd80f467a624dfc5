/* Effects that reach across blocks, with every allocation failing in turn: a status, and nothing left behind. */
#include "kernels/sparse/conjugate.h"
#include "kernels/sparse/graph_apply.h"
#include "kernels/sparse/leverage.h"
#include "kernels/sparse/schur.h"
#include "tests/support/absorb.h"
#include "tests/support/failing_memory.h"
#include "tests/support/runner.h"

#include <math.h>
#include <string.h>

enum { UNITS = 12, PERIODS = 4, ROWS = UNITS * PERIODS, COLUMNS = 3 };

/* One block: periods and groups beside the units; filled by open_block. */
static struct {
    ptrdiff_t start[UNITS + 1];
    int32_t period[ROWS], group[ROWS];
    const int32_t *code[2];
    const double *const *slope[2];
    solow_global_set set[2];
    solow_global_layout layout;
    solow_local local;
    solow_global global;
    solow_arena arena;
    double leverage[ROWS], r[2048], gamma[2048], size[16];
} block;

static void open_block(void)
{
    solow_error err = {0};
    for (int i = 0; i < ROWS; i++) {
        block.period[i] = i % PERIODS;
        block.group[i] = (i * 7 + i / 5) % 6;
    }
    for (int u = 0; u <= UNITS; u++) {
        block.start[u] = (ptrdiff_t)u * PERIODS;
    }
    block.set[0] = (solow_global_set){.levels = PERIODS, .level = true};
    block.set[1] = (solow_global_set){.levels = 6, .level = true};
    block.layout = (solow_global_layout){.sets = 2, .set = block.set};
    ck_assert_int_eq(solow_global_number(&block.layout, &err), SOLOW_OK);
    block.code[0] = block.period;
    block.code[1] = block.group;
    block.local = (solow_local){.rows = ROWS, .levels = UNITS, .start = block.start, .level = true};
    block.global = (solow_global){.rows = ROWS, .layout = &block.layout, .code = block.code, .slope = block.slope};
    ck_assert_int_eq(solow_arena_init(&block.arena, solow_local_need(ROWS, UNITS, 1), &err), SOLOW_OK);
    ck_assert_int_eq(solow_local_prepare(&block.local, &block.arena, &err), SOLOW_OK);
    for (int i = 0; i < 2048; i++) {
        block.r[i] = i % 8 < COLUMNS ? sin(i) : 0;
    }
    for (int i = 0; i < 16; i++) {
        block.size[i] = 1;
    }
}

static void close_block(void)
{
    solow_arena_clear(&block.arena);
}

static solow_status factor_and_invert(void *context, solow_error *err)
{
    solow_schur_kind kind = *(const solow_schur_kind *)context;
    solow_graph own = {0}, whole = {0};
    solow_schur *schur = NULL;
    solow_inverse inverse = {0};
    solow_status status = solow_graph_init(&own, block.layout.unknowns, err);
    status = status == SOLOW_OK ? solow_graph_init(&whole, block.layout.unknowns, err) : status;
    status = status == SOLOW_OK ? solow_graph_add(&own, &block.local, &block.global, err) : status;
    status = status == SOLOW_OK ? solow_graph_append(&whole, &own, err) : status;
    status =
        status == SOLOW_OK ? solow_schur_create(&block.layout, &whole, &block.local, kind, 1e9, &schur, err) : status;
    if (status == SOLOW_OK && kind != SOLOW_SCHUR_ITERATIVE) {
        status = solow_inverse_init(schur, &inverse, err);
        if (status == SOLOW_OK) {
            status = solow_effects_leverage(&inverse, &block.local, &block.global, block.leverage, err);
        }
    }
    ck_assert(status == SOLOW_OK || kind == SOLOW_SCHUR_ITERATIVE || inverse.m == 0 || inverse.start == NULL ||
              inverse.m == block.layout.unknowns);
    solow_inverse_clear(&inverse);
    solow_schur_destroy(schur);
    solow_graph_clear(&own);
    solow_graph_clear(&whole);
    return status;
}

START_TEST(every_kind_of_schur_complement)
{
    static const solow_schur_kind kinds[] = {SOLOW_SCHUR_DENSE, SOLOW_SCHUR_SPARSE, SOLOW_SCHUR_ITERATIVE};
    solow_schur_kind kind = kinds[_i];
    memory_try(_i == 0 ? "dense" : _i == 1 ? "sparse" : "iterative", factor_and_invert, &kind, 8);
}
END_TEST

/* Solving may not fail: without memory to iterate, the answer is NaN, which no certificate passes. */
static solow_status solve_by_iteration(void *context, solow_error *err)
{
    solow_graph whole = {0};
    solow_schur *schur = NULL;
    (void)context;
    solow_status status = solow_graph_init(&whole, block.layout.unknowns, err);
    status = status == SOLOW_OK ? solow_graph_add(&whole, &block.local, &block.global, err) : status;
    status = status == SOLOW_OK
                 ? solow_schur_create(&block.layout, &whole, &block.local, SOLOW_SCHUR_ITERATIVE, 1e9, &schur, err)
                 : status;
    if (status == SOLOW_OK) {
        solow_schur_solve(schur, COLUMNS, block.r, block.gamma);
        bool finite = true;
        for (ptrdiff_t i = 0; i < solow_panel_doubles(block.layout.unknowns, COLUMNS); i++) {
            finite = finite && isfinite(block.gamma[i]);
        }
        status = finite ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "the solution is not a number");
    }
    solow_schur_destroy(schur);
    solow_graph_clear(&whole);
    return status;
}

START_TEST(iterated_solutions)
{
    memory_try("iterated solution", solve_by_iteration, NULL, 5);
}
END_TEST

static solow_status multiply(void *context, ptrdiff_t panels, const double *const *x, double *const *y,
                             solow_error *err)
{
    (void)err;
    for (ptrdiff_t i = 0; i < panels; i++) {
        memset(y[i], 0, (size_t)(block.layout.unknowns * 8) * sizeof **y);
    }
    solow_graph_apply(context, panels, x, y);
    return SOLOW_OK;
}

static solow_status conjugate(void *context, solow_error *err)
{
    solow_graph own = {0}, whole = {0};
    double normal[16], diagonal[16];
    uint8_t converged[COLUMNS];
    (void)context;
    solow_status status = solow_graph_init(&own, block.layout.unknowns, err);
    status = status == SOLOW_OK ? solow_graph_add(&own, &block.local, &block.global, err) : status;
    status = status == SOLOW_OK ? solow_graph_expand(&own, &whole, err) : status;
    if (status == SOLOW_OK) {
        solow_graph_diagonals(&own, normal, diagonal);
        const solow_conjugate solver = {.layout = &block.layout,
                                        .normal = normal,
                                        .diagonal = diagonal,
                                        .tolerance = 1e-14,
                                        .most = 50,
                                        .apply = multiply,
                                        .context = &whole};
        status = solow_conjugate_solve(&solver, COLUMNS, block.r, block.size, block.gamma, NULL, converged, err);
    }
    solow_graph_clear(&own);
    solow_graph_clear(&whole);
    return status;
}

START_TEST(conjugate_gradients)
{
    memory_try("conjugate gradients", conjugate, NULL, 5);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {iterated_solutions, conjugate_gradients, NULL};
    TCase *sparse = solow_test_case("memory", tests, 0);
    tcase_add_unchecked_fixture(sparse, open_block, close_block);
    tcase_add_loop_test(sparse, every_kind_of_schur_complement, 0, 3);
    TCase *const cases[] = {sparse, NULL};
    return solow_test_run("sparse memory", cases);
}
