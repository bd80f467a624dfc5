/* A job that uses most of the language, with every allocation failing in turn: a status, and nothing left behind. */
#include "tests/io/job/fixture.h"
#include "tests/support/failing_memory.h"

static const char text[] =
    "solow: 1\ntitle: t\nseed: 3\n"
    "data: {file: p.csv, unit: state, time: year, missing: [\"\", NA], where: year >= 1970, merge: [{file: t.csv, by: "
    "[state], keep: [tax], match: many_to_one, unmatched: report}]}\n"
    "variables: {ln_y: log(y), late: year > 1980, b: late * ln_y}\n"
    "lists: {controls: [unemp, x2]}\n"
    "defaults: {vcov: {cluster: [state]}}\n"
    "models:\n"
    "  - {id: \"m_{k}\", foreach: {k: [1, 2]}, estimator: ols, formula: \"c(ln_y, y) ~ l(x, {k}) + ..controls + "
    "sw(z, i(year)) | state + year\", save: [residuals]}\n"
    "  - {id: other, like: last, and_where: region == \"East\", add: [q]}\n"
    "  - {id: iv, estimator: iv, formula: ln_y ~ z | state | x ~ w1 + w2, method: liml, combine: {both: \"`z` + "
    "`x`\"}, "
    "tests: [{wald: [\"`z` = 0\"]}], published: {source: s, values: {x: {estimate: 0.5, std_error: 0.1}}}}\n"
    "  - {id: last, estimator: ols, formula: \"y ~ saved(iv, residuals)\", weights: {column: pop, type: frequency}}\n";

static solow_status read_job(void *context, solow_error *err)
{
    solow_job job = {0};
    solow_diagnostics diagnostics = {0};
    solow_column_reference *references = NULL;
    ptrdiff_t count = 0;
    solow_status status = solow_job_read(context, fixture_estimators, 3, NULL, 0, &job, &diagnostics, err);
    ck_assert_msg(status != SOLOW_ERR_INPUT || diagnostics.count > 0, "refused without a reason");
    if (status == SOLOW_ERR_INPUT) {
        char *printed = solow_diagnostics_print(&diagnostics);
        ck_abort_msg("%s", printed != NULL ? printed : "refused");
    }
    status = status == SOLOW_OK ? solow_job_columns(&job, &references, &count, err) : status;
    solow_job_columns_destroy(references, status == SOLOW_OK ? count : 0);
    solow_job_clear(&job);
    solow_diagnostics_clear(&diagnostics);
    return status;
}

START_TEST(a_job_is_read)
{
    char path[] = "/tmp/solow_job_XXXXXX";
    fixture_write(path, text, strlen(text));
    memory_try("job", read_job, path, 200);
    ck_assert_int_eq(unlink(path), 0);
}
END_TEST

static solow_status print_schema(void *context, solow_error *err)
{
    (void)context;
    char *schema = solow_job_schema(fixture_estimators, 3);
    bool made = schema != NULL;
    free(schema);
    return made ? SOLOW_OK : SOLOW_FAIL(err, SOLOW_ERR_MEMORY, "no schema");
}

START_TEST(a_schema_is_printed)
{
    memory_try("schema", print_schema, NULL, 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {a_job_is_read, a_schema_is_printed, NULL};
    TCase *const cases[] = {solow_test_case("memory", tests, 120), NULL};
    return solow_test_run("job memory", cases);
}
