/* registry.h - every estimator by name, for job reading, `solow estimators` and the batch. */
#ifndef SOLOW_ENGINE_ESTIMATORS_REGISTRY_H
#define SOLOW_ENGINE_ESTIMATORS_REGISTRY_H

#include "engine/estimators/estimator.h"

/* The estimator of that name, or NULL. */
const solow_estimator *solow_estimator_find(const char *name);

/* All of them, in the order of the documentation. */
const solow_estimator *const *solow_estimator_list(ptrdiff_t *count);

/* The same, as job reading wants them: names [count], filled; the array has room for SOLOW_ESTIMATORS_MAX entries. */
enum { SOLOW_ESTIMATORS_MAX = 64 };
ptrdiff_t solow_estimator_names_fill(solow_estimator_names *names);

#endif
