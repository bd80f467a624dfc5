/* conjugate.c - see conjugate.h. */
#include "kernels/sparse/conjugate.h"

#include "kernels/panel/lanes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct panel_state {
    double *gamma;     /* [m][8] the solution, the caller's */
    double *residual;  /* [m][8] */
    double *direction; /* [m][8] */
    double *product;   /* [m][8] S direction */
    double rho[8];     /* r'M r, M the preconditioner */
    bool running[8];
    bool reached[8]; /* (2) */
} panel_state;

static const double NOISE = 1e-13; /* diagonal of S relative to that of D2'W D2 that is rounding alone */

static bool any_running(const panel_state *state)
{
    bool any = false;
    for (ptrdiff_t l = 0; l < 8; l++) {
        any = any || state->running[l];
    }
    return any;
}

/* Stops the columns of the panel that reached (2); size is that of the panel's first column. */
static void stop_columns(const solow_conjugate *solver, ptrdiff_t columns, const double *size, panel_state *state)
{
    const solow_global_layout *layout = solver->layout;
    bool above[8] = {false};
    for (ptrdiff_t s = 0; s < layout->sets; s++) {
        const solow_global_set *set = &layout->set[s];
        for (ptrdiff_t i = 0; i < set->levels * set->width; i++) {
            const double *r = state->residual + (set->first + i) * 8;
            for (ptrdiff_t l = 0; l < columns; l++) {
                double bound = solver->tolerance * size[l * layout->parts + set->part + i % set->width];
                above[l] = above[l] || fabs(r[l]) > bound;
            }
        }
    }
    for (ptrdiff_t l = 0; l < 8; l++) {
        bool stop = !above[l] || l >= columns;
        state->reached[l] = state->reached[l] || (state->running[l] && stop);
        state->running[l] = state->running[l] && !stop;
    }
}

static void dot(ptrdiff_t m, const double *a, const double *b, const double *inverse, double *sums)
{
    solow_lanes sum = {0};
    for (ptrdiff_t u = 0; u < m; u++) {
        sum += *(const solow_lanes_at *)(a + u * 8) * *(const solow_lanes_at *)(b + u * 8) *
               (inverse != NULL ? inverse[u] : 1);
    }
    memcpy(sums, &sum, sizeof sum);
}

/* gamma += alpha p, r -= alpha S p, for running columns. */
static void step(ptrdiff_t m, panel_state *state)
{
    double curvature[8];
    solow_lanes alpha = {0};
    dot(m, state->direction, state->product, NULL, curvature);
    for (ptrdiff_t l = 0; l < 8; l++) {
        state->running[l] = state->running[l] && curvature[l] > 0;
        alpha[l] = state->running[l] ? state->rho[l] / curvature[l] : 0;
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        *(solow_lanes_at *)(state->gamma + u * 8) += alpha * *(const solow_lanes_at *)(state->direction + u * 8);
        *(solow_lanes_at *)(state->residual + u * 8) -= alpha * *(const solow_lanes_at *)(state->product + u * 8);
    }
}

/* p <- M r + beta p; beta 0 at the start. */
static void turn(ptrdiff_t m, const double *inverse, bool first, panel_state *state)
{
    double rho[8];
    solow_lanes beta = {0};
    dot(m, state->residual, state->residual, inverse, rho);
    for (ptrdiff_t l = 0; l < 8; l++) {
        beta[l] = !first && state->rho[l] > 0 ? rho[l] / state->rho[l] : 0;
        state->rho[l] = rho[l];
    }
    for (ptrdiff_t u = 0; u < m; u++) {
        solow_lanes_at *p = (solow_lanes_at *)(state->direction + u * 8);
        *p = inverse[u] * *(const solow_lanes_at *)(state->residual + u * 8) + beta * *p;
    }
}

