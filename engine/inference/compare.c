/* compare.c - see compare.h. */
#include "engine/inference/compare.h"

#include "kernels/panel/combine.h"

#include <math.h>
#include <stdlib.h>

enum { CHUNK = 256 };

static const double same_estimate = 1e-12; /* of the estimates' own variances: what rounding leaves of a difference */

uint64_t solow_cluster_number(const char *label)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a, then the finaliser of MurmurHash3 */
    for (const char *at = label; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    }
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53u;
    return hash ^ (hash >> 33);
}

static int by_cluster(const void *a, const void *b)
{
    uint64_t x = ((const solow_cluster_sum *)a)->cluster, y = ((const solow_cluster_sum *)b)->cluster;
    return (x > y) - (x < y);
}

ptrdiff_t solow_cluster_sort(ptrdiff_t levels, const uint64_t *number, const double *sum, ptrdiff_t stride,
                             solow_cluster_sum *kept)
{
    ptrdiff_t count = 0;
    for (ptrdiff_t g = 0; g < levels; g++) {
        if (sum[g * stride] != 0) {
            kept[count++] = (solow_cluster_sum){number[g], sum[g * stride]};
        }
    }
    if (count > 1) {
        qsort(kept, (size_t)count, sizeof *kept, by_cluster);
    }
    return count;
}

double solow_cluster_cross(ptrdiff_t a_count, const solow_cluster_sum *a, ptrdiff_t b_count, const solow_cluster_sum *b)
{
    double total = 0;
    for (ptrdiff_t i = 0, j = 0; i < a_count && j < b_count;) {
        if (a[i].cluster == b[j].cluster) {
            total = fma(a[i++].sum, b[j++].sum, total);
        } else if (a[i].cluster < b[j].cluster) {
            i++;
        } else {
            j++;
        }
    }
    return total;
}

bool solow_compare_pattern(const solow_vcov_spec *model, solow_vcov_spec *stacked)
{
    *stacked = *model;
    switch (model->kind) {
    case SOLOW_VCOV_HC0:
        return true;
    case SOLOW_VCOV_IID:
    case SOLOW_VCOV_HC1:
    case SOLOW_VCOV_HC2:
    case SOLOW_VCOV_HC3:
        stacked->kind = SOLOW_VCOV_HC1;
        return true;
    case SOLOW_VCOV_CLUSTER:
        stacked->type = model->type == SOLOW_CLUSTER_CR0 ? SOLOW_CLUSTER_CR0 : SOLOW_CLUSTER_CR1;
        return true;
    default:
        return false;
    }
}

/* Rows first .. first + rows - 1 of one column of values. */
static void fill(const solow_influence_rows *c, const solow_view *view, ptrdiff_t first, ptrdiff_t rows,
                 const double *residual, ptrdiff_t term, double *value)
{
    solow_combine_columns(rows, c->columns, c->weight[term], view->x + first, view->ld, value);
    for (ptrdiff_t i = 0; i < rows; i++) {
        double w = view->weight == NULL ? 1 : c->root ? sqrt(view->weight[first + i]) : view->weight[first + i];
        value[i] *= w * residual[i];
    }
}

void solow_influence_values(const void *context, const solow_view *view, double *values)
{
    const solow_influence_rows *c = context;
    double residual[CHUNK];
    for (ptrdiff_t first = 0; first < view->rows; first += CHUNK) {
        ptrdiff_t rows = view->rows - first < CHUNK ? view->rows - first : CHUNK;
        solow_combine_columns(rows, c->columns, c->residual, view->x + first, view->ld, residual);
        for (ptrdiff_t t = 0; t < c->terms; t++) {
            fill(c, view, first, rows, residual, t, values + t * view->ld + first);
        }
    }
}

solow_status solow_compare(ptrdiff_t members, const double *estimate, const double *v, double df,
                           solow_wald_result *result, solow_error *err)
{
    ptrdiff_t q = members - 1;
    double *r = solow_allocate(q, sizeof *r), *variance = solow_allocate(solow_product(q, q), sizeof *variance);
    solow_status status =
        r != NULL && variance != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a comparison");
    for (ptrdiff_t j = 0; j < q && status == SOLOW_OK; j++) {
        double own = v[(j + 1) * members + j + 1];
        r[j] = estimate[j + 1] - estimate[0];
        for (ptrdiff_t i = 0; i < q; i++) {
            variance[j * q + i] = v[(j + 1) * members + i + 1] - v[i + 1] - v[j + 1] + v[0];
        }
        if (!(variance[j * q + j] > same_estimate * (own + v[0]))) {
            status = SOLOW_FAIL(err, SOLOW_ERR_NUMERIC, "the difference has no variance: two estimates are the same");
        }
    }
    if (status == SOLOW_OK) {
        status = solow_wald_quadratic(q, r, variance, df, result, err);
    }
    free(r);
    free(variance);
    return status;
}
