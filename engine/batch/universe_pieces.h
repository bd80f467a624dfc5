/* universe_pieces.h - what a specification is put together from, and which specifications have the same rows.
 *
 * A piece is the formula's own part, one item of the controls, or one outcome. A row is lost to a specification if a piece of it
 * is missing there; so specifications have the same rows if the same sets of missing pieces hit them.
 */
#ifndef SOLOW_ENGINE_BATCH_UNIVERSE_PIECES_H
#define SOLOW_ENGINE_BATCH_UNIVERSE_PIECES_H

#include "engine/batch/run.h"
#include "io/job/universe.h"

typedef struct solow_chosen { /* a specification of a stratum */
    int64_t position;         /* among those of the model */
    solow_specification at;
    uint64_t pieces;       /* bit 0 the formula's part, then items of `any`, of `one_of`, outcomes */
    uint64_t signature[2]; /* equal: the same rows */
} solow_chosen;

typedef struct solow_piece {
    ptrdiff_t columns;
    char **name;       /* [columns] as in the design */
    solow_error error; /* why no model can have it; OK: it can */
} solow_piece;

typedef struct solow_stratum { /* the specifications with the same sample, effects and variance */
    solow_run *run;
    const solow_model *model; /* of the job */
    const solow_universe *universe;
    ptrdiff_t effects, sample, vcov;
    solow_model made; /* the model of the job with these three */
    ptrdiff_t count;
    solow_chosen *chosen; /* [count] in the order of the job */
    ptrdiff_t pieces;
    solow_piece *piece; /* [pieces] */
} solow_stratum;

/* Places among the pieces. */
ptrdiff_t solow_piece_of_item(ptrdiff_t item);
ptrdiff_t solow_piece_of_outcome(const solow_universe *universe, ptrdiff_t outcome);

/* The model of those pieces: made, with the outcomes and terms of the set; borrowed nodes in lists that solow_pieces_model_clear
 * frees. Errors  SOLOW_ERR_MEMORY */
solow_status solow_pieces_model(const solow_stratum *stratum, uint64_t pieces, solow_model *model, solow_error *err);
void solow_pieces_model_clear(solow_model *model);

/* Fills pieces of a specification. */
void solow_pieces_of(const solow_universe *universe, solow_chosen *chosen);
/* Fills piece, and pieces and signature of what is chosen. Collective. Errors  SOLOW_ERR_MEMORY */
solow_status solow_pieces_create(solow_stratum *stratum, solow_error *err);
void solow_pieces_clear(solow_stratum *stratum);

#endif
