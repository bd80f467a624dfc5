/* leverage.c - see leverage.h. */
#include "kernels/sparse/leverage.h"

#include "kernels/sparse/global_terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One local level (or a row by itself, without a local effect): its rows, the unknowns that it meets, and products. */
typedef struct level_work {
    ptrdiff_t rows, width, unknowns;
    int32_t *row;     /* [rows] */
    int32_t *unknown; /* [unknowns] */
    int32_t *seen;    /* [m] 1 + place in unknown, or 0 */
    double *c;        /* [width][unknowns]: c_j */
    double *v;        /* [unknowns x unknowns]: S^- there */
    double *vc;       /* [width][unknowns]: v c_j */
    double cvc[9];    /* [width x width] */
} level_work;

enum { MOST_WIDTH = 3 };

static double basis_value(const solow_local *local, ptrdiff_t level, ptrdiff_t j, ptrdiff_t r)
{
    if (local == NULL) {
        return 0;
    }
    return local->basis != NULL ? local->basis[j * local->ld + r] : sqrt(local->scale[level]);
}

static double row_weight(const solow_global *global, ptrdiff_t r)
{
    return global->weight != NULL ? global->weight[r] : 1;
}

/* Value of row r at one part of set s, and its unknown. */
static double part_of(const solow_global *global, ptrdiff_t s, ptrdiff_t part, ptrdiff_t r, ptrdiff_t *unknown)
{
    const solow_global_set *set = &global->layout->set[s];
    const double *z = solow_global_slope(global, s, part);
    *unknown = set->first + global->code[s][r] * set->width + part;
    return z != NULL ? z[r] : 1;
}

static void list_unknowns(const solow_global *global, level_work *work)
{
    work->unknowns = 0;
    for (ptrdiff_t i = 0; i < work->rows; i++) {
        for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
            for (ptrdiff_t part = 0; part < global->layout->set[s].width; part++) {
                ptrdiff_t u;
                part_of(global, s, part, work->row[i], &u);
                if (work->seen[u] == 0) {
                    work->unknown[work->unknowns] = (int32_t)u;
                    work->seen[u] = (int32_t)++work->unknowns;
                }
            }
        }
    }
}

/* c, v, v c and c'v c of the level. */
static void fill_products(const solow_inverse *inverse, const solow_local *local, ptrdiff_t level,
                          const solow_global *global, level_work *work)
{
    ptrdiff_t k = work->unknowns, width = work->width;
    memset(work->c, 0, (size_t)(k * width) * sizeof *work->c);
    for (ptrdiff_t i = 0; i < work->rows; i++) {
        ptrdiff_t r = work->row[i];
        for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
            for (ptrdiff_t part = 0; part < global->layout->set[s].width; part++) {
                ptrdiff_t u;
                double value = row_weight(global, r) * part_of(global, s, part, r, &u);
                for (ptrdiff_t j = 0; j < width; j++) {
                    work->c[j * k + work->seen[u] - 1] += value * basis_value(local, level, j, r);
                }
            }
        }
    }
    for (ptrdiff_t a = 0; a < k; a++) {
        for (ptrdiff_t b = 0; b <= a; b++) {
            work->v[a * k + b] = solow_inverse_at(inverse, work->unknown[a], work->unknown[b]);
            work->v[b * k + a] = work->v[a * k + b];
        }
    }
    for (ptrdiff_t j = 0; j < width; j++) {
        for (ptrdiff_t a = 0; a < k; a++) {
            double sum = 0;
            for (ptrdiff_t b = 0; b < k; b++) {
                sum += work->v[a * k + b] * work->c[j * k + b];
            }
            work->vc[j * k + a] = sum;
        }
        for (ptrdiff_t i = 0; i < width; i++) {
            double sum = 0;
            for (ptrdiff_t a = 0; a < k; a++) {
                sum += work->c[i * k + a] * work->vc[j * k + a];
            }
            work->cvc[i * MOST_WIDTH + j] = sum;
        }
    }
}

/* d~_r' S^- d~_r from the level's products. */
static double quadratic(const solow_local *local, ptrdiff_t level, const solow_global *global, const level_work *work,
                        ptrdiff_t r)
{
    double sum = 0;
    ptrdiff_t k = work->unknowns;
    for (ptrdiff_t s = 0; s < global->layout->sets; s++) {
        for (ptrdiff_t part = 0; part < global->layout->set[s].width; part++) {
            ptrdiff_t u;
            double value = part_of(global, s, part, r, &u);
            const double *row = work->v + (work->seen[u] - 1) * k;
            for (ptrdiff_t t = 0; t < global->layout->sets; t++) {
                for (ptrdiff_t other = 0; other < global->layout->set[t].width; other++) {
                    ptrdiff_t v;
                    double second = part_of(global, t, other, r, &v);
                    sum += value * row[work->seen[v] - 1] * second;
                }
            }
            for (ptrdiff_t j = 0; j < work->width; j++) {
                sum -= 2 * value * work->vc[j * k + work->seen[u] - 1] * basis_value(local, level, j, r);
            }
        }
    }
    for (ptrdiff_t i = 0; i < work->width; i++) {
        for (ptrdiff_t j = 0; j < work->width; j++) {
            sum += basis_value(local, level, i, r) * work->cvc[i * MOST_WIDTH + j] * basis_value(local, level, j, r);
        }
    }
    return sum;
}

