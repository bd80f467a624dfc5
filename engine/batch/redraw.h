/* redraw.h - draws by estimating again: for whatever estimator, and with its estimated inputs estimated again too.
 *
 *   (1) rows     every rank has all rows of the columns that the model and its inputs read, and makes its share of the draws by
 *                itself, as if it were alone: the bits do not depend on who made which
 *   (2) copies   clusters that hold whole units: a cluster that is drawn w times stands w times in the frame, each copy with
 *                units, and a cluster, of its own; effects that reach across clusters stay what they are. A draw that takes
 *                each once is the frame itself, so it gives the estimate bit for bit
 *   (3) weights  other clusters (years, rows of a panel) and fractional draws: the rows' weights are multiplied by those of the
 *                draw. The estimator must take weights, and draws are not studentised
 *   (4) permute  the values of one column change places: between clusters (units by default) where it is the same in all rows of
 *                each, else between rows; inside the strata of `within:`. Variables and lags that are made of it follow
 *   (5) inputs   models whose saved columns the model reads are estimated first, on the same rows
 *   (6) failure  a draw fails if the model fails or does not converge, or if a term is lost; by reason
 *
 * Permutation p: (1 + draws with |b*| >= |b|) / (1 + draws); an estimate of a permutation has no interval.
 * Cost  a draw: a gather of the rows, and what the models cost.
 */
#ifndef SOLOW_ENGINE_BATCH_REDRAW_H
#define SOLOW_ENGINE_BATCH_REDRAW_H

#include "engine/batch/run.h"

/* Fills task->replicates for the designs that draws from Grams do not serve (resample.h). Collective; the task is estimated.
 * Errors  SOLOW_ERR_MEMORY, SOLOW_ERR_IO */
solow_status solow_redraw_task(solow_run *run, solow_task *task, solow_error *err);

#endif
