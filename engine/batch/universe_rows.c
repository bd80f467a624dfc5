/* universe_rows.c - see universe_rows.h. */
#include "engine/batch/universe_rows.h"

#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double *numbers(solow_table *table, const char *name)
{
    return solow_table_column_find(table, name)->number;
}

static int64_t *integers(solow_table *table, const char *name)
{
    return solow_table_column_find(table, name)->integer;
}

static char **texts(solow_table *table, const char *name)
{
    return solow_table_column_find(table, name)->text;
}

/* A text of the table, which every cell that shows it may share; "" where there was no memory, which failed then says. */
static char *keep(solow_table *table, const char *text, bool *good)
{
    char *kept = solow_table_keep_text(table, text != NULL ? text : "");
    *good = *good && kept != NULL;
    return kept;
}

typedef struct tidy_columns {
    char **model, **group, **term;
    double *estimate, *std_error, *statistic, *df, *p_value, *low, *high;
} tidy_columns;

static tidy_columns tidy_of(solow_table *tidy)
{
    return (tidy_columns){texts(tidy, "model"),      texts(tidy, "group"),       texts(tidy, "term"),
                          numbers(tidy, "estimate"), numbers(tidy, "std_error"), numbers(tidy, "statistic"),
                          numbers(tidy, "df"),       numbers(tidy, "p_value"),   numbers(tidy, "conf_low"),
                          numbers(tidy, "conf_high")};
}

/* Names of the terms of one set of estimates, kept in /tidy: term [names]. */
typedef struct tidy_names {
    const solow_bundle *of;
    char **term;
    ptrdiff_t room;
} tidy_names;

