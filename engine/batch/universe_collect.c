/* universe_collect.c - the rows of a multiverse in the result tables, in the order of the job. See universe.h.
 *
 * Tables grow once and their columns are written as arrays; texts that repeat are kept once. An estimate has rows in /tidy,
 * /glance, /groups and /models; /diagnostics holds its dropped terms alone, and what its rows share once, under the name of its
 * stratum: `rows:J:NAME` for the J-th set of rows.
 */
#include "engine/batch/universe.h"

#include "engine/batch/bundle.h"
#include "kernels/stats/distributions.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct place { /* one estimate of the model */
    int64_t position;
    const solow_outcome *outcome; /* whose estimate, or in whose estimates */
    const double *number;         /* NULL: an outcome of its own */
} place;

typedef struct collection {
    solow_run *run;
    const solow_model *model;
    ptrdiff_t count, terms, failed;
    place *place;    /* [count] by position */
    int64_t *number; /* of each position */
    char *controls;
    size_t controls_size;
} collection;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the rows of a multiverse");
}

static int by_position(const void *a, const void *b)
{
    int64_t x = ((const place *)a)->position, y = ((const place *)b)->position;
    return (x > y) - (x < y);
}

static solow_status list_places(collection *all, ptrdiff_t count, const solow_outcome *outcome, solow_error *err)
{
    ptrdiff_t most = 0;
    for (ptrdiff_t o = 0; o < count; o++) {
        most += outcome[o].estimates != NULL ? outcome[o].estimates->count : 1;
    }
    all->place = solow_allocate(most, sizeof *all->place);
    if (all->place == NULL) {
        return no_memory(err);
    }
    for (ptrdiff_t o = 0; o < count; o++) {
        const solow_bundle *estimates = outcome[o].estimates;
        if (estimates == NULL) {
            all->place[all->count++] = (place){outcome[o].window, &outcome[o], NULL};
        }
        for (ptrdiff_t e = 0; estimates != NULL && e < estimates->count; e++) {
            const double *number = estimates->data + estimates->at[e];
            all->terms += (ptrdiff_t)number[SOLOW_ESTIMATE_TERMS];
            all->place[all->count++] = (place){(int64_t)number[SOLOW_ESTIMATE_POSITION], &outcome[o], number};
        }
    }
    if (all->count > 1) {
        qsort(all->place, (size_t)all->count, sizeof *all->place, by_position);
    }
    return SOLOW_OK;
}

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

/* The group of a position as every table spells it; malloc'ed. */
static char *group_of(collection *all, int64_t position, ptrdiff_t *pairs, solow_key_value *pair)
{
    const solow_universe *u = all->model->universe;
    const solow_specification at = solow_universe_at(u, all->number[position]);
    if (!solow_universe_name(u, &at, all->controls_size, all->controls, pairs, pair)) {
        return NULL;
    }
    return solow_group_text(all->model, *pairs, pair);
}

