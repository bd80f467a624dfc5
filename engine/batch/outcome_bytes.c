/* outcome_bytes.c - an outcome as bytes, and back: how it goes from rank to rank and to disk. See outcome.h. */
#include "engine/batch/outcome.h"

#include "engine/batch/bundle.h"

#include "io/ledger/fields.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST = 8 }; /* bytes that an item of any list takes at least */

/* The numbers of a record in one order, for both directions. */
enum { NUMBERS = 11 };
static void list_numbers(solow_record *record, double *number[NUMBERS])
{
    double *const all[NUMBERS] = {&record->clusters,      &record->k,
                                  &record->df_residual,   &record->r_squared,
                                  &record->adj_r_squared, &record->within_r_squared,
                                  &record->sigma,         &record->loglik,
                                  &record->aic,           &record->bic,
                                  &record->mean_y};
    memcpy(number, all, sizeof all);
}

static void put_lists(const solow_record *record, solow_buffer *out)
{
    solow_put_integer(out, record->terms);
    for (ptrdiff_t i = 0; i < record->terms; i++) {
        const solow_record_term *term = &record->term[i];
        solow_put_text(out, term->term);
        solow_put_number(out, term->estimate);
        solow_put_number(out, term->std_error);
        solow_put_number(out, term->df);
    }
    solow_put_integer(out, record->tests);
    for (ptrdiff_t i = 0; i < record->tests; i++) {
        const solow_record_test *test = &record->test[i];
        solow_put_text(out, test->test);
        solow_put_number(out, test->statistic);
        solow_put_number(out, test->df1);
        solow_put_number(out, test->df2);
        solow_put_number(out, test->p_value);
        solow_put_text(out, test->note);
    }
    solow_put_integer(out, record->diagnostics);
    for (ptrdiff_t i = 0; i < record->diagnostics; i++) {
        const solow_record_diagnostic *item = &record->diagnostic[i];
        solow_put_text(out, item->name);
        solow_put_number(out, item->value);
        solow_put_text(out, item->text);
    }
    solow_put_integer(out, record->effects);
    for (ptrdiff_t i = 0; i < record->effects; i++) {
        const solow_record_effect *effect = &record->effect[i];
        solow_put_text(out, effect->term);
        solow_put_text(out, effect->effect);
        solow_put_text(out, effect->horizon);
        solow_put_number(out, effect->estimate);
        solow_put_number(out, effect->std_error);
    }
}

static void put_record(const solow_record *from, solow_buffer *out)
{
    solow_record record = *from;
    double *number[NUMBERS];
    list_numbers(&record, number);
    solow_put_integer(out, record.status);
    solow_put_integer(out, record.warning);
    solow_put_integer(out, record.converged);
    solow_put_integer(out, record.nobs);
    solow_put_integer(out, record.units);
    solow_put_integer(out, record.periods);
    for (int n = 0; n < NUMBERS; n++) {
        solow_put_number(out, *number[n]);
    }
    solow_put_text(out, record.message);
    solow_put_text(out, record.vcov_text);
    solow_put_text(out, record.ssc_text);
    solow_put_text(out, record.instruments);
    put_lists(&record, out);
    solow_put_integer(out, record.vcov != NULL);
    for (ptrdiff_t i = 0; record.vcov != NULL && i < record.terms * record.terms; i++) {
        solow_put_number(out, record.vcov[i]);
    }
}

/* A group's rows are clusters too, so there are no rows to send. */
static void put_influences(const solow_outcome *outcome, solow_buffer *out)
{
    solow_put_integer(out, outcome->influences);
    for (ptrdiff_t i = 0; i < outcome->influences; i++) {
        const solow_kept_influence *kept = &outcome->influence[i];
        solow_put_text(out, kept->term);
        solow_put_number(out, kept->estimate);
        solow_put_number(out, kept->df);
        solow_put_integer(out, kept->rows_by_place);
        solow_put_integer(out, kept->terms);
        for (ptrdiff_t t = 0; t < kept->terms; t++) {
            solow_put_number(out, kept->sign[t]);
            solow_put_number(out, kept->factor[t]);
            solow_put_integer(out, kept->clusters[t]);
            for (ptrdiff_t g = 0; g < kept->clusters[t]; g++) {
                solow_put_integer(out, (int64_t)kept->cluster[t][g].cluster);
                solow_put_number(out, kept->cluster[t][g].sum);
            }
        }
    }
}

