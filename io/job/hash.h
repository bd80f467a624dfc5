/* hash.h - what a model, or a whole job, asks for, as a hash that spelling does not move.
 *
 *   (1) model  estimator, formula, vcov, ssc, where, by, window, weights, level, singletons, save, combine, tests, options
 *              of the estimator, resampling designs: after defaults and expansion, in canonical text
 *   (2) job    data section without paths, variables, every model with its id and group, and all that becomes rows, tables
 *              or provenance
 *
 * Left out   of (1) id, group, title, published figures, paths, places, comments; of (2) the paths of data and output,
 *            places, comments, the order of keys. What a default fills in is the same as the default spelled out.
 * For a finished estimate's identity add: the content of each used column, the estimator's revision, the seed, the machine kind.
 */
#ifndef SOLOW_IO_JOB_HASH_H
#define SOLOW_IO_JOB_HASH_H

#include "io/job/job.h"

enum { SOLOW_HASH_BYTES = 65 }; /* 64 hexadecimal digits and the end */

/* (1). Designs of draws count by what they say, with what they leave out filled in, not by their names; a test `against:`
 * another model counts that model's hash, without its tests.
 * hash [SOLOW_HASH_BYTES] out. Errors: SOLOW_ERR_MEMORY */
solow_status solow_model_hash(const solow_job *job, const solow_model *model, const solow_option *options, char *hash,
                              solow_error *err);

/* (2). Errors: SOLOW_ERR_MEMORY */
solow_status solow_job_hash(const solow_job *job, const solow_estimator_names *estimators, ptrdiff_t estimator_count,
                            char *hash, solow_error *err);

#endif
