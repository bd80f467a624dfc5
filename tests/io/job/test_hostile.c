/* Job files broken at random: an answer every time, never a crash or a leak (the sanitizers watch). */
#include "tests/io/job/fixture.h"

#include <stdint.h>

enum { MUTATIONS = 10000, ROOM = 1 << 16 };

static uint64_t next(uint64_t *state) /* splitmix64 */
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static size_t below(uint64_t *state, size_t limit)
{
    return limit > 0 ? (size_t)(next(state) % limit) : 0;
}

static const char *const bits[] = {
    "{",     "}",   "[",  "]",  ":", ",",  "\n",       "- ",     "&a ",    "*a",  "<<: ", "'",    "\"", "`",     "#",
    "~",     "|",   "(",  ")",  "^", "..", "csw0(",    "l(",     "1:99",   "{W}", "\xff", "\t",   "\r", "not ",  "in ",
    "1e400", "- -", "? ", "!!", "%", "@",  "foreach:", "like: ", "drop: ", "|\n", ">\n ", "null", "-",  "saved("};

/* A few edits of the text in place; its new length. */
static size_t mutate(char *text, size_t length, uint64_t *state)
{
    size_t edits = 1 + below(state, 4);
    for (size_t edit = 0; edit < edits && length > 100; edit++) {
        size_t at = below(state, length), span = 1 + below(state, 40);
        span = at + span > length ? length - at : span;
        switch (below(state, 4)) {
        case 0:
            text[at] = (char)below(state, 256);
            break;
        case 1:
            memmove(text + at, text + at + span, length - at - span);
            length -= span;
            break;
        case 2:
            if (length + span < ROOM) {
                memmove(text + at + span, text + at, length - at);
                length += span;
            }
            break;
        default: {
            const char *bit = bits[below(state, sizeof bits / sizeof *bits)];
            size_t more = strlen(bit);
            if (length + more < ROOM) {
                memmove(text + at + more, text + at, length - at);
                memcpy(text + at, bit, more);
                length += more;
            }
            break;
        }
        }
    }
    return length;
}

START_TEST(mutations_get_an_answer)
{
    char *seed = NULL, *text = malloc(ROOM);
    size_t length = 0;
    solow_error err = {0};
    ck_assert_int_eq(solow_yaml_read(SOLOW_SOURCE_DIR "/tests/io/job/contract.yml", &seed, &length, &err), SOLOW_OK);
    char path[] = "/tmp/solow_hostile_XXXXXX";
    fixture_write(path, "", 0);
    uint64_t state = 20240607;
    ptrdiff_t refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
        memcpy(text, seed, length);
        size_t mutated = mutate(text, length, &state);
        ck_assert_int_eq(unlink(path), 0); /* some file systems flush a file that is cut and written again */
        FILE *file = fopen(path, "wb");
        ck_assert_ptr_nonnull(file);
        ck_assert_uint_eq(fwrite(text, 1, mutated, file), mutated);
        ck_assert_int_eq(fclose(file), 0);
        fixture made = fixture_read_file(path, NULL, 0);
        ck_assert(made.status == SOLOW_OK || made.status == SOLOW_ERR_INPUT);
        ck_assert_int_eq(made.status == SOLOW_OK, made.diagnostics.errors == 0);
        refused += made.status != SOLOW_OK ? 1 : 0;
        fixture_clear(&made);
    }
    ck_assert_int_gt(refused, MUTATIONS / 2);
    ck_assert_int_eq(unlink(path), 0);
    free(seed);
    free(text);
}
END_TEST

START_TEST(every_cut_of_a_file_gets_an_answer)
{
    static const char whole[] = "solow: 1\ndata: {file: \"a.csv\", unit: 'b'}\nmodels:\n  - id: m\n    estimator: ols\n"
                                "    formula: y ~ l(x, 1:2) + sw(a, b) | s^t\n    where: >\n      x > 1\n";
    char text[sizeof whole];
    for (size_t length = 0; length < sizeof whole; length++) {
        memcpy(text, whole, length);
        text[length] = '\0';
        fixture made = fixture_read(text);
        ck_assert(made.status == SOLOW_OK || made.status == SOLOW_ERR_INPUT);
        fixture_clear(&made);
    }
}
END_TEST

START_TEST(explosions_are_refused)
{
    fixture_expect("models:\n  - id: \"{a}{b}{c}{d}{e}{f}\"\n    estimator: ols\n    formula: y ~ x\n    foreach:\n"
                   "      a: &v [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n      b: *v\n      c: *v\n      d: *v\n      e: *v\n"
                   "      f: *v\n",
                   "more than 100,000 models");
    fixture_expect("lists: {a: [..b, ..b], b: [..c, ..c], c: [..d, ..d], d: [..a]}\n"
                   "models:\n  - {id: m, estimator: ols, formula: y ~ ..a}\n",
                   "contains itself");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {mutations_get_an_answer, every_cut_of_a_file_gets_an_answer, explosions_are_refused,
                                  NULL};
    TCase *const cases[] = {solow_test_case("hostile", tests, 120), NULL};
    return solow_test_run("hostile", cases);
}
