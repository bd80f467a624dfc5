/* bundle.c - see bundle.h. */
#include "engine/batch/bundle.h"

#include "engine/batch/outcome.h"

#include <stdlib.h>
#include <string.h>

ptrdiff_t solow_estimate_doubles(ptrdiff_t terms)
{
    return SOLOW_ESTIMATE_NUMBERS + SOLOW_ESTIMATE_LISTS * terms + terms * terms;
}

solow_status solow_bundle_index(solow_bundle *estimates, solow_error *err)
{
    for (int turn = 0; turn < 2; turn++) { /* counted, then noted */
        ptrdiff_t at = 0, count = 0;
        while (at + SOLOW_ESTIMATE_NUMBERS <= estimates->doubles) {
            double terms = estimates->data[at + SOLOW_ESTIMATE_TERMS];
            if (!(terms >= 0 && terms <= 1e4)) {
                break;
            }
            if (turn == 1) {
                estimates->at[count] = at;
            }
            at += solow_estimate_doubles((ptrdiff_t)terms);
            count++;
        }
        if (at != estimates->doubles) {
            return SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the estimates of a multiverse were lost on their way");
        }
        if (turn == 0) {
            estimates->count = count;
            estimates->at = solow_allocate(count, sizeof *estimates->at);
        }
        if (estimates->at == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td estimates", count);
        }
    }
    return SOLOW_OK;
}

static int by_position(const void *a, const void *b)
{
    const solow_bundle_note *x = a, *y = b;
    if (x->position != y->position) {
        return x->position < y->position ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

void solow_bundle_sort_notes(solow_bundle *bundle)
{
    for (ptrdiff_t n = 0; n < bundle->notes; n++) {
        bundle->note[n].order = n;
    }
    if (bundle->notes > 1) {
        qsort(bundle->note, (size_t)bundle->notes, sizeof *bundle->note, by_position);
    }
}

ptrdiff_t solow_bundle_first_note(const solow_bundle *bundle, int64_t position)
{
    ptrdiff_t low = 0, high = bundle->notes;
    while (low < high) {
        ptrdiff_t middle = low + (high - low) / 2;
        if (bundle->note[middle].position < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void solow_bundle_put(const solow_bundle *estimates, solow_buffer *out)
{
    solow_put_integer(out, estimates->names);
    for (ptrdiff_t n = 0; n < estimates->names; n++) {
        solow_put_text(out, estimates->name[n]);
    }
    solow_put_integer(out, estimates->rows);
    for (ptrdiff_t r = 0; r < estimates->rows; r++) {
        solow_outcome_put(&estimates->row[r], out);
    }
    solow_put_integer(out, estimates->notes);
    for (ptrdiff_t n = 0; n < estimates->notes; n++) {
        solow_put_integer(out, estimates->note[n].position);
        solow_put_text(out, estimates->note[n].name);
        solow_put_text(out, estimates->note[n].text);
    }
    solow_put_integer(out, estimates->doubles);
    solow_buffer_bytes(out, (const char *)estimates->data, solow_bytes(estimates->doubles, sizeof *estimates->data));
}

/* A list's length, and room for it; 0 when the cursor is bad. */
static ptrdiff_t get_list(solow_cursor *in, size_t size, void **list)
{
    int64_t count = solow_get_integer(in);
    count = solow_cursor_holds(in, count, 1) ? count : 0;
    *list = solow_allocate_zeroed((ptrdiff_t)count, size);
    in->bad = in->bad || *list == NULL;
    return *list != NULL ? (ptrdiff_t)count : 0;
}

static void get_texts(solow_cursor *in, solow_bundle *made)
{
    void *list = NULL;
    made->names = get_list(in, sizeof *made->name, &list);
    made->name = list;
    for (ptrdiff_t n = 0; n < made->names; n++) {
        made->name[n] = solow_get_text(in);
    }
    made->rows = get_list(in, sizeof *made->row, &list);
    made->row = list;
    for (ptrdiff_t r = 0; r < made->rows && !in->bad; r++) {
        solow_error local = {0};
        in->bad = solow_outcome_get(in, &made->row[r], &local) != SOLOW_OK || in->bad;
    }
    made->notes = get_list(in, sizeof *made->note, &list);
    made->note = list;
    for (ptrdiff_t n = 0; n < made->notes; n++) {
        made->note[n].position = solow_get_integer(in);
        made->note[n].name = solow_get_text(in);
        made->note[n].text = solow_get_text(in);
    }
}

solow_status solow_bundle_get(solow_cursor *in, solow_bundle **estimates, solow_error *err)
{
    solow_bundle *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the estimates of a multiverse");
    }
    get_texts(in, made);
    int64_t doubles = solow_get_integer(in);
    made->doubles = solow_cursor_holds(in, doubles, sizeof *made->data) ? (ptrdiff_t)doubles : 0;
    made->data = solow_allocate(made->doubles, sizeof *made->data);
    solow_status status = SOLOW_OK;
    if (in->bad || made->data == NULL) {
        status = SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the estimates of a multiverse could not be read back");
    } else {
        size_t bytes = solow_bytes(made->doubles, sizeof *made->data);
        memcpy(made->data, in->next, bytes);
        in->next += bytes;
        in->left -= bytes;
        status = solow_bundle_index(made, err);
    }
    if (status != SOLOW_OK) {
        solow_bundle_destroy(made);
        return status;
    }
    *estimates = made;
    return SOLOW_OK;
}

void solow_bundle_destroy(solow_bundle *estimates)
{
    if (estimates == NULL) {
        return;
    }
    for (ptrdiff_t n = 0; n < estimates->names; n++) {
        free(estimates->name[n]);
    }
    for (ptrdiff_t r = 0; r < estimates->rows; r++) {
        solow_outcome_clear(&estimates->row[r]);
    }
    for (ptrdiff_t n = 0; n < estimates->notes; n++) {
        free(estimates->note[n].name);
        free(estimates->note[n].text);
    }
    free(estimates->name);
    free(estimates->row);
    free(estimates->at);
    free(estimates->data);
    free(estimates->note);
    free(estimates);
}