static bool name_terms(solow_table *tidy, const solow_bundle *of, tidy_names *names)
{
    bool good = true;
    if (names->of == of) {
        return true;
    }
    if (of->names > names->room) {
        char **grown = solow_resize(names->term, of->names, sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        names->term = grown;
        names->room = of->names;
    }
    for (ptrdiff_t n = 0; n < of->names; n++) {
        names->term[n] = keep(tidy, of->name[n], &good);
    }
    names->of = of;
    return good;
}

/* Cells of /tidy of one estimate from row on. */
static void fill_tidy(const tidy_columns *to, int64_t row, const double *number, char *const *name, double reach)
{
    ptrdiff_t k = (ptrdiff_t)number[SOLOW_ESTIMATE_TERMS];
    const double *of = number + SOLOW_ESTIMATE_NUMBERS, *estimate = of + k, *error = estimate + k, *p_value = error + k;
    for (ptrdiff_t t = 0; t < k; t++, row++) {
        to->term[row] = name[(ptrdiff_t)of[t]];
        to->estimate[row] = estimate[t];
        to->std_error[row] = error[t];
        to->statistic[row] = estimate[t] / error[t];
        to->df[row] = number[SOLOW_ESTIMATE_DF];
        to->p_value[row] = p_value[t];
        to->low[row] = estimate[t] - reach * error[t];
        to->high[row] = estimate[t] + reach * error[t];
    }
}

/* The critical value of the last degrees of freedom: most neighbours share it. */
typedef struct critical {
    double df, value;
} critical;

static double critical_of(critical *last, double level, double df)
{
    if (last->df != df) {
        *last = (critical){df, solow_critical_value(level, df)};
    }
    return last->value;
}

typedef struct glance_numbers {
    const char *name;
    int at;
} glance_numbers;

static const glance_numbers glance_list[] = {{"k", SOLOW_ESTIMATE_K},
                                             {"df_residual", SOLOW_ESTIMATE_DF_RESIDUAL},
                                             {"r_squared", SOLOW_ESTIMATE_R_SQUARED},
                                             {"adj_r_squared", SOLOW_ESTIMATE_ADJ_R_SQUARED},
                                             {"within_r_squared", SOLOW_ESTIMATE_WITHIN_R_SQUARED},
                                             {"sigma", SOLOW_ESTIMATE_SIGMA},
                                             {"loglik", SOLOW_ESTIMATE_LOGLIK},
                                             {"aic", SOLOW_ESTIMATE_AIC},
                                             {"bic", SOLOW_ESTIMATE_BIC},
                                             {"mean_y", SOLOW_ESTIMATE_MEAN_Y}};
enum { GLANCE_NUMBERS = sizeof glance_list / sizeof *glance_list };

typedef struct glance_columns {
    double *number[GLANCE_NUMBERS];
    int64_t *nobs, *units, *periods, *clusters, *converged;
    char **model, **group, **estimator, **outcome, **vcov, **ssc, **effects, **status, **message;
} glance_columns;

static glance_columns glance_of(solow_table *t)
{
    glance_columns made = {.nobs = integers(t, "nobs"),
                           .units = integers(t, "n_units"),
                           .periods = integers(t, "n_periods"),
                           .clusters = integers(t, "n_clusters"),
                           .converged = integers(t, "converged"),
                           .model = texts(t, "model"),
                           .group = texts(t, "group"),
                           .estimator = texts(t, "estimator"),
                           .outcome = texts(t, "outcome"),
                           .vcov = texts(t, "vcov"),
                           .ssc = texts(t, "ssc"),
                           .effects = texts(t, "effects"),
                           .status = texts(t, "status"),
                           .message = texts(t, "message")};
    for (ptrdiff_t n = 0; n < GLANCE_NUMBERS; n++) {
        made.number[n] = numbers(t, glance_list[n].name);
    }
    return made;
}

/* What the estimates of one set of rows share, kept in /glance. */
typedef struct glance_texts {
    const solow_outcome *of;
    char *vcov, *ssc, *effects, *message;
} glance_texts;

static bool share_texts(solow_table *glance, const solow_outcome *row, glance_texts *shared)
{
    bool good = true;
    if (shared->of != row) {
        *shared =
            (glance_texts){row, keep(glance, row->record.vcov_text, &good), keep(glance, row->record.ssc_text, &good),
                           keep(glance, row->effects, &good), keep(glance, row->record.message, &good)};
    }
    return good;
}

/* The sentences of one estimate after those of its rows; malloc'ed; NULL where there are none. */
static char *own_message(const solow_bundle *bundle, const char *shared, int64_t position, bool *good)
{
    solow_buffer text = {0};
    bool any = false;
    for (ptrdiff_t n = solow_bundle_first_note(bundle, position);
         n < bundle->notes && bundle->note[n].position == position; n++) {
        if (bundle->note[n].name == NULL) {
            if (!any) {
                solow_buffer_text(&text, shared);
            }
            any = true;
            solow_buffer_format(&text, "%s%s", text.length > 0 ? " " : "", bundle->note[n].text);
        }
    }
    *good = *good && !text.failed;
    return text.text;
}

static void fill_glance(const glance_columns *to, int64_t row, const double *number, const solow_outcome *shared)
{
    bool failed = number[SOLOW_ESTIMATE_STATUS] == 2;
    to->converged[row] = !failed;
    for (ptrdiff_t n = 0; n < GLANCE_NUMBERS && !failed; n++) {
        to->number[n][row] = number[glance_list[n].at];
    }
    if (!failed) {
        double clusters = number[SOLOW_ESTIMATE_CLUSTERS];
        to->nobs[row] = shared->record.nobs;
        to->units[row] = shared->record.units;
        to->periods[row] = shared->record.periods;
        to->clusters[row] = isnan(clusters) ? SOLOW_MISSING_INTEGER : (int64_t)clusters;
    }
}

struct solow_row_writer {
    solow_results *results;
    const solow_model *model;
    int64_t tidy_row, glance_row;
    tidy_columns tidy;
    glance_columns glance;
    tidy_names names;
    glance_texts shared;
    critical critical;
    char *tidy_model, *glance_model, *estimator, *status[3], *none;
    char **outcome; /* of the universe, in /glance */
    char **term;    /* room for the names of all arrays, the results' */
};

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the rows of a multiverse");
}

static bool keep_texts(solow_row_writer *w)
{
    bool good = true;
    const solow_universe *u = w->model->universe;
    w->tidy_model = keep(&w->results->tidy, w->model->id, &good);
    w->glance_model = keep(&w->results->glance, w->model->id, &good);
    w->estimator = keep(&w->results->glance, w->model->estimator, &good);
    w->status[0] = keep(&w->results->glance, "ok", &good);
    w->status[1] = keep(&w->results->glance, "warning", &good);
    w->status[2] = keep(&w->results->glance, "failed", &good);
    w->none = keep(&w->results->glance, "", &good);
    for (ptrdiff_t o = 0; o < u->outcome.count; o++) {
        w->outcome[o] = keep(&w->results->glance, u->outcome_name[o], &good);
    }
    return good;
}

