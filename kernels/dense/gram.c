/* gram.c - see gram.h. */
#include "kernels/dense/gram.h"

#include "kernels/dense/gram_clones.h"

static void run(solow_level level, const solow_gram_task *task)
{
    switch (level) {
#if defined(__x86_64__)
    case SOLOW_LEVEL_AVX512:
        solow_gram_avx512(task);
        break;
    case SOLOW_LEVEL_AVX2:
        solow_gram_avx2(task);
        break;
#endif
    default:
        solow_gram_portable(task);
        break;
    }
}

void solow_gram_at_level(solow_level level, ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld,
                         const double *weight, double *gram)
{
    solow_gram_task task = {.rows = rows,
                            .p = columns,
                            .q = columns,
                            .left = x,
                            .right = x,
                            .ld_left = ld,
                            .ld_right = ld,
                            .weight = weight,
                            .gram = gram,
                            .ld_gram = columns,
                            .upper = true};
    run(level, &task);
}

void solow_gram(ptrdiff_t rows, ptrdiff_t columns, const double *x, ptrdiff_t ld, const double *weight, double *gram)
{
    solow_gram_at_level(solow_best_level(), rows, columns, x, ld, weight, gram);
}

void solow_gram_cross_at_level(solow_level level, ptrdiff_t rows, solow_columns_view left, solow_columns_view right,
                               const double *weight, double *cross)
{
    solow_gram_task task = {.rows = rows,
                            .p = left.columns,
                            .q = right.columns,
                            .left = left.x,
                            .right = right.x,
                            .ld_left = left.ld,
                            .ld_right = right.ld,
                            .weight = weight,
                            .gram = cross,
                            .ld_gram = left.columns,
                            .upper = false};
    run(level, &task);
}

void solow_gram_cross(ptrdiff_t rows, solow_columns_view left, solow_columns_view right, const double *weight,
                      double *cross)
{
    solow_gram_cross_at_level(solow_best_level(), rows, left, right, weight, cross);
}

void solow_mirror_upper(ptrdiff_t k, double *matrix)
{
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < j; i++) {
            matrix[j + i * k] = matrix[i + j * k];
        }
    }
}
