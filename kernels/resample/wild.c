/* wild.c - see wild.h. */
#include "kernels/resample/wild.h"

#include "kernels/core/size.h"
#include "kernels/dense/cholesky.h"
#include "kernels/resample/signs.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIGN_DRAWS = 1024,      /* draws whose sums are kept in cache beside the tables */
    PRODUCT_CLUSTERS = 512, /* clusters of one product: a fixed shape, which is what BLAS's bits depend on */
    SQUARES = 8             /* rows of a product with v^2, three of them used */
};

struct solow_wild {
    solow_wild_problem problem;
    ptrdiff_t k, clusters, rows; /* rows: 4K or 2K, rounded up to 8 */
    double *b;                   /* [k] */
    double *std_error, *direct;  /* [terms]; [terms x 3] sums over g of q0^2, q0 q1, q1^2 */
    double *h;                   /* [terms][clusters x rows] of (5): a, then A^-1 C / d_j, q0 C, q1 C */
    double *q;                   /* [terms][k x k] of (3) */
    double *square;              /* [terms][clusters x SQUARES] q0^2, q0 q1, q1^2, for weights that are not signs */
    uint8_t *byte;               /* of a run of draws */
    double *table, *sums, *weight, *squared;
};

static bool signs(const solow_wild *w)
{
    return w->problem.weights.kind == SOLOW_WEIGHTS_RADEMACHER;
}

void solow_wild_destroy(solow_wild *w)
{
    if (w == NULL) {
        return;
    }
    void *const owned[] = {w->b,    w->std_error, w->direct, w->h,      w->q,      w->square,
                           w->byte, w->table,     w->sums,   w->weight, w->squared};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        free(owned[i]);
    }
    free(w);
}

static double *doubles(ptrdiff_t a, ptrdiff_t b, ptrdiff_t c)
{
    return solow_allocate_zeroed(solow_product(solow_product(a, b), c), sizeof(double));
}

static bool take(solow_wild *w)
{
    ptrdiff_t k = w->k, terms = w->problem.terms, g = w->clusters;
    ptrdiff_t run = signs(w) ? SIGN_DRAWS : SOLOW_DRAW_CHUNK;
    w->b = doubles(k, 1, 1);
    w->std_error = doubles(terms, 1, 1);
    w->direct = doubles(terms, 3, 1);
    w->h = doubles(terms, g, w->rows);
    w->q = doubles(terms, k, k);
    w->sums = doubles(run, w->rows + SQUARES, 1);
    bool taken =
        w->b != NULL && w->std_error != NULL && w->direct != NULL && w->h != NULL && w->q != NULL && w->sums != NULL;
    if (signs(w)) {
        w->byte = solow_allocate_zeroed(solow_product((g + 7) / 8, run), 1);
        w->table = doubles(SOLOW_SIGN_TABLE, 1, 1);
        return taken && w->byte != NULL && w->table != NULL;
    }
    w->square = doubles(terms, g, SQUARES);
    w->weight = doubles(run, g, 1);
    w->squared = doubles(run, g, 1);
    return taken && w->square != NULL && w->weight != NULL && w->squared != NULL;
}

/* y = M x for a full symmetric M [n x n]. */
static void times(ptrdiff_t n, const double *m, ptrdiff_t ld, const double *x, double *y)
{
    memset(y, 0, (size_t)n * sizeof *y);
    for (ptrdiff_t j = 0; j < n; j++) {
        for (ptrdiff_t i = 0; i < n; i++) {
            y[i] += m[j * ld + i] * x[j];
        }
    }
}

static double dot(ptrdiff_t n, const double *x, const double *y)
{
    double sum = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        sum += x[i] * y[i];
    }
    return sum;
}

typedef struct setup { /* workspace of create */
    double *gram, *inverse, *factor, *score, *c;
    bool *kept;
} setup;

