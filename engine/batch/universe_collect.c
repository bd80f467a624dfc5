/* universe_collect.c - the rows of a multiverse in the result tables, in the order of the job. See universe.h.
 *
 * Tables grow once and their columns are written as arrays; texts that repeat are kept once. An estimate has rows in /tidy,
 * /glance, /groups and /models; /diagnostics holds its dropped terms alone, and what its rows share once, under the name of its
 * stratum: `rows:J:NAME` for the J-th set of rows.
 */
#include "engine/batch/universe.h"

#include "engine/batch/universe_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct collection {
    solow_run *run;
    const solow_model *model;
    ptrdiff_t count;
    solow_estimate_place *place; /* [count] by position */
    int64_t *number;             /* of each position */
    char *controls;
    size_t controls_size;
} collection;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the rows of a multiverse");
}

static int by_position(const void *a, const void *b)
{
    int64_t x = ((const solow_estimate_place *)a)->position, y = ((const solow_estimate_place *)b)->position;
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
            all->place[all->count++] = (solow_estimate_place){outcome[o].window, &outcome[o], NULL};
        }
        for (ptrdiff_t e = 0; estimates != NULL && e < estimates->count; e++) {
            double *number = estimates->data + estimates->at[e];
            all->place[all->count++] =
                (solow_estimate_place){(int64_t)number[SOLOW_ESTIMATE_POSITION], &outcome[o], number};
        }
    }
    if (all->count > 1) {
        qsort(all->place, (size_t)all->count, sizeof *all->place, by_position);
    }
    return SOLOW_OK;
}

/* The group of a specification as every table spells it; malloc'ed. */
static char *group_of(collection *all, const solow_specification *own, ptrdiff_t *pairs, solow_key_value *pair)
{
    const solow_universe *u = all->model->universe;
    if (!solow_universe_name(u, own, all->controls_size, all->controls, pairs, pair)) {
        return NULL;
    }
    return solow_group_text(all->model, *pairs, pair);
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

/* Of one run of estimates that stand together, from place `first` to `end`. */
static solow_status write_run(collection *all, ptrdiff_t first, ptrdiff_t end, solow_error *err)
{
    int64_t terms = 0;
    solow_row_writer *writer = NULL;
    for (ptrdiff_t i = first; i < end; i++) {
        terms += (int64_t)all->place[i].number[SOLOW_ESTIMATE_TERMS];
    }
    solow_status status = solow_row_writer_create(all->run->results, all->model, end - first, terms, &writer, err);
    for (ptrdiff_t i = first; i < end && status == SOLOW_OK; i++) {
        const solow_estimate_place *at = &all->place[i];
        const solow_specification own = solow_universe_at(all->model->universe, all->number[at->position]);
        solow_key_value pair[SOLOW_UNIVERSE_KEYS];
        ptrdiff_t pairs = 0;
        char *group = group_of(all, &own, &pairs, pair);
        status = group != NULL ? solow_row_write(writer, at, own.outcome, group, err) : no_memory(err);
        if (status == SOLOW_OK &&
            !(add_groups(all, group, pairs, pair) && add_notes(all, at->outcome->estimates, at->position, group))) {
            status = no_memory(err);
        }
        free(group);
    }
    solow_row_writer_destroy(writer);
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

solow_status solow_collect_universe(solow_run *run, ptrdiff_t count, solow_outcome *outcome, solow_error *err)
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
    for (ptrdiff_t o = 0; o < count && status == SOLOW_OK; o++) {
        if (outcome[o].estimates != NULL) { /* the arrays of the models lie in it */
            status = solow_results_own(run->results, outcome[o].estimates->data, err);
            outcome[o].estimates->data = NULL;
        }
    }
    free(all.place);
    free(all.number);
    free(all.controls);
    return status;
}
