/* normal.c - see normal.h. */
#include "engine/estimators/linear/normal.h"

#include "kernels/dense/cholesky.h"
#include "kernels/dense/compensated.h"
#include "kernels/dense/gram.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double collinear_share = 1e-20, safe_share = 1e-6;

static ptrdiff_t work_doubles(ptrdiff_t k)
{
    return 3 * (k + 1) * (k + 1) + (k + 1) + solow_precise_work(k);
}

size_t solow_normal_bytes(ptrdiff_t k)
{
    return solow_arena_need(1, sizeof(solow_normal)) + 3 * solow_arena_need(k, sizeof(bool)) +
           solow_arena_need(k, sizeof(double)) + 2 * solow_arena_need(k * k, sizeof(double)) +
           solow_arena_need((k + 1) * (k + 1), sizeof(double)) + solow_arena_need(work_doubles(k), sizeof(double));
}

solow_status solow_normal_create(ptrdiff_t k, solow_arena *arena, solow_normal **normal, solow_error *err)
{
    solow_normal *made = solow_arena_take(arena, 1, sizeof *made);
    if (made != NULL) {
        *made = (solow_normal){.k = k,
                               .kept = solow_arena_take(arena, k, sizeof(bool)),
                               .absorbed = solow_arena_take(arena, k, sizeof(bool)),
                               .flags = solow_arena_take(arena, k, sizeof(bool)),
                               .b = solow_arena_doubles(arena, k),
                               .inverse = solow_arena_doubles(arena, k * k),
                               .combination = solow_arena_doubles(arena, k * k),
                               .gram = solow_arena_doubles(arena, (k + 1) * (k + 1)),
                               .work = solow_arena_doubles(arena, work_doubles(k))};
    }
    if (made == NULL || made->kept == NULL || made->absorbed == NULL || made->flags == NULL || made->b == NULL ||
        made->inverse == NULL || made->combination == NULL || made->gram == NULL || made->work == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "normal equations: arena of %zu bytes", arena->size);
    }
    *normal = made;
    return SOLOW_OK;
}

/* (2): zeroes what the effects explain, so that every factorisation drops it. */
static void find_absorbed(solow_normal *normal, double *gram, const double *before)
{
    ptrdiff_t k = normal->k, n = k + 1;
    for (ptrdiff_t j = 0; j < k; j++) {
        normal->absorbed[j] = before != NULL && gram[j * n + j] <= SOLOW_ABSORBED_SHARE * before[j];
        for (ptrdiff_t i = 0; i < n && normal->absorbed[j]; i++) {
            gram[j * n + i] = gram[i * n + j] = 0;
        }
    }
}

void solow_normal_solve_ranked(solow_normal *normal, const double *gram, const double *before, double share)
{
    ptrdiff_t k = normal->k, n = k + 1;
    double *factor = normal->work, *z = factor + n * n;
    memcpy(normal->gram, gram, solow_bytes(n * n, sizeof *gram));
    find_absorbed(normal, normal->gram, before);
    solow_cholesky_ranked(k, normal->gram, n, NULL, share, factor, normal->kept, &normal->rank);
    memcpy(z, normal->gram + k * n, solow_bytes(k, sizeof *z));
    memcpy(normal->b, z, solow_bytes(k, sizeof *z));
    solow_cholesky_forward(k, factor, normal->kept, 1, z, n);
    solow_cholesky_solve(k, factor, normal->kept, 1, normal->b, n);
    solow_cholesky_inverse(k, factor, normal->kept, normal->inverse);
    normal->yy = normal->gram[k * n + k];
    normal->rss = normal->yy;
    for (ptrdiff_t j = 0; j < k; j++) {
        normal->rss -= normal->kept[j] ? z[j] * z[j] : 0;
    }
    normal->condition = solow_gram_condition(k, normal->gram, n, normal->inverse, normal->kept);
    normal->precise = false;
}

bool solow_normal_solve(solow_normal *normal, const double *gram, const double *before)
{
    ptrdiff_t absorbed = 0;
    solow_normal_solve_ranked(normal, gram, before, safe_share);
    for (ptrdiff_t j = 0; j < normal->k; j++) {
        absorbed += normal->absorbed[j] ? 1 : 0;
    }
    return normal->rank == normal->k - absorbed && normal->condition > safe_share &&
           (normal->rss > safe_share * normal->yy || normal->yy == 0);
}

