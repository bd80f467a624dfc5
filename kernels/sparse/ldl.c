/* ldl.c - see ldl.h. */
#include "kernels/sparse/ldl.h"

#include "kernels/panel/lanes.h"
#include "kernels/sparse/ldl_data.h"

#include <cholmod.h>
#include <stdlib.h>
#include <string.h>

static const double DEPENDENT = 1e-10; /* pivot, relative to the diagonal, at which an unknown is redundant */

void solow_ldl_destroy(solow_ldl *ldl)
{
    if (ldl != NULL) {
        free(ldl->order);
        free(ldl->place);
        free(ldl->parent);
        free(ldl->start);
        free(ldl->row);
        free(ldl->value);
        free(ldl->inverse);
        free(ldl);
    }
}

/* Fills ldl->order by CHOLMOD's analysis of S. */
static solow_status order_by_cholmod(const solow_symmetric *s, solow_ldl *ldl, solow_error *err)
{
    ptrdiff_t m = s->m, nonzeros = s->start[m];
    int *start = solow_allocate(m + 1, sizeof *start);
    if (start == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order %td effects", m);
    }
    for (ptrdiff_t u = 0; u <= m; u++) {
        start[u] = solow_int(s->start[u]);
    }
    cholmod_common common;
    cholmod_start(&common);
    common.print = 0;
    common.nmethods = 1;
    common.method[0].ordering = CHOLMOD_AMD;
    common.postorder = 1;
    common.supernodal = CHOLMOD_SIMPLICIAL;
    cholmod_sparse view = {.nrow = (size_t)m,
                           .ncol = (size_t)m,
                           .nzmax = (size_t)nonzeros,
                           .p = start,
                           .i = s->column,
                           .x = s->value,
                           .stype = 1,
                           .itype = CHOLMOD_INT,
                           .xtype = CHOLMOD_REAL,
                           .dtype = CHOLMOD_DOUBLE,
                           .sorted = 0,
                           .packed = 1};
    cholmod_factor *analysed = cholmod_analyze(&view, &common);
    bool made = analysed != NULL && common.status == CHOLMOD_OK;
    if (made) {
        memcpy(ldl->order, analysed->Perm, (size_t)m * sizeof *ldl->order);
    }
    int reason = common.status;
    cholmod_free_factor(&analysed, &common);
    cholmod_finish(&common);
    free(start);
    if (!made) {
        return SOLOW_FAIL(err, reason == CHOLMOD_OUT_OF_MEMORY ? SOLOW_ERR_MEMORY : SOLOW_ERR_INTERNAL,
                          "CHOLMOD could not order the effects' equations (status %d)", reason);
    }
    return SOLOW_OK;
}

/* Elimination tree and column counts, by walking each row's subtree; flag [m] is work space. */
static void symbolic(const solow_symmetric *s, solow_ldl *ldl, int32_t *flag, solow_fill *fill)
{
    memset(ldl->start, 0, (size_t)(ldl->m + 1) * sizeof *ldl->start);
    for (ptrdiff_t k = 0; k < ldl->m; k++) {
        ldl->parent[k] = -1;
        flag[k] = (int32_t)k;
        ptrdiff_t u = ldl->order[k];
        for (ptrdiff_t e = s->start[u]; e < s->start[u + 1]; e++) {
            for (int32_t i = ldl->place[s->column[e]]; i < k && flag[i] != k; i = ldl->parent[i]) {
                ldl->parent[i] = ldl->parent[i] < 0 ? (int32_t)k : ldl->parent[i];
                ldl->start[i + 1]++;
                flag[i] = (int32_t)k;
            }
        }
    }
    *fill = (solow_fill){0};
    for (ptrdiff_t k = 0; k < ldl->m; k++) {
        double below = (double)ldl->start[k + 1];
        fill->nonzeros += below + 1;
        fill->flops += below * (below + 2);
        ldl->start[k + 1] += ldl->start[k];
    }
}

solow_status solow_ldl_create(const solow_symmetric *s, solow_ldl **ldl, solow_fill *fill, solow_error *err)
{
    ptrdiff_t m = s->m;
    if (!solow_fits_int(m) || !solow_fits_int(s->start[m])) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "%td nonzeros are too many for a sparse factor", s->start[m]);
    }
    solow_ldl *made = solow_allocate_zeroed(1, sizeof *made);
    int32_t *flag = solow_allocate(m, sizeof *flag);
    if (made == NULL || flag == NULL) {
        free(made);
        free(flag);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order %td effects", m);
    }
    made->m = m;
    made->order = solow_allocate(m, sizeof *made->order);
    made->place = solow_allocate(m, sizeof *made->place);
    made->parent = solow_allocate(m, sizeof *made->parent);
    made->start = solow_allocate(m + 1, sizeof *made->start);
    made->inverse = solow_allocate(m, sizeof *made->inverse);
    solow_status status = SOLOW_OK;
    if (made->order == NULL || made->place == NULL || made->parent == NULL || made->start == NULL ||
        made->inverse == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to order %td effects", m);
    }
    if (status == SOLOW_OK) {
        status = order_by_cholmod(s, made, err);
    }
    if (status == SOLOW_OK) {
        for (ptrdiff_t k = 0; k < m; k++) {
            made->place[made->order[k]] = (int32_t)k;
        }
        symbolic(s, made, flag, fill);
        *ldl = made;
    } else {
        solow_ldl_destroy(made);
    }
    free(flag);
    return status;
}

