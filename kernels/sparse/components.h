/* components.h - which effects cannot be told apart: connected components of the graph of effects.
 *
 * With a local effect that has a level part, two levels of one set are connected if some local level meets both; within
 * such a component the set's dummies add up to a combination of local dummies, so one of them is redundant: for one set and
 * the local effect that is the whole redundancy. Without a local effect, levels of the first two sets are connected if a row
 * has both, and one dummy of the second set is redundant for each component.
 *
 * label [m] is the smallest unknown of the component, -1 for an unknown without rows; slopes are their own label. Labels of
 * parts of the data are joined in any order, with the same result.
 *
 * Source    Abowd, Creecy & Kramarz (2002), Computing person and firm effects using linked employer-employee data.
 * Checked   tests/kernels/sparse/test_components.c
 */
#ifndef SOLOW_KERNELS_SPARSE_COMPONENTS_H
#define SOLOW_KERNELS_SPARSE_COMPONENTS_H

#include "kernels/sparse/graph.h"

/* label [m] out, of one graph. local: whether there is a local effect with a level part. */
void solow_components(const solow_global_layout *layout, const solow_graph *graph, bool local, int32_t *label);

/* label <- components of the union of two graphs, given the labels of both. */
void solow_components_join(ptrdiff_t m, int32_t *label, const int32_t *more);

/* Marks one redundant unknown for each component and every unknown without rows: the one with the largest diagonal, the
 * first among equals. diagonal [m] of N; best [m] work space; ground [m] out, 1 or 0. Returns the number of components of the first set (with
 * local) or of the first two sets; 0 if there are none to speak of. */
int64_t solow_components_ground(const solow_global_layout *layout, bool local, const int32_t *label,
                                const double *diagonal, int32_t *best, uint8_t *ground);

/* Whether the unknowns that ground leaves are independent for certain: one set of levels with a local effect of levels, or
 * at most two sets of levels without one. */
bool solow_components_exact(const solow_global_layout *layout, bool local, bool local_slopes);

#endif
