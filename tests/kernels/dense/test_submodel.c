/* Every submodel of a union, from the pair-Gram tensor in the union's basis, is the regression from its rows in long double. */
#include "kernels/dense/compensated.h"
#include "kernels/dense/gram.h"
#include "kernels/dense/pair_gram.h"
#include "kernels/dense/submodel.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 600, CLUSTERS = 40, P = 7, Q = 2, N = P + Q };

typedef struct problem {
    double *x; /* [ROWS x N] regressors, then outcomes */
    int cluster[ROWS];
    bool weighted;
    double weight[ROWS];
} problem;

static double draw(unsigned *state)
{
    *state = *state * 1664525U + 1013904223U;
    return (double)*state / 4294967296.0 - 0.5;
}

/* x_4 = x_3 + delta noise; noise of the outcomes as given. */
static void make(problem *p, double delta, double noise, bool weighted)
{
    unsigned state = 5;
    p->x = calloc(ROWS * N, sizeof(double));
    p->weighted = weighted;
    for (int i = 0; i < ROWS; i++) {
        p->cluster[i] = i * CLUSTERS / ROWS;
        p->weight[i] = weighted ? 0.5 + fabs(draw(&state)) : 1;
        for (int j = 0; j < P; j++) {
            p->x[j * ROWS + i] = draw(&state) + 0.3 * (double)((p->cluster[i] * (j + 3)) % 5);
        }
        p->x[4 * ROWS + i] = p->x[3 * ROWS + i] + delta * p->x[4 * ROWS + i];
        for (int o = 0; o < Q; o++) {
            double y = noise * (draw(&state) + 0.2 * (double)(p->cluster[i] % 7));
            for (int j = 0; j < P; j++) {
                y += (j + 1 + o) * p->x[j * ROWS + i];
            }
            p->x[(P + o) * ROWS + i] = y;
        }
    }
}

/* Inverse of a [k x k] symmetric matrix by Gauss-Jordan, in place. */
static void invert(int k, long double *a)
{
    for (int c = 0; c < k; c++) {
        long double pivot = a[c * k + c];
        a[c * k + c] = 1;
        for (int j = 0; j < k; j++) {
            a[c * k + j] /= pivot;
        }
        for (int i = 0; i < k; i++) {
            long double factor = a[i * k + c];
            if (i != c) {
                a[i * k + c] = 0;
                for (int j = 0; j < k; j++) {
                    a[i * k + j] -= factor * a[c * k + j];
                }
            }
        }
    }
}

/* From rows: b, clustered V, rss. */
static void regress(const problem *p, int k, const ptrdiff_t *column, int outcome, long double *b, long double *v,
                    long double *rss)
{
    long double bread[P * P] = {0}, xy[P] = {0}, meat[P * P] = {0}, score[CLUSTERS][P] = {{0}};
    const double *y = p->x + (P + outcome) * ROWS;
    for (int i = 0; i < ROWS; i++) {
        for (int a = 0; a < k; a++) {
            long double xa = (long double)p->weight[i] * p->x[column[a] * ROWS + i];
            xy[a] += xa * y[i];
            for (int c = 0; c < k; c++) {
                bread[a * k + c] += xa * p->x[column[c] * ROWS + i];
            }
        }
    }
    invert(k, bread);
    for (int a = 0; a < k; a++) {
        b[a] = 0;
        for (int c = 0; c < k; c++) {
            b[a] += bread[a * k + c] * xy[c];
        }
    }
    *rss = 0;
    for (int i = 0; i < ROWS; i++) {
        long double e = y[i];
        for (int a = 0; a < k; a++) {
            e -= b[a] * p->x[column[a] * ROWS + i];
        }
        *rss += e * e * p->weight[i];
        for (int a = 0; a < k; a++) {
            score[p->cluster[i]][a] += e * p->weight[i] * p->x[column[a] * ROWS + i];
        }
    }
    for (int g = 0; g < CLUSTERS; g++) {
        for (int a = 0; a < k; a++) {
            for (int c = 0; c < k; c++) {
                meat[a * k + c] += score[g][a] * score[g][c];
            }
        }
    }
    for (int a = 0; a < k; a++) {
        for (int c = 0; c < k; c++) {
            v[a * k + c] = 0;
            for (int d = 0; d < k; d++) {
                for (int f = 0; f < k; f++) {
                    v[a * k + c] += bread[a * k + d] * meat[d * k + f] * bread[f * k + c];
                }
            }
        }
    }
}

typedef struct machine {
    solow_arena arena;
    solow_union_basis basis;
    solow_submodel submodel;
    ptrdiff_t ld;    /* of the tensor */
    double *form[Q]; /* of each outcome */
    double *work, *meat;
} machine;

