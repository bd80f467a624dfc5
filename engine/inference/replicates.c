/* replicates.c - see replicates.h. */
#include "engine/inference/replicates.h"

#include "kernels/core/size.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 8 }; /* bytes that an item of any list takes at least */

const char *solow_draw_failure_name(solow_draw_failure failure)
{
    static const char *const names[SOLOW_DRAW_REASONS] = {[SOLOW_DRAW_MADE] = "",
                                                          [SOLOW_DRAW_SINGULAR] = "singular",
                                                          [SOLOW_DRAW_LOST_LEVEL] = "lost level",
                                                          [SOLOW_DRAW_NOT_CONVERGED] = "not converged",
                                                          [SOLOW_DRAW_NO_VARIANCE] = "no variance",
                                                          [SOLOW_DRAW_OTHER] = "other"};
    return names[failure];
}

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the draws of an estimate");
}

void solow_replicates_destroy(solow_replicates *replicates)
{
    if (replicates == NULL) {
        return;
    }
    for (ptrdiff_t t = 0; replicates->term != NULL && t < replicates->terms; t++) {
        free(replicates->term[t]);
    }
    void *const owned[] = {replicates->design,    replicates->kind,         replicates->note,      replicates->term,
                           replicates->value,     replicates->estimate,     replicates->std_error, replicates->failure,
                           replicates->statistic, replicates->disconnected, replicates->bounds,    replicates};
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free(owned[i]);
    }
}

static void fill_missing(double *value, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; value != NULL && i < count; i++) {
        value[i] = NAN;
    }
}

static bool make_arrays(solow_replicates *made, const char *design, const char *kind, bool studentised)
{
    ptrdiff_t terms = made->terms, values = solow_product(terms, (ptrdiff_t)made->reps);
    made->design = solow_copy_text(design);
    made->kind = solow_copy_text(kind);
    made->note = solow_copy_text("");
    made->term = solow_allocate_zeroed(terms, sizeof *made->term);
    made->estimate = solow_allocate(terms, sizeof *made->estimate);
    made->std_error = solow_allocate(terms, sizeof *made->std_error);
    made->value = solow_allocate(values, sizeof *made->value);
    made->statistic = studentised ? solow_allocate(values, sizeof *made->statistic) : NULL;
    made->failure = solow_allocate_zeroed((ptrdiff_t)made->reps, sizeof *made->failure);
    made->bounds = solow_allocate(terms, sizeof *made->bounds);
    made->disconnected = solow_allocate_zeroed(terms, sizeof *made->disconnected);
    fill_missing(made->estimate, terms);
    fill_missing(made->std_error, terms);
    fill_missing(made->value, values);
    fill_missing(made->statistic, values);
    for (ptrdiff_t t = 0; made->bounds != NULL && t < terms; t++) {
        made->bounds[t] = (solow_bounds){NAN, NAN, NAN, NAN, NAN};
    }
    return made->design != NULL && made->kind != NULL && made->note != NULL && made->term != NULL &&
           made->estimate != NULL && made->std_error != NULL && made->value != NULL && made->failure != NULL &&
           made->bounds != NULL && made->disconnected != NULL && (!studentised || made->statistic != NULL);
}

solow_status solow_replicates_create(const char *design, const char *kind, int64_t reps, ptrdiff_t terms,
                                     const char *const *term, bool studentised, solow_replicates **replicates,
                                     solow_error *err)
{
    solow_replicates *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return no_memory(err);
    }
    made->reps = reps;
    made->terms = terms;
    made->clusters = NAN;
    bool good = make_arrays(made, design, kind, studentised);
    for (ptrdiff_t t = 0; t < terms && good; t++) {
        made->term[t] = solow_copy_text(term[t]);
        good = made->term[t] != NULL;
    }
    if (!good) {
        solow_replicates_destroy(made);
        return no_memory(err);
    }
    *replicates = made;
    return SOLOW_OK;
}

solow_status solow_replicates_say(solow_replicates *replicates, const char *sentence, solow_error *err)
{
    size_t used = strlen(replicates->note), more = strlen(sentence);
    char *note = solow_resize(replicates->note, (ptrdiff_t)(used + more + 2), 1);
    if (note == NULL) {
        return no_memory(err);
    }
    if (used > 0) {
        note[used++] = ' ';
    }
    memcpy(note + used, sentence, more + 1);
    replicates->note = note;
    return SOLOW_OK;
}

int64_t solow_replicates_failed(const solow_replicates *replicates, solow_draw_failure reason)
{
    int64_t count = 0;
    for (int64_t r = 0; r < replicates->reps; r++) {
        count += replicates->failure[r] == reason;
    }
    return count;
}

solow_status solow_replicates_summarise(solow_replicates *replicates, solow_bounds_kind kind, double level, double df,
                                        const double *acceleration, solow_error *err)
{
    solow_status status = SOLOW_OK;
    ptrdiff_t reps = (ptrdiff_t)replicates->reps;
    replicates->failed = replicates->reps - solow_replicates_failed(replicates, SOLOW_DRAW_MADE);
    for (ptrdiff_t t = 0; t < replicates->terms && status == SOLOW_OK; t++) {
        const solow_bounds_problem problem = {.kind = kind,
                                              .jackknife = strcmp(replicates->kind, "jackknife") == 0,
                                              .estimate = replicates->estimate[t],
                                              .std_error = replicates->std_error[t],
                                              .level = level,
                                              .df = df,
                                              .acceleration = acceleration != NULL ? acceleration[t] : 0};
        status = solow_bounds_of(&problem, replicates->reps, replicates->value + t * reps,
                                 replicates->statistic != NULL ? replicates->statistic + t * reps : NULL,
                                 &replicates->bounds[t], err);
    }
    return status;
}

