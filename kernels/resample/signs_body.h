/* signs_body.h - the kernel of signs.h in terms of lanes: the one text of signs_portable.c, signs_avx2.c, signs_avx512.c. */
#ifndef SOLOW_KERNELS_RESAMPLE_SIGNS_BODY_H
#define SOLOW_KERNELS_RESAMPLE_SIGNS_BODY_H

#include "kernels/resample/signs_clones.h"

/* (1) of clusters 8 q .. 8 q + 7; those beyond the last are zero. */
LANES void signs_table(const solow_signs_task *task, ptrdiff_t q, double *table)
{
    ptrdiff_t rows = task->rows, some = task->clusters - 8 * q < 8 ? task->clusters - 8 * q : 8;
    const double *h = task->h + 8 * q * rows;
    for (ptrdiff_t r = 0; r < rows; r += 8) {
        lanes all = lanes_zero();
        for (ptrdiff_t i = 0; i < some; i++) {
            all = lanes_subtract(all, lanes_load(h + i * rows + r));
        }
        lanes_store(table + r, all);
    }
    for (ptrdiff_t m = 1; m < 256; m++) {
        ptrdiff_t lowest = __builtin_ctz((unsigned)m);
        const double *from = table + (m & (m - 1)) * rows, *add = h + lowest * rows;
        for (ptrdiff_t r = 0; r < rows; r += 8) {
            lanes t = lanes_load(from + r);
            if (lowest < some) {
                lanes one = lanes_load(add + r);
                t = lanes_add(t, lanes_add(one, one));
            }
            lanes_store(table + m * rows + r, t);
        }
    }
}

/* (2) for `width` lanes of rows from r on, and `tables` tables. */
LANES void signs_add(const solow_signs_task *task, const uint8_t *byte, ptrdiff_t tables, ptrdiff_t r, ptrdiff_t width)
{
    ptrdiff_t rows = task->rows;
    for (ptrdiff_t d = 0; d < task->draws; d++) {
        double *sums = task->sums + d * rows + r;
        lanes sum[4];
#pragma GCC unroll 4
        for (ptrdiff_t v = 0; v < width; v++) {
            sum[v] = lanes_load(sums + 8 * v);
        }
        for (ptrdiff_t t = 0; t < tables; t++) {
            const double *entry = task->table + (t * 256 + byte[t * task->draws + d]) * rows + r;
#pragma GCC unroll 4
            for (ptrdiff_t v = 0; v < width; v++) {
                sum[v] = lanes_add(sum[v], lanes_load(entry + 8 * v));
            }
        }
#pragma GCC unroll 4
        for (ptrdiff_t v = 0; v < width; v++) {
            lanes_store(sums + 8 * v, sum[v]);
        }
    }
}

LANES void signs_all(const solow_signs_task *task)
{
    ptrdiff_t bytes = (task->clusters + 7) / 8, r;
    for (ptrdiff_t i = 0; i < task->draws * task->rows; i++) {
        task->sums[i] = 0;
    }
    for (ptrdiff_t q = 0; q < bytes; q += SOLOW_SIGN_TABLES) {
        ptrdiff_t tables = bytes - q < SOLOW_SIGN_TABLES ? bytes - q : SOLOW_SIGN_TABLES;
        const uint8_t *byte = task->byte + q * task->draws;
        for (ptrdiff_t t = 0; t < tables; t++) {
            signs_table(task, q + t, task->table + t * 256 * task->rows);
        }
        for (r = 0; r + 32 <= task->rows; r += 32) {
            signs_add(task, byte, tables, r, 4);
        }
        for (; r + 16 <= task->rows; r += 16) {
            signs_add(task, byte, tables, r, 2);
        }
        if (r < task->rows) {
            signs_add(task, byte, tables, r, 1);
        }
    }
}

#endif