/* One cluster and tested term: its numbers in (5), its part of Q and of the sums of squares. */
static void add_term(solow_wild *w, ptrdiff_t t, ptrdiff_t g, const setup *s)
{
    ptrdiff_t k = w->k, term = w->problem.term[t];
    const double *d = s->inverse + term * k;
    double *h = w->h + (t * w->clusters + g) * w->rows, *q = w->q + t * k * k, *c = s->c;
    times(k, s->gram, k + 1, d, c); /* C_g */
    double q0 = dot(k, d, s->score), q1 = dot(k, d, c) / d[term];
    times(k, s->inverse, k, s->score, h);
    double *f = h + k;
    if (w->problem.restricted) {
        times(k, s->inverse, k, c, f);
        for (ptrdiff_t i = 0; i < k; i++) {
            f[i] /= d[term];
            f[2 * k + i] = q1 * c[i];
        }
        f += k;
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        f[j] = q0 * c[j];
        for (ptrdiff_t i = 0; i < k; i++) {
            q[j * k + i] += c[i] * c[j];
        }
    }
    const double squares[3] = {q0 * q0, q0 * q1, q1 * q1};
    for (int n = 0; n < 3; n++) {
        w->direct[3 * t + n] += squares[n];
        if (w->square != NULL) {
            w->square[(t * w->clusters + g) * SQUARES + n] = squares[n];
        }
    }
}

/* b, then every cluster. */
static solow_status fill(solow_wild *w, setup *s, solow_error *err)
{
    const solow_cluster_grams *grams = w->problem.grams;
    ptrdiff_t k = w->k, p = k + 1, packed = solow_packed(p), rank = 0;
    solow_cluster_grams_total(grams, s->gram);
    solow_cholesky_ranked(k, s->gram, p, NULL, SOLOW_CHOLESKY_TOLERANCE, s->factor, s->kept, &rank);
    if (rank < k) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the regressors of the bootstrap are collinear");
    }
    memcpy(w->b, s->gram + k * p, (size_t)k * sizeof *w->b);
    solow_cholesky_solve(k, s->factor, s->kept, 1, w->b, k);
    solow_cholesky_inverse(k, s->factor, s->kept, s->inverse);
    for (ptrdiff_t g = 0; g < w->clusters; g++) {
        solow_unpack(p, grams->gram + g * packed, s->gram);
        times(k, s->gram, p, w->b, s->score);
        for (ptrdiff_t i = 0; i < k; i++) {
            s->score[i] = s->gram[k * p + i] - s->score[i];
        }
        for (ptrdiff_t t = 0; t < w->problem.terms; t++) {
            add_term(w, t, g, s);
        }
    }
    for (ptrdiff_t t = 0; t < w->problem.terms; t++) {
        w->std_error[t] = sqrt(w->direct[3 * t]);
    }
    return SOLOW_OK;
}

solow_status solow_wild_create(const solow_wild_problem *problem, solow_wild **wild, solow_error *err)
{
    ptrdiff_t k = problem->grams->columns - 1;
    solow_wild *w = solow_allocate_zeroed(1, sizeof *w);
    if (w == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a wild bootstrap");
    }
    w->problem = *problem;
    w->k = k;
    w->clusters = problem->grams->clusters;
    w->rows = ((problem->restricted ? 4 : 2) * k + 7) / 8 * 8;
    setup s = {.gram = doubles(k + 1, k + 1, 1),
               .inverse = doubles(k, k, 1),
               .factor = doubles(k, k, 1),
               .score = doubles(k, 1, 1),
               .c = doubles(k, 1, 1),
               .kept = solow_allocate_zeroed(k, sizeof(bool))};
    bool taken = take(w) && s.gram != NULL && s.inverse != NULL && s.factor != NULL && s.score != NULL && s.c != NULL &&
                 s.kept != NULL;
    solow_status status =
        taken ? fill(w, &s, err) : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a wild bootstrap");
    free(s.gram);
    free(s.inverse);
    free(s.factor);
    free(s.score);
    free(s.c);
    free(s.kept);
    if (status == SOLOW_OK) {
        *wild = w;
    } else {
        solow_wild_destroy(w);
    }
    return status;
}

double solow_wild_estimate(const solow_wild *w, ptrdiff_t t)
{
    return w->b[w->problem.term[t]];
}

double solow_wild_std_error(const solow_wild *w, ptrdiff_t t)
{
    return w->std_error[t];
}

