/* multiple.c - see multiple.h. */
#include "kernels/stats/multiple.h"

#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>

#define TIE 1e-10

typedef struct ranked { /* a number and where it stood */
    double value;
    ptrdiff_t at;
} ranked;

/* Larger first; equal ones by place, NaN last. */
static int larger_first(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (isnan(x->value) || isnan(y->value)) {
        return isnan(x->value) != isnan(y->value) ? (isnan(x->value) ? 1 : -1) : (x->at > y->at) - (x->at < y->at);
    }
    if (x->value != y->value) {
        return x->value > y->value ? -1 : 1;
    }
    return (x->at > y->at) - (x->at < y->at);
}

static solow_status rank(ptrdiff_t count, const double *value, double sign, ranked **list, solow_error *err)
{
    *list = solow_allocate(count, sizeof **list);
    if (*list == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td hypotheses", count);
    }
    for (ptrdiff_t k = 0; k < count; k++) {
        (*list)[k] = (ranked){sign * value[k], k};
    }
    if (count > 1) {
        qsort(*list, (size_t)count, sizeof **list, larger_first);
    }
    return SOLOW_OK;
}

static ptrdiff_t count_numbers(ptrdiff_t count, const double *p)
{
    ptrdiff_t numbers = 0;
    for (ptrdiff_t k = 0; k < count; k++) {
        numbers += !isnan(p[k]);
    }
    return numbers;
}

solow_status solow_adjust_holm(ptrdiff_t count, const double *p, double *adjusted, solow_error *err)
{
    ranked *list = NULL;
    solow_status status = rank(count, p, -1, &list, err); /* the smallest p first */
    ptrdiff_t numbers = count_numbers(count, p);
    double worst = 0;
    for (ptrdiff_t i = 0; i < count && status == SOLOW_OK; i++) {
        ptrdiff_t at = list[i].at;
        worst = i < numbers ? fmax(worst, fmin(1, (double)(numbers - i) * p[at])) : NAN;
        adjusted[at] = worst;
    }
    free(list);
    return status;
}

solow_status solow_adjust_bh(ptrdiff_t count, const double *p, double *adjusted, solow_error *err)
{
    ranked *list = NULL;
    solow_status status = rank(count, p, -1, &list, err);
    ptrdiff_t numbers = count_numbers(count, p);
    double best = 1;
    for (ptrdiff_t i = count - 1; i >= 0 && status == SOLOW_OK; i--) {
        ptrdiff_t at = list[i].at;
        if (i >= numbers) {
            adjusted[at] = NAN;
            continue;
        }
        best = fmin(best, (double)numbers / (double)(i + 1) * p[at]);
        adjusted[at] = best;
    }
    free(list);
    return status;
}

/* Whether a >= b, a difference of rounding being none. */
static bool reaches(double a, double b)
{
    return a >= b - TIE * fmax(fabs(a), fabs(b));
}

static double share(ptrdiff_t reached, ptrdiff_t draws, bool whole)
{
    return whole ? (double)reached / (double)draws : (double)(1 + reached) / (double)(1 + draws);
}

solow_status solow_adjust_step_down(ptrdiff_t count, const double *statistic, ptrdiff_t draws, const double *drawn,
                                    bool whole, double *adjusted, solow_error *err)
{
    ranked *list = NULL;
    double *most = solow_allocate(draws, sizeof *most); /* of each draw, over the hypotheses not yet stepped over */
    solow_status status = most != NULL ? rank(count, statistic, 1, &list, err)
                                       : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td draws", draws);
    for (ptrdiff_t r = 0; r < draws && status == SOLOW_OK; r++) {
        most[r] = -INFINITY;
    }
    for (ptrdiff_t i = count - 1; i >= 0 && status == SOLOW_OK; i--) {
        ptrdiff_t at = list[i].at, reached = 0;
        for (ptrdiff_t r = 0; r < draws; r++) {
            most[r] = fmax(most[r], drawn[at * draws + r]);
            reached += reaches(most[r], statistic[at]);
        }
        adjusted[at] = share(reached, draws, whole);
    }
    for (ptrdiff_t i = 1; i < count && status == SOLOW_OK; i++) {
        adjusted[list[i].at] = fmax(adjusted[list[i].at], adjusted[list[i - 1].at]);
    }
    free(list);
    free(most);
    return status;
}

solow_status solow_adjust_marginal(double *statistic, ptrdiff_t draws, double *drawn, bool whole, solow_error *err)
{
    ranked *list = NULL;
    solow_status status = rank(draws, drawn, 1, &list, err);
    ptrdiff_t reached = 0, behind = 0;
    for (ptrdiff_t r = 0; r < draws && status == SOLOW_OK; r++) {
        reached += reaches(drawn[r], *statistic);
    }
    for (ptrdiff_t r = 0; r < draws && status == SOLOW_OK; r++) { /* behind: the first that does not reach it */
        while (behind < draws && reaches(list[behind].value, list[r].value)) {
            behind++;
        }
        /* the estimate itself stands among the draws, as it does in its own p */
        drawn[list[r].at] = -share(whole ? behind : behind - 1 + reaches(*statistic, list[r].value), draws, whole);
    }
    *statistic = -share(reached, draws, whole);
    free(list);
    return status;
}
