/* visit.h - every expression of a job, one after the other. */
#ifndef SOLOW_IO_JOB_VISIT_H
#define SOLOW_IO_JOB_VISIT_H

#include "io/job/job.h"

/* Called with the root of an expression; model NULL outside models. */
typedef void (*solow_visit)(void *to, const solow_node *node, const char *context, const solow_model *model);

void solow_visit_job(const solow_job *job, solow_visit visit, void *to);
void solow_visit_model(const solow_model *model, solow_visit visit, void *to);

#endif
