/* pass.c - see pass.h.
 *
 * A consumer is a request with its accumulators. Grams share one union accumulator each for the plain and the
 * double-double kind; a block goes through one transform after the other while it is in cache. After the first pass with effects that reach across blocks the certificate of the normal equations
 * is known; if it is not met, the effects are refined and the pass is made again.
 */
#include "engine/pass/pass.h"

#include "engine/pass/consumer.h"
#include "engine/pass/transform.h"

#include "kernels/dense/gram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

solow_status solow_sweep_create(solow_frame *frame, const solow_sample *sample, const solow_model_effects *effects,
                                ptrdiff_t columns, const solow_design_column *const *column, solow_sweep *sweep,
                                solow_error *err)
{
    *sweep = (solow_sweep){.frame = frame, .sample = sample, .effects = effects, .columns = columns, .column = column};
    double start = solow_comm_seconds();
    solow_status status = solow_absorb_create(frame, sample, effects, columns, column, &sweep->absorb, err);
    if (status == SOLOW_OK && sweep->absorb.layout.sets > 0) {
        sweep->passes = 1;
        sweep->bytes = 8.0 * (double)frame->rows * (double)columns;
    }
    sweep->seconds = solow_comm_seconds() - start;
    return status;
}

void solow_sweep_clear(solow_sweep *sweep)
{
    solow_absorb_clear(&sweep->absorb);
}

/* What the certificate is made of: D2'W x~ in panels, then sizes by part, then sum |W x| and sum |W x~| by column. */
typedef struct certificate {
    bool wanted;
    ptrdiff_t sums, sizes, doubles;
    solow_sum *sum;
} certificate;

static solow_status open_certificate(const solow_sweep *sweep, bool within, certificate *c, solow_error *err)
{
    const solow_absorb *absorb = &sweep->absorb;
    c->wanted = within && absorb->layout.sets > 0 && !absorb->certified;
    if (!c->wanted) {
        return SOLOW_OK;
    }
    c->sums = solow_panel_doubles(absorb->layout.unknowns, absorb->columns);
    c->sizes = absorb->layout.parts * absorb->columns;
    c->doubles = c->sums + c->sizes + 2 * absorb->columns;
    return solow_sum_create_shared(sweep->frame->comm, &sweep->frame->layout, c->doubles, absorb->layout.unknowns,
                                   SOLOW_SUM_PLAIN, &c->sum, err);
}

/* Columns that meet the certificate are left as they are: a column's digits do not depend on its companions. */
static void leave_certified(solow_absorb *absorb, double *sums)
{
    ptrdiff_t unknowns = absorb->layout.unknowns;
    for (ptrdiff_t c = 0; c < absorb->columns; c++) {
        bool good = absorb->worst[c] <= SOLOW_CERTIFICATE;
        absorb->corrected[c] = absorb->corrected[c] || !good;
        for (ptrdiff_t u = 0; good && u < unknowns; u++) {
            sums[solow_panel_index(unknowns, u, c)] = 0;
        }
    }
}

/* Sums over ranks; sets worst, and refines if it is too large. *again: the pass is to be repeated. */
static solow_status close_certificate(solow_sweep *sweep, certificate *c, bool *again, solow_error *err)
{
    solow_absorb *absorb = &sweep->absorb;
    *again = false;
    if (!c->wanted) {
        return SOLOW_OK;
    }
    double *sums = solow_allocate(c->doubles, sizeof *sums);
    solow_status status = sums != NULL ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a certificate");
    status = solow_comm_agree(sweep->frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = solow_sum_finish(c->sum, sums, err);
    }
    if (status == SOLOW_OK) {
        solow_global_certificate(&absorb->layout, absorb->columns, sums, sums + c->sums, absorb->worst);
        const double *raw = sums + c->sums + c->sizes, *left = raw + absorb->columns;
        double worst = 0;
        for (ptrdiff_t i = 0; i < absorb->columns; i++) {
            absorb->worst[i] = left[i] <= SOLOW_EXPLAINED * raw[i] ? 0 : absorb->worst[i];
            worst = absorb->worst[i] > worst ? absorb->worst[i] : worst;
        }
        *again = worst > SOLOW_CERTIFICATE && absorb->refinements < SOLOW_REFINEMENTS;
        if (*again) {
            absorb->refinements++;
            leave_certified(absorb, sums);
            status = solow_absorb_refine(absorb, sums, err);
        } else {
            absorb->certified = true;
        }
    }
    free(sums);
    return status;
}

/* The requests of a pass, cut by transform. */
typedef struct pass_groups {
    ptrdiff_t count;
    solow_consumers *group;
    bool within; /* whether one of them is the within transform */
} pass_groups;

static solow_transform transform_of(const solow_consumers *group)
{
    return group->request[0].want->transform;
}

