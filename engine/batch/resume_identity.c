/* resume_identity.c - what a task is known by, and what became of it in earlier attempts. See resume.h. */
#include "engine/batch/resume_data.h"

#include "engine/estimators/registry.h"
#include "engine/frame/content.h"
#include "engine/frame/program.h"
#include "io/job/hash.h"
#include "io/job/visit.h"
#include "io/ledger/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static solow_status no_memory(solow_error *err)
{
    return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the identity of a model");
}

/* "within/outcome=y;step=2"; malloc'ed. */
static char *label_of(const solow_outcome *place)
{
    solow_buffer text = {0};
    solow_buffer_text(&text, place->model->id);
    for (ptrdiff_t g = 0; g < solow_outcome_groups(place); g++) {
        const solow_key_value *pair = solow_outcome_group(place, g);
        solow_buffer_char(&text, g > 0 ? ';' : '/');
        solow_buffer_text(&text, pair->key);
        solow_buffer_char(&text, '=');
        solow_buffer_text(&text, pair->value);
    }
    if (text.failed) {
        solow_buffer_clear(&text);
    }
    return text.text;
}

typedef struct used_columns { /* of one model, in order of first mention */
    const solow_frame *frame;
    ptrdiff_t count;
    const solow_frame_column **column;
    bool no_memory;
} used_columns;

static void use(used_columns *used, const char *name)
{
    const solow_frame_column *column = name != NULL ? solow_frame_find(used->frame, name) : NULL;
    for (ptrdiff_t c = 0; c < used->count && column != NULL; c++) {
        column = used->column[c] == column ? NULL : column;
    }
    if (column == NULL) { /* known already, or no column: an argument, or the saved column of a model that failed */
        return;
    }
    if ((used->count & (used->count - 1)) == 0) { /* room doubles at powers of two */
        const solow_frame_column **grown =
            solow_resize(used->column, used->count > 0 ? 2 * used->count : 1, sizeof *grown);
        if (grown == NULL) {
            used->no_memory = true;
            return;
        }
        used->column = grown;
    }
    used->column[used->count++] = column;
}

static void visit(void *to, const solow_node *node, const char *context, const solow_model *model)
{
    used_columns *used = to;
    if (node->kind == SOLOW_NODE_NAME) {
        use(used, node->text);
    }
    /* A call that is a column under its own text: in a part of a panel, all that looks beyond its row. */
    if (node->kind == SOLOW_NODE_CALL &&
        (strcmp(node->text, "saved") == 0 || (used->frame->is_part && solow_op_looks_beyond(node)))) {
        char *name = solow_node_print(node);
        used->no_memory = used->no_memory || name == NULL;
        use(used, name);
        free(name);
        return;
    }
    for (ptrdiff_t i = 0; i < node->count; i++) {
        visit(to, node->child[i], context, model);
    }
}

/* A saved column is written anew by every group of its model, so it is hashed each time; others once. */
static solow_status content_of(solow_resume *resume, const solow_frame *frame, const solow_frame_column *column,
                               solow_digest *digest, solow_error *err)
{
    for (ptrdiff_t c = 0; c < resume->contents; c++) {
        if (resume->content[c].column == column) {
            *digest = resume->content[c].digest;
            return SOLOW_OK;
        }
    }
    double since = solow_comm_seconds();
    solow_status status = solow_frame_content(frame, column, digest, err);
    resume->hash_seconds += solow_comm_seconds() - since;
    resume->hash_bytes += (double)frame->rows * (column->kind == SOLOW_COLUMN_TEXT ? sizeof(int32_t) : sizeof(double));
    if (status != SOLOW_OK || strncmp(column->name, "saved(", strlen("saved(")) == 0) {
        return status;
    }
    solow_known_content *grown = resume->content;
    if ((resume->contents & (resume->contents - 1)) == 0) {
        grown = solow_resize(resume->content, resume->contents > 0 ? 2 * resume->contents : 1, sizeof *grown);
        if (grown == NULL) {
            return no_memory(err);
        }
    }
    resume->content = grown;
    resume->content[resume->contents++] = (solow_known_content){column, *digest};
    return SOLOW_OK;
}

/* A window of a model is one specification in every group of `by:`, so its text is made and hashed once in a while. */
static solow_status specification(solow_resume *resume, const solow_frame *frame, const solow_task_unit *unit,
                                  const solow_estimator *estimator, char *text, solow_error *err)
{
    const solow_outcome *place = unit->place;
    solow_known_model *known = &resume->known[(size_t)(place->index + place->window) % SOLOW_KNOWN_MODELS];
    if (frame->is_part && known->model == place->model && known->window == place->window) {
        memcpy(text, known->text, SOLOW_HASH_BYTES);
        return SOLOW_OK;
    }
    solow_status status = solow_model_hash(resume->settings.job, unit->model, estimator->options, text, err);
    if (status == SOLOW_OK && frame->is_part) {
        *known = (solow_known_model){.model = place->model, .window = place->window};
        memcpy(known->text, text, SOLOW_HASH_BYTES);
    }
    return status;
}

