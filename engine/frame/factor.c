/* factor.c - factors of a frame: single columns, expressions, and combinations a^b. See factor.h. */
#include "engine/frame/factor.h"

#include "engine/frame/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARTS = 4 };

static bool is_combination(const solow_node *node)
{
    return node->kind == SOLOW_NODE_CALL && strcmp(node->text, "^") == 0 && node->count == 2;
}

static solow_status keep(solow_frame *frame, solow_factor *factor, solow_error *err)
{
    if (frame->factors == frame->factor_capacity) {
        ptrdiff_t capacity = 2 * frame->factor_capacity + 8;
        solow_factor **grown = solow_resize(frame->factor, capacity, sizeof *grown);
        if (grown == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a factor");
        }
        frame->factor = grown;
        frame->factor_capacity = capacity;
    }
    frame->factor[frame->factors++] = factor;
    return SOLOW_OK;
}

/* Whether every level lies inside one unit. Units never span ranks, but a level may. */
static solow_status find_local(solow_frame *frame, solow_factor *factor, solow_error *err)
{
    factor->local = false;
    if (!frame->has_unit || factor->levels < frame->facts.units) {
        return SOLOW_OK; /* fewer levels than units: some level must hold rows of two (every unit has a row) */
    }
    uint8_t missing = 0;
    int32_t *least = solow_allocate(factor->levels, sizeof *least),
            *most = solow_allocate(factor->levels, sizeof *most);
    solow_status status =
        least != NULL && most != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for levels");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        for (int32_t level = 0; level < factor->levels; level++) {
            least[level] = INT32_MAX;
            most[level] = -1;
        }
        for (ptrdiff_t i = 0; i < frame->rows; i++) {
            int32_t level = factor->code[i], unit = frame->unit[i];
            if (level >= 0) {
                least[level] = unit < least[level] ? unit : least[level];
                most[level] = unit > most[level] ? unit : most[level];
            }
            missing |= level < 0;
        }
        status = solow_comm_min_int32(frame->comm, least, factor->levels, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_max_int32(frame->comm, most, factor->levels, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_or_bytes(frame->comm, &missing, 1, err);
    }
    factor->local = status == SOLOW_OK;
    for (int32_t level = 0; level < factor->levels && factor->local; level++) {
        factor->local = most[level] < 0 || least[level] == most[level];
    }
    factor->is_unit = factor->local && missing == 0 && factor->levels == frame->facts.units;
    free(least);
    free(most);
    return status;
}

/* How the frame's rows, of all ranks, spread over the levels. */
static solow_status count_levels(const solow_frame *frame, solow_factor *factor, solow_error *err)
{
    int64_t missing = 0;
    int32_t *count = solow_allocate_zeroed(factor->levels, sizeof *count);
    solow_status status =
        count != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory to count levels of `%s`", factor->name);
    status = solow_comm_agree(frame->comm, status, err);
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        int32_t level = factor->code[i];
        if (level >= 0) {
            count[level]++;
        } else {
            missing = 1;
        }
    }
    if (status == SOLOW_OK) {
        status = solow_comm_sum_int32(frame->comm, count, factor->levels, err);
    }
    if (status == SOLOW_OK) {
        status = solow_comm_max_int64(frame->comm, &missing, 1, err);
    }
    factor->missing = missing != 0;
    factor->filled = factor->lone = 0;
    for (int32_t level = 0; level < factor->levels && status == SOLOW_OK; level++) {
        factor->filled += count[level] > 0;
        factor->lone += count[level] == 1;
    }
    free(count);
    return status;
}

static solow_status code_rows(solow_frame *frame, const double *number, solow_factor *factor, solow_error *err)
{
    factor->code = solow_allocate(frame->rows, sizeof *factor->code);
    factor->owns_code = true;
    solow_status status = factor->code != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for codes of `%s`", factor->name);
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status =
            solow_code_numbers(frame->comm, frame->rows, number, factor->code, &factor->levels, &factor->value, err);
    }
    return status == SOLOW_OK ? solow_refuse_long_numbers(factor->name, factor->levels, factor->value, err) : status;
}

