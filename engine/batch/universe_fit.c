/* universe_fit.c - see universe_fit.h.
 *
 * A control set is factored once, for all its outcomes. Ranks take runs of whole control sets, so the digits of an estimate do
 * not depend on who makes it.
 */
#include "engine/batch/universe_fit.h"

#include "engine/estimators/linear/goodness.h"
#include "engine/estimators/linear/normal.h"
#include "kernels/dense/pair_gram.h"
#include "kernels/dense/submodel.h"
#include "kernels/dense/symmetric.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct known_rule { /* the small-sample rule of as many kept columns */
    bool known;
    solow_small_sample sample;
    solow_error error;
} known_rule;

typedef struct fitter {
    const solow_fit_order *order;
    const solow_union *u;
    solow_fitted *fitted;
    solow_arena arena;
    solow_submodel submodel;
    ptrdiff_t *name;    /* [regressors] index among the stratum's terms; -1: no rows of it */
    ptrdiff_t *column;  /* [regressors] of the control set in hand */
    ptrdiff_t *outcome; /* [outcomes of the universe] place among those of the union */
    const char **text;  /* [regressors] names of kept columns */
    double *size;       /* [regressors] */
    bool *kept;
    ptrdiff_t columns;
    double **form; /* [outcomes] */
    double *work, *meat, *rho, *b, *v;
    known_rule *rule; /* [regressors + 1] */
} fitter;

double *solow_fitted_more(solow_fitted *fitted, ptrdiff_t doubles)
{
    if (fitted->doubles + doubles > fitted->capacity) {
        ptrdiff_t capacity = 2 * fitted->capacity + doubles + 4096;
        double *grown = solow_resize(fitted->data, capacity, sizeof *grown);
        if (grown == NULL) {
            return NULL;
        }
        fitted->data = grown;
        fitted->capacity = capacity;
    }
    double *made = fitted->data + fitted->doubles;
    fitted->doubles += doubles;
    return made;
}

void solow_fitted_note(solow_fitted *fitted, int64_t position, const char *name, const char *text)
{
    solow_put_integer(&fitted->notes, position);
    solow_put_text(&fitted->notes, name);
    solow_put_text(&fitted->notes, text);
}

solow_status solow_fitted_fail(solow_fitted *fitted, int64_t position, ptrdiff_t rows, const char *message,
                               solow_error *err)
{
    double *number = solow_fitted_more(fitted, solow_estimate_doubles(0));
    if (number == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for estimates");
    }
    for (ptrdiff_t i = 0; i < SOLOW_ESTIMATE_NUMBERS; i++) {
        number[i] = NAN;
    }
    number[SOLOW_ESTIMATE_POSITION] = (double)position;
    number[SOLOW_ESTIMATE_ROWS] = (double)rows;
    number[SOLOW_ESTIMATE_STATUS] = 2;
    number[SOLOW_ESTIMATE_TERMS] = 0;
    solow_fitted_note(fitted, position, NULL, message);
    return SOLOW_OK;
}

static size_t arena_bytes(const fitter *f)
{
    ptrdiff_t k = f->u->regressors, r = f->u->basis.rank, ld = f->u->basis.ld;
    ptrdiff_t pairs = solow_pair_count(r + 1), rows = solow_pair_ld(r);
    return 3 * solow_arena_need(k + 1, sizeof(ptrdiff_t)) + 2 * solow_arena_need(k + 1, sizeof(double)) +
           solow_arena_need(k + 1, sizeof(char *)) + solow_arena_need(k + 1, sizeof(bool)) +
           solow_arena_need(f->order->stratum->universe->outcome.count, sizeof(ptrdiff_t)) +
           solow_arena_need(f->u->outcomes, sizeof(double *)) +
           (size_t)f->u->outcomes * solow_arena_need(rows * pairs, sizeof(double)) +
           solow_arena_need(pairs, sizeof(double)) + solow_arena_need(rows, sizeof(double)) +
           solow_arena_need(ld + 1, sizeof(double)) + solow_arena_need(k * k, sizeof(double)) +
           solow_arena_need(k + 1, sizeof(known_rule)) + solow_submodel_need(&f->u->basis, k) + solow_symmetric_need(k);
}

