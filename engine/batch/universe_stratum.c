/* universe_stratum.c - specifications by the rows they have, each kind from one union; see universe.h. */
#include "engine/batch/universe.h"

#include "engine/batch/universe_fit.h"
#include "engine/estimators/registry.h"

#include <stdlib.h>
#include <string.h>

typedef struct work {
    solow_stratum *stratum;
    solow_bundle *made;
    solow_fitted fitted;         /* of this rank */
    const solow_chosen **chosen; /* [count] those of one kind of rows */
    bool *taken;                 /* [stratum->count] */
} work;

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the specifications of a multiverse");
}

/* Terms that have rows, each once. */
static solow_status list_names(work *w, solow_error *err)
{
    const solow_stratum *s = w->stratum;
    ptrdiff_t most = 0, last = solow_piece_of_outcome(s->universe, 0);
    for (ptrdiff_t p = 0; p < last; p++) {
        most += s->piece[p].columns;
    }
    w->made->name = solow_allocate_zeroed(most, sizeof *w->made->name);
    for (ptrdiff_t p = 0; p < last && w->made->name != NULL; p++) {
        for (ptrdiff_t c = 0; c < s->piece[p].columns; c++) {
            const char *name = s->piece[p].name[c];
            bool there = !solow_universe_shows(s->universe, name);
            for (ptrdiff_t n = 0; n < w->made->names && !there; n++) {
                there = strcmp(w->made->name[n], name) == 0;
            }
            if (!there) {
                w->made->name[w->made->names] = solow_copy_text(name);
                if (w->made->name[w->made->names++] == NULL) {
                    return no_memory(err);
                }
            }
        }
    }
    return w->made->name != NULL ? SOLOW_OK : no_memory(err);
}

/* The piece whose fault a specification is; NULL: it can be estimated. */
static const solow_error *fault_of(const solow_stratum *stratum, const solow_chosen *chosen)
{
    for (ptrdiff_t p = 0; p < stratum->pieces; p++) {
        if ((chosen->pieces >> p & 1U) != 0 && stratum->piece[p].error.status != SOLOW_OK) {
            return &stratum->piece[p].error;
        }
    }
    return NULL;
}

static int by_controls(const void *a, const void *b)
{
    const solow_chosen *x = *(const solow_chosen *const *)a, *y = *(const solow_chosen *const *)b;
    if (x->at.controls != y->at.controls) {
        return x->at.controls < y->at.controls ? -1 : 1;
    }
    return (x->position > y->position) - (x->position < y->position);
}

/* Specifications with the rows of the first that waits, sorted by control set; their pieces together. */
static ptrdiff_t gather_kind(work *w, uint64_t *pieces)
{
    const solow_stratum *s = w->stratum;
    const solow_chosen *first = NULL;
    ptrdiff_t count = 0;
    *pieces = 0;
    for (ptrdiff_t c = 0; c < s->count; c++) {
        const solow_chosen *own = &s->chosen[c];
        if (w->taken[c]) {
            continue;
        }
        first = first == NULL ? own : first;
        if (memcmp(first->signature, own->signature, sizeof own->signature) == 0) {
            w->taken[c] = true;
            w->chosen[count++] = own;
            *pieces |= own->pieces;
        }
    }
    if (count > 1) {
        qsort(w->chosen, (size_t)count, sizeof(solow_chosen *), by_controls);
    }
    return count;
}

/* Room for what one more kind of rows shares. */
static solow_outcome *one_more(work *w, solow_error *err)
{
    solow_outcome *grown = solow_resize(w->made->row, w->made->rows + 1, sizeof *grown);
    if (grown == NULL) {
        (void)no_memory(err);
        return NULL;
    }
    w->made->row = grown;
    grown[w->made->rows] = (solow_outcome){0};
    return &grown[w->made->rows++];
}

static solow_status fail_all(work *w, ptrdiff_t count, const char *message, solow_error *err)
{
    bool first = solow_comm_rank(w->stratum->run->comm) == 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < count && status == SOLOW_OK && first; c++) {
        status = solow_fitted_fail(&w->fitted, w->chosen[c]->position, w->made->rows - 1, message, err);
    }
    return status;
}

