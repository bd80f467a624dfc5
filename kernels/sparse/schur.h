/* schur.h - the equations of the effects that reach across blocks: planned, factored, solved, their rank told.
 *
 *   (1) S = D2'W D2 - D2'W P1 D2,   P1 the projection on the local effect;   S Gamma = D2'W M x
 *   (2) kinds      DENSE: S in full, L L' with drops.  SPARSE: S and L D L' in sparse form, order from CHOLMOD.
 *                  ITERATIVE: S is never formed; conjugate gradients (conjugate.h) on the joined graph
 *   (3) redundant  unknowns are grounded by connected components where those tell (components.h), then by pivots
 *   (4) refine     Gamma <- Gamma + S^- (R - S Gamma), twice
 *
 * A plan depends on sums over all data alone (solow_schur_choose), not on ranks. The graph given to solow_schur_create is
 * the joined one (graph.h). Right-hand sides come in panels (global.h), eight columns each, and are solved column by column
 * in effect: no result depends on its companions.
 *
 * Source    Abowd, Creecy & Kramarz (2002); Guimaraes & Portugal (2010), Stata Journal 10, 628-649, for the problem.
 * Checked   tests/kernels/sparse/test_schur.c
 */
#ifndef SOLOW_KERNELS_SPARSE_SCHUR_H
#define SOLOW_KERNELS_SPARSE_SCHUR_H

#include "kernels/sparse/graph.h"

typedef enum { SOLOW_SCHUR_DENSE, SOLOW_SCHUR_SPARSE, SOLOW_SCHUR_ITERATIVE } solow_schur_kind;

/* What is known before S is formed, summed over all graphs. */
typedef struct solow_schur_size {
    int64_t unknowns, vectors, entries, pairs;
    double work;         /* solow_graph_work */
    double budget_bytes; /* memory that S and its factor may take on one rank */
} solow_schur_size;

solow_schur_kind solow_schur_choose(const solow_schur_size *size);

typedef struct solow_schur solow_schur;

/* Forms and factors S. kind is the plan's; a SPARSE whose predicted fill passes the budget becomes DENSE if that fits, else
 * ITERATIVE.
 *
 * graph        joined over all blocks; ITERATIVE takes its arrays and leaves it empty (clearing it stays right)
 * local        the local effect's shape (level, slopes are read), or NULL if there is none
 * Errors       SOLOW_ERR_MEMORY, SOLOW_ERR_NUMERIC
 */
solow_status solow_schur_create(const solow_global_layout *layout, solow_graph *graph, const solow_local *local,
                                solow_schur_kind kind, double budget_bytes, solow_schur **schur, solow_error *err);
void solow_schur_destroy(solow_schur *schur); /* NULL is allowed */

/* gamma <- S^- r, (4); ITERATIVE stops where the residual is 1e-13 of the largest sum, for each column by itself. r, gamma in
 * panels, solow_panel_doubles(m, p) doubles; gamma may be r. Without memory to iterate gamma is NaN, which no certificate
 * passes. layout must still be there. */
void solow_schur_solve(solow_schur *schur, ptrdiff_t p, const double *r, double *gamma);

typedef struct solow_schur_facts {
    solow_schur_kind kind;
    ptrdiff_t rank; /* of S: columns that the global effects take beyond the local one */
    bool exact;     /* whether rank follows from counting alone; else from pivots too (ITERATIVE: a bound from above) */
    int64_t components;   /* of the graph of the first two sets (the local effect counts as one); 0 if fewer than two */
    double nonzeros;      /* of the factor; entries of the graph if ITERATIVE */
    ptrdiff_t iterations; /* ITERATIVE: most that a column took, over all solves */
    bool converged;       /* ITERATIVE: whether every column of every solve reached its bound; else true */
} solow_schur_facts;

solow_schur_facts solow_schur_tell(const solow_schur *schur);

typedef struct solow_schur_ground { /* [m] each */
    const int32_t *label;           /* components of the joined graph */
    const double *normal, *schur;   /* diagonals of N and S */
} solow_schur_ground;

/* (3) from labels and diagonals alone, for equations that are iterated on in parts: rank, exact and components of facts.
 * best [m] is work space; ground [m] out, 1 for a redundant unknown. */
void solow_schur_count(const solow_global_layout *layout, const solow_local *local, const solow_schur_ground *given,
                       int32_t *best, uint8_t *ground, solow_schur_facts *facts);

/* Whether S is dear enough to form that iterating may pay: what the sum of squared degrees must pass at least. */
bool solow_schur_is_dear(double work);

#endif