/* As count calls of solow_put_number would, at once: draws are many. */
static void put_numbers(const double *number, ptrdiff_t count, solow_buffer *out)
{
    if (count > 0) {
        solow_buffer_bytes(out, (const char *)number, solow_bytes(count, sizeof *number));
    }
}

static void put_term(const solow_replicates *replicates, ptrdiff_t t, solow_buffer *out)
{
    const solow_bounds *bounds = &replicates->bounds[t];
    solow_put_text(out, replicates->term[t]);
    solow_put_number(out, replicates->estimate[t]);
    solow_put_number(out, replicates->std_error[t]);
    solow_put_number(out, bounds->std_error);
    solow_put_number(out, bounds->median);
    solow_put_number(out, bounds->p_value);
    solow_put_number(out, bounds->low);
    solow_put_number(out, bounds->high);
    solow_put_integer(out, replicates->disconnected[t]);
}

void solow_replicates_put(const solow_replicates *replicates, solow_buffer *out)
{
    solow_put_integer(out, replicates != NULL);
    if (replicates == NULL) {
        return;
    }
    ptrdiff_t values = replicates->terms * (ptrdiff_t)replicates->reps;
    solow_put_integer(out, replicates->reps);
    solow_put_integer(out, replicates->terms);
    solow_put_integer(out, replicates->statistic != NULL);
    solow_put_text(out, replicates->design);
    solow_put_text(out, replicates->kind);
    solow_put_text(out, replicates->note);
    solow_put_integer(out, replicates->enumerated);
    solow_put_number(out, replicates->clusters);
    solow_put_integer(out, replicates->failed);
    for (ptrdiff_t t = 0; t < replicates->terms; t++) {
        put_term(replicates, t, out);
    }
    put_numbers(replicates->value, values, out);
    put_numbers(replicates->statistic, replicates->statistic != NULL ? values : 0, out);
    for (int64_t r = 0; r < replicates->reps; r++) {
        solow_put_integer(out, replicates->failure[r]);
    }
}

static void get_term(solow_cursor *in, solow_replicates *made, ptrdiff_t t)
{
    made->term[t] = solow_get_text(in);
    made->estimate[t] = solow_get_number(in);
    made->std_error[t] = solow_get_number(in);
    made->bounds[t].std_error = solow_get_number(in);
    made->bounds[t].median = solow_get_number(in);
    made->bounds[t].p_value = solow_get_number(in);
    made->bounds[t].low = solow_get_number(in);
    made->bounds[t].high = solow_get_number(in);
    made->disconnected[t] = solow_get_integer(in) != 0;
}

static void get_numbers(solow_cursor *in, double *number, ptrdiff_t count)
{
    size_t bytes = solow_bytes(count, sizeof *number);
    if (count > 0 && solow_cursor_holds(in, count, sizeof *number)) {
        memcpy(number, in->next, bytes);
        in->next += bytes;
        in->left -= bytes;
    }
}

/* Arrays of the sizes that were read, with what stands before them. */
static bool get_head(solow_cursor *in, solow_replicates *made)
{
    made->reps = solow_get_integer(in);
    int64_t terms = solow_get_integer(in);
    bool studentised = solow_get_integer(in) != 0;
    char *design = solow_get_text(in), *kind = solow_get_text(in), *note = solow_get_text(in);
    bool good = !in->bad && design != NULL && kind != NULL && note != NULL &&
                solow_cursor_holds(in, made->reps, LEAST) && solow_cursor_holds(in, terms, LEAST);
    made->terms = good ? (ptrdiff_t)terms : 0;
    good = good && solow_cursor_holds(in, solow_product(made->terms, (ptrdiff_t)made->reps), LEAST) &&
           make_arrays(made, design, kind, studentised);
    free(design);
    free(kind);
    free(made->note);
    made->note = note;
    return good;
}

solow_status solow_replicates_get(solow_cursor *in, solow_replicates **replicates, solow_error *err)
{
    *replicates = NULL;
    if (solow_get_integer(in) == 0) {
        return SOLOW_OK;
    }
    solow_replicates *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return no_memory(err);
    }
    if (!get_head(in, made)) {
        solow_replicates_destroy(made);
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the draws of an estimate could not be read back from their bytes");
    }
    ptrdiff_t values = made->terms * (ptrdiff_t)made->reps;
    made->enumerated = solow_get_integer(in) != 0;
    made->clusters = solow_get_number(in);
    made->failed = solow_get_integer(in);
    for (ptrdiff_t t = 0; t < made->terms; t++) {
        get_term(in, made, t);
    }
    get_numbers(in, made->value, values);
    get_numbers(in, made->statistic, made->statistic != NULL ? values : 0);
    for (int64_t r = 0; r < made->reps; r++) {
        int64_t reason = solow_get_integer(in);
        in->bad = in->bad || reason < 0 || reason >= SOLOW_DRAW_REASONS;
        made->failure[r] = in->bad ? 0 : (uint8_t)reason;
    }
    if (in->bad) {
        solow_replicates_destroy(made);
        return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the draws of an estimate could not be read back from their bytes");
    }
    *replicates = made;
    return SOLOW_OK;
}