/* (4) from the sums of one draw; squares: sums of v^2 q^2 and so on. */
static void finish(const solow_wild *w, ptrdiff_t t, const double *sums, const double *squares, double *five,
                   ptrdiff_t stride)
{
    ptrdiff_t k = w->k;
    bool restricted = w->problem.restricted;
    const double *q = w->q + t * k * k, *d0 = sums, *d1 = sums + k, *f0 = restricted ? sums + 2 * k : d1,
                 *f1 = sums + 3 * k;
    double v0 = squares[0] - 2 * dot(k, d0, f0), v1 = 0, v2 = 0;
    for (ptrdiff_t j = 0; j < k; j++) { /* D'Q D by columns of the upper triangle */
        double a = dot(j, q + j * k, d0);
        v0 += d0[j] * (2 * a + q[j * k + j] * d0[j]);
    }
    if (restricted) {
        v1 = 2 * squares[1] - 2 * dot(k, d0, f1) - 2 * dot(k, d1, f0);
        v2 = squares[2] - 2 * dot(k, d1, f1);
        for (ptrdiff_t j = 0; j < k; j++) {
            double own = q[j * k + j], a = dot(j, q + j * k, d0), c = dot(j, q + j * k, d1);
            v1 += 2 * (d1[j] * (a + own * d0[j]) + d0[j] * c);
            v2 += d1[j] * (2 * c + own * d1[j]);
        }
    }
    five[0] = d0[w->problem.term[t]];
    five[stride] = restricted ? d1[w->problem.term[t]] : 0;
    five[2 * stride] = v0;
    five[3 * stride] = v1;
    five[4 * stride] = v2;
}

/* A run of at most SIGN_DRAWS draws; out: number 0 of the first term and draw, stride the draws of the call. */
static void draw_signs(solow_wild *w, int64_t first, ptrdiff_t draws, double *five, ptrdiff_t stride)
{
    ptrdiff_t whole = (draws + 63) / 64 * 64;
    if (w->problem.enumerate) {
        solow_signs_enumerate(w->clusters, first, whole, w->byte);
    } else {
        solow_weights_bytes(&w->problem.weights, first, whole, w->byte);
    }
    for (ptrdiff_t t = 0; t < w->problem.terms; t++) {
        solow_signs(&(solow_signs_task){.clusters = w->clusters,
                                        .rows = w->rows,
                                        .draws = whole,
                                        .h = w->h + t * w->clusters * w->rows,
                                        .byte = w->byte,
                                        .table = w->table,
                                        .sums = w->sums});
        for (ptrdiff_t d = 0; d < draws; d++) {
            finish(w, t, w->sums + d * w->rows, w->direct + 3 * t, five + t * SOLOW_WILD_NUMBERS * stride + d, stride);
        }
    }
}

/* out [rows x CHUNK] = h v over all clusters. */
static void product(const solow_wild *w, ptrdiff_t rows, const double *h, const double *weight, double *out)
{
    for (ptrdiff_t g = 0; g < w->clusters; g += PRODUCT_CLUSTERS) {
        ptrdiff_t some = w->clusters - g < PRODUCT_CLUSTERS ? w->clusters - g : PRODUCT_CLUSTERS;
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, solow_int(rows), SOLOW_DRAW_CHUNK, solow_int(some), 1,
                    h + g * rows, solow_int(rows), weight + g, solow_int(w->clusters), g > 0 ? 1 : 0, out,
                    solow_int(rows));
    }
}

static void draw_products(solow_wild *w, int64_t first, ptrdiff_t draws, double *five, ptrdiff_t stride)
{
    double *squares = w->sums + SOLOW_DRAW_CHUNK * w->rows;
    solow_weights_fill(&w->problem.weights, first, SOLOW_DRAW_CHUNK, w->weight);
    for (ptrdiff_t i = 0; i < SOLOW_DRAW_CHUNK * w->clusters; i++) {
        w->squared[i] = w->weight[i] * w->weight[i];
    }
    for (ptrdiff_t t = 0; t < w->problem.terms; t++) {
        product(w, w->rows, w->h + t * w->clusters * w->rows, w->weight, w->sums);
        product(w, SQUARES, w->square + t * w->clusters * SQUARES, w->squared, squares);
        for (ptrdiff_t d = 0; d < draws; d++) {
            finish(w, t, w->sums + d * w->rows, squares + d * SQUARES, five + t * SOLOW_WILD_NUMBERS * stride + d,
                   stride);
        }
    }
}

solow_status solow_wild_draw(solow_wild *w, int64_t first, ptrdiff_t draws, double *five, solow_error *err)
{
    if (!solow_fits_int(w->rows) || !solow_fits_int(w->clusters)) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "%td clusters and %td numbers of each are more than BLAS takes",
                          w->clusters, w->rows);
    }
    ptrdiff_t run = signs(w) ? SIGN_DRAWS : SOLOW_DRAW_CHUNK;
    for (ptrdiff_t d = 0; d < draws; d += run) {
        ptrdiff_t some = draws - d < run ? draws - d : run;
        if (signs(w)) {
            draw_signs(w, first + d, some, five + d, draws);
        } else {
            draw_products(w, first + d, some, five + d, draws);
        }
    }
    return SOLOW_OK;
}
