/* consumer.h - the wants of a pass while blocks go by: accumulators, views, gathered rows. Private to engine/pass. */
#ifndef SOLOW_ENGINE_PASS_CONSUMER_H
#define SOLOW_ENGINE_PASS_CONSUMER_H

#include "engine/pass/exact_gram.h"
#include "engine/pass/pass.h"

typedef struct solow_consumer {
    solow_sum *sum;   /* UNIT, KEYED */
    double *gathered; /* GATHER: rows of this rank, one after the other, [width] each */
    ptrdiff_t gathered_rows, gathered_capacity, width;
    const int32_t **key; /* [keys] codes of the block */
} solow_consumer;

typedef struct solow_consumers {
    solow_sweep *sweep;
    ptrdiff_t count;
    solow_request *request;    /* [count] */
    solow_consumer *consumer;  /* [count] */
    solow_sum *gram, *precise; /* of the union; NULL if no request wants one */
    ptrdiff_t grams;           /* columns of the union that plain Grams touch, compacted */
    ptrdiff_t *gram_column;    /* [grams] */
    ptrdiff_t *gram_place;     /* [columns] place of a union column among gram_column, -1: none */
    double *gram_x;            /* columns brought together when they are not the whole union */
    bool exact;                /* the double-double Gram is of columns as they were formed: no transform */
    solow_exact_gram low;      /* what rounding took from them */
    double *view_x;            /* a consumer's columns brought together */
    double *values;            /* KEYED, MAP: values of the block's rows */
    double *leverage;          /* [rows] of the effects, in the block to be taken */
    int64_t rows;              /* present after the transform, of this rank */
} solow_consumers;

solow_status solow_consumers_open(solow_consumers *consumers, const solow_block *block, solow_error *err);
/* Whether consumers->leverage is to be filled before each block is taken. */
bool solow_consumers_want_leverage(const solow_consumers *consumers);
solow_status solow_consumers_take(solow_consumers *consumers, solow_block *block, int64_t number, solow_error *err);
/* Collective. */
solow_status solow_consumers_finish(solow_consumers *consumers, solow_error *err);
void solow_consumers_clear(solow_consumers *consumers);

#endif