static void precise_gram(const problem *p, ptrdiff_t n, const double *x, double *gram)
{
    memset(gram, 0, 2 * (size_t)(n * n) * sizeof *gram);
    solow_gram_precise(ROWS, n, x, ROWS, p->weighted ? p->weight : NULL, gram, gram + n * n);
    solow_mirror_upper(n, gram);
    solow_mirror_upper(n, gram + n * n);
}

static void build(const problem *p, machine *m)
{
    solow_error err = {0};
    solow_pair_chunk chunk;
    double gram[2 * N * N], *z = calloc(ROWS * N, sizeof(double)), *other = calloc(ROWS * N, sizeof(double));
    *m = (machine){.ld = 0};
    ck_assert_int_eq(solow_arena_init(&m->arena, 1 << 22, &err), SOLOW_OK);
    ck_assert_int_eq(solow_union_basis_init(P, Q, &m->arena, &m->basis, &err), SOLOW_OK);
    precise_gram(p, N, p->x, gram);
    solow_union_basis_form(&m->basis, gram, NULL, ROWS);
    solow_union_basis_rows(&m->basis, ROWS, p->x, ROWS, z, other);
    if (solow_union_basis_is_loose(&m->basis)) {
        precise_gram(p, m->basis.rank + Q, z, gram);
        solow_union_basis_refine(&m->basis, gram);
        solow_union_basis_rows(&m->basis, ROWS, p->x, ROWS, z, other);
    }
    ptrdiff_t n = m->basis.rank + Q;
    m->ld = solow_pair_ld(n);
    double *tensor = solow_arena_doubles(&m->arena, m->ld * m->ld), *block = solow_arena_doubles(&m->arena, n * n);
    memset(tensor, 0, (size_t)(m->ld * m->ld) * sizeof *tensor);
    ck_assert_int_eq(solow_pair_chunk_init(n, &m->arena, &chunk, &err), SOLOW_OK);
    for (int g = 0; g < CLUSTERS; g++) {
        int first = g * ROWS / CLUSTERS, end = (g + 1) * ROWS / CLUSTERS;
        memset(block, 0, (size_t)(n * n) * sizeof *block);
        solow_gram(end - first, n, z + first, ROWS, p->weighted ? p->weight + first : NULL, block);
        solow_pair_pack(n, block, 1, solow_pair_open(&chunk));
        solow_pair_close(&chunk, tensor);
    }
    solow_pair_flush(&chunk, tensor);
    ptrdiff_t r = m->basis.rank, pairs = solow_pair_count(r + 1);
    for (int o = 0; o < Q; o++) {
        m->form[o] = solow_arena_doubles(&m->arena, solow_pair_ld(r) * pairs);
        solow_pair_form(tensor, m->ld, r, r + o, m->form[o]);
    }
    m->work = solow_arena_doubles(&m->arena, pairs);
    m->meat = solow_arena_doubles(&m->arena, solow_pair_ld(r));
    ck_assert_int_eq(solow_submodel_init(&m->basis, P, &m->arena, &m->submodel, &err), SOLOW_OK);
    free(z);
    free(other);
}

/* b, V and rss of a submodel; returns how many columns are kept. */
static ptrdiff_t fit(machine *m, ptrdiff_t count, const ptrdiff_t *column, int outcome, double *b, double *v,
                     double *rss)
{
    bool kept[P];
    double rho[8 + 1];
    const double *c = m->basis.r + (P + outcome) * m->basis.ld;
    solow_submodel_factor(&m->basis, count, column, &m->submodel, kept);
    *rss = m->basis.rss[outcome] + m->basis.scale * solow_submodel_solve(&m->basis, &m->submodel, c, b, rho);
    rho[m->basis.rank] = 1;
    solow_pair_meat(m->form[outcome], m->basis.rank, rho, m->work, m->meat);
    solow_submodel_variance(&m->basis, &m->submodel, m->meat, 1, v);
    return m->submodel.kept;
}

/* Largest error over all submodels that hold column 0, of b relative to its standard error or itself, of standard errors and rss. */
static double worst_error(const problem *p, machine *m)
{
    double worst = 0;
    for (unsigned mask = 1; mask < 1U << P; mask += 2) {
        ptrdiff_t column[P], k = 0;
        for (int j = 0; j < P; j++) {
            if ((mask >> j & 1U) != 0) {
                column[k++] = j;
            }
        }
        for (int o = 0; o < Q; o++) {
            double b[P], v[P * P], rss;
            long double exact_b[P], exact_v[P * P], exact_rss;
            ck_assert_int_eq(fit(m, k, column, o, b, v, &rss), k);
            regress(p, (int)k, column, o, exact_b, exact_v, &exact_rss);
            worst = fmax(worst, fabs((double)(rss / exact_rss - 1)));
            for (int j = 0; j < k; j++) {
                double se = (double)sqrtl(exact_v[j * k + j]);
                worst = fmax(worst, fabs(sqrt(v[j * k + j]) / se - 1));
                worst = fmax(worst, fabs((double)(b[j] - exact_b[j])) / fmax(se, fabs((double)exact_b[j])));
            }
        }
    }
    return worst;
}

