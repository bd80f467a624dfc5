/* union_basis.c - see union_basis.h. */
#include "kernels/dense/union_basis.h"

#include "kernels/dense/compensated.h"
#include "kernels/panel/combine.h"

#include <string.h>

static const double loose = 1e-3; /* a share of its own from which rounding times condition stays below 1e-13 */

static ptrdiff_t padded(ptrdiff_t columns)
{
    return (columns + 7) / 8 * 8;
}

size_t solow_union_basis_need(ptrdiff_t columns, ptrdiff_t outcomes)
{
    ptrdiff_t n = columns + outcomes, ld = padded(columns);
    return 3 * solow_arena_need(ld * n, sizeof(double)) + solow_arena_need(columns, sizeof(double)) +
           solow_arena_need(outcomes, sizeof(double)) + solow_arena_need(2 * n, sizeof(bool)) +
           solow_arena_need(solow_precise_work(n), sizeof(double));
}

solow_status solow_union_basis_init(ptrdiff_t columns, ptrdiff_t outcomes, solow_arena *arena, solow_union_basis *basis,
                                    solow_error *err)
{
    ptrdiff_t n = columns + outcomes, ld = padded(columns);
    *basis = (solow_union_basis){.columns = columns, .outcomes = outcomes, .ld = ld};
    basis->r = solow_arena_doubles(arena, ld * n);
    basis->first = solow_arena_doubles(arena, ld * n);
    basis->second = solow_arena_doubles(arena, ld * n);
    basis->least = solow_arena_doubles(arena, columns);
    basis->rss = solow_arena_doubles(arena, outcomes);
    basis->kept = solow_arena_take(arena, 2 * n, sizeof *basis->kept);
    basis->work = solow_arena_doubles(arena, solow_precise_work(n));
    if (basis->r == NULL || basis->first == NULL || basis->second == NULL || basis->least == NULL ||
        basis->rss == NULL || basis->kept == NULL || basis->work == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "basis of a union: arena of %zu bytes", arena->size);
    }
    return SOLOW_OK;
}

void solow_union_basis_form(solow_union_basis *basis, const double *gram, const double *before, double scale)
{
    ptrdiff_t p = basis->columns, n = p + basis->outcomes;
    solow_precise_basis made = {
        .scale = scale, .kept = basis->kept, .r = basis->first, .ld_r = basis->ld, .rss = basis->rss};
    solow_basis_precise((solow_precise_shape){p, basis->outcomes, n}, gram, gram + n * n, before, SOLOW_UNION_DROPPED,
                        basis->work, &made);
    for (ptrdiff_t j = 0; j < p; j++) {
        double size = before != NULL ? before[j] : gram[j * n + j];
        basis->least[j] = SOLOW_UNION_DROPPED * size / scale;
    }
    basis->rank = made.rank;
    basis->weakest = made.weakest;
    basis->scale = scale;
    basis->refined = false;
    memcpy(basis->r, basis->first, solow_bytes(basis->ld * n, sizeof *basis->r));
}

bool solow_union_basis_is_loose(const solow_union_basis *basis)
{
    return !basis->refined && basis->weakest < loose;
}

void solow_union_basis_refine(solow_union_basis *basis, const double *gram)
{
    ptrdiff_t p = basis->columns, q = basis->outcomes, r = basis->rank, n = r + q, ld = basis->ld;
    bool *kept = basis->kept + p + q;
    solow_precise_basis made = {.scale = basis->scale, .kept = kept, .r = basis->second, .ld_r = ld, .rss = basis->rss};
    solow_basis_precise((solow_precise_shape){r, q, n}, gram, gram + n * n, NULL, 0, basis->work, &made);
    for (ptrdiff_t j = 0; j < p + q; j++) { /* R := R2 R, c := R2 c + c2 */
        double *to = basis->r + j * ld;
        solow_combine_columns(ld, r, basis->first + j * ld, basis->second, ld, to);
        for (ptrdiff_t i = 0; j >= p && i < r; i++) {
            to[i] += basis->second[(r + j - p) * ld + i];
        }
    }
    basis->refined = true;
}

/* [Q e] of the columns x by one factor; kept NULL: all regressors. x and out have the same leading dimension and may not
 * overlap. */
static void apply(const solow_union_basis *basis, const double *factor, const bool *kept, ptrdiff_t regressors,
                  ptrdiff_t rows, const double *x, ptrdiff_t ld, double *out)
{
    ptrdiff_t made = 0;
    for (ptrdiff_t j = 0; j < regressors + basis->outcomes; j++) {
        const double *r = factor + j * basis->ld, *own = x + j * ld;
        double *to = out + (j < regressors ? made : basis->rank + j - regressors) * ld;
        if (j < regressors && kept != NULL && !kept[j]) {
            continue;
        }
        solow_combine_columns(rows, made, r, out, ld, to);
        double divisor = j < regressors ? r[made] : 1;
        for (ptrdiff_t i = 0; i < rows; i++) {
            to[i] = (own[i] - to[i]) / divisor;
        }
        made += j < regressors ? 1 : 0;
    }
}

void solow_union_basis_rows(const solow_union_basis *basis, ptrdiff_t rows, const double *x, ptrdiff_t ld, double *out,
                            double *work)
{
    double *to = basis->refined ? work : out;
    apply(basis, basis->first, basis->kept, basis->columns, rows, x, ld, to);
    if (basis->refined) {
        apply(basis, basis->second, NULL, basis->rank, rows, work, ld, out);
    }
}