static solow_status fit_kind(work *w, ptrdiff_t count, solow_task *task, solow_error *err)
{
    solow_stratum *s = w->stratum;
    solow_union united = {0};
    solow_status status = solow_union_create(s->run, task, &united, err);
    if (status == SOLOW_OK && task->error.status == SOLOW_OK) {
        status = solow_report_sample(s->run->frame, &united.sweep.absorb, task, err);
        status = status == SOLOW_OK ? solow_vcov_report(&united.facts, &task->record, err) : status;
        status = status == SOLOW_OK ? solow_record_add_diagnostic(&task->record, "union_condition",
                                                                  united.basis.weakest, "least share of its own", err)
                                    : status;
        task->record.nobs = united.facts.shape->nobs;
        task->record.units = united.facts.shape->units;
        task->record.periods = united.facts.shape->periods;
        const solow_fit_order order = {.stratum = s,
                                       .united = &united,
                                       .count = count,
                                       .names = w->made->names,
                                       .rows = w->made->rows - 1,
                                       .chosen = w->chosen,
                                       .name = w->made->name};
        status = status == SOLOW_OK ? solow_fit_specifications(&order, &w->fitted, err) : status;
    }
    solow_union_clear(&united);
    return solow_comm_agree(s->run->comm, status, err);
}

/* The specifications of one kind of rows, from one task that stands for all of them. */
static solow_status run_kind(work *w, ptrdiff_t count, uint64_t pieces, solow_error *err)
{
    solow_stratum *s = w->stratum;
    solow_model model;
    solow_task task = {0};
    solow_status status = solow_pieces_model(s, pieces, &model, err);
    solow_outcome *shared = status == SOLOW_OK ? one_more(w, err) : NULL;
    status = solow_comm_agree(s->run->comm, status == SOLOW_OK && shared == NULL ? SOLOW_ERR_MEMORY : status, err);
    if (status != SOLOW_OK) {
        return status;
    }
    status = solow_task_create(s->run->frame, &model, solow_estimator_find(model.estimator), &task, err);
    if (status == SOLOW_OK && task.error.status == SOLOW_OK) {
        status = fit_kind(w, count, &task, err);
    }
    if (status == SOLOW_OK && task.error.status != SOLOW_OK) {
        status = fail_all(w, count, task.error.message, err);
    }
    status = status == SOLOW_OK ? solow_outcome_take(&task, shared, err) : status;
    solow_task_clear(&task);
    solow_pieces_model_clear(&model);
    return solow_comm_agree(s->run->comm, status, err);
}

/* Those with a piece that no model can have; they share no rows with anybody. */
static solow_status fail_faulty(work *w, solow_error *err)
{
    solow_stratum *s = w->stratum;
    bool first = solow_comm_rank(s->run->comm) == 0;
    solow_status status = SOLOW_OK;
    for (ptrdiff_t c = 0; c < s->count && status == SOLOW_OK; c++) {
        const solow_error *fault = fault_of(s, &s->chosen[c]);
        w->taken[c] = fault != NULL;
        if (fault != NULL && first) {
            status = solow_fitted_fail(&w->fitted, s->chosen[c].position, -1, fault->message, err);
        }
    }
    return solow_comm_agree(s->run->comm, status, err);
}

static solow_status read_notes(solow_bundle *made, const char *bytes, size_t length, solow_error *err)
{
    solow_cursor cursor = {.next = bytes, .left = length};
    while (cursor.left > 0 && !cursor.bad) {
        if ((made->notes & (made->notes - 1)) == 0) {
            solow_bundle_note *grown = solow_resize(made->note, made->notes > 0 ? 2 * made->notes : 1, sizeof *grown);
            if (grown == NULL) {
                return no_memory(err);
            }
            made->note = grown;
        }
        solow_bundle_note *note = &made->note[made->notes++];
        note->position = solow_get_integer(&cursor);
        note->name = solow_get_text(&cursor);
        note->text = solow_get_text(&cursor);
    }
    return cursor.bad ? SOLOW_FAIL(err, SOLOW_ERR_INTERNAL, "the notes of a multiverse were lost on their way")
                      : SOLOW_OK;
}

