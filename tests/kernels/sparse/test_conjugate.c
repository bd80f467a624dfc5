/* Conjugate gradients: the solution that the matrix was built from, companions that do not matter, and honest limits. */
#include "kernels/sparse/conjugate.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { M = 50, P = 11 };

/* A chain with a spring at every vertex: 2.5 on the diagonal, -1 beside it. */
static solow_status chain(void *context, ptrdiff_t panels, const double *const *x, double *const *y, solow_error *err)
{
    (void)err;
    *(ptrdiff_t *)context += panels;
    for (ptrdiff_t i = 0; i < panels; i++) {
        for (ptrdiff_t u = 0; u < M; u++) {
            for (ptrdiff_t l = 0; l < 8; l++) {
                double left = u > 0 ? x[i][(u - 1) * 8 + l] : 0, right = u + 1 < M ? x[i][(u + 1) * 8 + l] : 0;
                y[i][u * 8 + l] = 2.5 * x[i][u * 8 + l] - left - right;
            }
        }
    }
    return SOLOW_OK;
}

static solow_status broken(void *context, ptrdiff_t panels, const double *const *x, double *const *y, solow_error *err)
{
    (void)context;
    (void)panels;
    (void)x;
    (void)y;
    return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "no product");
}

typedef struct problem {
    solow_global_set set;
    solow_global_layout layout;
    double diagonal[M], size[P];
    double *r, *gamma;
    ptrdiff_t iterations[P], products;
    uint8_t converged[P];
    solow_conjugate solver;
} problem;

static double answer(ptrdiff_t u, ptrdiff_t j)
{
    return sin((double)(u * (j + 1))) + (double)j;
}

static void make(problem *p)
{
    solow_error err = {0};
    memset(p, 0, sizeof *p);
    p->set = (solow_global_set){.levels = M, .level = true};
    p->layout = (solow_global_layout){.sets = 1, .set = &p->set};
    ck_assert_int_eq(solow_global_number(&p->layout, &err), SOLOW_OK);
    p->r = calloc((size_t)solow_panel_doubles(M, P), sizeof *p->r);
    p->gamma = calloc((size_t)solow_panel_doubles(M, P), sizeof *p->gamma);
    for (ptrdiff_t u = 0; u < M; u++) {
        p->diagonal[u] = 2.5;
        for (ptrdiff_t j = 0; j < P; j++) {
            double left = u > 0 ? answer(u - 1, j) : 0, right = u + 1 < M ? answer(u + 1, j) : 0;
            p->r[solow_panel_index(M, u, j)] = 2.5 * answer(u, j) - left - right;
        }
    }
    for (ptrdiff_t j = 0; j < P; j++) {
        p->size[j] = 100;
    }
    p->solver = (solow_conjugate){.layout = &p->layout,
                                  .normal = p->diagonal,
                                  .diagonal = p->diagonal,
                                  .tolerance = 1e-15,
                                  .most = 200,
                                  .apply = chain,
                                  .context = &p->products};
}

static void clear(problem *p)
{
    free(p->r);
    free(p->gamma);
}

START_TEST(finds_the_answer)
{
    problem p;
    solow_error err = {0};
    make(&p);
    ck_assert_int_eq(solow_conjugate_solve(&p.solver, P, p.r, p.size, p.gamma, p.iterations, p.converged, &err),
                     SOLOW_OK);
    for (ptrdiff_t j = 0; j < P; j++) {
        ck_assert(p.converged[j]);
        ck_assert_int_lt(p.iterations[j], 60);
        for (ptrdiff_t u = 0; u < M; u++) {
            ck_assert_double_eq_tol(p.gamma[solow_panel_index(M, u, j)], answer(u, j), 1e-12);
        }
    }
    clear(&p);
}
END_TEST

START_TEST(a_column_alone_has_the_same_bits)
{
    problem p;
    solow_error err = {0};
    make(&p);
    ck_assert_int_eq(solow_conjugate_solve(&p.solver, P, p.r, p.size, p.gamma, p.iterations, p.converged, &err),
                     SOLOW_OK);
    double r[M * 8] = {0}, gamma[M * 8];
    ptrdiff_t iterations[1];
    uint8_t converged[1];
    for (ptrdiff_t u = 0; u < M; u++) {
        r[u * 8] = p.r[solow_panel_index(M, u, 10)];
    }
    ck_assert_int_eq(solow_conjugate_solve(&p.solver, 1, r, p.size + 10, gamma, iterations, converged, &err), SOLOW_OK);
    ck_assert_int_eq(iterations[0], p.iterations[10]);
    for (ptrdiff_t u = 0; u < M; u++) {
        ck_assert_mem_eq(&gamma[u * 8], &p.gamma[solow_panel_index(M, u, 10)], sizeof *gamma);
    }
    clear(&p);
}
END_TEST

START_TEST(limits_are_told)
{
    problem p;
    solow_error err = {0};
    make(&p);
    p.solver.most = 3;
    ck_assert_int_eq(solow_conjugate_solve(&p.solver, P, p.r, p.size, p.gamma, p.iterations, p.converged, &err),
                     SOLOW_OK);
    ck_assert(!p.converged[0]);
    ck_assert_int_eq(p.iterations[0], 3);
    p.solver.apply = broken;
    ck_assert_int_eq(solow_conjugate_solve(&p.solver, P, p.r, p.size, p.gamma, p.iterations, p.converged, &err),
                     SOLOW_ERR_INTERNAL);
    clear(&p);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {finds_the_answer, a_column_alone_has_the_same_bits, limits_are_told, NULL};
    TCase *const cases[] = {solow_test_case("conjugate", tests, 0), NULL};
    return solow_test_run("sparse", cases);
}