static solow_status cut_groups(solow_sweep *sweep, ptrdiff_t count, solow_request *request, pass_groups *groups,
                               solow_error *err)
{
    *groups = (pass_groups){.group = solow_allocate_zeroed(count, sizeof *groups->group)};
    if (groups->group == NULL) {
        return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a pass");
    }
    for (ptrdiff_t r = 0; r < count; r++) {
        solow_consumers *last = groups->count > 0 ? &groups->group[groups->count - 1] : NULL;
        solow_transform transform = request[r].want->transform;
        if (last == NULL || !solow_transform_same(transform_of(last), transform)) {
            last = &groups->group[groups->count++];
            *last = (solow_consumers){.sweep = sweep, .request = request + r};
        }
        last->count++;
        groups->within = groups->within || transform.kind == SOLOW_TRANSFORM_WITHIN;
    }
    return SOLOW_OK;
}

/* One block through one transform, its certificate and its consumers. */
static solow_status visit(solow_sweep *sweep, solow_block *block, ptrdiff_t b, certificate *c,
                          solow_consumers *consumers, solow_error *err)
{
    int64_t number = sweep->frame->layout.first_block + b;
    solow_transform transform = transform_of(consumers);
    bool within = transform.kind == SOLOW_TRANSFORM_WITHIN && sweep->effects->count > 0;
    solow_block_effects effects = {.has_local = false};
    solow_block_open(block, b);
    solow_status status = SOLOW_OK;
    if (!within) {
        status = solow_transform_block(&transform, block, b, err);
    } else {
        double *into = c->wanted ? solow_sum_block(c->sum, number) : NULL;
        if (c->wanted && into == NULL) {
            return SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no memory for a certificate");
        }
        solow_absorb_sums add = {.sums = into};
        if (into != NULL) {
            add.size = into + c->sums;
            add.raw = add.size + c->sizes;
            add.left = add.raw + block->columns;
        }
        status = solow_absorb_block(&sweep->absorb, block, b, &effects, err);
        if (status == SOLOW_OK) {
            status = solow_absorb_within(&sweep->absorb, block, b, &effects, &add, err);
        }
    }
    if (status == SOLOW_OK && within && solow_consumers_want_leverage(consumers)) {
        status = solow_absorb_leverage(&sweep->absorb, &effects, consumers->leverage, err);
    }
    return status == SOLOW_OK ? solow_consumers_take(consumers, block, number, err) : status;
}

static solow_status visit_all(solow_sweep *sweep, pass_groups *groups, bool *again, solow_error *err)
{
    solow_frame *frame = sweep->frame;
    solow_block block = {0};
    certificate c = {.wanted = false};
    size_t extra = solow_absorb_need(&sweep->absorb, frame, sweep->columns) + solow_transform_need(frame);
    solow_status status = solow_block_init(frame, sweep->sample, sweep->columns, sweep->column, extra, &block, err);
    if (status == SOLOW_OK) {
        status = open_certificate(sweep, groups->within, &c, err);
    }
    for (ptrdiff_t g = 0; g < groups->count && status == SOLOW_OK; g++) {
        status = solow_consumers_open(&groups->group[g], &block, err);
    }
    size_t mark = block.arena.used;
    for (ptrdiff_t b = 0; b < frame->blocks && status == SOLOW_OK; b++) {
        for (ptrdiff_t g = 0; g < groups->count && status == SOLOW_OK;
             g++) { /* the block is in cache after the first */
            status = visit(sweep, &block, b, &c, &groups->group[g], err);
            block.arena.used = mark;
        }
    }
    status = solow_comm_agree(frame->comm, status, err);
    if (status == SOLOW_OK) {
        status = close_certificate(sweep, &c, again, err);
    }
    solow_sum_destroy(c.sum);
    solow_block_clear(&block);
    return status;
}

solow_status solow_pass_run(solow_sweep *sweep, ptrdiff_t count, solow_request *request, solow_error *err)
{
    double start = solow_comm_seconds();
    bool again = true;
    solow_status status = SOLOW_OK;
    while (again && status == SOLOW_OK) {
        pass_groups groups;
        status = solow_comm_agree(sweep->frame->comm, cut_groups(sweep, count, request, &groups, err), err);
        if (status == SOLOW_OK) {
            status = visit_all(sweep, &groups, &again, err);
        }
        for (ptrdiff_t g = 0; g < groups.count; g++) {
            if (status == SOLOW_OK && !again) {
                status = solow_consumers_finish(&groups.group[g], err);
            }
            double grams = (double)groups.group[g].grams;
            sweep->flops += (double)sweep->frame->rows * grams * (grams + 1);
            solow_consumers_clear(&groups.group[g]);
        }
        free(groups.group);
        sweep->passes++;
        sweep->bytes += 8.0 * (double)sweep->frame->rows * (double)sweep->columns;
    }
    sweep->seconds += solow_comm_seconds() - start;
    if (status != SOLOW_OK) {
        for (ptrdiff_t r = 0; r < count; r++) {
            free(request[r].result);
            request[r].result = NULL;
        }
    }
    return status;
}