/* Everything to rank 0; the others keep what is shared. */
static solow_status gather(work *w, solow_error *err)
{
    solow_comm *comm = w->stratum->run->comm;
    size_t *offset = solow_allocate((ptrdiff_t)solow_comm_size(comm) + 1, sizeof *offset);
    void *numbers = NULL, *notes = NULL;
    solow_status status = offset != NULL ? solow_buffer_finish(&w->fitted.notes, err) : no_memory(err);
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_gather(comm, w->fitted.data, solow_bytes(w->fitted.doubles, sizeof(double)), &numbers,
                                   offset, err);
    }
    if (status == SOLOW_OK && solow_comm_rank(comm) == 0) {
        w->made->data = numbers;
        w->made->doubles = (ptrdiff_t)(offset[solow_comm_size(comm)] / sizeof(double));
        numbers = NULL;
        status = solow_bundle_index(w->made, err);
    }
    status = solow_comm_agree(comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_comm_gather(comm, w->fitted.notes.text, w->fitted.notes.length, &notes, offset, err);
    }
    if (status == SOLOW_OK && solow_comm_rank(comm) == 0) {
        status = read_notes(w->made, notes, offset[solow_comm_size(comm)], err);
        solow_bundle_sort_notes(w->made);
    }
    free(offset);
    free(numbers);
    free(notes);
    return solow_comm_agree(comm, status, err);
}

/* Whether the union of all pieces is one that this way serves. */
static solow_status try_union(solow_stratum *stratum, bool *fits, solow_error *err)
{
    uint64_t pieces = 0;
    for (ptrdiff_t c = 0; c < stratum->count; c++) {
        pieces |= fault_of(stratum, &stratum->chosen[c]) == NULL ? stratum->chosen[c].pieces : 0;
    }
    ptrdiff_t columns = 0;
    for (ptrdiff_t p = 0; p < stratum->pieces; p++) {
        columns += (pieces >> p & 1U) != 0 ? stratum->piece[p].columns : 0;
    }
    return solow_union_fits(stratum->run->frame, &stratum->made, columns, fits, err);
}

solow_status solow_universe_stratum(solow_stratum *stratum, solow_outcome *outcome, bool *fits, solow_error *err)
{
    work w = {.stratum = stratum,
              .chosen = solow_allocate(stratum->count, sizeof *w.chosen),
              .taken = solow_allocate_zeroed(stratum->count, sizeof *w.taken),
              .made = solow_allocate_zeroed(1, sizeof *w.made)};
    solow_status status = w.chosen != NULL && w.taken != NULL && w.made != NULL ? SOLOW_OK : no_memory(err);
    status = solow_comm_agree(stratum->run->comm, status, err);
    status = status == SOLOW_OK ? solow_pieces_create(stratum, err) : status;
    status = status == SOLOW_OK ? try_union(stratum, fits, err) : status;
    if (status == SOLOW_OK && *fits) {
        status = solow_comm_agree(stratum->run->comm, list_names(&w, err), err);
        status = status == SOLOW_OK ? fail_faulty(&w, err) : status;
        uint64_t pieces = 0;
        ptrdiff_t count = status == SOLOW_OK ? gather_kind(&w, &pieces) : 0;
        while (count > 0 && status == SOLOW_OK) {
            status = run_kind(&w, count, pieces, err);
            count = gather_kind(&w, &pieces);
        }
        status = status == SOLOW_OK ? gather(&w, err) : status;
    }
    if (status == SOLOW_OK && *fits) {
        outcome->estimates = w.made;
        w.made = NULL;
    }
    solow_bundle_destroy(w.made);
    solow_pieces_clear(stratum);
    solow_buffer_clear(&w.fitted.notes);
    free(w.fitted.data);
    free(w.chosen);
    free(w.taken);
    return status;
}
