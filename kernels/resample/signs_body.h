/* signs_body.h - the kernel of signs.h in terms of lanes: the one text of signs_portable.c, signs_avx2.c, signs_avx512.c. */
#ifndef SOLOW_KERNELS_RESAMPLE_SIGNS_BODY_H
#define SOLOW_KERNELS_RESAMPLE_SIGNS_BODY_H

#include "kernels/resample/signs_clones.h"

/* (1) of clusters 4 n .. 4 n + 3, rows r .. r + 8 width - 1; those beyond the last are zero. */
LANES void signs_table(const solow_signs_task *task, ptrdiff_t n, ptrdiff_t r, ptrdiff_t width, double *table)
{
    ptrdiff_t rows = task->rows, some = task->clusters - 4 * n < 4 ? task->clusters - 4 * n : 4;
    const double *h = task->h + 4 * n * rows + r;
    for (ptrdiff_t v = 0; v < width; v++) {
        lanes all = lanes_zero();
        for (ptrdiff_t i = 0; i < some; i++) {
            all = lanes_subtract(all, lanes_load(h + i * rows + 8 * v));
        }
        lanes_store(table + 8 * v, all);
        for (ptrdiff_t m = 1; m < 16; m++) {
            ptrdiff_t lowest = __builtin_ctz((unsigned)m);
            lanes t = lanes_load(table + (m & (m - 1)) * 8 * width + 8 * v);
            if (lowest < some) {
                lanes one = lanes_load(h + lowest * rows + 8 * v);
                t = lanes_add(t, lanes_add(one, one));
            }
            lanes_store(table + m * 8 * width + 8 * v, t);
        }
    }
}

LANES void signs_step(const double *entry, ptrdiff_t width, lanes *sum)
{
#pragma GCC unroll 4
    for (ptrdiff_t v = 0; v < width; v++) {
        sum[v] = lanes_add(sum[v], lanes_load(entry + 8 * v));
    }
}

/* (2) for `width` lanes of rows from r on, and two tables of each of `bytes` bytes. */
LANES void signs_add(const solow_signs_task *task, const uint8_t *byte, ptrdiff_t bytes, ptrdiff_t r, ptrdiff_t width)
{
    ptrdiff_t size = 16 * 8 * width;
    for (ptrdiff_t d = 0; d < task->draws; d++) {
        double *sums = task->sums + d * task->rows + r;
        const double *table = task->table;
        lanes sum[4];
#pragma GCC unroll 4
        for (ptrdiff_t v = 0; v < width; v++) {
            sum[v] = lanes_load(sums + 8 * v);
        }
        for (ptrdiff_t q = 0; q < bytes; q++, table += 2 * size) {
            ptrdiff_t code = byte[q * task->draws + d];
            signs_step(table + (code & 15) * 8 * width, width, sum);
            signs_step(table + size + (code >> 4) * 8 * width, width, sum);
        }
#pragma GCC unroll 4
        for (ptrdiff_t v = 0; v < width; v++) {
            lanes_store(sums + 8 * v, sum[v]);
        }
    }
}

/* A panel of rows, its width a constant for the compiler. */
LANES void signs_panel(const solow_signs_task *task, ptrdiff_t r, ptrdiff_t width)
{
    ptrdiff_t all = (task->clusters + 7) / 8;
    for (ptrdiff_t q = 0; q < all; q += SOLOW_SIGN_BYTES) {
        ptrdiff_t bytes = all - q < SOLOW_SIGN_BYTES ? all - q : SOLOW_SIGN_BYTES;
        for (ptrdiff_t n = 0; n < 2 * bytes; n++) {
            signs_table(task, 2 * q + n, r, width, task->table + n * 16 * 8 * width);
        }
        signs_add(task, task->byte + q * task->draws, bytes, r, width);
    }
}

LANES void signs_all(const solow_signs_task *task)
{
    for (ptrdiff_t i = 0; i < task->draws * task->rows; i++) {
        task->sums[i] = 0;
    }
    for (ptrdiff_t r = 0; r < task->rows; r += SOLOW_SIGN_PANEL) {
        switch (task->rows - r) {
        case 8:
            signs_panel(task, r, 1);
            break;
        case 16:
            signs_panel(task, r, 2);
            break;
        case 24:
            signs_panel(task, r, 3);
            break;
        default:
            signs_panel(task, r, 4);
            break;
        }
    }
}

#endif