START_TEST(agrees_with_long_double)
{
    const struct {
        double delta, noise, bound;
        bool weighted;
    } cases[] = {{1, 1, 1e-12, false},    {1, 1, 1e-12, true},    {1, 0.01, 1e-12, false},
                 {1e-2, 1, 1e-11, false}, {1e-2, 1, 1e-11, true}, {1e-4, 1, 1e-9, false}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        problem p;
        machine m;
        make(&p, cases[c].delta, cases[c].noise, cases[c].weighted);
        build(&p, &m);
        double worst = worst_error(&p, &m);
        ck_assert_msg(worst <= cases[c].bound, "delta %g noise %g: error %g", cases[c].delta, cases[c].noise, worst);
        solow_arena_clear(&m.arena);
        free(p.x);
    }
}
END_TEST

/* x_6 = x_1 - 2 x_2: dropped after both, kept without them; and the combination is told. */
START_TEST(drops_what_the_submodel_explains)
{
    problem p;
    machine m;
    make(&p, 1, 1, false);
    for (int i = 0; i < ROWS; i++) {
        p.x[6 * ROWS + i] = p.x[ROWS + i] - 2 * p.x[2 * ROWS + i];
    }
    build(&p, &m);
    ck_assert_int_eq(m.basis.rank, P - 1);
    const ptrdiff_t all[] = {0, 1, 2, 6}, some[] = {0, 1, 6}, turned[] = {6, 1, 2};
    double b[P], v[P * P], rss, again[P], combination[P];
    long double exact_b[P], exact_v[P * P], exact_rss;
    ck_assert_int_eq(fit(&m, 4, all, 0, b, v, &rss), 3);
    solow_submodel_combination(&m.basis, &m.submodel, 6, combination);
    ck_assert_double_eq_tol(combination[0], 0, 1e-12);
    ck_assert_double_eq_tol(combination[1], 1, 1e-12);
    ck_assert_double_eq_tol(combination[2], -2, 1e-12);
    ck_assert_int_eq(fit(&m, 3, some, 0, b, v, &rss), 3);
    regress(&p, 3, some, 0, exact_b, exact_v, &exact_rss);
    for (int j = 0; j < 3; j++) {
        ck_assert_double_eq_tol(b[j], (double)exact_b[j], 1e-12 * fabs((double)exact_b[j]));
        ck_assert_double_eq_tol(v[4 * j], (double)exact_v[4 * j], 1e-12 * (double)exact_v[4 * j]);
    }
    ck_assert_int_eq(fit(&m, 3, turned, 0, again, v, &rss), 2);
    ck_assert_int_eq(m.submodel.column[0], 6);
    solow_arena_clear(&m.arena);
    free(p.x);
}
END_TEST

/* A column scaled by 2^k moves its coefficient by 2^-k, exactly; the order of columns moves digits by rounding alone. */
START_TEST(scales_and_permutes)
{
    problem p;
    machine m, scaled;
    make(&p, 0.1, 1, false);
    build(&p, &m);
    const ptrdiff_t column[] = {0, 3, 4, 6}, turned[] = {6, 4, 0, 3};
    double b[P], v[P * P], rss, b2[P], v2[P * P], rss2;
    fit(&m, 4, column, 1, b, v, &rss);
    for (int i = 0; i < ROWS; i++) {
        p.x[4 * ROWS + i] *= 1024;
    }
    build(&p, &scaled);
    fit(&scaled, 4, column, 1, b2, v2, &rss2);
    ck_assert(rss == rss2 && b[0] == b2[0] && b[2] == 1024 * b2[2] && v[0] == v2[0] && v[2] == 1024 * v2[2]);
    fit(&m, 4, turned, 1, b2, v2, &rss2);
    ck_assert_double_eq_tol(b2[2], b[0], 1e-12 * fabs(b[0]));
    ck_assert_double_eq_tol(v2[2 * 4 + 3], v[1], 1e-11 * sqrt(v[0] * v[5]));
    solow_arena_clear(&m.arena);
    solow_arena_clear(&scaled.arena);
    free(p.x);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {agrees_with_long_double, drops_what_the_submodel_explains, scales_and_permutes, NULL};
    TCase *const cases[] = {solow_test_case("submodel", tests, 0), NULL};
    return solow_test_run("dense", cases);
}
