/* iv_robust.c - inference that holds with weak instruments: (7) and (8) of iv_tests.h.
 *
 *   (1) set      b0 is in it if AR(b0) = u'S^-1 u / l2 <= F critical, u = N'(y - b0 Y), S the meat of r - b0 v
 *   (2) search   b0 = b + 2 se tan(t), t over (-pi/2, pi/2]: the line closed at infinity is a circle; every change of side
 *                between 2,000 equal steps is a bound, found by bisection
 *
 * The set may be an interval, the outside of one, the whole line, or empty (the instruments are rejected at every b0).
 */
#include "engine/estimators/linear/iv_tests.h"

#include "kernels/dense/sandwich.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STEPS = 2000, BISECTIONS = 60, BOUNDS = 16 };

typedef struct curve { /* AR as a function of t */
    const solow_iv_weak *w;
    double centre, scale, critical;
    double *rr, *rv, *vv; /* [l2 x l2] */
    double *u, *meat;     /* [l2], [l2 x l2] */
} curve;

/* AR - critical at t; both sides of the ratio are scaled by cos t, so that infinity is a point like others. */
static double excess(const curve *c, double t)
{
    const solow_iv_state *s = c->w->s;
    ptrdiff_t l2 = s->l2;
    double one = cos(t), b = c->centre * cos(t) + c->scale * sin(t); /* (1, b0) times cos t */
    const double *v = c->w->c, *r = c->w->c + s->k2 * l2;
    for (ptrdiff_t i = 0; i < l2; i++) {
        c->u[i] = one * r[i] - b * v[i];
    }
    for (ptrdiff_t j = 0; j < l2; j++) {
        for (ptrdiff_t i = 0; i < l2; i++) {
            double cross = c->rv[j * l2 + i] + c->rv[i * l2 + j];
            c->meat[j * l2 + i] = one * one * c->rr[j * l2 + i] - one * b * cross + b * b * c->vv[j * l2 + i];
        }
    }
    return solow_iv_weak_wald(c->w, c->u, c->meat) / (double)l2 - c->critical;
}

static double bound(const curve *c, double low, double high)
{
    bool rejected = excess(c, low) > 0;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = (low + high) / 2;
        if ((excess(c, middle) > 0) == rejected) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return c->centre + c->scale * tan((low + high) / 2);
}

/* (2) as text: "[a, b]", "(-inf, a] u [b, inf)", "(-inf, inf)", "empty". */
static void describe_set(const curve *c, ptrdiff_t room, char *text)
{
    double half = 1.5707963267948966, step = 2 * half / STEPS, found[BOUNDS];
    bool starts_in = excess(c, -half + step / 2) <= 0, inside = starts_in;
    ptrdiff_t bounds = 0;
    size_t used = 0, space = (size_t)room;
    for (int i = 1; i < STEPS && bounds < BOUNDS; i++) {
        double t = -half + (i + 0.5) * step;
        bool now = excess(c, t) <= 0;
        if (now != inside) {
            found[bounds++] = bound(c, t - step, t);
            inside = now;
        }
    }
    snprintf(text, space, "%s", starts_in ? (bounds == 0 ? "(-inf, inf)" : "(-inf, ") : bounds == 0 ? "empty" : "");
    for (ptrdiff_t i = 0; i < bounds; i++) {
        bool opens = ((i % 2) == 0) != starts_in;
        used = strlen(text);
        snprintf(text + used, space - used, opens ? "%s[%.8g, " : "%s%.8g]", opens && used > 0 ? " u " : "", found[i]);
    }
    used = strlen(text);
    snprintf(text + used, space - used, "%s", inside && bounds > 0 ? "inf)" : "");
}

static solow_status anderson_rubin(const solow_iv_weak *w, curve *c, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    ptrdiff_t l2 = s->l2, r = solow_iv_reduced(s);
    double df = s->first.df;
    char text[512];
    solow_iv_weak_meat(w, true, r, r, c->rr);
    double f = solow_iv_weak_wald(w, w->c + s->k2 * l2, c->rr) / (double)l2;
    solow_status status = solow_record_add_test(record, "ar", f, (double)l2, df, solow_f_upper(f, (double)l2, df),
                                                "H0: the coefficients of the endogenous regressors are 0", err);
    if (status != SOLOW_OK || s->k2 != 1) {
        return status;
    }
    solow_iv_weak_meat(w, true, r, SOLOW_IV_V, c->rv);
    solow_iv_weak_meat(w, true, SOLOW_IV_V, SOLOW_IV_V, c->vv);
    c->critical = solow_f_critical(1 - s->model->level, (double)l2, df);
    c->centre = s->b[s->k - 1];
    c->scale = 2 * sqrt(s->v[s->k * s->k - 1]);
    describe_set(c, (ptrdiff_t)sizeof text, text);
    return solow_record_add_diagnostic(record, "anderson_rubin_set", s->model->level, text, err);
}