static solow_status take(fitter *f, solow_error *err)
{
    ptrdiff_t k = f->u->regressors, r = f->u->basis.rank;
    solow_arena *arena = &f->arena;
    solow_status status = solow_arena_init(arena, arena_bytes(f), err);
    status = status == SOLOW_OK ? solow_submodel_init(&f->u->basis, k, arena, &f->submodel, err) : status;
    if (status != SOLOW_OK) {
        return status;
    }
    f->name = solow_arena_take(arena, k + 1, sizeof *f->name);
    f->column = solow_arena_take(arena, k + 1, sizeof *f->column);
    f->outcome = solow_arena_take(arena, f->order->stratum->universe->outcome.count, sizeof *f->outcome);
    f->text = solow_arena_take(arena, k + 1, sizeof *f->text);
    f->kept = solow_arena_take(arena, k + 1, sizeof *f->kept);
    f->size = solow_arena_doubles(arena, k + 1);
    f->b = solow_arena_doubles(arena, k + 1);
    f->form = solow_arena_take(arena, f->u->outcomes, sizeof *f->form);
    f->work = solow_arena_doubles(arena, solow_pair_count(r + 1));
    f->meat = solow_arena_doubles(arena, solow_pair_ld(r));
    f->rho = solow_arena_doubles(arena, f->u->basis.ld + 1);
    f->v = solow_arena_doubles(arena, k * k);
    f->rule = solow_arena_take(arena, k + 1, sizeof *f->rule);
    bool good = f->name != NULL && f->column != NULL && f->outcome != NULL && f->text != NULL && f->kept != NULL &&
                f->size != NULL && f->b != NULL && f->form != NULL && f->work != NULL && f->meat != NULL &&
                f->rho != NULL && f->v != NULL && f->rule != NULL;
    for (ptrdiff_t o = 0; o < f->u->outcomes && good && f->u->tensor != NULL; o++) {
        f->form[o] = solow_arena_doubles(arena, solow_pair_ld(r) * solow_pair_count(r + 1));
        good = f->form[o] != NULL;
        if (good) {
            solow_pair_form(f->u->tensor, f->u->ld, r, r + o, f->form[o]);
        }
    }
    return good ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "specifications: arena of %zu bytes", arena->size);
}

/* Place of a name among the union's regressors; -1: it is none. */
static ptrdiff_t find_column(const solow_union *u, const char *name)
{
    for (ptrdiff_t j = 0; j < u->regressors; j++) {
        if (strcmp(u->column[j]->name, name) == 0) {
            return j;
        }
    }
    return -1;
}

/* Terms' numbers, outcomes' places, rules unknown yet. */
static void look_up(fitter *f)
{
    const solow_fit_order *order = f->order;
    const solow_universe *universe = order->stratum->universe;
    for (ptrdiff_t j = 0; j < f->u->regressors; j++) {
        f->name[j] = -1;
        for (ptrdiff_t n = 0; n < order->names; n++) {
            f->name[j] = strcmp(order->name[n], f->u->column[j]->name) == 0 ? n : f->name[j];
        }
    }
    for (ptrdiff_t o = 0; o < universe->outcome.count; o++) {
        const solow_piece *piece = &order->stratum->piece[solow_piece_of_outcome(universe, o)];
        for (ptrdiff_t c = 0; c < f->u->outcomes && piece->columns > 0; c++) {
            if (strcmp(f->u->column[f->u->regressors + c]->name, piece->name[0]) == 0) {
                f->outcome[o] = c;
            }
        }
    }
    memset(f->rule, 0, solow_bytes(f->u->regressors + 1, sizeof *f->rule));
}

/* The columns of a control set, in the order in which collinear ones go. */
static void list_columns(fitter *f, uint64_t pieces)
{
    const solow_stratum *stratum = f->order->stratum;
    ptrdiff_t last = solow_piece_of_outcome(stratum->universe, 0);
    f->columns = 0;
    for (ptrdiff_t p = 0; p < last; p++) {
        for (ptrdiff_t c = 0; (pieces >> p & 1U) != 0 && c < stratum->piece[p].columns; c++) {
            ptrdiff_t place = find_column(f->u, stratum->piece[p].name[c]), at = 0;
            while (at < f->columns && f->column[at] != place) {
                at++;
            }
            if (place >= 0 && at == f->columns) {
                f->column[f->columns++] = place;
            }
        }
    }
}

static const known_rule *rule_of(fitter *f)
{
    const solow_union *u = f->u;
    known_rule *rule = &f->rule[f->submodel.kept];
    if (!rule->known) {
        rule->known = true;
        (void)solow_small_sample_of(&u->facts.spec, u->facts.ssc, u->facts.shape, f->submodel.kept,
                                    (double)u->facts.shape->effects_rank, (double)u->facts.shape->nobs, &rule->sample,
                                    &rule->error);
    }
    return rule;
}

