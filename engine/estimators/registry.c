/* registry.c - see registry.h. */
#include "engine/estimators/registry.h"

#include "engine/estimators/linear/iv.h"
#include "engine/estimators/linear/ols.h"
#include "engine/estimators/panel/between.h"
#include "engine/estimators/panel/fd.h"
#include "engine/estimators/panel/mundlak.h"
#include "engine/estimators/panel/re.h"

#include <string.h>

static const solow_estimator *const registry[] = {&solow_ols, &solow_iv, &solow_between,
                                                  &solow_re,  &solow_fd, &solow_mundlak};

enum { ESTIMATORS = sizeof registry / sizeof registry[0] };

const solow_estimator *solow_estimator_find(const char *name)
{
    for (ptrdiff_t i = 0; i < ESTIMATORS; i++) {
        if (strcmp(registry[i]->name, name) == 0) {
            return registry[i];
        }
    }
    return NULL;
}

const solow_estimator *const *solow_estimator_list(ptrdiff_t *count)
{
    *count = ESTIMATORS;
    return registry;
}

ptrdiff_t solow_estimator_names_fill(solow_estimator_names *names)
{
    for (ptrdiff_t i = 0; i < ESTIMATORS; i++) {
        names[i] = (solow_estimator_names){.name = registry[i]->name,
                                           .also_known_as = registry[i]->also_known_as,
                                           .options = registry[i]->options,
                                           .instruments = registry[i]->instruments};
    }
    return ESTIMATORS;
}