/* Specification, revision, seed, machine; then name and content of every column. */
static solow_status identify(solow_resume *resume, const solow_frame *frame, const used_columns *used,
                             solow_task_unit *unit, solow_error *err)
{
    const solow_estimator *estimator = solow_estimator_find(unit->model->estimator);
    char text[SOLOW_HASH_BYTES] = "";
    solow_buffer whole = {0};
    solow_status status = specification(resume, frame, unit, estimator, text, err);
    solow_put_text(&whole, text);
    solow_put_integer(&whole, estimator->revision);
    solow_put_integer(&whole, (int64_t)resume->settings.job->seed);
    solow_put_digest(&whole, resume->machine);
    solow_put_integer(&whole, frame->layout.rows);
    status = status == SOLOW_OK ? solow_buffer_finish(&whole, err) : status;
    for (ptrdiff_t c = 0; c < used->count && status == SOLOW_OK; c++) {
        solow_digest digest;
        status = content_of(resume, frame, used->column[c], &digest, err);
        if (status == SOLOW_OK) {
            solow_put_text(&whole, used->column[c]->name);
            solow_put_digest(&whole, digest);
        }
    }
    status = status == SOLOW_OK ? solow_buffer_finish(&whole, err) : status;
    if (status == SOLOW_OK) {
        unit->identity = solow_digest_of(whole.text, whole.length);
    }
    solow_buffer_clear(&whole);
    return status;
}

/* Rank 0. */
static solow_task_fate fate_of(const solow_resume *resume, const solow_task_unit *unit)
{
    if (solow_shard_find(&resume->shard, unit->identity, unit->label) != NULL) {
        return SOLOW_TASK_FINISHED;
    }
    if (solow_ledger_is_poison(&resume->ledger, unit->identity)) {
        return SOLOW_TASK_POISON;
    }
    return solow_ledger_is_suspect(&resume->ledger, unit->identity) ? SOLOW_TASK_SUSPECT : SOLOW_TASK_OPEN;
}

static solow_status look_up_one(solow_resume *resume, solow_frame *frame, solow_task_unit *unit, solow_error *err)
{
    used_columns used = {.frame = frame};
    if (frame->time_column != NULL) {
        use(&used, frame->time_column->name);
    }
    if (frame->unit_column != NULL) {
        use(&used, frame->unit_column->name);
    }
    solow_visit_model(unit->model, visit, &used);
    unit->label = label_of(unit->place);
    solow_status status = unit->label != NULL && !used.no_memory ? SOLOW_OK : no_memory(err);
    status = status == SOLOW_OK ? identify(resume, frame, &used, unit, err) : status;
    free(used.column);
    return status;
}

void solow_resume_tell_found(const solow_resume *resume)
{
    char sentence[96];
    if (resume->found > 0 && resume->settings.tell != NULL && resume->first) {
        snprintf(sentence, sizeof sentence, "%lld of %lld models done earlier", (long long)resume->found,
                 (long long)resume->tasks);
        resume->settings.tell(sentence);
    }
}

solow_status solow_resume_look_up(solow_resume *resume, solow_frame *frame, ptrdiff_t count, solow_task_unit *unit,
                                  solow_error *err)
{
    uint8_t *fate = solow_allocate_zeroed(count, sizeof *fate);
    solow_status status = fate != NULL ? SOLOW_OK : no_memory(err);
    if (frame->is_part || resume->of_part) { /* the part before is gone; other columns may lie where its columns lay */
        resume->contents = 0;
    }
    resume->of_part = frame->is_part;
    for (ptrdiff_t u = 0; u < count && status == SOLOW_OK; u++) {
        status = look_up_one(resume, frame, &unit[u], err);
    }
    status = solow_comm_agree(resume->comm, status, err);
    int64_t before = resume->found;
    for (ptrdiff_t u = 0; u < count && status == SOLOW_OK && resume->first; u++) {
        fate[u] = (uint8_t)fate_of(resume, &unit[u]);
    }
    status = status == SOLOW_OK ? solow_comm_broadcast(resume->comm, 0, fate, (size_t)count, err) : status;
    for (ptrdiff_t u = 0; u < count && status == SOLOW_OK; u++) {
        unit[u].fate = (solow_task_fate)fate[u];
        resume->found += unit[u].fate == SOLOW_TASK_FINISHED;
    }
    if (status == SOLOW_OK && resume->found > before) {
        solow_resume_tell_found(resume);
    }
    free(fate);
    return status;
}

void solow_task_units_clear(ptrdiff_t count, solow_task_unit *unit)
{
    for (ptrdiff_t u = 0; u < count; u++) {
        free(unit[u].label);
    }
}

void solow_resume_poison(solow_error *error)
{
    *error = (solow_error){0};
    SOLOW_FAIL(
        error, SOLOW_ERR_NUMERIC,
        "The program crashed %d times while it estimated this model (or vanished %d times), so it is not begun again; "
        "--restart tries it once more.",
        (int)SOLOW_CRASHES, (int)SOLOW_VANISHINGS);
}