/* Which columns went, and why; true if that deserves a warning. */
static bool note_dropped(fitter *f, int64_t position)
{
    bool warning = false;
    const solow_union *u = f->u;
    for (ptrdiff_t c = 0; c < f->columns; c++) {
        char text[1024] = "constant within the effects", name[600], sentence[1800];
        ptrdiff_t column = f->column[c];
        if (f->kept[c]) {
            continue;
        }
        if (!u->absorbed[column]) {
            solow_submodel_combination(&u->basis, &f->submodel, column, f->b);
            for (ptrdiff_t j = 0; j < f->submodel.kept; j++) {
                f->text[j] = u->column[f->submodel.column[j]]->name;
                f->size[j] = u->size[f->submodel.column[j]];
            }
            solow_describe_combination(f->submodel.kept, f->b, f->size, f->text, (ptrdiff_t)sizeof text, text);
        }
        snprintf(name, sizeof name, "dropped:%.500s", u->column[column]->name);
        solow_fitted_note(f->fitted, position, name, text);
        snprintf(sentence, sizeof sentence, "%.500s was dropped as collinear: it is %s.", u->column[column]->name,
                 text);
        solow_fitted_note(f->fitted, position, NULL, sentence);
        warning = warning || u->absorbed[column];
    }
    return warning;
}

/* Variance of the kept coefficients into f->v, and what was repaired of it. */
static solow_status find_variance(fitter *f, const known_rule *rule, ptrdiff_t outcome, double rss,
                                  solow_psd_report *repair, solow_error *err)
{
    const solow_union *u = f->u;
    const solow_small_sample *s = &rule->sample;
    if (u->facts.spec.kind == SOLOW_VCOV_IID) {
        solow_submodel_bread(&u->basis, &f->submodel, rss / s->n * s->factor[0], f->v);
        return SOLOW_OK;
    }
    f->rho[u->basis.rank] = 1;
    solow_pair_meat(f->form[outcome], u->basis.rank, f->rho, f->work, f->meat);
    solow_submodel_variance(&u->basis, &f->submodel, f->meat, s->factor[0], f->v);
    size_t mark = f->arena.used;
    solow_status status = s->ways > 1 ? solow_psd_repair(f->submodel.kept, f->v, repair, &f->arena, err) : SOLOW_OK;
    f->arena.used = mark;
    return status;
}

static solow_linear_fit fit_of(const fitter *f, ptrdiff_t outcome, double rss)
{
    const solow_union *u = f->u;
    bool constant = false;
    for (ptrdiff_t j = 0; j < f->submodel.kept; j++) {
        constant = constant || f->submodel.column[j] == u->constant;
    }
    const solow_shape *shape = u->facts.shape;
    return (solow_linear_fit){
        .rows = (double)shape->rows,
        .nobs = (double)shape->nobs,
        .offered = f->columns,
        .kept = f->submodel.kept,
        .effects_rank = (double)shape->effects_rank,
        .centred = constant || shape->effects_rank > 0,
        .rss = rss,
        .within_tss = u->within_tss[outcome],
        .tss = u->tss[outcome],
        .mean_y = u->mean_y[outcome],
        .weights = u->task->model->weights != NULL ? u->task->model->weight_type : SOLOW_WEIGHT_NONE,
        .log_weights = u->log_weights,
    };
}

/* Numbers and terms of an estimate into the rank's array. */
static solow_status keep(fitter *f, int64_t position, bool warning, const known_rule *rule, const solow_record *record,
                         solow_error *err)
{
    ptrdiff_t k = f->submodel.kept, shown = 0;
    for (ptrdiff_t j = 0; j < k; j++) {
        shown += f->name[f->submodel.column[j]] >= 0 ? 1 : 0;
    }
    double *number = solow_fitted_more(f->fitted, solow_estimate_doubles(shown));
    if (number == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for estimates");
    }
    const double all[SOLOW_ESTIMATE_NUMBERS] = {(double)position,
                                                (double)f->order->rows,
                                                warning ? 1 : 0,
                                                (double)shown,
                                                rule->sample.df,
                                                rule->sample.ways > 0 ? rule->sample.least_g : NAN,
                                                record->k,
                                                record->df_residual,
                                                record->r_squared,
                                                record->adj_r_squared,
                                                record->within_r_squared,
                                                record->sigma,
                                                record->loglik,
                                                record->aic,
                                                record->bic,
                                                record->mean_y};
    memcpy(number, all, sizeof all);
    double *name = number + SOLOW_ESTIMATE_NUMBERS, *estimate = name + shown, *error = estimate + shown,
           *p_value = error + shown, *v = p_value + shown;
    for (ptrdiff_t j = 0; j < k; j++) {
        if (f->name[f->submodel.column[j]] < 0) {
            continue;
        }
        *name++ = (double)f->name[f->submodel.column[j]];
        *estimate++ = f->b[j];
        *error = sqrt(f->v[j * k + j]);
        *p_value++ = solow_p_value(f->b[j] / *error, rule->sample.df);
        error++;
        for (ptrdiff_t i = 0; i < k; i++) {
            if (f->name[f->submodel.column[i]] >= 0) {
                *v++ = f->v[j * k + i];
            }
        }
    }
    return SOLOW_OK;
}

