/* universe.c - see universe.h. */
#include "io/job/universe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool solow_universe_shows(const solow_universe *universe, const char *term)
{
    bool shown = universe == NULL || universe->terms == 0;
    for (ptrdiff_t t = 0; !shown && t < universe->terms; t++) {
        shown = strcmp(universe->term[t], term) == 0;
    }
    return shown;
}

int64_t solow_universe_control_sets(const solow_universe *universe)
{
    return ((int64_t)1 << universe->any) * (universe->one_of > 0 ? universe->one_of : 1);
}

solow_specification solow_universe_at(const solow_universe *universe, int64_t number)
{
    solow_specification made;
    int64_t sets = solow_universe_control_sets(universe);
    made.vcov = (ptrdiff_t)(number % universe->vcovs);
    number /= universe->vcovs;
    made.sample = (ptrdiff_t)(number % universe->samples);
    number /= universe->samples;
    made.effects = (ptrdiff_t)(number % universe->effects);
    number /= universe->effects;
    made.controls = number % sets;
    made.outcome = (ptrdiff_t)(number / sets);
    return made;
}

ptrdiff_t solow_universe_controls(const solow_universe *universe, int64_t set, const solow_named_terms **list)
{
    ptrdiff_t count = 0;
    int64_t choices = universe->one_of > 0 ? universe->one_of : 1, mask = set / choices;
    for (ptrdiff_t i = 0; i < universe->any; i++) {
        if ((mask >> i & 1) != 0) {
            list[count++] = &universe->any_item[i];
        }
    }
    if (universe->one_of > 0 && universe->one_of_item[set % choices].terms.count > 0) {
        list[count++] = &universe->one_of_item[set % choices];
    }
    return count;
}

size_t solow_universe_name_bytes(const solow_universe *universe)
{
    size_t bytes = sizeof "none", longest = 0;
    for (ptrdiff_t i = 0; i < universe->any; i++) {
        bytes += strlen(universe->any_item[i].name) + 1;
    }
    for (ptrdiff_t i = 0; i < universe->one_of; i++) {
        size_t own = strlen(universe->one_of_item[i].name) + 1;
        longest = own > longest ? own : longest;
    }
    return bytes + longest;
}

static bool name_controls(const solow_universe *universe, int64_t set, size_t size, char *name)
{
    const solow_named_terms *list[SOLOW_UNIVERSE_ANY + 1];
    ptrdiff_t count = solow_universe_controls(universe, set, list);
    size_t used = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        size_t length = strlen(list[i]->name);
        if (used + length + 2 > size) {
            return false;
        }
        if (i > 0) {
            name[used++] = '+';
        }
        memcpy(name + used, list[i]->name, length);
        used += length;
    }
    if (count == 0) {
        return snprintf(name, size, "none") < (int)size;
    }
    name[used] = '\0';
    return true;
}

static void add(ptrdiff_t *pairs, solow_key_value *pair, ptrdiff_t choices, const char *key, char *value)
{
    if (choices > 1) {
        pair[(*pairs)++] = (solow_key_value){(char *)key, value};
    }
}

bool solow_universe_name(const solow_universe *universe, const solow_specification *specification, size_t size,
                         char *controls, ptrdiff_t *pairs, solow_key_value *pair)
{
    *pairs = 0;
    if (!name_controls(universe, specification->controls, size, controls)) {
        return false;
    }
    add(pairs, pair, universe->outcome.count, "outcome", universe->outcome_name[specification->outcome]);
    add(pairs, pair, (ptrdiff_t)(solow_universe_control_sets(universe) > 1 ? 2 : 1), "controls", controls);
    add(pairs, pair, universe->effects, "effects", universe->effects_name[specification->effects]);
    add(pairs, pair, universe->samples, "sample", universe->sample[specification->sample].name);
    add(pairs, pair, universe->vcovs, "vcov", universe->vcov[specification->vcov].name);
    return true;
}

static void clear_items(ptrdiff_t count, solow_named_terms *item)
{
    for (ptrdiff_t i = 0; item != NULL && i < count; i++) {
        free(item[i].name);
        solow_terms_clear(&item[i].terms);
    }
    free(item);
}

static void free_texts(ptrdiff_t count, char **text)
{
    for (ptrdiff_t i = 0; text != NULL && i < count; i++) {
        free(text[i]);
    }
    free(text);
}

void solow_universe_destroy(solow_universe *universe)
{
    if (universe == NULL) {
        return;
    }
    free_texts(universe->outcome.count, universe->outcome_name);
    solow_terms_clear(&universe->outcome);
    solow_terms_clear(&universe->always);
    clear_items(universe->any, universe->any_item);
    clear_items(universe->one_of, universe->one_of_item);
    for (ptrdiff_t e = 0; universe->formula != NULL && e < universe->effects; e++) {
        solow_formula_clear(&universe->formula[e]);
    }
    free(universe->formula);
    free_texts(universe->effects, universe->effects_name);
    for (ptrdiff_t s = 0; universe->sample != NULL && s < universe->samples; s++) {
        free(universe->sample[s].name);
        solow_node_destroy(universe->sample[s].where);
    }
    free(universe->sample);
    for (ptrdiff_t v = 0; universe->vcov != NULL && v < universe->vcovs; v++) {
        free(universe->vcov[v].name);
        free(universe->vcov[v].spec.kernel);
        solow_terms_clear(&universe->vcov[v].spec.cluster);
    }
    free(universe->vcov);
    free_texts(universe->terms, universe->term);
    free(universe);
}
