/* identity.h - what a model computes, as one canonical text: equal texts, revision, data and machine give equal digits.
 *
 * Defaults are in it; what changes no number is not: id, title, published figures, paths, labels, the level of intervals, and
 * combinations, which are made from finished estimates. Keys stand in a fixed order, formulas as expanded.
 */
#ifndef SOLOW_IO_JOB_IDENTITY_H
#define SOLOW_IO_JOB_IDENTITY_H

#include "io/job/job.h"

/* options: of the model's estimator, ended by a NULL name, or NULL. malloc'ed; NULL when there is no memory. */
char *solow_model_specification(const solow_model *model, const solow_option *options);

/* The tree as one line, keys of mappings sorted; for what has no parsed form. malloc'ed; NULL when there is no memory. */
char *solow_yaml_canonical(const solow_yaml *node);

#endif
