/* reweight.c - see reweight.h. */
#include "kernels/resample/reweight.h"

#include "kernels/core/size.h"
#include "kernels/resample/instruments.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCT_CLUSTERS = 512, CHUNK = SOLOW_DRAW_CHUNK }; /* a product's fixed shape: BLAS's bits depend on it */
static const double NOTHING_LEFT = 1e-12;                  /* of a column's square in the whole sample */

struct solow_reweight {
    solow_reweight_problem problem;
    ptrdiff_t k, p, packed, clusters;
    double *total;               /* [packed] A(1) */
    double *size;                /* [k] diagonal of A(1) */
    double *b_whole, *se_whole;  /* [terms] with weights 1 */
    double *weight, *gram;       /* [CHUNK x clusters]; [CHUNK x packed] */
    double *coefficient, *score; /* (4): [CHUNK x terms x packed]; [PRODUCT_CLUSTERS x CHUNK x terms] */
    double *square;              /* [CHUNK x terms] */
    double *left;                /* [p] */
    solow_two_stage two;
};

void solow_reweight_destroy(solow_reweight *r)
{
    if (r == NULL) {
        return;
    }
    void *const owned[] = {r->total, r->size,        r->b_whole, r->se_whole, r->weight,
                           r->gram,  r->coefficient, r->score,   r->square,   r->left};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++) {
        free(owned[i]);
    }
    solow_two_stage_clear(&r->two);
    free(r);
}

static double *doubles(ptrdiff_t a, ptrdiff_t b)
{
    return solow_allocate_zeroed(solow_product(a, b), sizeof(double));
}

static bool take(solow_reweight *r)
{
    ptrdiff_t k = r->k, terms = r->problem.terms, wide = CHUNK * terms;
    r->total = doubles(r->packed, 1);
    r->size = doubles(k, 1);
    r->b_whole = doubles(terms, 1);
    r->se_whole = doubles(terms, 1);
    r->weight = doubles(CHUNK, r->clusters);
    r->gram = doubles(CHUNK, r->packed);
    r->left = doubles(r->p, 1);
    bool taken = r->total != NULL && r->size != NULL && r->b_whole != NULL && r->se_whole != NULL &&
                 r->weight != NULL && r->gram != NULL && r->left != NULL &&
                 solow_two_stage_create(k - r->problem.instruments - r->problem.endogenous, r->problem.instruments,
                                        r->problem.endogenous, &r->two);
    if (r->problem.studentised) {
        r->coefficient = doubles(wide, r->packed);
        r->score = doubles(PRODUCT_CLUSTERS, wide);
        r->square = doubles(wide, 1);
        taken = taken && r->coefficient != NULL && r->score != NULL && r->square != NULL;
    }
    return taken;
}

/* (2) of one packed A(w): b in two.b. */
static solow_reweight_outcome solve(solow_reweight *r, const double *packed)
{
    solow_two_stage *two = &r->two;
    solow_unpack(r->p, packed, two->gram);
    for (ptrdiff_t j = 0; j < r->k; j++) {
        double own = two->gram[j * r->p + j];
        two->reference[j] = own > r->size[j] ? own : r->size[j];
    }
    solow_two_stage_solve(two);
    for (ptrdiff_t t = 0; t < r->problem.terms; t++) {
        ptrdiff_t j = r->problem.term[t];
        if (!two->kept[j]) {
            bool lost = !(two->gram[j * r->p + j] > NOTHING_LEFT * r->size[j]);
            return lost ? SOLOW_REWEIGHT_LOST : SOLOW_REWEIGHT_SINGULAR;
        }
    }
    return SOLOW_REWEIGHT_MADE;
}

/* (4): u'A_g a as coefficients of the packed Gram. */
static void spread(const solow_reweight *r, ptrdiff_t term, double *coefficient)
{
    ptrdiff_t k = r->k;
    const double *u = r->left, *b = r->two.b;
    solow_two_stage_left(&r->two, term, r->left);
    for (ptrdiff_t j = 0; j < r->p; j++) {
        double aj = j < k ? -b[j] : 1;
        for (ptrdiff_t i = 0; i < j; i++) {
            *coefficient++ = u[i] * aj - u[j] * b[i];
        }
        *coefficient++ = u[j] * aj;
    }
}

/* Sums of (4) for the draws of the chunk. */
static void add_squares(solow_reweight *r)
{
    ptrdiff_t terms = r->problem.terms, wide = CHUNK * terms;
    memset(r->square, 0, (size_t)wide * sizeof *r->square);
    for (ptrdiff_t g = 0; g < r->clusters; g += PRODUCT_CLUSTERS) {
        ptrdiff_t some = r->clusters - g < PRODUCT_CLUSTERS ? r->clusters - g : PRODUCT_CLUSTERS;
        cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, solow_int(some), solow_int(wide), solow_int(r->packed), 1,
                    r->problem.grams->gram + g * r->packed, solow_int(r->packed), r->coefficient, solow_int(r->packed),
                    0, r->score, PRODUCT_CLUSTERS);
        for (ptrdiff_t c = 0; c < wide; c++) {
            const double *weight = r->weight + c / terms * r->clusters + g, *score = r->score + c * PRODUCT_CLUSTERS;
            double sum = 0;
            for (ptrdiff_t i = 0; i < some; i++) {
                sum += weight[i] * score[i] * score[i];
            }
            r->square[c] += sum;
        }
    }
}