/* The time column's levels are the calendar's, if no period is empty: its codes are there already. */
static solow_status borrow_periods(solow_frame *frame, solow_factor *factor, bool *borrowed, solow_error *err)
{
    const solow_factor *time = NULL;
    solow_status status = solow_frame_time_factor(frame, &time, err);
    *borrowed = status == SOLOW_OK && time->filled == time->levels;
    if (!*borrowed) {
        return status;
    }
    factor->value = solow_allocate(time->levels, sizeof *factor->value);
    if (factor->value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for periods");
    }
    memcpy(factor->value, time->value, solow_bytes(time->levels, sizeof *factor->value));
    factor->code = time->code;
    factor->levels = time->levels;
    return SOLOW_OK;
}

static solow_status make_single(solow_frame *frame, const solow_node *node, solow_factor *factor, solow_error *err)
{
    const solow_frame_column *column = node->kind == SOLOW_NODE_NAME ? solow_frame_find(frame, node->text) : NULL;
    if (column != NULL && column->kind == SOLOW_COLUMN_TEXT) {
        factor->code = column->code;
        factor->levels = column->levels;
        factor->label = column->label;
        return SOLOW_OK;
    }
    bool done = false;
    if (column != NULL && column == frame->time_column) {
        solow_status status = borrow_periods(frame, factor, &done, err);
        if (status != SOLOW_OK || done) {
            return status;
        }
    }
    if (column != NULL) {
        return code_rows(frame, column->number, factor, err);
    }
    double *number = solow_allocate(frame->rows, sizeof *number);
    solow_status status =
        number != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for `%s`", factor->name);
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_frame_evaluate(frame, node, number, err);
    }
    if (status == SOLOW_OK) {
        status = code_rows(frame, number, factor, err);
    }
    free(number);
    return status;
}

