/* sample_frame.h - rows, blocks, effects and keys of a sample in memory; private to tests/support. */
#ifndef SOLOW_TESTS_SUPPORT_SAMPLE_FRAME_H
#define SOLOW_TESTS_SUPPORT_SAMPLE_FRAME_H

#include "tests/support/sample_driver.h"

enum { SAMPLE_KEYS = 16 };

typedef struct sample_frame {
    const sample_data *data;
    const sample_model *model;
    ptrdiff_t rows;
    uint8_t *present;
    double *weight; /* [rows], 0 where absent; NULL without weights */
    int32_t *unit, *time;
    ptrdiff_t units, *unit_start; /* over the whole frame */
    ptrdiff_t blocks, *block;     /* [blocks + 1] unit offsets */
    ptrdiff_t dummies;
    double *dummy, *projector, *leverage; /* [rows x dummies], (D'WD)^+, [rows] */
    int32_t *key[SAMPLE_KEYS];
    char name[SAMPLE_KEYS][128];
    double **column; /* [shape.columns] raw, 0 where absent */
    solow_shape shape;
    solow_shape_column shape_column[SAMPLE_COLUMNS];
    solow_shape_effect effect[4];
    bool nested[4][SAMPLE_KEYS];
    solow_shape_key shape_key[SAMPLE_KEYS];
} sample_frame;

sample_frame *sample_frame_create(const sample_data *data, const sample_model *model);
void sample_frame_free(sample_frame *frame);

/* [rows] diagonal of D(D'WD)^+D'W, made when first asked for; NULL without effects. */
const double *sample_leverage(sample_frame *frame);

/* out [rows]: the column after the transform, 0 in rows that it leaves absent; left [rows] marks those present. */
void sample_transform(const sample_frame *frame, ptrdiff_t column, solow_transform transform, double *out,
                      uint8_t *left);

#endif
