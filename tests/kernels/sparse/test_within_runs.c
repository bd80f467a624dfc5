/* Unit means and one crossing effect in one go: the bits of the separate steps, whatever the clone and the lengths of the
 * units; sizes against long double; and panels with gaps, which it must leave to those steps. */
#include "kernels/sparse/global.h"
#include "kernels/sparse/within_runs.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { UNITS = 40, PERIODS = 37, MOST = UNITS * PERIODS, LD = MOST + 8, PANEL = PERIODS * 8 };

typedef struct panel {
    ptrdiff_t rows, start[UNITS + 1];
    int32_t code[MOST];
    double *x, gamma[PANEL]; /* x 64-byte aligned */
    solow_code_runs runs;
    solow_local local;
    solow_arena arena;
} panel;

/* Units of 1 .. PERIODS rows; unit u begins at a period of its own. gap: one unit misses a period in its middle. */
static panel *make_panel(bool gap)
{
    panel *p = calloc(1, sizeof *p);
    solow_error err = {0};
    for (int u = 0; u < UNITS; u++) {
        int n = u % 3 == 0 ? PERIODS : 1 + u * 7 % PERIODS, first = u * 5 % (PERIODS - n + 1);
        for (int t = 0; t < n; t++) {
            if (!(gap && u == 3 && t == 10)) {
                p->code[p->rows++] = first + t;
            }
        }
        p->start[u + 1] = p->rows;
    }
    p->x = aligned_alloc(64, LD * sizeof *p->x);
    for (int i = 0; i < LD; i++) {
        p->x[i] = i < p->rows ? 3 * sin(1.3 * i) + i % 11 : 0;
    }
    for (int i = 0; i < PANEL; i++) {
        p->gamma[i] = cos(0.7 * i);
    }
    p->local = (solow_local){.rows = p->rows, .levels = UNITS, .start = p->start, .level = true};
    ck_assert_int_eq(solow_arena_init(&p->arena, solow_local_need(p->rows, UNITS, 1), &err), SOLOW_OK);
    ck_assert_int_eq(solow_local_prepare(&p->local, &p->arena, &err), SOLOW_OK);
    ck_assert(solow_code_runs_find(p->rows, p->code, &p->runs));
    return p;
}

static void drop_panel(panel *p)
{
    solow_arena_clear(&p->arena);
    free(p->x);
    free(p);
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static void same_bits(const double *a, const double *b, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++) {
        ck_assert_msg(bits_of(a[i]) == bits_of(b[i]), "value %td: %.17g, by steps %.17g", i, a[i], b[i]);
    }
}

/* crossing: gamma is taken off. sums: they are wanted. in_place: from is x. */
static void compare(bool crossing, bool sums, bool in_place)
{
    panel *p = make_panel(false);
    double *ours = aligned_alloc(64, LD * sizeof *ours), *steps = aligned_alloc(64, LD * sizeof *steps);
    double our_sums[PANEL], step_sums[PANEL];
    solow_within_sizes size = {0};
    memcpy(ours, p->x, LD * sizeof *ours);
    memcpy(steps, p->x, LD * sizeof *steps);
    for (int i = 0; i < PANEL; i++) {
        our_sums[i] = step_sums[i] = i;
    }
    if (crossing) {
        solow_code_runs_subtract(&p->runs, 1, p->gamma, steps, steps, 0);
    }
    solow_local_within(&p->local, 1, steps, LD, NULL);
    solow_code_runs_add(&p->runs, 1, steps, LD, step_sums);

    ck_assert(solow_within_runs_fit(&p->local, &p->runs));
    solow_within_runs(&p->local, &p->runs, crossing ? p->gamma : NULL, in_place ? ours : p->x, in_place ? NULL : p->x,
                      ours, sums ? our_sums : NULL, &size);
    same_bits(ours, steps, p->rows);
    if (sums) {
        long double raw = 0, left = 0;
        for (ptrdiff_t i = 0; i < p->rows; i++) {
            raw += fabsl(p->x[i]);
            left += fabsl(steps[i]);
        }
        same_bits(our_sums, step_sums, PANEL);
        ck_assert_double_eq_tol(size.raw, (double)raw, 1e-14 * (double)raw);
        ck_assert_double_eq_tol(size.left, (double)left, 1e-14 * (double)left);
    }
    free(ours);
    free(steps);
    drop_panel(p);
}

START_TEST(bits_of_the_separate_steps)
{
    for (int way = 0; way < 8; way++) {
        compare((way & 1) != 0, (way & 2) != 0, (way & 4) != 0);
    }
}
END_TEST

START_TEST(the_effects_are_out)
{
    panel *p = make_panel(false);
    solow_within_sizes size = {0};
    double sums[PANEL] = {0};
    solow_within_runs(&p->local, &p->runs, p->gamma, p->x, NULL, p->x, sums, &size);
    for (int u = 0; u < UNITS; u++) {
        long double sum = 0;
        for (ptrdiff_t r = p->start[u]; r < p->start[u + 1]; r++) {
            sum += p->x[r];
        }
        ck_assert_double_le(fabs((double)sum), 1e-12);
    }
    for (int t = 0; t < PERIODS; t++) {
        long double sum = 0;
        for (ptrdiff_t r = 0; r < p->rows; r++) {
            sum += p->code[r] == t ? p->x[r] : 0;
        }
        ck_assert_double_eq_tol(sums[(ptrdiff_t)t * 8], (double)sum, 1e-12);
    }
    drop_panel(p);
}
END_TEST

START_TEST(what_does_not_fit)
{
    panel *gap = make_panel(true), *p = make_panel(false);
    ck_assert(!solow_within_runs_fit(&gap->local, &gap->runs));
    solow_local weighted = p->local, masked = p->local, coded = p->local;
    int32_t slot[1] = {0};
    weighted.weight = p->x;
    masked.mark = p->x;
    coded.slot = slot;
    ck_assert(!solow_within_runs_fit(&weighted, &p->runs));
    ck_assert(!solow_within_runs_fit(&masked, &p->runs));
    ck_assert(!solow_within_runs_fit(&coded, &p->runs));
    drop_panel(gap);
    drop_panel(p);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {bits_of_the_separate_steps, the_effects_are_out, what_does_not_fit, NULL};
    TCase *const cases[] = {solow_test_case("within_runs", tests, 60), NULL};
    return solow_test_run("sparse", cases);
}