static void add_level(const solow_inverse *inverse, const solow_local *local, ptrdiff_t level,
                      const solow_global *global, level_work *work, double *leverage)
{
    list_unknowns(global, work);
    fill_products(inverse, local, level, global, work);
    for (ptrdiff_t i = 0; i < work->rows; i++) {
        ptrdiff_t r = work->row[i];
        leverage[r] += row_weight(global, r) * quadratic(local, level, global, work, r);
    }
    for (ptrdiff_t a = 0; a < work->unknowns; a++) {
        work->seen[work->unknown[a]] = 0;
    }
}

/* Local level of a row; every row its own without a local effect. */
static ptrdiff_t level_of(const solow_local *local, ptrdiff_t r, ptrdiff_t before)
{
    if (local == NULL) {
        return r;
    }
    if (local->slot != NULL) {
        return local->slot[r];
    }
    while (r >= local->start[before + 1]) {
        before++;
    }
    return before;
}

/* Sorts the present rows by level into order, begin [levels + 1]; level [rows] is work space. Returns the longest level. */
static ptrdiff_t sort_rows(const solow_local *local, const solow_global *global, ptrdiff_t levels, int32_t *level,
                           int32_t *order, int32_t *begin)
{
    ptrdiff_t longest = 0, at = 0;
    memset(begin, 0, (size_t)(levels + 1) * sizeof *begin);
    for (ptrdiff_t r = 0; r < global->rows; r++) {
        bool absent = solow_global_absent(global, r) || (local != NULL && local->mark != NULL && local->mark[r] == 0);
        level[r] = -1;
        if (!absent) {
            at = level_of(local, r, at);
            level[r] = (int32_t)at;
            begin[at + 1]++;
        }
    }
    for (ptrdiff_t l = 0; l < levels; l++) {
        longest = begin[l + 1] > longest ? begin[l + 1] : longest;
        begin[l + 1] += begin[l];
    }
    for (ptrdiff_t r = 0; r < global->rows; r++) {
        if (level[r] >= 0) {
            order[begin[level[r]]++] = (int32_t)r;
        }
    }
    memmove(begin + 1, begin, (size_t)levels * sizeof *begin);
    begin[0] = 0;
    return longest;
}

solow_status solow_effects_leverage(const solow_inverse *inverse, const solow_local *local, const solow_global *global,
                                    double *leverage, solow_error *err)
{
    if (local != NULL) {
        solow_local_leverage(local, leverage);
    }
    if (inverse == NULL) {
        return SOLOW_OK;
    }
    ptrdiff_t rows = global->rows, levels = local != NULL ? local->levels : rows;
    if (local == NULL) {
        memset(leverage, 0, (size_t)rows * sizeof *leverage);
    }
    if (local != NULL && local->width > MOST_WIDTH) {
        return SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "no exact leverage for effects with %td varying slopes",
                          local->slopes);
    }
    int32_t *order = solow_allocate(solow_product(rows, 2), sizeof *order);
    int32_t *begin = solow_allocate(levels + 1, sizeof *begin);
    level_work work = {.width = local != NULL ? local->width : 0,
                       .seen = solow_allocate_zeroed(inverse->m, sizeof *work.seen)};
    solow_status status = SOLOW_OK;
    if (order == NULL || begin == NULL || work.seen == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the leverage of %td rows", rows);
    }
    if (status == SOLOW_OK) {
        ptrdiff_t longest = sort_rows(local, global, levels, order + rows, order, begin);
        ptrdiff_t most = solow_product(longest, global->layout->parts);
        work.unknown = solow_allocate(most, sizeof *work.unknown);
        work.c = solow_allocate(solow_product(most, MOST_WIDTH), sizeof *work.c);
        work.vc = solow_allocate(solow_product(most, MOST_WIDTH), sizeof *work.vc);
        work.v = solow_allocate(solow_product(most, most), sizeof *work.v);
        if (work.unknown == NULL || work.c == NULL || work.vc == NULL || work.v == NULL) {
            status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the leverage of a level of %td rows", longest);
        }
    }
    for (ptrdiff_t l = 0; l < levels && status == SOLOW_OK; l++) {
        work.row = order + begin[l];
        work.rows = begin[l + 1] - begin[l];
        add_level(inverse, local, l, global, &work, leverage);
    }
    free(order);
    free(begin);
    free(work.seen);
    free(work.unknown);
    free(work.c);
    free(work.vc);
    free(work.v);
    return status;
}