static solow_status collect_parts(solow_frame *frame, const solow_node *node, solow_factor *factor, solow_error *err)
{
    if (is_combination(node)) {
        solow_status status = collect_parts(frame, node->child[0], factor, err);
        return status == SOLOW_OK ? collect_parts(frame, node->child[1], factor, err) : status;
    }
    if (factor->parts == MOST_PARTS) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` combines more than %d factors", factor->name, MOST_PARTS);
    }
    return solow_frame_factor(frame, node, &factor->part[factor->parts++], err);
}

/* Combination: the parts' codes become one number in mixed radix, which is then coded like any other. */
static solow_status make_combination(solow_frame *frame, const solow_node *node, solow_factor *factor, solow_error *err)
{
    solow_status status = collect_parts(frame, node, factor, err);
    double width = 1, *number = NULL;
    for (ptrdiff_t p = 0; p < factor->parts && status == SOLOW_OK; p++) {
        width *= factor->part[p]->levels > 0 ? factor->part[p]->levels : 1;
    }
    if (status == SOLOW_OK && width > 9e15) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "`%s` has too many combinations (%g)", factor->name, width);
    }
    if (status == SOLOW_OK) {
        number = solow_allocate(frame->rows, sizeof *number);
        status = number != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for `%s`", factor->name);
        status = solow_comm_agree(frame->comm, status, err);
    }
    for (ptrdiff_t i = 0; i < frame->rows && status == SOLOW_OK; i++) {
        number[i] = 0;
        for (ptrdiff_t p = 0; p < factor->parts; p++) {
            int32_t code = factor->part[p]->code[i];
            number[i] = code < 0 ? NAN : number[i] * factor->part[p]->levels + code;
        }
    }
    if (status == SOLOW_OK) {
        status = code_rows(frame, number, factor, err);
    }
    free(number);
    if (status != SOLOW_OK) {
        return status;
    }
    factor->part_code = solow_allocate(solow_product(factor->levels, factor->parts), sizeof *factor->part_code);
    if (factor->part_code == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for `%s`", factor->name);
    }
    for (int32_t level = 0; level < factor->levels; level++) {
        int64_t rest = (int64_t)factor->value[level];
        for (ptrdiff_t p = factor->parts; p-- > 0;) {
            factor->part_code[level * factor->parts + p] = (int32_t)(rest % factor->part[p]->levels);
            rest /= factor->part[p]->levels;
        }
    }
    return SOLOW_OK;
}

solow_status solow_frame_factor(solow_frame *frame, const solow_node *node, const solow_factor **factor,
                                solow_error *err)
{
    char *name = solow_node_print(node);
    if (name == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a factor's name");
    }
    for (ptrdiff_t i = 0; i < frame->factors; i++) {
        if (strcmp(frame->factor[i]->name, name) == 0) {
            free(name);
            *factor = frame->factor[i];
            return SOLOW_OK;
        }
    }
    solow_factor *made = solow_allocate_zeroed(1, sizeof *made);
    if (made == NULL) {
        free(name);
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a factor");
    }
    made->name = name;
    solow_status status =
        is_combination(node) ? make_combination(frame, node, made, err) : make_single(frame, node, made, err);
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = count_levels(frame, made, err);
    }
    if (status == SOLOW_OK) {
        status = find_local(frame, made, err);
    }
    if (status == SOLOW_OK) {
        status = keep(frame, made, err);
    }
    if (status != SOLOW_OK) {
        free(made->name);
        if (made->owns_code) {
            free(made->code);
        }
        free(made->value);
        free(made->part_code);
        free(made);
        return status;
    }
    *factor = made;
    return SOLOW_OK;
}

solow_status solow_frame_factor_join(solow_frame *frame, ptrdiff_t count, solow_node *const *node,
                                     const solow_factor **factor, solow_error *err)
{
    solow_node chain[MOST_PARTS], *child[MOST_PARTS][2], *tree = node[0];
    char power[] = "^";
    if (count > MOST_PARTS) {
        return SOLOW_FAIL(err, SOLOW_ERR_INPUT, "at most %d factors can be combined, not %td", MOST_PARTS, count);
    }
    for (ptrdiff_t i = 1; i < count; i++) {
        child[i][0] = tree;
        child[i][1] = node[i];
        chain[i] = (solow_node){.kind = SOLOW_NODE_CALL, .text = power, .count = 2, .child = child[i]};
        tree = &chain[i];
    }
    return solow_frame_factor(frame, tree, factor, err);
}

solow_status solow_frame_unit_factor(solow_frame *frame, const solow_frame_column *column, int32_t levels,
                                     double *value, solow_error *err)
{
    const solow_node node = {.kind = SOLOW_NODE_NAME, .text = column->name};
    solow_factor *made = solow_allocate_zeroed(1, sizeof *made);
    char *name = solow_node_print(&node);
    solow_status status = made != NULL && name != NULL
                              ? SOLOW_OK
                              : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for the factor of `%s`", column->name);
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        bool text = column->kind == SOLOW_COLUMN_TEXT && value == NULL;
        *made = (solow_factor){.name = name,
                               .code = text ? column->code : frame->unit,
                               .levels = levels,
                               .value = value,
                               .label = text ? column->label : NULL,
                               .local = true,
                               .is_unit = levels == frame->facts.units};
        status = count_levels(frame, made, err);
    }
    if (status == SOLOW_OK) {
        status = keep(frame, made, err);
    }
    if (status != SOLOW_OK) {
        free(made);
        free(name);
        free(value);
        return status;
    }
    frame->unit_factor = made;
    frame->unit_column = column;
    return SOLOW_OK;
}

solow_status solow_frame_add_factor(solow_frame *frame, const char *name, int32_t levels, int32_t *code, double *value,
                                    solow_error *err)
{
    solow_factor *made = solow_allocate_zeroed(1, sizeof *made);
    char *copy = solow_copy_text(name);
    solow_status status =
        made != NULL && copy != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a factor");
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        *made = (solow_factor){.name = copy, .code = code, .owns_code = true, .levels = levels, .value = value};
        status = count_levels(frame, made, err);
    }
    status = status == SOLOW_OK ? find_local(frame, made, err) : status;
    status = status == SOLOW_OK ? keep(frame, made, err) : status;
    if (status != SOLOW_OK) {
        free(made);
        free(copy);
        free(code);
        free(value);
    }
    return status;
}

static solow_status make_periods(const solow_frame *frame, solow_factor *factor, solow_error *err)
{
    factor->levels = frame->facts.last_period - frame->facts.first_period + 1;
    factor->code = solow_allocate(frame->rows, sizeof *factor->code);
    factor->owns_code = true;
    factor->value = solow_allocate(factor->levels, sizeof *factor->value);
    if (factor->name == NULL || factor->code == NULL || factor->value == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for periods");
    }
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        factor->code[i] = frame->time[i] - frame->facts.first_period;
    }
    for (int32_t l = 0; l < factor->levels; l++) {
        factor->value[l] = frame->facts.first_period + l;
    }
    return SOLOW_OK;
}

solow_status solow_frame_time_factor(solow_frame *frame, const solow_factor **factor, solow_error *err)
{
    static const char name[] = "(time)";
    for (ptrdiff_t i = 0; i < frame->factors; i++) {
        if (strcmp(frame->factor[i]->name, name) == 0) {
            *factor = frame->factor[i];
            return SOLOW_OK;
        }
    }
    solow_factor *made = solow_allocate_zeroed(1, sizeof *made);
    solow_status status = made != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for periods");
    if (status == SOLOW_OK) {
        made->name = solow_copy_text(name);
        status = make_periods(frame, made, err);
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = count_levels(frame, made, err);
    }
    if (status == SOLOW_OK) {
        status = keep(frame, made, err);
    }
    if (status != SOLOW_OK && made != NULL) {
        free(made->name);
        free(made->code);
        free(made->value);
        free(made);
    }
    *factor = status == SOLOW_OK ? made : NULL;
    return status;
}

/* "%.15g"; whole numbers, as most codes are, by hand: snprintf takes a microsecond, and there may be 400,000 groups. */
static char *number_label(double value)
{
    char text[32], *first = text + sizeof text;
    if (!(value > -1e15 && value < 1e15) || value != floor(value) || value == 0) {
        snprintf(text, sizeof text, "%.15g", value);
        return solow_copy_text(text);
    }
    *--first = '\0';
    for (int64_t left = (int64_t)fabs(value); left > 0; left /= 10) {
        *--first = (char)('0' + left % 10);
    }
    if (value < 0) {
        *--first = '-';
    }
    return solow_copy_text(first);
}

char *solow_factor_label(const solow_factor *factor, int32_t level)
{
    if (factor->parts == 0 && factor->label != NULL) {
        return solow_copy_text(factor->label[level]);
    }
    if (factor->parts == 0) {
        return number_label(factor->value[level]);
    }
    char *joined = solow_copy_text("");
    for (ptrdiff_t p = 0; p < factor->parts && joined != NULL; p++) {
        char *part = solow_factor_label(factor->part[p], factor->part_code[level * factor->parts + p]);
        size_t bytes = strlen(joined) + (part != NULL ? strlen(part) : 0) + 2;
        char *longer = part != NULL ? malloc(bytes) : NULL;
        if (longer != NULL) {
            snprintf(longer, bytes, "%s%s%s", joined, p > 0 ? "^" : "", part);
        }
        free(part);
        free(joined);
        joined = longer;
    }
    return joined;
}
