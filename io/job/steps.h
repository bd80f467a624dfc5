/* steps.h - lists by name, and stepwise choices, in the tree of a formula's part. */
#ifndef SOLOW_IO_JOB_STEPS_H
#define SOLOW_IO_JOB_STEPS_H

#include "io/job/formula.h"

typedef struct solow_steps {
    const solow_list *lists;
    ptrdiff_t list_count;
    solow_spot offender; /* after SOLOW_ERR_INPUT */
    const char *hint;
    solow_error *err;
} solow_steps;

/* A copy in which every `..list` is the sum of its terms, or several arguments inside sw(), c() and slopes. */
solow_status solow_steps_substitute(solow_steps *steps, const solow_node *node, ptrdiff_t depth, solow_node **copy);

/* How many alternatives the stepwise calls of the tree have together (1 if there is none); *stepwise says whether any is. */
ptrdiff_t solow_steps_count(const solow_node *node, bool *stepwise);

/* The tree of alternative *choice, which is divided by the number of alternatives on the way. */
solow_node *solow_steps_choose(const solow_node *node, ptrdiff_t *choice);

#endif