/* One product for every panel that still runs. */
static solow_status products(const solow_conjugate *solver, ptrdiff_t panels, panel_state *state, const double **x,
                             double **y, solow_error *err)
{
    ptrdiff_t running = 0;
    for (ptrdiff_t i = 0; i < panels; i++) {
        if (any_running(&state[i])) {
            x[running] = state[i].direction;
            y[running] = state[i].product;
            running++;
        }
    }
    return running > 0 ? solver->apply(solver->context, running, x, y, err) : SOLOW_OK;
}

static solow_status iterate(const solow_conjugate *solver, ptrdiff_t p, const double *size, const double *inverse,
                            panel_state *state, ptrdiff_t *iterations, solow_error *err)
{
    ptrdiff_t panels = (p + 7) / 8, m = solver->layout->unknowns, parts = solver->layout->parts;
    const double **x = solow_allocate(panels, sizeof *x);
    double **y = solow_allocate(panels, sizeof *y);
    solow_status status = SOLOW_OK;
    if (x == NULL || y == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td panels", panels);
    }
    bool running = true;
    for (ptrdiff_t round = 0; running && round <= solver->most && status == SOLOW_OK; round++) {
        running = false;
        for (ptrdiff_t i = 0; i < panels; i++) {
            if (any_running(&state[i])) {
                ptrdiff_t columns = p - i * 8 < 8 ? p - i * 8 : 8;
                stop_columns(solver, columns, size + i * 8 * parts, &state[i]);
                turn(m, inverse, round == 0, &state[i]);
                running = running || any_running(&state[i]);
            }
        }
        if (!running || round == solver->most) {
            break;
        }
        status = products(solver, panels, state, x, y, err);
        for (ptrdiff_t j = 0; j < p && iterations != NULL; j++) {
            iterations[j] += state[j / 8].running[j % 8] ? 1 : 0;
        }
        for (ptrdiff_t i = 0; i < panels && status == SOLOW_OK; i++) {
            if (any_running(&state[i])) {
                step(m, &state[i]);
            }
        }
    }
    free((void *)x);
    free(y);
    return status;
}

solow_status solow_conjugate_solve(const solow_conjugate *solver, ptrdiff_t p, const double *r, const double *size,
                                   double *gamma, ptrdiff_t *iterations, uint8_t *converged, solow_error *err)
{
    ptrdiff_t m = solver->layout->unknowns, panels = (p + 7) / 8, one = m * 8;
    double *memory = solow_allocate_zeroed(solow_product(3 * one, panels), sizeof *memory);
    double *inverse = solow_allocate(m, sizeof *inverse);
    panel_state *state = solow_allocate_zeroed(panels, sizeof *state);
    solow_status status = SOLOW_OK;
    if (memory == NULL || inverse == NULL || state == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to iterate on %td effects and %td columns", m, p);
    }
    for (ptrdiff_t u = 0; u < m && status == SOLOW_OK; u++) {
        inverse[u] = solver->diagonal[u] > NOISE * solver->normal[u] ? 1 / solver->diagonal[u] : 0;
    }
    for (ptrdiff_t i = 0; i < panels && status == SOLOW_OK; i++) {
        state[i].gamma = gamma + i * one;
        state[i].residual = memory + 3 * i * one;
        state[i].direction = state[i].residual + one;
        state[i].product = state[i].direction + one;
        memcpy(state[i].residual, r + i * one, (size_t)one * sizeof *r);
        memset(state[i].gamma, 0, (size_t)one * sizeof *gamma);
        memset(state[i].running, 1, sizeof state[i].running);
    }
    for (ptrdiff_t j = 0; j < p && iterations != NULL; j++) {
        iterations[j] = 0;
    }
    if (status == SOLOW_OK) {
        status = iterate(solver, p, size, inverse, state, iterations, err);
    }
    for (ptrdiff_t j = 0; j < p && status == SOLOW_OK; j++) {
        converged[j] = (uint8_t)(state[j / 8].reached[j % 8] ? 1 : 0);
    }
    free(memory);
    free(inverse);
    free(state);
    return status;
}