/* (1) for a chunk whose weights are there; of a jackknife (5). */
static void form(solow_reweight *r, int64_t first)
{
    const double *gram = r->problem.grams->gram;
    if (r->problem.weights.kind == SOLOW_WEIGHTS_JACKKNIFE) {
        for (ptrdiff_t d = 0; d < CHUNK && first + d < r->clusters; d++) {
            for (ptrdiff_t i = 0; i < r->packed; i++) {
                r->gram[d * r->packed + i] = r->total[i] - gram[(first + d) * r->packed + i];
            }
        }
        return;
    }
    for (ptrdiff_t g = 0; g < r->clusters; g += PRODUCT_CLUSTERS) {
        ptrdiff_t some = r->clusters - g < PRODUCT_CLUSTERS ? r->clusters - g : PRODUCT_CLUSTERS;
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, solow_int(r->packed), CHUNK, solow_int(some), 1,
                    gram + g * r->packed, solow_int(r->packed), r->weight + g, solow_int(r->clusters), g > 0 ? 1 : 0,
                    r->gram, solow_int(r->packed));
    }
}

/* A chunk from its weights: b(w) at value + t stride + d. */
static void draw_chunk(solow_reweight *r, int64_t first, ptrdiff_t draws, ptrdiff_t stride, double *value,
                       double *std_error, uint8_t *outcome)
{
    ptrdiff_t terms = r->problem.terms;
    form(r, first);
    for (ptrdiff_t d = 0; d < draws; d++) {
        outcome[d] = (uint8_t)solve(r, r->gram + d * r->packed);
        bool made = outcome[d] == SOLOW_REWEIGHT_MADE;
        for (ptrdiff_t t = 0; t < terms; t++) {
            value[t * stride + d] = made ? r->two.b[r->problem.term[t]] : NAN;
            if (std_error != NULL && made) {
                spread(r, r->problem.term[t], r->coefficient + (d * terms + t) * r->packed);
            }
        }
    }
    if (std_error == NULL) {
        return;
    }
    add_squares(r);
    for (ptrdiff_t d = 0; d < draws; d++) {
        for (ptrdiff_t t = 0; t < terms; t++) {
            std_error[t * stride + d] = outcome[d] == SOLOW_REWEIGHT_MADE ? sqrt(r->square[d * terms + t]) : NAN;
        }
    }
}

/* Everything with weights 1, by the arithmetic of a draw. */
static solow_status solve_whole(solow_reweight *r, solow_error *err)
{
    ptrdiff_t jackknife = r->problem.weights.kind == SOLOW_WEIGHTS_JACKKNIFE;
    uint8_t outcome[1];
    solow_cluster_grams_total(r->problem.grams, r->two.gram);
    solow_pack(r->p, r->two.gram, r->total);
    for (ptrdiff_t j = 0; j < r->k; j++) {
        r->size[j] = r->two.gram[j * r->p + j];
    }
    for (ptrdiff_t i = 0; i < CHUNK * r->clusters; i++) {
        r->weight[i] = 1;
    }
    if (jackknife) {
        outcome[0] = (uint8_t)solve(r, r->total);
        for (ptrdiff_t t = 0; t < r->problem.terms; t++) {
            r->b_whole[t] = r->two.b[r->problem.term[t]];
        }
    } else {
        draw_chunk(r, 0, 1, 1, r->b_whole, r->problem.studentised ? r->se_whole : NULL, outcome);
    }
    return outcome[0] == SOLOW_REWEIGHT_MADE
               ? SOLOW_OK
               : SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the regressors of the bootstrap are collinear");
}

solow_status solow_reweight_create(const solow_reweight_problem *problem, solow_reweight **reweight, solow_error *err)
{
    solow_reweight *r = solow_allocate_zeroed(1, sizeof *r);
    if (r == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a bootstrap");
    }
    r->problem = *problem;
    r->p = problem->grams->columns;
    r->k = r->p - 1;
    r->packed = solow_packed(r->p);
    r->clusters = problem->grams->clusters;
    solow_status status = SOLOW_OK;
    if (!take(r)) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a bootstrap of %td clusters", r->clusters);
    } else if (!solow_fits_int(r->clusters) || !solow_fits_int(r->packed) || !solow_fits_int(CHUNK * problem->terms)) {
        status =
            SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "%td clusters and %td products of columns are more than BLAS takes",
                       r->clusters, r->packed);
    } else {
        status = solve_whole(r, err);
    }
    if (status == SOLOW_OK) {
        *reweight = r;
    } else {
        solow_reweight_destroy(r);
    }
    return status;
}

double solow_reweight_estimate(const solow_reweight *r, ptrdiff_t t)
{
    return r->problem.estimate != NULL ? r->problem.estimate[t] : r->b_whole[t];
}

double solow_reweight_std_error(const solow_reweight *r, ptrdiff_t t)
{
    return r->se_whole[t];
}

solow_status solow_reweight_draw(solow_reweight *r, int64_t first, ptrdiff_t draws, double *value, double *std_error,
                                 uint8_t *outcome, solow_error *err)
{
    if (first % CHUNK != 0) {
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "draw %lld does not begin a chunk", (long long)first);
    }
    for (ptrdiff_t d = 0; d < draws; d += CHUNK) {
        ptrdiff_t some = draws - d < CHUNK ? draws - d : CHUNK;
        if (r->problem.weights.kind != SOLOW_WEIGHTS_JACKKNIFE || std_error != NULL) {
            solow_weights_fill(&r->problem.weights, first + d, CHUNK, r->weight);
        }
        draw_chunk(r, first + d, some, draws, value + d, std_error != NULL ? std_error + d : NULL, outcome + d);
    }
    for (ptrdiff_t t = 0; t < r->problem.terms && r->problem.estimate != NULL; t++) { /* (3) */
        for (ptrdiff_t d = 0; d < draws; d++) {
            value[t * draws + d] = r->problem.estimate[t] + (value[t * draws + d] - r->b_whole[t]);
        }
    }
    return SOLOW_OK;
}
