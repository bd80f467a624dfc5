/* citations.c - whom to cite for what a run used: estimators by their registry entry, variances and tests by a table. See
 * session.h. */
#include "engine/cli/session.h"

#include "engine/estimators/registry.h"

#include <stdio.h>
#include <string.h>

/* What a variance or a test rests on; key: how its text in /glance starts, or the test's name in /tests. */
static const struct {
    const char *table, *column, *key, *cite;
    bool whole; /* the text is the key */
} sources[] = {
    {"glance", "vcov", "hc0", "White (1980), Econometrica 48, 817-838", true},
    {"glance", "vcov", "hc1", "MacKinnon & White (1985), J. Econometrics 29, 305-325", true},
    {"glance", "vcov", "hc2", "MacKinnon & White (1985), J. Econometrics 29, 305-325", true},
    {"glance", "vcov", "hc3", "MacKinnon & White (1985), J. Econometrics 29, 305-325", true},
    {"glance", "vcov", "cluster: ", "Arellano (1987), Oxford Bulletin of Economics and Statistics 49, 431-434", false},
    {"glance", "vcov", "cr0: ", "Arellano (1987), Oxford Bulletin of Economics and Statistics 49, 431-434", false},
    {"glance", "vcov", "cr2: ", "Pustejovsky & Tipton (2018), J. Business & Economic Statistics 36, 672-683", false},
    {"glance", "vcov", "cr3: ", "Pustejovsky & Tipton (2018), J. Business & Economic Statistics 36, 672-683", false},
    {"glance", "vcov", "newey_west", "Newey & West (1987), Econometrica 55, 703-708", false},
    {"glance", "vcov", "driscoll_kraay", "Driscoll & Kraay (1998), Review of Economics and Statistics 80, 549-560",
     false},
    {"tests", "test", "hausman", "Hausman (1978), Econometrica 46, 1251-1271", false},
    {"tests", "test", "wu_hausman", "Hausman (1978), Econometrica 46, 1251-1271", true},
    {"tests", "test", "compare", "Weesie (1999), Stata Technical Bulletin 52, 34-47", true},
    {"tests", "test", "breusch_pagan", "Breusch & Pagan (1980), Review of Economic Studies 47, 239-253", true},
    {"tests", "test", "sargan", "Sargan (1958), Econometrica 26, 393-415", true},
    {"tests", "test", "hansen", "Hansen (1982), Econometrica 50, 1029-1054", true},
    {"tests", "test", "ar", "Anderson & Rubin (1949), Annals of Mathematical Statistics 20, 46-63", true},
    {"tests", "test", "cragg_donald", "Cragg & Donald (1993), Econometric Theory 9, 222-240", true},
    {"tests", "test", "kleibergen_paap", "Kleibergen & Paap (2006), J. Econometrics 133, 97-126", false},
    {"tests", "test", "effective_f", "Montiel Olea & Pflueger (2013), J. Business & Economic Statistics 31, 358-369",
     true},
};

enum { SOURCES = sizeof sources / sizeof sources[0] };

static const char several_ways[] = "Cameron, Gelbach & Miller (2011), J. Business & Economic Statistics 29, 238-249";

static bool holds(const solow_results *results, size_t s)
{
    const solow_table *table = solow_results_table_const(results, sources[s].table);
    bool found = false;
    for (int64_t row = 0; row < table->rows && !found; row++) {
        const char *text = solow_table_text(table, row, sources[s].column);
        found = sources[s].whole ? strcmp(text, sources[s].key) == 0
                                 : strncmp(text, sources[s].key, strlen(sources[s].key)) == 0;
    }
    return found;
}

static bool has_several_ways(const solow_results *results)
{
    const solow_table *glance = &results->glance;
    bool found = false;
    for (int64_t row = 0; row < glance->rows && !found; row++) {
        const char *vcov = solow_table_text(glance, row, "vcov");
        found = strncmp(vcov, "cluster: ", 9) == 0 && strstr(vcov, " + ") != NULL;
    }
    return found;
}

static bool estimates(const solow_results *results, const char *estimator)
{
    const solow_table *glance = &results->glance;
    bool found = false;
    for (int64_t row = 0; row < glance->rows && !found; row++) {
        found = strcmp(solow_table_text(glance, row, "estimator"), estimator) == 0;
    }
    return found;
}

void solow_session_cite(const solow_results *results, FILE *to)
{
    ptrdiff_t count = 0;
    const solow_estimator *const *list = solow_estimator_list(&count);
    for (ptrdiff_t e = 0; e < count; e++) {
        if (estimates(results, list[e]->name)) {
            fprintf(to, "cite %-14s %s\n", list[e]->name, list[e]->cite);
        }
    }
    bool said[SOURCES] = {false};
    for (size_t s = 0; s < SOURCES; s++) {
        said[s] = holds(results, s);
        bool repeated = false;
        for (size_t before = 0; before < s; before++) {
            repeated = repeated || (said[before] && strcmp(sources[before].cite, sources[s].cite) == 0);
        }
        if (said[s] && !repeated) {
            fprintf(to, "cite %-14.*s %s\n", (int)strcspn(sources[s].key, ":"), sources[s].key, sources[s].cite);
        }
    }
    if (has_several_ways(results)) {
        fprintf(to, "cite %-14s %s\n", "several ways", several_ways);
    }
}