/* What a dropped column is: its regression on the kept columns before it, from the same double-double Gram. */
static void combine(solow_normal *normal, const double *high, const double *low, ptrdiff_t column)
{
    ptrdiff_t k = normal->k, n = k + 1, m = 0;
    double *part = normal->work, *rest = part + n * n, *b = rest + 2 * n * n, *inner = b + n;
    for (ptrdiff_t j = 0; j <= column; j++) {
        if (j < column && !normal->kept[j]) {
            continue;
        }
        ptrdiff_t row = 0;
        for (ptrdiff_t i = 0; i <= j; i++) {
            if (i < column && !normal->kept[i]) {
                continue;
            }
            part[m * n + row] = high[j * n + i];
            rest[m * n + row] = low[j * n + i];
            row++;
        }
        m++;
    }
    solow_precise_fit fit = {.coefficient = b, .kept = normal->flags};
    solow_solve_precise(m - 1, part, rest, n, NULL, 0, inner, &fit);
    m = 0;
    for (ptrdiff_t i = 0; i < column; i++) {
        normal->combination[column * k + i] = normal->kept[i] ? b[m++] : 0;
    }
}

void solow_normal_solve_precise(solow_normal *normal, const double *gram, const double *before)
{
    ptrdiff_t k = normal->k, n = k + 1;
    double *high = normal->gram, *low = normal->work + 2 * n * n, *inner = low + n * n + n;
    memcpy(high, gram, solow_bytes(n * n, sizeof *gram));
    memcpy(low, gram + n * n, solow_bytes(n * n, sizeof *gram));
    find_absorbed(normal, high, before);
    for (ptrdiff_t j = 0; j < k; j++) {
        for (ptrdiff_t i = 0; i < n && normal->absorbed[j]; i++) {
            low[j * n + i] = low[i * n + j] = 0;
        }
    }
    solow_precise_fit fit = {.coefficient = normal->b, .inverse = normal->inverse, .kept = normal->kept};
    solow_solve_precise(k, high, low, n, before, collinear_share, inner, &fit);
    normal->rank = fit.rank;
    normal->rss = fit.rss;
    normal->yy = high[k * n + k];
    normal->condition = solow_gram_condition(k, high, n, normal->inverse, normal->kept);
    normal->precise = true;
    memset(normal->combination, 0, solow_bytes(k * k, sizeof *normal->combination));
    for (ptrdiff_t j = 0; j < k; j++) {
        if (!normal->kept[j] && !normal->absorbed[j]) {
            combine(normal, high, low, j);
        }
    }
}

void solow_describe_combination(ptrdiff_t count, const double *combination, const double *size, const char *const *name,
                                ptrdiff_t room, char *text)
{
    double largest = 0;
    size_t used = 0, space = (size_t)room;
    for (ptrdiff_t i = 0; i < count; i++) {
        largest = fmax(largest, fabs(combination[i] * size[i]));
    }
    snprintf(text, space, "%s", largest == 0 ? "zero in every row" : "");
    for (ptrdiff_t i = 0; i < count && used < space - 1; i++) {
        if (fabs(combination[i] * size[i]) > 1e-9 * largest) {
            double own = fabs(combination[i]);
            used += (size_t)snprintf(text + used, space - used, "%s",
                                     used == 0            ? (combination[i] < 0 ? "-" : "")
                                     : combination[i] < 0 ? " - "
                                                          : " + ");
            used = used < space ? used : space - 1;
            used += fabs(own - 1) < 1e-9 ? (size_t)snprintf(text + used, space - used, "%s", name[i])
                                         : (size_t)snprintf(text + used, space - used, "%.6g %s", own, name[i]);
            used = used < space ? used : space - 1;
        }
    }
}

void solow_normal_describe(const solow_normal *normal, ptrdiff_t column, const char *const *name, ptrdiff_t room,
                           char *text)
{
    if (normal->absorbed[column]) {
        snprintf(text, (size_t)room, "constant within the effects");
        return;
    }
    double *size = normal->work;
    for (ptrdiff_t i = 0; i < column; i++) {
        size[i] = sqrt(normal->gram[i * (normal->k + 1) + i]);
    }
    solow_describe_combination(column, normal->combination + column * normal->k, size, name, room, text);
}
