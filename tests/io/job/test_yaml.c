/* YAML trees: places, scalars by YAML 1.2, aliases and merge keys, and the limits that hostile files meet. */
#include "io/job/yaml.h"
#include "tests/support/runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static solow_yaml *parse(const char *text)
{
    solow_error err = {0};
    solow_yaml *root = NULL;
    int line, column;
    solow_status status = solow_yaml_parse(text, strlen(text), &root, &line, &column, &err);
    ck_assert_msg(status == SOLOW_OK, "%d:%d %s", line, column, err.message);
    return root;
}

static void expect_failure(const char *text, size_t length, int at_line, int at_column, const char *words)
{
    solow_error err = {0};
    solow_yaml *root = NULL;
    int line = 0, column = 0;
    ck_assert_int_eq(solow_yaml_parse(text, length, &root, &line, &column, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_null(root);
    ck_assert_msg(strstr(err.message, words) != NULL, "%s", err.message);
    ck_assert_int_eq(line, at_line);
    ck_assert_int_eq(column, at_column);
}

START_TEST(every_node_knows_its_place)
{
    solow_yaml *root = parse("a: 1\nb:\n  - x\n  - {k: \"v\", l: w}\n");
    const solow_yaml *list = solow_yaml_get(root, "b"), *mapping = list->item[1];
    ck_assert_int_eq(root->key[1]->line, 2);
    ck_assert_int_eq(list->item[0]->line, 3);
    ck_assert_int_eq(list->item[0]->column, 5);
    ck_assert_int_eq(solow_yaml_get(mapping, "k")->column, 9);
    ck_assert_int_eq(solow_yaml_get(mapping, "k")->style, SOLOW_YAML_DOUBLE);
    ck_assert_int_eq(solow_yaml_get(mapping, "l")->style, SOLOW_YAML_PLAIN);
    solow_yaml_destroy(root);
}
END_TEST

START_TEST(scalars_follow_yaml_1_2)
{
    solow_yaml *root = parse("[NO, on, yes, 0.30, 1e-8, -.5, .inf, true, \"true\", ~, '', 0x10, 1_000, 12a, +3]");
    double value;
    ck_assert_str_eq(root->item[0]->text, "NO");
    ck_assert(!solow_yaml_is_true(root->item[1]) && !solow_yaml_is_true(root->item[2]));
    ck_assert(solow_yaml_number(root->item[3], &value) && value == 0.3);
    ck_assert_str_eq(root->item[3]->text, "0.30");
    ck_assert(solow_yaml_number(root->item[4], &value) && value == 1e-8);
    ck_assert(solow_yaml_number(root->item[5], &value) && value == -.5);
    ck_assert(solow_yaml_number(root->item[6], &value) && isinf(value));
    ck_assert(solow_yaml_is_true(root->item[7]) && !solow_yaml_is_true(root->item[8]));
    ck_assert(solow_yaml_is_null(root->item[9]) && !solow_yaml_is_null(root->item[10]));
    for (ptrdiff_t i = 11; i < 14; i++) {
        ck_assert(!solow_yaml_number(root->item[i], &value));
    }
    ck_assert(solow_yaml_number(root->item[14], &value) && value == 3);
    solow_yaml_destroy(root);
}
END_TEST

START_TEST(aliases_and_merge_keys)
{
    solow_yaml *root = parse("base: &b {x: 1, y: [2, 3]}\ncopy: *b\nmore: {<<: *b, x: 9}\nlast: {<<: [*b, {z: 4}]}\n");
    ck_assert_str_eq(solow_yaml_get(solow_yaml_get(root, "copy"), "x")->text, "1");
    const solow_yaml *more = solow_yaml_get(root, "more");
    ck_assert_int_eq(more->count, 2);
    ck_assert_str_eq(solow_yaml_get(more, "x")->text, "9");
    ck_assert_int_eq(solow_yaml_get(more, "y")->count, 2);
    ck_assert_str_eq(solow_yaml_get(solow_yaml_get(root, "last"), "z")->text, "4");
    solow_yaml_destroy(root);
    expect_failure("a: *nothing", 11, 1, 4, "refers to no anchor");
    expect_failure("a: &a [*a]", 10, 1, 8, "refers to no anchor");
}
END_TEST

START_TEST(repeated_keys_are_found)
{
    solow_yaml *root = parse("{a: 1, b: 2, a: 3, b: 4, c: 5}");
    ptrdiff_t from = 1, found = 0;
    for (const solow_yaml *key = solow_yaml_repeated(root, &from); key != NULL;
         key = solow_yaml_repeated(root, &from)) {
        ck_assert_int_eq(key->column, found == 0 ? 14 : 20);
        found++;
    }
    ck_assert_int_eq(found, 2);
    solow_yaml_destroy(root);
}
END_TEST

START_TEST(a_bomb_is_refused)
{
    char text[4000] = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
    for (char name = 'b'; name <= 'i'; name++) {
        char line[120];
        (void)snprintf(line, sizeof line, "%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", name, name,
                       name - 1, name - 1, name - 1, name - 1, name - 1, name - 1, name - 1, name - 1, name - 1,
                       name - 1);
        strcat(text, line);
    }
    solow_error err = {0};
    solow_yaml *root = NULL;
    int line, column;
    ck_assert_int_eq(solow_yaml_parse(text, strlen(text), &root, &line, &column, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "YAML bomb"));
}
END_TEST

START_TEST(depth_is_limited)
{
    char text[140];
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    text[128] = '\0';
    solow_yaml_destroy(parse(text));
    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    expect_failure(text, 130, 1, 65, "64");
}
END_TEST

START_TEST(bytes_that_are_no_text)
{
    expect_failure("a: b\0c", 6, 1, 5, "NUL");
    expect_failure("a: 1\nb: \xff", 9, 2, 4, "UTF-8");
    expect_failure("a: \xc3", 4, 1, 4, "UTF-8");
    expect_failure("a: \xed\xa0\x80", 6, 1, 4, "UTF-8");
    expect_failure("a: \xc0\x80", 5, 1, 4, "UTF-8");
    expect_failure("a: \x01", 4, 1, 4, "UTF-8");
    expect_failure("a:\n\tb: 1\n", 9, 2, 1, "YAML");
    expect_failure("a: [1, 2\n", 9, 2, 1, "YAML");
    expect_failure("a: b: c\n", 8, 1, 5, "quotes");
    expect_failure("a: 1\n---\nb: 2\n", 14, 3, 1, "one YAML document");
    expect_failure("{[a]: 1}", 8, 1, 2, "key");
}
END_TEST

START_TEST(files_that_cannot_be_read)
{
    solow_error err = {0};
    char *text = NULL;
    size_t length = 0;
    ck_assert_int_eq(solow_yaml_read("/nowhere/job.yml", &text, &length, &err), SOLOW_ERR_NO_INPUT);
    err = (solow_error){0};
    ck_assert_int_eq(solow_yaml_read("/tmp", &text, &length, &err), SOLOW_ERR_NO_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "directory"));
    err = (solow_error){0};
    ck_assert_int_eq(solow_yaml_read("/dev/zero", &text, &length, &err), SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(err.message, "16 MiB"));
    ck_assert_ptr_null(text);
}
END_TEST

START_TEST(columns_count_characters_and_escapes)
{
    solow_yaml plain = {.line = 1, .column = 4, .style = SOLOW_YAML_PLAIN};
    ck_assert_int_eq(solow_yaml_column_of(&plain, "a: xy\n", 1), 5);
    solow_yaml quoted = {.line = 1, .column = 4, .style = SOLOW_YAML_DOUBLE};
    ck_assert_int_eq(solow_yaml_column_of(&quoted, "a: \"x\\\"y\"", 2), 8);
    solow_yaml accented = {.line = 1, .column = 4, .style = SOLOW_YAML_PLAIN};
    ck_assert_int_eq(solow_yaml_column_of(&accented, "a: \xc3\xa9z", 2), 5);
    solow_yaml block = {.line = 1, .column = 4, .style = SOLOW_YAML_BLOCK};
    ck_assert_int_eq(solow_yaml_column_of(&block, "a: |\n", 7), 4);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {every_node_knows_its_place,
                                  scalars_follow_yaml_1_2,
                                  aliases_and_merge_keys,
                                  repeated_keys_are_found,
                                  a_bomb_is_refused,
                                  depth_is_limited,
                                  bytes_that_are_no_text,
                                  files_that_cannot_be_read,
                                  columns_count_characters_and_escapes,
                                  NULL};
    TCase *const cases[] = {solow_test_case("yaml", tests, 0), NULL};
    return solow_test_run("yaml", cases);
}
