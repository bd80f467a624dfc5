/* formula_print.c - a formula as canonical text; see formula.h. */
#include "io/job/buffer.h"
#include "io/job/formula.h"

#include <stdlib.h>

static void print_term(solow_job_buffer *out, const solow_node *node)
{
    char *text = solow_node_print(node);
    if (text == NULL) {
        out->failed = true;
        return;
    }
    solow_job_buffer_add(out, text);
    free(text);
}

static void print_terms(solow_job_buffer *out, const solow_terms *terms, const char *between)
{
    for (ptrdiff_t i = 0; i < terms->count; i++) {
        solow_job_buffer_add(out, i > 0 ? between : "");
        print_term(out, terms->node[i]);
    }
}

static void print_effect(solow_job_buffer *out, const solow_effect *effect)
{
    print_term(out, effect->factor);
    if (effect->slopes.count > 0) {
        solow_job_buffer_add(out, effect->level ? "[" : "[[");
        print_terms(out, &effect->slopes, ",");
        solow_job_buffer_add(out, effect->level ? "]" : "]]");
    }
}

char *solow_formula_print(const solow_formula *formula)
{
    solow_job_buffer out = {0};
    print_terms(&out, &formula->outcome, " + ");
    solow_job_buffer_add(&out, " ~ ");
    bool none = formula->regressor.count == 0;
    if (!formula->constant && formula->effects == 0) {
        solow_job_buffer_add(&out, none ? "0" : "0 + ");
    } else if (none) {
        solow_job_buffer_add(&out, "1");
    }
    print_terms(&out, &formula->regressor, " + ");
    for (ptrdiff_t i = 0; i < formula->effects; i++) {
        solow_job_buffer_add(&out, i == 0 ? " | " : " + ");
        print_effect(&out, &formula->effect[i]);
    }
    if (formula->instrument.count > 0) {
        solow_job_buffer_add(&out, " | ");
        print_terms(&out, &formula->endogenous, " + ");
        solow_job_buffer_add(&out, " ~ ");
        print_terms(&out, &formula->instrument, " + ");
    }
    return solow_job_buffer_take(&out);
}