solow_status solow_row_writer_create(solow_results *results, const solow_model *model, int64_t estimates, int64_t terms,
                                     solow_row_writer **writer, solow_error *err)
{
    solow_row_writer *w = solow_allocate_zeroed(1, sizeof *w);
    if (w == NULL) {
        return no_memory(err);
    }
    *w = (solow_row_writer){.results = results,
                            .model = model,
                            .tidy_row = results->tidy.rows,
                            .glance_row = results->glance.rows,
                            .critical = {NAN, NAN}};
    w->outcome = solow_allocate(model->universe->outcome.count, sizeof *w->outcome);
    w->term = solow_allocate((ptrdiff_t)terms, sizeof *w->term);
    solow_status status = w->outcome != NULL && w->term != NULL && keep_texts(w) ? SOLOW_OK : no_memory(err);
    if (status == SOLOW_OK) {
        status = solow_results_own(results, w->term, err);
    } else {
        free(w->term);
    }
    status = status == SOLOW_OK ? solow_table_grow(&results->tidy, terms, err) : status;
    status = status == SOLOW_OK ? solow_table_grow(&results->glance, estimates, err) : status;
    if (status != SOLOW_OK) {
        solow_row_writer_destroy(w);
        return status;
    }
    w->tidy = tidy_of(&results->tidy);
    w->glance = glance_of(&results->glance);
    *writer = w;
    return SOLOW_OK;
}

void solow_row_writer_destroy(solow_row_writer *writer)
{
    if (writer != NULL) {
        free(writer->names.term);
        free(writer->outcome);
        free(writer);
    }
}

/* Estimate and variance stay where they are; names are those of /tidy. */
static solow_status share_arrays(solow_row_writer *w, double *number, char *group, solow_error *err)
{
    ptrdiff_t k = (ptrdiff_t)number[SOLOW_ESTIMATE_TERMS];
    double *name = number + SOLOW_ESTIMATE_NUMBERS;
    if (k == 0) {
        return SOLOW_OK;
    }
    for (ptrdiff_t t = 0; t < k; t++) {
        w->term[t] = w->names.term[(ptrdiff_t)name[t]];
    }
    const solow_model_arrays arrays = {.model = w->glance_model,
                                       .group = group,
                                       .terms = k,
                                       .term = w->term,
                                       .estimate = name + k,
                                       .vcov = name + SOLOW_ESTIMATE_LISTS * k};
    w->term += k;
    return solow_results_add_shared(w->results, &arrays, err);
}

/* Texts of a row of /glance. */
static void name_row(solow_row_writer *w, ptrdiff_t outcome, int status, char *group, char *message)
{
    int64_t row = w->glance_row;
    w->glance.model[row] = w->glance_model;
    w->glance.group[row] = group;
    w->glance.estimator[row] = w->estimator;
    w->glance.outcome[row] = w->outcome[outcome];
    w->glance.vcov[row] = status < 2 ? w->shared.vcov : w->none;
    w->glance.ssc[row] = status < 2 ? w->shared.ssc : w->none;
    w->glance.effects[row] = w->shared.effects;
    w->glance.status[row] = w->status[status];
    w->glance.message[row] = message;
}

solow_status solow_row_write(solow_row_writer *w, const solow_estimate_place *at, ptrdiff_t outcome, const char *group,
                             solow_error *err)
{
    static const solow_outcome nobody = {0};
    const solow_bundle *bundle = at->outcome->estimates;
    ptrdiff_t rows = (ptrdiff_t)at->number[SOLOW_ESTIMATE_ROWS], k = (ptrdiff_t)at->number[SOLOW_ESTIMATE_TERMS];
    const solow_outcome *shared = rows >= 0 ? &bundle->row[rows] : &nobody;
    int status = (int)at->number[SOLOW_ESTIMATE_STATUS];
    bool good =
        name_terms(&w->results->tidy, bundle, &w->names) && share_texts(&w->results->glance, shared, &w->shared);
    char *message = good ? own_message(bundle, status < 2 ? w->shared.message : "", at->position, &good) : NULL;
    char *in_tidy = keep(&w->results->tidy, group, &good), *in_glance = keep(&w->results->glance, group, &good);
    char *told = message != NULL ? keep(&w->results->glance, message, &good) : w->shared.message;
    free(message);
    if (!good) {
        return no_memory(err);
    }
    status = status == 0 && shared->record.warning ? 1 : status;
    fill_tidy(&w->tidy, w->tidy_row, at->number, w->names.term,
              critical_of(&w->critical, w->model->level, at->number[SOLOW_ESTIMATE_DF]));
    for (ptrdiff_t t = 0; t < k; t++) {
        w->tidy.model[w->tidy_row + t] = w->tidy_model;
        w->tidy.group[w->tidy_row + t] = in_tidy;
    }
    fill_glance(&w->glance, w->glance_row, at->number, shared);
    name_row(w, outcome, status, in_glance, told);
    w->tidy_row += k;
    w->glance_row++;
    return share_arrays(w, at->number, in_glance, err);
}
