/* absorb.h - the effects of a sweep, made ready to be taken out of any block: exact elimination, certified.
 *
 *   (1) M      residual maker of the local effect (kernels/panel/local.h): inside the block
 *   (2) S      D2'W M D2 of all other effects (kernels/sparse/schur.h): factored once on rank 0 from the joined graph, or
 *              iterated on by all ranks (absorb_spread.h)
 *   (3) Gamma  S^- D2'W M x for every column of the sweep; x~ = M (x - D2 Gamma)
 *   (4) certificate   max |D2'W x~| / sum |W x~| by column, recomputed from the rows in the first pass that uses Gamma; above
 *              1e-12 that residual gives a correction C, x~ = M (M (x - D2 Gamma) - D2 C), and the pass is made again: what
 *              is small is taken from what is small, so that no digit is lost where x is large and x~ is not
 *   (5) explained     a column of which the effects leave rounding alone, sum |W x~| <= 1e-13 sum |W x|: its certificate is 0
 *
 * Cost  one pass over the rows for (2) and (3) if there is an effect that reaches across blocks, none otherwise.
 */
#ifndef SOLOW_ENGINE_PASS_ABSORB_H
#define SOLOW_ENGINE_PASS_ABSORB_H

#include "engine/comm/sum.h"
#include "engine/pass/absorb_spread.h"
#include "engine/pass/block.h"
#include "kernels/panel/local.h"
#include "kernels/sparse/global.h"
#include "kernels/sparse/leverage.h"
#include "kernels/sparse/schur.h"

#define SOLOW_CERTIFICATE 1e-12 /* relative residual of the normal equations that counts as exact */
#define SOLOW_EXPLAINED 1e-13   /* (5) */
enum { SOLOW_REFINEMENTS = 4, SOLOW_LEVERAGE_WIDTH = 3 /* as kernels/sparse/leverage.c */ };

typedef struct solow_absorb {
    const solow_frame *frame;
    const solow_sample *sample;
    const solow_model_effects *effects;
    ptrdiff_t local;            /* index of the effect that is eliminated inside blocks; -1: none */
    int32_t *local_code;        /* [rows] level inside its block; NULL: the unit runs are the levels */
    ptrdiff_t *local_levels;    /* [blocks] levels in each block; NULL with unit runs */
    ptrdiff_t *global;          /* [layout.sets] indices of the other effects */
    solow_global_layout layout; /* sets 0: no effect reaches across blocks */
    solow_schur *schur;         /* on rank 0; NULL where the iteration is spread */
    solow_spread *spread;       /* on every rank, or NULL */
    solow_schur_kind kind;
    solow_inverse inverse; /* of S, on every rank once solow_absorb_invert was called */
    ptrdiff_t columns;     /* of the sweep */
    double *gamma;         /* panels [unknowns x columns]; NULL without global effects */
    double *correction;    /* C of (4), as gamma; NULL until it was refined */
    bool *corrected;       /* [columns] whether C has a column that is not zero */
    double *worst;         /* [columns] (4) */
    bool certified;        /* (4) was computed for gamma */
    int refinements;
    int64_t rank; /* columns that all effects take */
    bool rank_exact;
    int64_t components; /* of the first two sets; 0 with fewer */
    double factor_nonzeros;
} solow_absorb;

/* Collective. columns: the recipes of the sweep. effects->count may be 0: nothing to take out.
 * Errors  SOLOW_ERR_MEMORY, SOLOW_ERR_NUMERIC */
solow_status solow_absorb_create(const solow_frame *frame, const solow_sample *sample,
                                 const solow_model_effects *effects, ptrdiff_t columns,
                                 const solow_design_column *const *column, solow_absorb *absorb, solow_error *err);
void solow_absorb_clear(solow_absorb *absorb);

/* Makes the inverse that leverages need; done once, nothing to do without effects that reach across blocks. Collective.
 * Errors  SOLOW_ERR_NUMERIC where there is no exact leverage: too many varying slopes, or equations that are iterated on */
solow_status solow_absorb_invert(solow_absorb *absorb, solow_error *err);

/* Gamma from right-hand sides in panels, later the correction: += S^- r; r is spent. All ranks get it. Collective. */
solow_status solow_absorb_refine(solow_absorb *absorb, double *r, solow_error *err);

/* Bytes that the two below take from the block's arena. */
size_t solow_absorb_need(const solow_absorb *absorb, const solow_frame *frame, ptrdiff_t columns);

/* The effects of one block, described for the kernels; arrays live in the block's arena until its mark is put back. */
typedef struct solow_block_effects {
    solow_local local;
    bool has_local;
    solow_global global;
} solow_block_effects;
solow_status solow_absorb_block(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                solow_block_effects *effects, solow_error *err);

/* leverage [rows]: diagonal of the effects' projection in a block; after solow_absorb_invert. */
solow_status solow_absorb_leverage(const solow_absorb *absorb, const solow_block_effects *effects, double *leverage,
                                   solow_error *err);

/* What a block adds to a certificate; NULL: not wanted. */
typedef struct solow_absorb_sums {
    double *sums;       /* D2'W x~, in panels */
    double *size;       /* sum |W x~| by part and column, as solow_global_size */
    double *raw, *left; /* [columns] sum |W x| and sum |W x~| */
} solow_absorb_sums;

/* Fills block b and takes the effects out: x~ of (3) and (4). */
solow_status solow_absorb_within(const solow_absorb *absorb, solow_block *block, ptrdiff_t b,
                                 const solow_block_effects *effects, const solow_absorb_sums *add, solow_error *err);

#endif