/* Cells of /tidy of one estimate from row on. */
static void fill_tidy(const tidy_columns *to, int64_t row, const double *number, const tidy_names *names, double reach)
{
    const double *term = number + SOLOW_ESTIMATE_NUMBERS;
    ptrdiff_t k = (ptrdiff_t)number[SOLOW_ESTIMATE_TERMS];
    for (ptrdiff_t t = 0; t < k; t++, row++, term += SOLOW_ESTIMATE_TERM) {
        to->term[row] = names->term[(ptrdiff_t)term[0]];
        to->estimate[row] = term[1];
        to->std_error[row] = term[2];
        to->statistic[row] = term[1] / term[2];
        to->df[row] = number[SOLOW_ESTIMATE_DF];
        to->p_value[row] = term[3];
        to->low[row] = term[1] - reach * term[2];
        to->high[row] = term[1] + reach * term[2];
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

/* ---- /glance ---- */

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
static char *own_message(const solow_bundle *estimates, const char *shared, int64_t position, bool *good)
{
    solow_buffer text = {0};
    bool any = false;
    for (ptrdiff_t n = solow_bundle_first_note(estimates, position);
         n < estimates->notes && estimates->note[n].position == position; n++) {
        if (estimates->note[n].name == NULL) {
            if (!any) {
                solow_buffer_text(&text, shared);
            }
            any = true;
            solow_buffer_format(&text, "%s%s", text.length > 0 ? " " : "", estimates->note[n].text);
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

/* ---- one estimate after the other ---- */

typedef struct writer {
    collection *all;
    tidy_columns tidy;
    glance_columns glance;
    tidy_names names;
    glance_texts shared;
    critical critical;
    char *tidy_model, *glance_model, *estimator, *status[3], *none;
    char **outcome; /* of the universe, in /glance */
} writer;

static bool open_writer(writer *w, collection *all)
{
    bool good = true;
    solow_results *results = all->run->results;
    const solow_universe *u = all->model->universe;
    *w = (writer){.all = all, .critical = {NAN, NAN}};
    w->outcome = solow_allocate(u->outcome.count, sizeof *w->outcome);
    if (w->outcome == NULL) {
        return false;
    }
    w->tidy_model = keep(&results->tidy, all->model->id, &good);
    w->glance_model = keep(&results->glance, all->model->id, &good);
    w->estimator = keep(&results->glance, all->model->estimator, &good);
    w->status[0] = keep(&results->glance, "ok", &good);
    w->status[1] = keep(&results->glance, "warning", &good);
    w->status[2] = keep(&results->glance, "failed", &good);
    w->none = keep(&results->glance, "", &good);
    for (ptrdiff_t o = 0; o < u->outcome.count; o++) {
        w->outcome[o] = keep(&results->glance, u->outcome_name[o], &good);
    }
    return good;
}

static bool add_groups(collection *all, const char *group, ptrdiff_t pairs, const solow_key_value *pair)
{
    solow_table *table = &all->run->results->groups;
    bool good = true;
    for (ptrdiff_t p = 0; p < pairs && good; p++) {
        int64_t row = solow_table_append(table);
        good = row >= 0 && solow_table_set_text(table, row, "model", all->model->id) &&
               solow_table_set_text(table, row, "group", group) &&
               solow_table_set_text(table, row, "key", pair[p].key) &&
               solow_table_set_text(table, row, "value", pair[p].value);
    }
    return good;
}

static solow_status add_arrays(const collection *all, const place *at, const char *group, solow_error *err)
{
    enum { MOST = 512 };
    const char *term[MOST];
    double estimate[MOST];
    const double *number = at->number, *each = number + SOLOW_ESTIMATE_NUMBERS;
    ptrdiff_t k = (ptrdiff_t)number[SOLOW_ESTIMATE_TERMS];
    for (ptrdiff_t t = 0; t < k && t < MOST; t++) {
        term[t] = at->outcome->estimates->name[(ptrdiff_t)each[SOLOW_ESTIMATE_TERM * t]];
        estimate[t] = each[SOLOW_ESTIMATE_TERM * t + 1];
    }
    return k > 0 && k < MOST ? solow_results_add_model(all->run->results, all->model->id, group, k, term, estimate,
                                                       each + SOLOW_ESTIMATE_TERM * k, err)
                             : SOLOW_OK;
}

/* Diagnostics of one estimate: the terms that were dropped. */
static bool add_notes(collection *all, const solow_bundle *estimates, int64_t position, const char *group)
{
    solow_table *table = &all->run->results->diagnostics;
    bool good = true;
    for (ptrdiff_t n = solow_bundle_first_note(estimates, position);
         n < estimates->notes && estimates->note[n].position == position && good; n++) {
        const solow_bundle_note *note = &estimates->note[n];
        if (note->name != NULL) {
            int64_t row = solow_table_append(table);
            good = row >= 0 && solow_table_set_text(table, row, "model", all->model->id) &&
                   solow_table_set_text(table, row, "group", group) &&
                   solow_table_set_text(table, row, "name", note->name) &&
                   solow_table_set_text(table, row, "text", note->text);
        }
    }
    return good;
}

static bool write_rows(writer *w, const place *at, int64_t tidy_row, int64_t glance_row, const char *group)
{
    static const solow_outcome nobody = {0};
    solow_results *results = w->all->run->results;
    const solow_bundle *estimates = at->outcome->estimates;
    ptrdiff_t rows = (ptrdiff_t)at->number[SOLOW_ESTIMATE_ROWS], k = (ptrdiff_t)at->number[SOLOW_ESTIMATE_TERMS];
    const solow_outcome *shared = rows >= 0 ? &estimates->row[rows] : &nobody;
    int status = (int)at->number[SOLOW_ESTIMATE_STATUS];
    bool good = name_terms(&results->tidy, estimates, &w->names) && share_texts(&results->glance, shared, &w->shared);
    char *message = own_message(estimates, status < 2 ? w->shared.message : "", at->position, &good);
    char *in_tidy = keep(&results->tidy, group, &good), *in_glance = keep(&results->glance, group, &good);
    if (good) {
        const solow_specification own = solow_universe_at(w->all->model->universe, w->all->number[at->position]);
        status = status == 0 && shared->record.warning ? 1 : status;
        fill_tidy(&w->tidy, tidy_row, at->number, &w->names,
                  critical_of(&w->critical, w->all->model->level, at->number[SOLOW_ESTIMATE_DF]));
        for (ptrdiff_t t = 0; t < k; t++) {
            w->tidy.model[tidy_row + t] = w->tidy_model;
            w->tidy.group[tidy_row + t] = in_tidy;
        }
        fill_glance(&w->glance, glance_row, at->number, shared);
        w->glance.model[glance_row] = w->glance_model;
        w->glance.group[glance_row] = in_glance;
        w->glance.estimator[glance_row] = w->estimator;
        w->glance.outcome[glance_row] = w->outcome[own.outcome];
        w->glance.vcov[glance_row] = status < 2 ? w->shared.vcov : w->none;
        w->glance.ssc[glance_row] = status < 2 ? w->shared.ssc : w->none;
        w->glance.effects[glance_row] = w->shared.effects;
        w->glance.status[glance_row] = w->status[status];
        w->glance.message[glance_row] = message != NULL ? keep(&results->glance, message, &good) : w->shared.message;
    }
    free(message);
    return good;
}

/* Of one run of estimates that stand together, from place `first` to `end`. */
static solow_status write_run(collection *all, ptrdiff_t first, ptrdiff_t end, solow_error *err)
{
    solow_results *results = all->run->results;
    int64_t tidy_row = results->tidy.rows, glance_row = results->glance.rows, terms = 0;
    writer w;
    for (ptrdiff_t i = first; i < end; i++) {
        terms += (int64_t)all->place[i].number[SOLOW_ESTIMATE_TERMS];
    }
    bool good = open_writer(&w, all);
    solow_status status = good ? solow_table_grow(&results->tidy, terms, err) : no_memory(err);
    status = status == SOLOW_OK ? solow_table_grow(&results->glance, end - first, err) : status;
    if (status == SOLOW_OK) {
        w.tidy = tidy_of(&results->tidy);
        w.glance = glance_of(&results->glance);
    }
    for (ptrdiff_t i = first; i < end && status == SOLOW_OK; i++) {
        const place *at = &all->place[i];
        solow_key_value pair[SOLOW_UNIVERSE_KEYS];
        ptrdiff_t pairs = 0;
        char *group = group_of(all, at->position, &pairs, pair);
        good = group != NULL && write_rows(&w, at, tidy_row, glance_row++, group) &&
               add_groups(all, group, pairs, pair) &&
               (at->outcome->estimates->notes == 0 || add_notes(all, at->outcome->estimates, at->position, group));
        tidy_row += (int64_t)at->number[SOLOW_ESTIMATE_TERMS];
        status = good ? add_arrays(all, at, group, err) : no_memory(err);
        free(group);
    }
    free(w.names.term);
    free(w.outcome);
    return status;
}

/* What the rows of a stratum share, under the stratum's name. */
static solow_status write_shared(collection *all, const solow_outcome *outcome, solow_error *err)
{
    const solow_bundle *estimates = outcome->estimates;
    char *group = solow_group_text(outcome->model, outcome->own_groups, outcome->own_group);
    solow_status status = group != NULL ? SOLOW_OK : no_memory(err);
    for (ptrdiff_t r = 0; r < estimates->rows && status == SOLOW_OK; r++) {
        const solow_outcome *row = &estimates->row[r];
        for (ptrdiff_t d = 0; d < row->drops + row->record.diagnostics && status == SOLOW_OK; d++) {
            const solow_record_diagnostic *own = d < row->drops ? NULL : &row->record.diagnostic[d - row->drops];
            if (own != NULL && (strcmp(own->name, "k_counted") == 0 || strncmp(own->name, "factor", 6) == 0)) {
                continue; /* they depend on how many regressors a specification has */
            }
            solow_table *table = &all->run->results->diagnostics;
            int64_t at = solow_table_append(table);
            char name[700];
            snprintf(name, sizeof name, "rows:%td:%s%s", r + 1, own == NULL ? "dropped_rows:" : "",
                     own == NULL ? row->drop[d].reason : own->name);
            bool good = at >= 0 && solow_table_set_text(table, at, "model", all->model->id) &&
                        solow_table_set_text(table, at, "group", group) &&
                        solow_table_set_text(table, at, "name", name) &&
                        solow_table_set_text(table, at, "text", own != NULL ? own->text : "");
            if (good) {
                solow_table_set_number(table, at, "value", own != NULL ? own->value : (double)row->drop[d].rows);
            }
            status = good ? SOLOW_OK : no_memory(err);
        }
    }
    free(group);
    return status;
}

/* A stratum that failed as a whole (its ranks crashed each time) has one row. */
static solow_status write_places(collection *all, solow_error *err)
{
    solow_status status = SOLOW_OK;
    for (ptrdiff_t i = 0; i < all->count && status == SOLOW_OK;) {
        ptrdiff_t end = i;
        while (end < all->count && all->place[end].number != NULL) {
            end++;
        }
        status = end > i ? write_run(all, i, end, err) : solow_collect(all->run, all->place[i].outcome, err);
        i = end > i ? end : i + 1;
    }
    return status;
}

solow_status solow_collect_universe(solow_run *run, ptrdiff_t count, const solow_outcome *outcome, solow_error *err)
{
    ptrdiff_t numbers_count = 0;
    collection all = {.run = run, .model = outcome[0].model};
    all.number = solow_universe_list(all.model->universe, &numbers_count);
    all.controls_size = solow_universe_name_bytes(all.model->universe);
    all.controls = malloc(all.controls_size);
    solow_status status = all.number != NULL && all.controls != NULL ? SOLOW_OK : no_memory(err);
    status = status == SOLOW_OK ? list_places(&all, count, outcome, err) : status;
    for (ptrdiff_t o = 0; o < count && status == SOLOW_OK; o++) {
        if (outcome[o].estimates != NULL) {
            status = write_shared(&all, &outcome[o], err);
        }
    }
    status = status == SOLOW_OK ? write_places(&all, err) : status;
    free(all.place);
    free(all.number);
    free(all.controls);
    return status;
}