/* Lee, McCrary, Moreira & Porter (2022), table 3: first-stage F, and what the standard error is multiplied with. */
static const double tf_table[][2] = {
    {4, 9.519},      {4.008, 9.305},  {4.015, 9.095},  {4.023, 8.891},  {4.031, 8.691},  {4.04, 8.495},
    {4.049, 8.304},  {4.059, 8.117},  {4.068, 7.934},  {4.079, 7.756},  {4.09, 7.581},   {4.101, 7.411},
    {4.113, 7.244},  {4.125, 7.081},  {4.138, 6.922},  {4.151, 6.766},  {4.166, 6.614},  {4.18, 6.465},
    {4.196, 6.319},  {4.212, 6.177},  {4.229, 6.038},  {4.247, 5.902},  {4.265, 5.77},   {4.285, 5.64},
    {4.305, 5.513},  {4.326, 5.389},  {4.349, 5.268},  {4.372, 5.149},  {4.396, 5.033},  {4.422, 4.92},
    {4.449, 4.809},  {4.477, 4.701},  {4.507, 4.595},  {4.538, 4.492},  {4.57, 4.391},   {4.604, 4.292},
    {4.64, 4.195},   {4.678, 4.101},  {4.717, 4.009},  {4.759, 3.919},  {4.803, 3.83},   {4.849, 3.744},
    {4.897, 3.66},   {4.948, 3.578},  {5.002, 3.497},  {5.059, 3.418},  {5.119, 3.341},  {5.182, 3.266},
    {5.248, 3.193},  {5.319, 3.121},  {5.393, 3.051},  {5.472, 2.982},  {5.556, 2.915},  {5.644, 2.849},
    {5.738, 2.785},  {5.838, 2.723},  {5.944, 2.661},  {6.056, 2.602},  {6.176, 2.543},  {6.304, 2.486},
    {6.44, 2.43},    {6.585, 2.375},  {6.741, 2.322},  {6.907, 2.27},   {7.085, 2.218},  {7.276, 2.169},
    {7.482, 2.12},   {7.702, 2.072},  {7.94, 2.025},   {8.196, 1.98},   {8.473, 1.935},  {8.773, 1.892},
    {9.098, 1.849},  {9.451, 1.808},  {9.835, 1.767},  {10.253, 1.727}, {10.711, 1.688}, {11.214, 1.65},
    {11.766, 1.613}, {12.374, 1.577}, {13.048, 1.542}, {13.796, 1.507}, {14.631, 1.473}, {15.566, 1.44},
    {16.618, 1.407}, {17.81, 1.376},  {19.167, 1.345}, {20.721, 1.315}, {22.516, 1.285}, {24.605, 1.256},
    {27.058, 1.228}, {29.967, 1.2},   {33.457, 1.173}, {37.699, 1.147}, {42.93, 1.121},  {49.495, 1.096},
    {57.902, 1.071}, {68.93, 1.047},  {83.823, 1.024}, {104.67, 1}};

double solow_tf_adjustment(double f)
{
    ptrdiff_t last = (ptrdiff_t)(sizeof tf_table / sizeof tf_table[0]) - 1, i = 0;
    if (!(f >= tf_table[0][0])) {
        return INFINITY;
    }
    if (f >= tf_table[last][0]) {
        return 1;
    }
    while (f >= tf_table[i + 1][0]) {
        i++;
    }
    double share = (f - tf_table[i][0]) / (tf_table[i + 1][0] - tf_table[i][0]);
    return tf_table[i][1] + share * (tf_table[i + 1][1] - tf_table[i][1]);
}

/* (8) */
static solow_status tf_interval(const solow_iv_weak *w, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = w->s;
    char text[160];
    if (s->k2 != 1 || s->l2 != 1) {
        return SOLOW_OK;
    }
    solow_iv_weak_meat(w, true, SOLOW_IV_V, SOLOW_IV_V, w->meat);
    double factor = solow_tf_adjustment(solow_iv_weak_wald(w, w->c, w->meat));
    double b = s->b[s->k - 1], half = 1.96 * factor * sqrt(s->v[s->k * s->k - 1]);
    if (isfinite(factor)) {
        snprintf(text, sizeof text, "[%.8g, %.8g]", b - half, b + half);
    } else {
        snprintf(text, sizeof text, "(-inf, inf)");
    }
    return solow_record_add_diagnostic(record, "tf_interval", factor, text, err);
}

solow_status solow_iv_report_robust(const solow_iv_weak *weak, solow_record *record, solow_error *err)
{
    const solow_iv_state *s = weak->s;
    ptrdiff_t l2 = s->l2;
    size_t mark = s->arena->used;
    curve c = {.w = weak,
               .rr = solow_arena_doubles(s->arena, l2 * l2),
               .rv = solow_arena_doubles(s->arena, l2 * l2),
               .vv = solow_arena_doubles(s->arena, l2 * l2),
               .meat = solow_arena_doubles(s->arena, l2 * l2),
               .u = solow_arena_doubles(s->arena, l2)};
    if (c.rr == NULL || c.rv == NULL || c.vv == NULL || c.meat == NULL || c.u == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "iv tests: arena of %zu bytes", s->arena->size);
    }
    solow_status status = anderson_rubin(weak, &c, record, err);
    if (status == SOLOW_OK) {
        status = tf_interval(weak, record, err);
    }
    s->arena->used = mark;
    return status;
}
