/* pair_gram.c - see pair_gram.h. */
#include "kernels/dense/pair_gram.h"

#include "kernels/panel/combine.h"

#include <cblas.h>
#include <string.h>

ptrdiff_t solow_pair_count(ptrdiff_t columns)
{
    return columns * (columns + 1) / 2;
}

ptrdiff_t solow_pair_ld(ptrdiff_t columns)
{
    return (solow_pair_count(columns) + 7) / 8 * 8;
}

ptrdiff_t solow_pair_place(ptrdiff_t i, ptrdiff_t j)
{
    return i <= j ? j * (j + 1) / 2 + i : i * (i + 1) / 2 + j;
}

size_t solow_pair_chunk_need(ptrdiff_t columns)
{
    return solow_arena_need(solow_pair_ld(columns) * SOLOW_PAIR_CHUNK, sizeof(double));
}

solow_status solow_pair_chunk_init(ptrdiff_t columns, solow_arena *arena, solow_pair_chunk *chunk, solow_error *err)
{
    ptrdiff_t ld = solow_pair_ld(columns);
    double *cluster = solow_arena_doubles(arena, ld * SOLOW_PAIR_CHUNK);
    if (cluster == NULL || !solow_fits_int(ld)) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "pair Grams: arena of %zu bytes", arena->size);
    }
    memset(cluster, 0, solow_bytes(ld * SOLOW_PAIR_CHUNK, sizeof *cluster));
    *chunk = (solow_pair_chunk){.ld = ld, .cluster = cluster};
    return SOLOW_OK;
}

double *solow_pair_open(const solow_pair_chunk *chunk)
{
    return chunk->cluster + chunk->waiting * chunk->ld;
}

void solow_pair_flush(solow_pair_chunk *chunk, double *tensor)
{
    int ld = solow_int(chunk->ld);
    if (chunk->waiting > 0) {
        cblas_dsyrk(CblasColMajor, CblasUpper, CblasNoTrans, ld, SOLOW_PAIR_CHUNK, 1, chunk->cluster, ld, 1, tensor,
                    ld); /* (2) */
        memset(chunk->cluster, 0, solow_bytes(chunk->waiting * chunk->ld, sizeof *chunk->cluster));
        chunk->waiting = 0;
    }
}

void solow_pair_close(solow_pair_chunk *chunk, double *tensor)
{
    if (++chunk->waiting == SOLOW_PAIR_CHUNK) {
        solow_pair_flush(chunk, tensor);
    }
}

void solow_pair_pack(ptrdiff_t columns, const double *gram, double factor, double *packed)
{
    for (ptrdiff_t j = 0; j < columns; j++) {
        for (ptrdiff_t i = 0; i <= j; i++) {
            packed[j * (j + 1) / 2 + i] += factor * gram[j * columns + i];
        }
    }
}

void solow_pair_outer(ptrdiff_t columns, const double *z, ptrdiff_t ld, double factor, double *packed)
{
    for (ptrdiff_t j = 0; j < columns; j++) {
        double zj = factor * z[j * ld];
        for (ptrdiff_t i = 0; i <= j; i++) {
            *packed++ += zj * z[i * ld];
        }
    }
}

/* An entry of the tensor, of which the upper triangle is held. */
static double entry(const double *tensor, ptrdiff_t ld, ptrdiff_t a, ptrdiff_t b)
{
    return a <= b ? tensor[b * ld + a] : tensor[a * ld + b];
}

void solow_pair_form(const double *tensor, ptrdiff_t ld, ptrdiff_t regressors, ptrdiff_t outcome, double *form)
{
    ptrdiff_t rows = solow_pair_ld(regressors);
    for (ptrdiff_t d = 0; d <= regressors; d++) {
        ptrdiff_t at_d = d < regressors ? d : outcome;
        for (ptrdiff_t c = 0; c <= d; c++, form += rows) {
            ptrdiff_t at_c = c < regressors ? c : outcome, row = 0;
            for (ptrdiff_t l = 0; l < regressors; l++) {
                for (ptrdiff_t j = 0; j <= l; j++) {
                    double both = entry(tensor, ld, solow_pair_place(j, at_c), solow_pair_place(l, at_d));
                    if (c < d) {
                        both += entry(tensor, ld, solow_pair_place(j, at_d), solow_pair_place(l, at_c));
                    }
                    form[row++] = both; /* (5) */
                }
            }
            for (; row < rows; row++) {
                form[row] = 0;
            }
        }
    }
}

void solow_pair_meat(const double *form, ptrdiff_t regressors, const double *a, double *work, double *meat)
{
    ptrdiff_t rows = solow_pair_ld(regressors), at = 0;
    for (ptrdiff_t d = 0; d <= regressors; d++) {
        for (ptrdiff_t c = 0; c <= d; c++) {
            work[at++] = a[c] * a[d];
        }
    }
    solow_combine_columns(rows, at, work, form, rows, meat);
}
