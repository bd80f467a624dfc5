/* evaluate.c - runs compiled expressions over rows. See evaluate.h. */
#include "engine/frame/program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_AT_ONCE = 4096 }; /* before blocks are cut */

static solow_status reserve(op *node, ptrdiff_t capacity, solow_error *err)
{
    double *buffer = solow_resize(node->buffer, capacity, sizeof *buffer);
    if (buffer == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for %td values of an expression", capacity);
    }
    node->buffer = buffer;
    for (ptrdiff_t i = 0; i < node->count; i++) {
        solow_status status = reserve(node->child[i], capacity, err);
        if (status != SOLOW_OK) {
            return status;
        }
    }
    return SOLOW_OK;
}

static void run(solow_program *program, op *node, ptrdiff_t begin, ptrdiff_t rows, double *out)
{
    for (ptrdiff_t i = 0; i < node->count; i++) {
        run(program, node->child[i], begin, rows, node->child[i]->buffer);
    }
    switch (node->code) {
    case OP_CONSTANT:
        for (ptrdiff_t i = 0; i < rows; i++) {
            out[i] = node->constant;
        }
        break;
    case OP_COLUMN:
        memcpy(out, node->column->number + begin, solow_bytes(rows, sizeof *out));
        break;
    case OP_TEXT_EQUAL:
        for (ptrdiff_t i = 0; i < rows; i++) {
            int32_t code = node->column->code[begin + i];
            out[i] = code < 0 ? NAN : code == (int32_t)node->constant;
        }
        break;
    case OP_TEXT_MISSING:
        for (ptrdiff_t i = 0; i < rows; i++) {
            out[i] = node->column->code[begin + i] < 0;
        }
        break;
    case OP_LAG:
    case OP_MOVING_AVERAGE:
    case OP_FIRST:
    case OP_LAST:
    case OP_MEAN:
    case OP_SUM:
    case OP_SD:
    case OP_COUNT:
    case OP_PIM:
        solow_op_within_unit(program, node, begin, rows, out);
        break;
    default:
        solow_op_rowwise(node, rows, out);
        break;
    }
}

solow_status solow_program_run(solow_program *program, ptrdiff_t begin, ptrdiff_t rows, double *out, solow_error *err)
{
    if (rows > program->capacity) {
        solow_status status = reserve(program->root, rows, err);
        if (status != SOLOW_OK) {
            return status;
        }
        program->capacity = rows;
    }
    run(program, program->root, begin, rows, out);
    return SOLOW_OK;
}

solow_status solow_frame_evaluate(solow_frame *frame, const solow_node *node, double *out, solow_error *err)
{
    solow_program *program = NULL;
    solow_status status = solow_program_create(frame, node, &program, err);
    status = solow_comm_agree(frame->comm, status, err);
    if (frame->block_start != NULL) {
        for (ptrdiff_t b = 0; b < frame->blocks && status == SOLOW_OK; b++) {
            ptrdiff_t begin = frame->block_start[b], end = frame->block_start[b + 1];
            status = solow_program_run(program, begin, end - begin, out + begin, err);
        }
    } else {
        for (ptrdiff_t begin = 0; begin < frame->rows && status == SOLOW_OK; begin += ROWS_AT_ONCE) {
            ptrdiff_t rows = frame->rows - begin < ROWS_AT_ONCE ? frame->rows - begin : ROWS_AT_ONCE;
            status = solow_program_run(program, begin, rows, out + begin, err);
        }
    }
    solow_program_destroy(program);
    return solow_comm_agree(frame->comm, status, err);
}