typedef struct row_work {
    double *y;       /* [m] the row under way, 0 outside it */
    int32_t *walk;   /* [m] its pattern, in an order that respects the tree */
    int32_t *flag;   /* [m] row that visited a place last */
    ptrdiff_t *fill; /* [m] places used in each column of L */
} row_work;

/* Spreads row k of S over work->y and lists its pattern in L behind the place returned. */
static ptrdiff_t spread_row(const solow_ldl *ldl, const solow_symmetric *s, ptrdiff_t k, row_work *work)
{
    ptrdiff_t top = ldl->m, u = ldl->order[k];
    work->flag[k] = (int32_t)k;
    for (ptrdiff_t e = s->start[u]; e < s->start[u + 1]; e++) {
        int32_t i = ldl->place[s->column[e]];
        if (i > k) {
            continue;
        }
        work->y[i] = s->value[e];
        ptrdiff_t length = 0;
        for (; work->flag[i] != k; i = ldl->parent[i]) {
            work->walk[length++] = i;
            work->flag[i] = (int32_t)k;
        }
        while (length > 0) {
            work->walk[--top] = work->walk[--length];
        }
    }
    return top;
}

/* (1) and (2) for row k; whether the unknown is kept. */
static bool factor_row(solow_ldl *ldl, const solow_symmetric *s, ptrdiff_t k, bool grounded, row_work *work)
{
    ptrdiff_t top = spread_row(ldl, s, k, work);
    double *y = work->y, diagonal = y[k], pivot = y[k];
    y[k] = 0;
    for (; top < ldl->m; top++) {
        int32_t i = work->walk[top];
        double yi = y[i], l = yi * ldl->inverse[i];
        y[i] = 0;
        ptrdiff_t end = ldl->start[i] + work->fill[i];
        if (l != 0) {
            for (ptrdiff_t e = ldl->start[i]; e < end; e++) {
                y[ldl->row[e]] -= ldl->value[e] * yi;
            }
        }
        pivot -= l * yi;
        ldl->row[end] = (int32_t)k;
        ldl->value[end] = l;
        work->fill[i]++;
    }
    bool keep = !grounded && pivot > DEPENDENT * diagonal;
    ldl->inverse[k] = keep ? 1 / pivot : 0;
    return keep;
}

solow_status solow_ldl_factor(solow_ldl *ldl, const solow_symmetric *s, const uint8_t *ground, ptrdiff_t *rank,
                              solow_error *err)
{
    ptrdiff_t m = ldl->m, below = ldl->start[m], kept = 0;
    free(ldl->row);
    free(ldl->value);
    ldl->row = solow_allocate(below, sizeof *ldl->row);
    ldl->value = solow_allocate(below, sizeof *ldl->value);
    row_work work = {.y = solow_allocate_zeroed(m, sizeof *work.y),
                     .walk = solow_allocate(m, sizeof *work.walk),
                     .flag = solow_allocate_zeroed(m, sizeof *work.flag),
                     .fill = solow_allocate_zeroed(m, sizeof *work.fill)};
    solow_status status = SOLOW_OK;
    if (ldl->row == NULL || ldl->value == NULL || work.y == NULL || work.walk == NULL || work.flag == NULL ||
        work.fill == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a factor of %td nonzeros", below);
    }
    for (ptrdiff_t k = 0; k < m && status == SOLOW_OK; k++) {
        work.flag[k] = -1;
    }
    for (ptrdiff_t k = 0; k < m && status == SOLOW_OK; k++) {
        kept += factor_row(ldl, s, k, ground[ldl->order[k]] != 0, &work) ? 1 : 0;
    }
    free(work.y);
    free(work.walk);
    free(work.flag);
    free(work.fill);
    if (status == SOLOW_OK) {
        *rank = kept;
    }
    return status;
}

SOLOW_CLONES
void solow_ldl_solve(const solow_ldl *ldl, double *x, double *work)
{
    ptrdiff_t m = ldl->m;
    for (ptrdiff_t k = 0; k < m; k++) {
        memcpy(work + k * 8, x + (ptrdiff_t)ldl->order[k] * 8, 8 * sizeof *x);
    }
    for (ptrdiff_t k = 0; k < m; k++) {
        solow_lanes y = *(const solow_lanes_at *)(work + k * 8);
        for (ptrdiff_t e = ldl->start[k]; e < ldl->start[k + 1]; e++) {
            *(solow_lanes_at *)(work + (ptrdiff_t)ldl->row[e] * 8) -= ldl->value[e] * y;
        }
        *(solow_lanes_at *)(work + k * 8) = ldl->inverse[k] * y;
    }
    for (ptrdiff_t k = m - 1; k >= 0; k--) {
        solow_lanes y = *(const solow_lanes_at *)(work + k * 8);
        for (ptrdiff_t e = ldl->start[k]; e < ldl->start[k + 1]; e++) {
            y -= ldl->value[e] * *(const solow_lanes_at *)(work + (ptrdiff_t)ldl->row[e] * 8);
        }
        if (ldl->inverse[k] == 0) {
            y = (solow_lanes){0};
        }
        *(solow_lanes_at *)(work + k * 8) = y;
    }
    for (ptrdiff_t k = 0; k < m; k++) {
        memcpy(x + (ptrdiff_t)ldl->order[k] * 8, work + k * 8, 8 * sizeof *x);
    }
}