void solow_outcome_put(const solow_outcome *outcome, solow_buffer *out)
{
    put_record(&outcome->record, out);
    solow_put_integer(out, outcome->error.status);
    solow_put_text(out, outcome->error.message);
    solow_put_text(out, outcome->effects);
    solow_put_integer(out, outcome->drops);
    for (ptrdiff_t d = 0; d < outcome->drops; d++) {
        solow_put_text(out, outcome->drop[d].reason);
        solow_put_integer(out, outcome->drop[d].rows);
    }
    solow_put_integer(out, outcome->effect_names);
    for (ptrdiff_t n = 0; n < outcome->effect_names; n++) {
        solow_put_text(out, outcome->effect_name[n]);
    }
    solow_put_integer(out, outcome->levels);
    for (ptrdiff_t l = 0; l < outcome->levels; l++) {
        const solow_level_value *level = &outcome->level[l];
        ptrdiff_t name = 0;
        while (name < outcome->effect_names && outcome->effect_name[name] != level->effect) {
            name++;
        }
        solow_put_integer(out, name);
        solow_put_text(out, level->level);
        solow_put_number(out, level->value);
        solow_put_integer(out, level->component);
    }
    put_influences(outcome, out);
    solow_put_integer(out, outcome->designs);
    for (ptrdiff_t d = 0; d < outcome->designs; d++) {
        solow_replicates_put(outcome->replicates[d], out);
    }
    solow_put_integer(out, outcome->estimates != NULL);
    if (outcome->estimates != NULL) {
        solow_bundle_put(outcome->estimates, out);
    }
}

/* A list's length, and room for it; 0 when the cursor is bad. */
static ptrdiff_t get_list(solow_cursor *in, void **list, size_t size)
{
    int64_t count = solow_get_integer(in);
    if (!solow_cursor_holds(in, count, LEAST)) {
        count = 0;
    }
    *list = solow_allocate_zeroed((ptrdiff_t)count, size);
    if (*list == NULL) {
        in->bad = true;
        count = 0;
    }
    return (ptrdiff_t)count;
}

static void get_lists(solow_cursor *in, solow_record *record)
{
    void *list = NULL;
    record->terms = get_list(in, &list, sizeof *record->term);
    record->term = list;
    for (ptrdiff_t i = 0; i < record->terms; i++) {
        solow_record_term *term = &record->term[i];
        term->term = solow_get_text(in);
        term->estimate = solow_get_number(in);
        term->std_error = solow_get_number(in);
        term->df = solow_get_number(in);
    }
    record->tests = get_list(in, &list, sizeof *record->test);
    record->test = list;
    for (ptrdiff_t i = 0; i < record->tests; i++) {
        solow_record_test *test = &record->test[i];
        test->test = solow_get_text(in);
        test->statistic = solow_get_number(in);
        test->df1 = solow_get_number(in);
        test->df2 = solow_get_number(in);
        test->p_value = solow_get_number(in);
        test->note = solow_get_text(in);
    }
    record->diagnostics = get_list(in, &list, sizeof *record->diagnostic);
    record->diagnostic = list;
    for (ptrdiff_t i = 0; i < record->diagnostics; i++) {
        solow_record_diagnostic *item = &record->diagnostic[i];
        item->name = solow_get_text(in);
        item->value = solow_get_number(in);
        item->text = solow_get_text(in);
    }
    record->effects = get_list(in, &list, sizeof *record->effect);
    record->effect = list;
    for (ptrdiff_t i = 0; i < record->effects; i++) {
        solow_record_effect *effect = &record->effect[i];
        effect->term = solow_get_text(in);
        effect->effect = solow_get_text(in);
        effect->horizon = solow_get_text(in);
        effect->estimate = solow_get_number(in);
        effect->std_error = solow_get_number(in);
    }
}

static void get_record(solow_cursor *in, solow_record *record)
{
    double *number[NUMBERS];
    solow_record_init(record);
    list_numbers(record, number);
    record->status = (solow_status)solow_get_integer(in);
    record->warning = solow_get_integer(in) != 0;
    record->converged = solow_get_integer(in) != 0;
    record->nobs = solow_get_integer(in);
    record->units = solow_get_integer(in);
    record->periods = solow_get_integer(in);
    for (int n = 0; n < NUMBERS; n++) {
        *number[n] = solow_get_number(in);
    }
    record->message = solow_get_text(in);
    record->vcov_text = solow_get_text(in);
    record->ssc_text = solow_get_text(in);
    record->instruments = solow_get_text(in);
    get_lists(in, record);
    ptrdiff_t values = solow_get_integer(in) != 0 ? solow_product(record->terms, record->terms) : 0;
    if (values > 0 && solow_cursor_holds(in, values, sizeof(double))) {
        record->vcov = solow_allocate(values, sizeof *record->vcov);
        in->bad = in->bad || record->vcov == NULL;
        for (ptrdiff_t i = 0; record->vcov != NULL && i < values; i++) {
            record->vcov[i] = solow_get_number(in);
        }
    }
}

