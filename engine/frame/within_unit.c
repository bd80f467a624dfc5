/* within_unit.c - operations along a unit's periods: lags, moving averages, aggregates, perpetual inventory. See program.h.
 *
 * Source  Hall & Mairesse (1995), J. Econometrics 65, 263-293, for pim: K_t = (1 - delta) K_{t-1} + R_t with
 *         K_0 = R_0 (1 + g) / (g + delta), at the end of each period.
 */
#include "engine/frame/program.h"

#include <math.h>

/* x of the same unit k periods earlier by the calendar; without time, k rows earlier. Rows are few: a short search. */
static void lag(const int32_t *time, ptrdiff_t rows, const double *x, double periods, double *out)
{
    int64_t k = (int64_t)periods;
    for (ptrdiff_t i = 0; i < rows; i++) {
        out[i] = NAN;
        if (time == NULL) {
            int64_t from = i - k;
            out[i] = from >= 0 && from < rows ? x[from] : NAN;
            continue;
        }
        int64_t wanted = (int64_t)time[i] - k;
        ptrdiff_t low = 0, high = rows - 1;
        while (low < high) {
            ptrdiff_t middle = (low + high) / 2;
            if (time[middle] < wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (rows > 0 && time[low] == wanted) {
            out[i] = x[low];
        }
    }
}

/* Mean of the k periods up to this one; missing if one of them is. */
static void moving_average(const int32_t *time, ptrdiff_t rows, const double *x, double periods, double *out)
{
    ptrdiff_t k = (ptrdiff_t)periods;
    for (ptrdiff_t i = 0; i < rows; i++) {
        out[i] = NAN;
        if (i + 1 >= k && (time == NULL || time[i] - time[i + 1 - k] == k - 1)) {
            double sum = 0;
            for (ptrdiff_t j = i + 1 - k; j <= i; j++) {
                sum += x[j];
            }
            out[i] = sum / (double)k;
        }
    }
}

static double sd(ptrdiff_t rows, const double *x, double mean, ptrdiff_t count)
{
    double squares = 0;
    for (ptrdiff_t i = 0; i < rows; i++) {
        squares += isnan(x[i]) ? 0 : (x[i] - mean) * (x[i] - mean);
    }
    return count > 1 ? sqrt(squares / (double)(count - 1)) : NAN;
}

/* One value a unit over its present (non-missing) rows; `where`, if given, chooses rows. */
static void aggregate(op_code code, ptrdiff_t rows, const double *x, double *out)
{
    ptrdiff_t count = 0;
    double sum = 0, first = NAN, last = NAN;
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (!isnan(x[i])) {
            first = count == 0 ? x[i] : first;
            last = x[i];
            sum += x[i];
            count++;
        }
    }
    double value = NAN;
    switch (code) {
    case OP_FIRST:
        value = first;
        break;
    case OP_LAST:
        value = last;
        break;
    case OP_SUM:
        value = sum;
        break;
    case OP_COUNT:
        value = (double)count;
        break;
    case OP_SD:
        value = sd(rows, x, sum / (double)count, count);
        break;
    default:
        value = count > 0 ? sum / (double)count : NAN;
        break;
    }
    for (ptrdiff_t i = 0; i < rows; i++) {
        out[i] = value;
    }
}

/* Stock at the end of each period; a missing outlay or a gap in the calendar ends the stock until the unit's end. */
static void perpetual_inventory(const int32_t *time, ptrdiff_t rows, const double *rd, const op *node, double *out)
{
    double stock = NAN;
    bool started = false, broken = false;
    for (ptrdiff_t i = 0; i < rows; i++) {
        if (!started && !isnan(rd[i])) {
            stock = rd[i] * (1 + node->growth) / (node->growth + node->rate);
            started = true;
        } else if (started) {
            broken = broken || isnan(rd[i]) || (time != NULL && time[i] != time[i - 1] + 1);
            stock = (1 - node->rate) * stock + rd[i];
        }
        out[i] = broken || !started ? NAN : stock;
    }
}

void solow_op_within_unit(const solow_program *program, const op *node, ptrdiff_t begin, ptrdiff_t rows, double *out)
{
    const solow_frame *frame = program->frame;
    const double *x = node->child[0]->buffer;
    for (ptrdiff_t start = 0; start < rows;) {
        ptrdiff_t end = start + 1;
        while (end < rows && frame->unit != NULL && frame->unit[begin + end] == frame->unit[begin + start]) {
            end++;
        }
        const int32_t *time = frame->time != NULL ? frame->time + begin + start : NULL;
        switch (node->code) {
        case OP_LAG:
            lag(time, end - start, x + start, node->constant, out + start);
            break;
        case OP_MOVING_AVERAGE:
            moving_average(time, end - start, x + start, node->constant, out + start);
            break;
        case OP_PIM:
            perpetual_inventory(time, end - start, x + start, node, out + start);
            break;
        default:
            aggregate(node->code, end - start, x + start, out + start);
            break;
        }
        start = end;
    }
}
