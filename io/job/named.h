/* named.h - which estimates a `models:` list of another section means: ids, globs, either with /group. */
#ifndef SOLOW_IO_JOB_NAMED_H
#define SOLOW_IO_JOB_NAMED_H

#include "io/job/job.h"

/* models: the scalar or list. group NULL: it is not known yet, so any may be meant. */
bool solow_names_estimate(const solow_yaml *models, const char *id, const char *group);

/* The same for a model of the job, as far as the job alone tells: groups of `by` and `window` come with the data. */
bool solow_may_name_model(const solow_yaml *models, const solow_model *model);

#endif
