/* shard.c - outcomes as bytes. See shard.h. */
#include "engine/batch/shard.h"

#include <stdlib.h>
#include <string.h>

enum { PACKING = 1 }; /* rises when the bytes change */

/* The numbers of a record in the order of their bytes. */
static void numbers_of(solow_record *record, double **number)
{
    double *const list[] = {&record->clusters,      &record->k,
                            &record->df_residual,   &record->r_squared,
                            &record->adj_r_squared, &record->within_r_squared,
                            &record->sigma,         &record->loglik,
                            &record->aic,           &record->bic,
                            &record->mean_y};
    memcpy(number, list, sizeof list);
}

enum { NUMBERS = 11 };

static void pack_rows(const solow_record *r, solow_buffer *buffer)
{
    solow_put_integer(buffer, r->terms);
    for (ptrdiff_t i = 0; i < r->terms; i++) {
        solow_put_text(buffer, r->term[i].term);
        solow_put_number(buffer, r->term[i].estimate);
        solow_put_number(buffer, r->term[i].std_error);
        solow_put_number(buffer, r->term[i].df);
    }
    solow_put_integer(buffer, r->tests);
    for (ptrdiff_t i = 0; i < r->tests; i++) {
        solow_put_text(buffer, r->test[i].test);
        solow_put_number(buffer, r->test[i].statistic);
        solow_put_number(buffer, r->test[i].df1);
        solow_put_number(buffer, r->test[i].df2);
        solow_put_number(buffer, r->test[i].p_value);
        solow_put_text(buffer, r->test[i].note);
    }
    solow_put_integer(buffer, r->diagnostics);
    for (ptrdiff_t i = 0; i < r->diagnostics; i++) {
        solow_put_text(buffer, r->diagnostic[i].name);
        solow_put_number(buffer, r->diagnostic[i].value);
        solow_put_text(buffer, r->diagnostic[i].text);
    }
    solow_put_integer(buffer, r->effects);
    for (ptrdiff_t i = 0; i < r->effects; i++) {
        solow_put_text(buffer, r->effect[i].term);
        solow_put_text(buffer, r->effect[i].effect);
        solow_put_text(buffer, r->effect[i].horizon);
        solow_put_number(buffer, r->effect[i].estimate);
        solow_put_number(buffer, r->effect[i].std_error);
    }
}

static void pack_record(const solow_record *r, solow_buffer *buffer)
{
    solow_record copy = *r;
    double *number[NUMBERS];
    numbers_of(&copy, number);
    solow_put_integer(buffer, (int64_t)r->status);
    solow_put_integer(buffer, r->warning);
    solow_put_integer(buffer, r->converged);
    solow_put_integer(buffer, r->nobs);
    solow_put_integer(buffer, r->units);
    solow_put_integer(buffer, r->periods);
    for (int i = 0; i < NUMBERS; i++) {
        solow_put_number(buffer, *number[i]);
    }
    solow_put_text(buffer, r->message);
    solow_put_text(buffer, r->vcov_text);
    solow_put_text(buffer, r->ssc_text);
    solow_put_text(buffer, r->instruments);
    pack_rows(r, buffer);
    ptrdiff_t cells = r->vcov != NULL ? solow_product(r->terms, r->terms) : -1;
    solow_put_integer(buffer, cells);
    for (ptrdiff_t i = 0; i < cells; i++) {
        solow_put_number(buffer, r->vcov[i]);
    }
}

static int64_t name_index(const solow_outcome *outcome, const char *effect)
{
    int64_t n = 0;
    while (n < outcome->effect_names && outcome->effect_name[n] != effect) {
        n++;
    }
    return n;
}

void solow_pack_outcome(const solow_outcome *outcome, solow_buffer *buffer)
{
    solow_put_integer(buffer, PACKING);
    solow_put_integer(buffer, (int64_t)outcome->error.status);
    solow_put_text(buffer, outcome->error.message);
    solow_put_text(buffer, outcome->effects);
    pack_record(&outcome->record, buffer);
    solow_put_integer(buffer, outcome->drops);
    for (ptrdiff_t i = 0; i < outcome->drops; i++) {
        solow_put_text(buffer, outcome->drop[i].reason);
        solow_put_integer(buffer, outcome->drop[i].rows);
    }
    solow_put_integer(buffer, outcome->effect_names);
    for (ptrdiff_t i = 0; i < outcome->effect_names; i++) {
        solow_put_text(buffer, outcome->effect_name[i]);
    }
    solow_put_integer(buffer, outcome->levels);
    for (ptrdiff_t i = 0; i < outcome->levels; i++) {
        solow_put_integer(buffer, name_index(outcome, outcome->level[i].effect));
        solow_put_text(buffer, outcome->level[i].level);
        solow_put_number(buffer, outcome->level[i].value);
        solow_put_integer(buffer, outcome->level[i].component);
    }
}

/* Zeroed items for a count that the cursor is at; *count stays 0, and the cursor turns bad, if there cannot be so many. */
static void *items(solow_cursor *cursor, ptrdiff_t *count, size_t size)
{
    int64_t stated = solow_get_integer(cursor);
    if (!solow_cursor_holds(cursor, stated, sizeof(int64_t))) {
        return NULL;
    }
    void *list = solow_allocate_zeroed((ptrdiff_t)stated, size);
    cursor->bad = list == NULL;
    *count = list != NULL ? (ptrdiff_t)stated : 0;
    return list;
}