static void get_levels(solow_cursor *in, solow_outcome *outcome)
{
    void *list = NULL;
    outcome->effect_names = get_list(in, &list, sizeof *outcome->effect_name);
    outcome->effect_name = list;
    for (ptrdiff_t n = 0; n < outcome->effect_names; n++) {
        outcome->effect_name[n] = solow_get_text(in);
    }
    outcome->levels = get_list(in, &list, sizeof *outcome->level);
    outcome->level = list;
    for (ptrdiff_t l = 0; l < outcome->levels; l++) {
        int64_t name = solow_get_integer(in);
        if (name < 0 || name >= outcome->effect_names) {
            in->bad = true;
            name = 0;
        }
        outcome->level[l].effect = outcome->effect_names > 0 ? outcome->effect_name[name] : NULL;
        outcome->level[l].level = solow_get_text(in);
        outcome->level[l].value = solow_get_number(in);
        outcome->level[l].component = solow_get_integer(in);
    }
}

static void get_influences(solow_cursor *in, solow_outcome *outcome)
{
    void *list = NULL;
    outcome->influences = get_list(in, &list, sizeof *outcome->influence);
    outcome->influence = list;
    for (ptrdiff_t i = 0; i < outcome->influences; i++) {
        solow_kept_influence *kept = &outcome->influence[i];
        kept->term = solow_get_text(in);
        kept->estimate = solow_get_number(in);
        kept->df = solow_get_number(in);
        kept->rows_by_place = solow_get_integer(in) != 0;
        int64_t terms = solow_get_integer(in);
        in->bad = in->bad || terms < 0 || terms > SOLOW_CLUSTER_TERMS;
        kept->terms = in->bad ? 0 : (ptrdiff_t)terms;
        for (ptrdiff_t t = 0; t < kept->terms; t++) {
            kept->sign[t] = solow_get_number(in);
            kept->factor[t] = solow_get_number(in);
            kept->clusters[t] = get_list(in, &list, sizeof *kept->cluster[t]);
            kept->cluster[t] = list;
            for (ptrdiff_t g = 0; g < kept->clusters[t]; g++) {
                kept->cluster[t][g].cluster = (uint64_t)solow_get_integer(in);
                kept->cluster[t][g].sum = solow_get_number(in);
            }
        }
    }
}

static solow_status get_replicates(solow_cursor *in, solow_outcome *outcome, solow_error *err)
{
    void *list = NULL;
    outcome->designs = get_list(in, &list, sizeof(solow_replicates *));
    outcome->replicates = list;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t d = 0; d < outcome->designs && status == SOLOW_OK && !in->bad; d++) {
        status = solow_replicates_get(in, &outcome->replicates[d], err);
    }
    return status;
}

solow_status solow_outcome_get(solow_cursor *in, solow_outcome *outcome, solow_error *err)
{
    void *list = NULL;
    *outcome = (solow_outcome){0};
    get_record(in, &outcome->record);
    outcome->error.status = (solow_status)solow_get_integer(in);
    outcome->error.message = solow_get_text(in);
    in->bad = in->bad || (outcome->error.status != SOLOW_OK && outcome->error.message == NULL);
    outcome->effects = solow_get_text(in);
    outcome->drops = get_list(in, &list, sizeof *outcome->drop);
    outcome->drop = list;
    for (ptrdiff_t d = 0; d < outcome->drops; d++) {
        outcome->drop[d].reason = solow_get_text(in);
        outcome->drop[d].rows = solow_get_integer(in);
    }
    get_levels(in, outcome);
    get_influences(in, outcome);
    solow_status status = get_replicates(in, outcome, err);
    if (status == SOLOW_OK && solow_get_integer(in) != 0) {
        status = solow_bundle_get(in, &outcome->estimates, err);
    }
    if (in->bad || status != SOLOW_OK) {
        solow_outcome_clear(outcome);
        return status != SOLOW_OK
                   ? status
                   : SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "an estimate could not be read back from its bytes");
    }
    return SOLOW_OK;
}
