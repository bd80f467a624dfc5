/* submodel.c - see submodel.h. */
#include "kernels/dense/submodel.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };

size_t solow_submodel_need(const solow_union_basis *basis, ptrdiff_t most)
{
    return solow_arena_need(most, sizeof(ptrdiff_t)) + solow_arena_need(basis->ld * (most + 1), sizeof(double)) +
           solow_arena_need(most * most, sizeof(double)) +
           solow_arena_need(basis->ld * most + 2 * most * most + basis->ld * basis->ld, sizeof(double));
}

solow_status solow_submodel_init(const solow_union_basis *basis, ptrdiff_t most, solow_arena *arena,
                                 solow_submodel *submodel, solow_error *err)
{
    solow_submodel made = {.most = most};
    made.column = solow_arena_take(arena, most, sizeof *made.column);
    made.q = solow_arena_doubles(arena, basis->ld * (most + 1));
    made.inverse = solow_arena_doubles(arena, most * most);
    made.work = solow_arena_doubles(arena, basis->ld * most + 2 * most * most + basis->ld * basis->ld);
    if (made.column == NULL || made.q == NULL || made.inverse == NULL || made.work == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "submodel: arena of %zu bytes", arena->size);
    }
    *submodel = made;
    return SOLOW_OK;
}

/* a'b in fixed lanes; n is a multiple of LANES. */
static double dot(ptrdiff_t n, const double *restrict a, const double *restrict b)
{
    double lane[LANES] = {0};
    for (ptrdiff_t i = 0; i < n; i += LANES) {
        for (ptrdiff_t l = 0; l < LANES; l++) {
            lane[l] += a[i + l] * b[i + l];
        }
    }
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

/* a -= factor b */
static void subtract(ptrdiff_t n, double factor, const double *restrict b, double *restrict a)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        a[i] -= factor * b[i];
    }
}

/* Takes the first `count` columns of q out of a, twice; along [count] += what was taken. */
static void orthogonalise(ptrdiff_t n, ptrdiff_t count, const double *q, double *a, double *along)
{
    for (int turn = 0; turn < 2; turn++) {
        for (ptrdiff_t i = 0; i < count; i++) {
            double part = dot(n, q + i * n, a);
            subtract(n, part, q + i * n, a);
            along[i] += part;
        }
    }
}

/* Column `place` of U^-1, from the ones before it: U = [U0 u; 0 d] has the inverse [U0^-1  -U0^-1 u / d; 0  1 / d]. */
static void extend_inverse(solow_submodel *submodel, ptrdiff_t place, const double *along, double own)
{
    double *column = submodel->inverse + place * submodel->most;
    memset(column, 0, solow_bytes(submodel->most, sizeof *column));
    for (ptrdiff_t j = 0; j < place; j++) {
        const double *before = submodel->inverse + j * submodel->most;
        double factor = along[j] / own;
        for (ptrdiff_t i = 0; i <= j; i++) {
            column[i] -= factor * before[i];
        }
    }
    column[place] = 1 / own;
}

void solow_submodel_factor(const solow_union_basis *basis, ptrdiff_t count, const ptrdiff_t *column,
                           solow_submodel *submodel, bool *kept)
{
    ptrdiff_t n = basis->ld;
    submodel->kept = 0;
    for (ptrdiff_t s = 0; s < count; s++) {
        ptrdiff_t place = submodel->kept;
        double *q = submodel->q + place * n, *along = submodel->work;
        memcpy(q, basis->r + column[s] * n, solow_bytes(n, sizeof *q));
        memset(along, 0, solow_bytes(place, sizeof *along));
        orthogonalise(n, place, submodel->q, q, along);
        double square = dot(n, q, q);
        kept[s] = square > basis->least[column[s]]; /* (3) */
        if (!kept[s]) {
            continue;
        }
        double own = sqrt(square);
        for (ptrdiff_t i = 0; i < n; i++) {
            q[i] /= own;
        }
        extend_inverse(submodel, place, along, own);
        submodel->column[submodel->kept++] = column[s];
    }
}

