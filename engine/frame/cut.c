/* cut.c - a sorted frame gets its blocks and unit runs, its duplicates are refused, its shape is counted. See arrange.h. */
#include "engine/frame/arrange.h"

#include "engine/frame/factor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Blocks of this rank as local row offsets. */
static solow_status cut_blocks(solow_frame *frame, solow_error *err)
{
    const solow_layout *layout = &frame->layout;
    frame->blocks = (ptrdiff_t)(layout->end_block - layout->first_block);
    frame->block_start = solow_allocate(frame->blocks + 1, sizeof *frame->block_start);
    if (frame->block_start == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for blocks");
    }
    for (ptrdiff_t b = 0; b <= frame->blocks; b++) {
        frame->block_start[b] = (ptrdiff_t)(layout->block_row[layout->first_block + b] - layout->first_row);
    }
    return SOLOW_OK;
}

static solow_status cut_units(solow_frame *frame, solow_error *err)
{
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        frame->units += i == 0 || frame->unit[i] != frame->unit[i - 1];
    }
    frame->unit_start = solow_allocate(frame->units + 1, sizeof *frame->unit_start);
    frame->block_unit = solow_allocate(frame->blocks + 1, sizeof *frame->block_unit);
    if (frame->unit_start == NULL || frame->block_unit == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for units");
    }
    ptrdiff_t units = 0, block = 0;
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        if (i == 0 || frame->unit[i] != frame->unit[i - 1]) {
            if (block < frame->blocks && frame->block_start[block] == i) {
                frame->block_unit[block++] = units;
            }
            frame->unit_start[units++] = i;
        }
    }
    frame->unit_start[units] = frame->rows;
    frame->block_unit[frame->blocks] = units;
    return SOLOW_OK;
}

/* Two rows of one unit and period: the first two offenders over all ranks are named. */
static solow_status refuse_duplicates(solow_frame *frame, solow_error *err)
{
    int64_t count = 0;
    char place[512] = "";
    int named = 0;
    for (ptrdiff_t i = 1; i < frame->rows; i++) {
        if (frame->unit[i] == frame->unit[i - 1] && frame->time[i] == frame->time[i - 1]) {
            count++;
            if (named < 2) {
                char *label = solow_factor_label(frame->unit_factor, frame->unit[i]);
                size_t used = strlen(place);
                snprintf(place + used, sizeof place - used, "%s(%.80s, %d)", named > 0 ? ", " : "",
                         label != NULL ? label : "?", frame->time[i]);
                free(label);
                named++;
            }
        }
    }
    int64_t total = count;
    solow_status status = solow_comm_sum_int64(frame->comm, &total, 1, err);
    if (status != SOLOW_OK || total == 0) {
        return status;
    }
    status =
        count == 0
            ? SOLOW_OK
            : SOLOW_FAIL(err, SOLOW_ERR_INPUT,
                         "%lld rows repeat a unit and period of `%s`, so it stands twice or more: the first is %s; "
                         "leave one row each, or name the right unit and time",
                         (long long)total, frame->unit_factor->name, place);
    return solow_comm_agree(frame->comm, status, err);
}

static void count_unit(solow_frame *frame, ptrdiff_t start, ptrdiff_t end, int64_t *gaps, int64_t *spells)
{
    (*spells)++;
    for (ptrdiff_t i = start + 1; i < end && frame->has_time; i++) {
        int64_t step = (int64_t)frame->time[i] - frame->time[i - 1];
        *gaps += step - 1;
        *spells += step > 1;
    }
}

static solow_status count_facts(solow_frame *frame, solow_error *err)
{
    int64_t longest[4] = {0, -INT64_MAX, -INT64_MAX, -INT64_MAX},
            sum[2] = {0, 0}; /* longest, -shortest, last, -first */
    for (ptrdiff_t u = 0; u < frame->units; u++) {
        ptrdiff_t start = frame->unit_start[u], end = frame->unit_start[u + 1];
        longest[0] = end - start > longest[0] ? end - start : longest[0];
        longest[1] = start - end > longest[1] ? start - end : longest[1];
        if (frame->has_time) {
            longest[2] = frame->time[end - 1] > longest[2] ? frame->time[end - 1] : longest[2];
            longest[3] = -(int64_t)frame->time[start] > longest[3] ? -(int64_t)frame->time[start] : longest[3];
        }
        count_unit(frame, start, end, &sum[0], &sum[1]);
    }
    solow_status status = solow_comm_max_int64(frame->comm, longest, 4, err);
    if (status == SOLOW_OK) {
        status = solow_comm_sum_int64(frame->comm, sum, 2, err);
    }
    frame->facts.longest = longest[0];
    frame->facts.shortest = -longest[1];
    frame->facts.last_period = frame->has_time ? (int32_t)longest[2] : 0;
    frame->facts.first_period = frame->has_time ? (int32_t)-longest[3] : 0;
    frame->facts.gaps = sum[0];
    frame->facts.spells = sum[1];
    frame->facts.balanced =
        frame->has_unit && frame->facts.longest == frame->facts.shortest && sum[0] == 0 &&
        (!frame->has_time || frame->facts.last_period - frame->facts.first_period + 1 == frame->facts.longest);
    return status;
}

/* First and last period of a frame without units. */
static solow_status find_periods(solow_frame *frame, solow_error *err)
{
    int64_t ends[2] = {-INT64_MAX, -INT64_MAX};
    for (ptrdiff_t i = 0; i < frame->rows; i++) {
        ends[0] = frame->time[i] > ends[0] ? frame->time[i] : ends[0];
        ends[1] = -(int64_t)frame->time[i] > ends[1] ? -(int64_t)frame->time[i] : ends[1];
    }
    solow_status status = solow_comm_max_int64(frame->comm, ends, 2, err);
    frame->facts.last_period = (int32_t)ends[0];
    frame->facts.first_period = (int32_t)-ends[1];
    return status;
}

solow_status solow_frame_cut(solow_frame *frame, solow_error *err)
{
    solow_status status = cut_blocks(frame, err);
    if (status == SOLOW_OK && frame->has_unit) {
        status = cut_units(frame, err);
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK && frame->has_unit && frame->has_time) {
        status = refuse_duplicates(frame, err);
    }
    frame->facts.rows = frame->layout.rows;
    if (status == SOLOW_OK && frame->has_unit) {
        status = count_facts(frame, err);
    } else if (status == SOLOW_OK && frame->has_time) {
        status = find_periods(frame, err);
    }
    return status;
}