static void unpack_rows(solow_cursor *cursor, solow_record *r)
{
    r->term = items(cursor, &r->terms, sizeof *r->term);
    for (ptrdiff_t i = 0; i < r->terms; i++) {
        r->term[i].term = solow_get_text(cursor);
        r->term[i].estimate = solow_get_number(cursor);
        r->term[i].std_error = solow_get_number(cursor);
        r->term[i].df = solow_get_number(cursor);
    }
    r->test = items(cursor, &r->tests, sizeof *r->test);
    for (ptrdiff_t i = 0; i < r->tests; i++) {
        r->test[i].test = solow_get_text(cursor);
        r->test[i].statistic = solow_get_number(cursor);
        r->test[i].df1 = solow_get_number(cursor);
        r->test[i].df2 = solow_get_number(cursor);
        r->test[i].p_value = solow_get_number(cursor);
        r->test[i].note = solow_get_text(cursor);
    }
    r->diagnostic = items(cursor, &r->diagnostics, sizeof *r->diagnostic);
    for (ptrdiff_t i = 0; i < r->diagnostics; i++) {
        r->diagnostic[i].name = solow_get_text(cursor);
        r->diagnostic[i].value = solow_get_number(cursor);
        r->diagnostic[i].text = solow_get_text(cursor);
    }
    r->effect = items(cursor, &r->effects, sizeof *r->effect);
    for (ptrdiff_t i = 0; i < r->effects; i++) {
        r->effect[i].term = solow_get_text(cursor);
        r->effect[i].effect = solow_get_text(cursor);
        r->effect[i].horizon = solow_get_text(cursor);
        r->effect[i].estimate = solow_get_number(cursor);
        r->effect[i].std_error = solow_get_number(cursor);
    }
}

static void unpack_vcov(solow_cursor *cursor, solow_record *r)
{
    int64_t cells = solow_get_integer(cursor);
    if (cells == -1) {
        return;
    }
    cursor->bad = cursor->bad || cells != solow_product(r->terms, r->terms);
    if (!solow_cursor_holds(cursor, cells, sizeof(double))) {
        return;
    }
    r->vcov = solow_allocate((ptrdiff_t)cells, sizeof *r->vcov);
    cursor->bad = r->vcov == NULL;
    for (int64_t i = 0; i < cells && r->vcov != NULL; i++) {
        r->vcov[i] = solow_get_number(cursor);
    }
}

static void unpack_record(solow_cursor *cursor, solow_record *r)
{
    double *number[NUMBERS];
    solow_record_init(r);
    numbers_of(r, number);
    r->status = (solow_status)solow_get_integer(cursor);
    r->warning = solow_get_integer(cursor) != 0;
    r->converged = solow_get_integer(cursor) != 0;
    r->nobs = solow_get_integer(cursor);
    r->units = solow_get_integer(cursor);
    r->periods = solow_get_integer(cursor);
    for (int i = 0; i < NUMBERS; i++) {
        *number[i] = solow_get_number(cursor);
    }
    r->message = solow_get_text(cursor);
    r->vcov_text = solow_get_text(cursor);
    r->ssc_text = solow_get_text(cursor);
    r->instruments = solow_get_text(cursor);
    unpack_rows(cursor, r);
    unpack_vcov(cursor, r);
}

static void unpack_levels(solow_cursor *cursor, solow_outcome *outcome)
{
    outcome->effect_name = items(cursor, &outcome->effect_names, sizeof *outcome->effect_name);
    for (ptrdiff_t i = 0; i < outcome->effect_names; i++) {
        outcome->effect_name[i] = solow_get_text(cursor);
    }
    outcome->level = items(cursor, &outcome->levels, sizeof *outcome->level);
    for (ptrdiff_t i = 0; i < outcome->levels; i++) {
        int64_t name = solow_get_integer(cursor);
        cursor->bad = cursor->bad || name < 0 || name >= outcome->effect_names;
        outcome->level[i].effect = cursor->bad ? "" : outcome->effect_name[name];
        outcome->level[i].level = solow_get_text(cursor);
        outcome->level[i].value = solow_get_number(cursor);
        outcome->level[i].component = solow_get_integer(cursor);
    }
}

solow_status solow_unpack_outcome(const solow_model *model, solow_cursor *cursor, solow_outcome *outcome,
                                  solow_error *err)
{
    solow_outcome made = {.model = model};
    cursor->bad = cursor->bad || solow_get_integer(cursor) != PACKING;
    solow_status cause = (solow_status)solow_get_integer(cursor);
    char *message = solow_get_text(cursor);
    if (cause != SOLOW_OK && message != NULL) {
        SOLOW_FAIL(&made.error, cause, "%s", message);
    }
    free(message);
    made.effects = solow_get_text(cursor);
    unpack_record(cursor, &made.record);
    made.drop = items(cursor, &made.drops, sizeof *made.drop);
    for (ptrdiff_t i = 0; i < made.drops; i++) {
        made.drop[i].reason = solow_get_text(cursor);
        made.drop[i].rows = solow_get_integer(cursor);
    }
    unpack_levels(cursor, &made);
    if (cursor->bad) {
        solow_outcome_clear(&made);
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL,
                          "the finished estimate of model `%s` cannot be read back; begin anew with --restart",
                          model->id);
    }
    *outcome = made;
    return SOLOW_OK;
}