/* b = U^-1 z */
static void back(const solow_submodel *submodel, const double *z, double *b)
{
    ptrdiff_t k = submodel->kept;
    memset(b, 0, solow_bytes(k, sizeof *b));
    for (ptrdiff_t j = 0; j < k; j++) {
        const double *column = submodel->inverse + j * submodel->most;
        for (ptrdiff_t i = 0; i <= j; i++) {
            b[i] += column[i] * z[j];
        }
    }
}

double solow_submodel_solve(const solow_union_basis *basis, const solow_submodel *submodel, const double *c, double *b,
                            double *rho)
{
    double *along = submodel->work;
    memcpy(rho, c, solow_bytes(basis->ld, sizeof *rho));
    memset(along, 0, solow_bytes(submodel->kept, sizeof *along));
    orthogonalise(basis->ld, submodel->kept, submodel->q, rho, along);
    back(submodel, along, b);
    return dot(basis->ld, rho, rho);
}

void solow_submodel_combination(const solow_union_basis *basis, const solow_submodel *submodel, ptrdiff_t column,
                                double *combination)
{
    double *rest = submodel->q + submodel->most * basis->ld;
    (void)solow_submodel_solve(basis, submodel, basis->r + column * basis->ld, combination, rest);
}

/* v = factor U^-1 N U^-T for symmetric N [k x k]; half [k x k]. */
static void surround(const solow_submodel *submodel, const double *inner, double factor, double *half, double *v)
{
    ptrdiff_t k = submodel->kept, ld = submodel->most;
    for (ptrdiff_t j = 0; j < k; j++) { /* half = U^-1 N */
        double *column = half + j * k;
        memset(column, 0, solow_bytes(k, sizeof *column));
        for (ptrdiff_t m = 0; m < k; m++) {
            double value = inner[j * k + m];
            for (ptrdiff_t i = 0; i <= m; i++) {
                column[i] += submodel->inverse[m * ld + i] * value;
            }
        }
    }
    for (ptrdiff_t j = 0; j < k; j++) { /* v = half U^-T, the upper triangle */
        double *column = v + j * k;
        memset(column, 0, solow_bytes(j + 1, sizeof *column));
        for (ptrdiff_t m = j; m < k; m++) {
            double value = factor * submodel->inverse[m * ld + j];
            for (ptrdiff_t i = 0; i <= j; i++) {
                column[i] += half[m * k + i] * value;
            }
        }
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < j; i++) {
            v[i * k + j] = v[j * k + i];
        }
    }
}

void solow_submodel_bread(const solow_union_basis *basis, const solow_submodel *submodel, double factor, double *v)
{
    ptrdiff_t k = submodel->kept, ld = submodel->most;
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            double sum = 0;
            for (ptrdiff_t m = j; m < k; m++) {
                sum += submodel->inverse[m * ld + i] * submodel->inverse[m * ld + j];
            }
            v[j * k + i] = v[i * k + j] = sum / basis->scale * factor;
        }
    }
}

void solow_submodel_variance(const solow_union_basis *basis, const solow_submodel *submodel, const double *meat,
                             double factor, double *v)
{
    ptrdiff_t n = basis->ld, r = basis->rank, k = submodel->kept;
    double *inner = submodel->work, *half = inner + k * k, *product = half + k * k, *full = product + n * k;
    for (ptrdiff_t l = 0; l < r; l++) {
        for (ptrdiff_t j = 0; j <= l; j++) {
            full[l * n + j] = full[j * n + l] = *meat++;
        }
    }
    for (ptrdiff_t j = 0; j < k; j++) { /* product = M Q_S */
        double *column = product + j * n;
        const double *q = submodel->q + j * n;
        memset(column, 0, solow_bytes(n, sizeof *column));
        for (ptrdiff_t m = 0; m < r; m++) {
            for (ptrdiff_t i = 0; i < r; i++) {
                column[i] += full[m * n + i] * q[m];
            }
        }
    }
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            inner[j * k + i] = inner[i * k + j] = dot(n, submodel->q + i * n, product + j * n);
        }
    }
    surround(submodel, inner, factor / basis->scale / basis->scale, half, v);
}