/* Sentences that belong to one estimate; true if it is a warning. */
static bool note_fit(fitter *f, int64_t position, const solow_linear_fit *fit, const solow_psd_report *repair)
{
    if (solow_linear_fit_is_perfect(fit)) {
        solow_fitted_note(f->fitted, position, NULL, "The fit is perfect: standard errors are rounding noise or zero.");
    }
    if (fit->kept == 0) {
        solow_fitted_note(f->fitted, position, NULL, "The model has no regressors.");
    }
    bool repaired = repair->changed && repair->largest_move > SOLOW_REPAIR_TOLD;
    if (repaired) {
        char sentence[200];
        solow_vcov_repair_text(repair->smallest, (ptrdiff_t)sizeof sentence, sentence);
        solow_fitted_note(f->fitted, position, NULL, sentence);
    }
    return solow_linear_fit_is_perfect(fit) || repaired;
}

static solow_status fit_one(fitter *f, const solow_chosen *chosen, solow_error *err)
{
    const solow_union *u = f->u;
    ptrdiff_t o = f->outcome[chosen->at.outcome];
    const known_rule *rule = rule_of(f);
    const double *c = u->basis.r + (u->regressors + o) * u->basis.ld;
    solow_error local = {0};
    solow_psd_report repair = {0};
    double rest = solow_submodel_solve(&u->basis, &f->submodel, c, f->b, f->rho);
    const solow_linear_fit fit = fit_of(f, o, u->basis.rss[o] + u->basis.scale * rest);
    solow_record record = {0};
    solow_status status = solow_linear_fit_check(&fit, &local);
    if (status == SOLOW_OK && rule->error.status != SOLOW_OK) {
        local = rule->error;
        status = local.status;
    }
    status = status == SOLOW_OK ? find_variance(f, rule, o, fit.rss, &repair, &local) : status;
    for (ptrdiff_t j = 0; j < fit.kept && status == SOLOW_OK; j++) {
        if (!isfinite(f->v[j * fit.kept + j])) {
            status =
                SOLOW_FAIL(&local, SOLOW_ERR_NUMERIC,
                           "the variance is not finite: no degrees of freedom are left, or the residuals overflow");
        }
    }
    if (status == SOLOW_ERR_MEMORY) {
        return SOLOW_FAIL(err, status, "%s", local.message);
    }
    if (status != SOLOW_OK) {
        return solow_fitted_fail(f->fitted, chosen->position, f->order->rows, local.message, err);
    }
    solow_linear_fit_report(&fit, &record);
    bool warning = note_fit(f, chosen->position, &fit, &repair);
    status = keep(f, chosen->position, warning, rule, &record, err);
    if (status == SOLOW_OK && fit.kept < fit.offered && note_dropped(f, chosen->position)) {
        ptrdiff_t shown = 0;
        for (ptrdiff_t j = 0; j < fit.kept; j++) {
            shown += f->name[f->submodel.column[j]] >= 0 ? 1 : 0;
        }
        f->fitted->data[f->fitted->doubles - solow_estimate_doubles(shown) + SOLOW_ESTIMATE_STATUS] = 1;
    }
    return status;
}

/* First specification of a rank's share, at the beginning of a control set. */
static ptrdiff_t share(const solow_fit_order *order, int rank, int ranks)
{
    ptrdiff_t at = order->count * rank / ranks;
    while (at > 0 && at < order->count && order->chosen[at]->at.controls == order->chosen[at - 1]->at.controls) {
        at++;
    }
    return at;
}

solow_status solow_fit_specifications(const solow_fit_order *order, solow_fitted *fitted, solow_error *err)
{
    solow_comm *comm = order->united->run->comm;
    fitter f = {.order = order, .u = order->united, .fitted = fitted};
    solow_status status = take(&f, err);
    ptrdiff_t first = share(order, solow_comm_rank(comm), solow_comm_size(comm)),
              end = share(order, solow_comm_rank(comm) + 1, solow_comm_size(comm));
    if (status == SOLOW_OK) {
        look_up(&f);
    }
    for (ptrdiff_t i = first; i < end && status == SOLOW_OK; i++) {
        if (i == first || order->chosen[i]->at.controls != order->chosen[i - 1]->at.controls) {
            list_columns(&f, order->chosen[i]->pieces);
            solow_submodel_factor(&f.u->basis, f.columns, f.column, &f.submodel, f.kept);
        }
        status = fit_one(&f, order->chosen[i], err);
    }
    solow_arena_clear(&f.arena);
    return status;
}
