/* inverse.c - see inverse.h. */
#include "kernels/sparse/inverse.h"

#include "kernels/sparse/ldl_data.h"
#include "kernels/sparse/schur_data.h"

#include <stdlib.h>
#include <string.h>

void solow_inverse_clear(solow_inverse *inverse)
{
    free(inverse->dense);
    free(inverse->place);
    free(inverse->start);
    free(inverse->row);
    free(inverse->value);
    free(inverse->diagonal);
    *inverse = (solow_inverse){0};
}

/* Columns of S^-, eight at a time. */
static solow_status invert_dense(const solow_schur *schur, solow_inverse *inverse, solow_error *err)
{
    ptrdiff_t m = schur->m;
    inverse->dense = solow_allocate(solow_product(m, m), sizeof *inverse->dense);
    double *panel = solow_allocate(solow_product(m, 8), sizeof *panel);
    if (inverse->dense == NULL || panel == NULL) {
        free(panel);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the inverse of %td effects' equations", m);
    }
    for (ptrdiff_t first = 0; first < m; first += 8) {
        ptrdiff_t columns = m - first < 8 ? m - first : 8;
        memset(panel, 0, (size_t)(m * 8) * sizeof *panel);
        for (ptrdiff_t j = 0; j < columns; j++) {
            panel[(first + j) * 8 + j] = 1;
        }
        solow_dense_factor_solve(&schur->dense, panel);
        for (ptrdiff_t j = 0; j < columns; j++) {
            for (ptrdiff_t u = 0; u < m; u++) {
                inverse->dense[(first + j) * m + u] = panel[u * 8 + j];
            }
        }
    }
    free(panel);
    return SOLOW_OK;
}

/* (1) for column j; sum and inside [m] are work space, 0 outside the column. */
static void select_column(const solow_ldl *ldl, ptrdiff_t j, solow_inverse *inverse, double *sum, double *inside)
{
    ptrdiff_t begin = ldl->start[j], end = ldl->start[j + 1];
    for (ptrdiff_t e = begin; e < end; e++) {
        inside[ldl->row[e]] = ldl->value[e];
        sum[ldl->row[e]] = 0;
    }
    for (ptrdiff_t e = begin; e < end; e++) {
        int32_t k = ldl->row[e];
        sum[k] += ldl->value[e] * inverse->diagonal[k];
        for (ptrdiff_t f = ldl->start[k]; f < ldl->start[k + 1]; f++) {
            int32_t i = ldl->row[f];
            sum[i] += ldl->value[e] * inverse->value[f]; /* rows outside the column are swept up and left behind */
            sum[k] += inside[i] * inverse->value[f];
        }
    }
    double diagonal = ldl->inverse[j];
    for (ptrdiff_t e = begin; e < end; e++) {
        inverse->value[e] = -sum[ldl->row[e]];
        diagonal -= ldl->value[e] * inverse->value[e];
    }
    inverse->diagonal[j] = diagonal;
    for (ptrdiff_t e = begin; e < end; e++) {
        inside[ldl->row[e]] = 0;
    }
}

static solow_status invert_sparse(const solow_ldl *ldl, solow_inverse *inverse, solow_error *err)
{
    ptrdiff_t m = ldl->m, below = ldl->start[m];
    inverse->place = solow_allocate(m, sizeof *inverse->place);
    inverse->start = solow_allocate(m + 1, sizeof *inverse->start);
    inverse->row = solow_allocate(below, sizeof *inverse->row);
    inverse->value = solow_allocate(below, sizeof *inverse->value);
    inverse->diagonal = solow_allocate(m, sizeof *inverse->diagonal);
    double *sum = solow_allocate_zeroed(m, sizeof *sum), *inside = solow_allocate_zeroed(m, sizeof *inside);
    solow_status status = SOLOW_OK;
    if (inverse->place == NULL || inverse->start == NULL || inverse->row == NULL || inverse->value == NULL ||
        inverse->diagonal == NULL || sum == NULL || inside == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td entries of an inverse", below);
    } else {
        memcpy(inverse->place, ldl->place, (size_t)m * sizeof *ldl->place);
        memcpy(inverse->start, ldl->start, (size_t)(m + 1) * sizeof *ldl->start);
        memcpy(inverse->row, ldl->row, (size_t)below * sizeof *ldl->row);
    }
    for (ptrdiff_t j = m - 1; j >= 0 && status == SOLOW_OK; j--) {
        select_column(ldl, j, inverse, sum, inside);
    }
    free(sum);
    free(inside);
    return status;
}

solow_status solow_inverse_init(const solow_schur *schur, solow_inverse *inverse, solow_error *err)
{
    if (schur->facts.kind == SOLOW_SCHUR_ITERATIVE) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "no exact leverage: the equations of %td effects are iterated on",
                          schur->m);
    }
    solow_inverse made = {.m = schur->m};
    solow_status status = schur->facts.kind == SOLOW_SCHUR_DENSE ? invert_dense(schur, &made, err)
                                                                 : invert_sparse(schur->ldl, &made, err);
    if (status != SOLOW_OK) {
        solow_inverse_clear(&made);
        return status;
    }
    *inverse = made;
    return SOLOW_OK;
}

double solow_inverse_at(const solow_inverse *inverse, ptrdiff_t u, ptrdiff_t v)
{
    if (inverse->dense != NULL) {
        return inverse->dense[v * inverse->m + u];
    }
    int32_t a = inverse->place[u], b = inverse->place[v], column = a < b ? a : b, row = a < b ? b : a;
    if (a == b) {
        return inverse->diagonal[a];
    }
    ptrdiff_t low = inverse->start[column], high = inverse->start[column + 1];
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        if (inverse->row[middle] < row) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < inverse->start[column + 1] && inverse->row[low] == row ? inverse->value[low] : 0;
}
