/* Runs that stop and go on, in one process and on any ranks: what comes back is what was computed, bit for bit. */
#include "engine/batch/resume.h"
#include "engine/batch/run.h"
#include "engine/frame/content.h"
#include "tests/support/made_panel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static solow_columns table;
static char folder[64], output[96], run_folder[112];
static int looks, stop_at; /* how often a run asked whether to stop; the time at which it is told so, 0: never */

static void open_table(void)
{
    solow_error err = {0};
    made_panel(&table, 60, 51);
    strcpy(folder, "/tmp/solow-resume-XXXXXX");
    if (world_rank() == 0) {
        ck_assert_ptr_nonnull(mkdtemp(folder));
    }
    world_good(solow_comm_broadcast(world(), 0, folder, sizeof folder, &err), &err);
    (void)snprintf(output, sizeof output, "%s/out.h5", folder);
    (void)snprintf(run_folder, sizeof run_folder, "%s.run", output);
}

static void close_table(void)
{
    solow_error err = {0};
    char command[128];
    solow_columns_clear(&table);
    world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
    (void)snprintf(command, sizeof command, "rm -rf %s", folder);
    if (world_rank() == 0) {
        ck_assert_int_eq(system(command), 0);
    }
}

static bool asked(void)
{
    return stop_at > 0 && ++looks >= stop_at;
}

typedef struct batch {
    solow_job job;
    solow_frame frame;
    solow_results results;
    solow_run run;
    int64_t found;
} batch;

static const char models[] =
    "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\n"
    "models:\n"
    "  - {id: a, estimator: ols, formula: y ~ x | firm, save: [residuals, fitted, fixed_effects]}\n"
    "  - {id: b, estimator: ols, formula: y ~ x + h | firm, vcov: {cluster: [firm]}}\n"
    "  - {id: c, estimator: ols, formula: y ~ x, where: x > 0}\n"
    "  - {id: none, estimator: ols, formula: y ~ x, where: x > 1e9}\n"
    "  - {id: d, estimator: ols, formula: \"saved(a, residuals) ~ h\", save: [fitted]}\n"
    "  - {id: e, estimator: ols, formula: \"y ~ saved(d, fitted) + g\"}\n"
    "  - {id: groups, estimator: ols, formula: y ~ x, by: [sector], save: [residuals]}\n"
    "  - {id: f, estimator: ols, formula: \"saved(groups, residuals) ~ h\"}\n";

/* A run with the folder of the tests; with kept false nothing is kept. */
static solow_status run_batch(solow_comm *comm, const char *yaml, bool kept, uint64_t seed, batch *b, solow_error *err)
{
    *b = (batch){.run = {.comm = comm}};
    looks = 0;
    made_job(yaml, &b->job);
    b->job.seed = seed;
    made_frame(comm, &table, NULL, SHARES_EVEN, &b->job, &b->frame);
    b->run.job = &b->job;
    b->run.frame = &b->frame;
    if (solow_comm_rank(comm) == 0) {
        world_good(solow_results_init(&b->results, err), err);
        b->run.results = &b->results;
    }
    const solow_resume_settings settings = {
        .output = output, .machine_kind = "test", .job = &b->job, .asked_to_stop = asked};
    solow_status status = kept ? solow_resume_open(comm, &settings, &b->run.resume, err) : SOLOW_OK;
    status = status == SOLOW_OK ? solow_run_models(&b->run, err) : status;
    status = status == SOLOW_OK ? solow_run_finish(&b->run, err) : status;
    b->found = b->run.resume != NULL ? solow_resume_found(b->run.resume) : 0;
    return status;
}

/* Ends it as a session would. */
static void end_batch(batch *b, solow_status status)
{
    solow_error err = {0};
    world_good(solow_resume_close(b->run.resume, status, &err), &err);
    solow_run_clear(&b->run);
    solow_results_clear(&b->results);
    solow_frame_clear(&b->frame);
    solow_job_clear(&b->job);
}

static void check_same(const solow_table *a, const solow_table *b, const char *what)
{
    ck_assert_msg(a->rows == b->rows, "%s: %lld rows and %lld", what, (long long)a->rows, (long long)b->rows);
    for (ptrdiff_t c = 0; c < a->columns; c++) {
        const solow_table_column *x = &a->column[c], *y = &b->column[c];
        for (int64_t row = 0; row < a->rows; row++) {
            bool same = x->kind == SOLOW_CELL_NUMBER    ? memcmp(&x->number[row], &y->number[row], sizeof(double)) == 0
                        : x->kind == SOLOW_CELL_INTEGER ? x->integer[row] == y->integer[row]
                                                        : strcmp(x->text[row], y->text[row]) == 0;
            ck_assert_msg(same, "%s: row %lld, column %s", what, (long long)row, x->name);
        }
    }
}

static void same_results(const batch *a, const batch *b)
{
    if (a->run.results == NULL) {
        return;
    }
    check_same(&a->results.tidy, &b->results.tidy, "tidy");
    check_same(&a->results.glance, &b->results.glance, "glance");
    check_same(&a->results.diagnostics, &b->results.diagnostics, "diagnostics");
    check_same(&a->results.groups, &b->results.groups, "groups");
    check_same(&a->results.fixed_effects, &b->results.fixed_effects, "fixed effects");
    ck_assert_int_eq((int)a->results.saved_count, (int)b->results.saved_count);
    for (ptrdiff_t s = 0; s < a->results.saved_count; s++) {
        const solow_saved *x = &a->results.saved[s], *y = &b->results.saved[s];
        ck_assert_int_eq((int)x->rows, (int)y->rows);
        ck_assert_int_eq((int)x->columns, (int)y->columns);
        for (ptrdiff_t c = 0; c < x->columns; c++) {
            ck_assert_str_eq(x->name[c], y->name[c]);
            ck_assert_int_eq(memcmp(x->value[c], y->value[c], solow_bytes((ptrdiff_t)x->rows, sizeof(double))), 0);
        }
    }
}

static bool exists(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

/* Stopped at every moment at which it asks, and gone on with: the same results, whatever was finished before. */
START_TEST(stopped_at_any_moment_it_goes_on_to_the_same_results)
{
    batch whole, part, rest;
    solow_error err = {0};
    int64_t found = 0;
    stop_at = 0;
    world_good(run_batch(world(), models, false, 1, &whole, &err), &err);
    bool stopped = true;
    for (int moment = 1; stopped; moment += moment < 4 ? 1 : 3) {
        err = (solow_error){0};
        stop_at = moment;
        solow_status status = run_batch(world(), models, true, 1, &part, &err);
        stopped = status == SOLOW_ERR_STOPPED;
        if (!stopped) {
            world_good(status, &err);
            same_results(&whole, &part);
        }
        end_batch(&part, status);
        if (stopped) {
            err = (solow_error){0};
            stop_at = 0;
            world_good(run_batch(world(), models, true, 1, &rest, &err), &err);
            same_results(&whole, &rest);
            ck_assert_int_ge((int)rest.found, (int)found);
            found = rest.found;
            end_batch(&rest, SOLOW_OK);
        }
        if (world_rank() == 0) {
            ck_assert(!exists(run_folder));
        }
    }
    ck_assert_int_gt((int)found, 4);
    end_batch(&whole, SOLOW_OK);
}
END_TEST

/* What all ranks finished comes back on one rank alone, and the other way round. */
START_TEST(it_goes_on_with_another_number_of_ranks)
{
    batch whole, part, rest;
    for (int way = 0; way < 2; way++) {
        solow_error err = {0};
        solow_comm *first = way == 0 ? world() : world_alone(), *then = way == 0 ? world_alone() : world();
        stop_at = 0;
        world_good(run_batch(then, models, false, 1, &whole, &err), &err);
        if (way == 0 || world_rank() == 0) {
            solow_status status = run_batch(first, models, true, 1, &part, &err);
            world_good(status, &err);
            end_batch(&part, SOLOW_ERR_STOPPED); /* everything is finished, but the results were not written */
        }
        err = (solow_error){0};
        world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
        if (way == 1 || world_rank() == 0) {
            world_good(run_batch(then, models, true, 1, &rest, &err), &err);
            ck_assert_int_eq((int)rest.found, (int)rest.run.total);
            same_results(&whole, &rest);
            end_batch(&rest, SOLOW_OK);
        }
        end_batch(&whole, SOLOW_OK);
        world_good(solow_comm_agree(world(), SOLOW_OK, &err), &err);
    }
}
END_TEST

/* found [of a job that is changed after all is finished]. */
static int64_t found_after(const char *yaml, uint64_t seed)
{
    batch b;
    solow_error err = {0};
    stop_at = 0;
    world_good(run_batch(world(), yaml, true, seed, &b, &err), &err);
    int64_t found = b.found;
    world_good(solow_comm_broadcast(world(), 0, &found, sizeof found, &err), &err);
    end_batch(&b, SOLOW_ERR_STOPPED);
    return found;
}

START_TEST(only_what_changed_is_computed_again)
{
    static const char three[] = "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\nmodels:\n"
                                "  - {id: a, estimator: ols, formula: y ~ x | firm}\n"
                                "  - {id: b, estimator: ols, formula: y ~ h, vcov: hc1}\n"
                                "  - {id: c, estimator: ols, formula: y ~ x + h}\n";
    static const char other_names[] = "solow: 1\ntitle: new\ndata: {file: none.csv, unit: firm, time: year}\nmodels:\n"
                                      "  - {id: c, estimator: ols, formula: y ~ x|firm}\n"
                                      "  - {id: d, estimator: ols, formula: \"y~h\", vcov: hc1}\n"
                                      "  - {id: e, estimator: ols, formula: y ~ x + h, vcov: iid}\n";
    static const char one_changed[] = "solow: 1\ndata: {file: none.csv, unit: firm, time: year}\nmodels:\n"
                                      "  - {id: a, estimator: ols, formula: y ~ x | firm}\n"
                                      "  - {id: b, estimator: ols, formula: y ~ h, vcov: hc0}\n"
                                      "  - {id: c, estimator: ols, formula: y ~ x + h}\n"
                                      "  - {id: new, estimator: ols, formula: y ~ x + h + g}\n";
    ck_assert_int_eq((int)found_after(three, 1), 0);
    ck_assert_int_eq((int)found_after(three, 1), 3);
    ck_assert_int_eq((int)found_after(other_names, 1), 3);
    ck_assert_int_eq((int)found_after(one_changed, 1), 2);
    ck_assert_int_eq((int)found_after(three, 2), 0); /* another seed */
    double *h = made_find(&table, "h");
    double before = h[7];
    h[7] = nextafter(before, INFINITY);
    ck_assert_int_eq((int)found_after(three, 1), 1); /* the models that read h are done again */
    h[7] = before;
    ck_assert_int_eq((int)found_after(three, 1), 3);
}
END_TEST

START_TEST(another_machine_kind_is_refused)
{
    solow_error err = {0};
    solow_resume *resume = NULL;
    (void)found_after(models, 1);
    const solow_resume_settings settings = {.output = output, .machine_kind = "another kind"};
    world_refused(solow_resume_open(world(), &settings, &resume, &err), SOLOW_ERR_CONFIG, &err, "--restart");
    err = (solow_error){0};
    ck_assert_int_gt((int)found_after(models, 1), 0); /* nothing was lost */
    const solow_resume_settings anew = {.output = output, .machine_kind = "another kind", .restart = true};
    world_good(solow_resume_open(world(), &anew, &resume, &err), &err);
    world_good(solow_resume_close(resume, SOLOW_OK, &err), &err);
}
END_TEST

START_TEST(content_is_the_same_on_any_ranks_and_changes_with_a_bit)
{
    solow_error err = {0};
    solow_job job;
    solow_frame frame, alone;
    made_job(models, &job);
    for (int change = 0; change < 2; change++) {
        solow_digest before = {0, 0};
        made_frame(world(), &table, NULL, SHARES_UNEVEN, &job, &frame);
        made_frame(world_alone(), &table, NULL, SHARES_EVEN, &job, &alone);
        for (ptrdiff_t c = 0; c < frame.columns; c++) {
            solow_digest here, there;
            world_good(solow_frame_content(&frame, frame.column[c], &here, &err), &err);
            world_good(solow_frame_content(&alone, solow_frame_find(&alone, frame.column[c]->name), &there, &err),
                       &err);
            ck_assert_msg(solow_digest_equal(here, there), "column %s", frame.column[c]->name);
            ck_assert(!solow_digest_equal(here, before)); /* of another column */
            before = here;
        }
        solow_frame_clear(&frame);
        solow_frame_clear(&alone);
        made_find(&table, "x")[3] += 1;
    }
    solow_job_clear(&job);
}
END_TEST

START_TEST(outcomes_come_back_bit_for_bit)
{
    batch whole;
    solow_error err = {0};
    stop_at = 0;
    world_good(run_batch(world_alone(), models, false, 1, &whole, &err), &err);
    for (ptrdiff_t o = 0; o < whole.run.outcomes; o++) {
        solow_buffer out = {0}, again = {0};
        solow_outcome back;
        solow_outcome_put(&whole.run.outcome[o], &out);
        solow_cursor in = {out.text, out.length, false};
        world_good(solow_outcome_get(&in, &back, &err), &err);
        ck_assert_int_eq((int)in.left, 0);
        solow_outcome_put(&back, &again);
        ck_assert_int_eq((int)out.length, (int)again.length);
        ck_assert_int_eq(memcmp(out.text, again.text, out.length), 0);
        solow_outcome_clear(&back);
        for (size_t cut = 0; cut < out.length; cut += 1 + out.length / 40) { /* too short at any place: refused */
            solow_cursor shortened = {out.text, cut, false};
            solow_error local = {0};
            ck_assert_int_eq(solow_outcome_get(&shortened, &back, &local), SOLOW_ERR_INTERNAL);
        }
        solow_buffer_clear(&out);
        solow_buffer_clear(&again);
    }
    end_batch(&whole, SOLOW_OK);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = {stopped_at_any_moment_it_goes_on_to_the_same_results,
                                  it_goes_on_with_another_number_of_ranks,
                                  only_what_changed_is_computed_again,
                                  another_machine_kind_is_refused,
                                  content_is_the_same_on_any_ranks_and_changes_with_a_bit,
                                  outcomes_come_back_bit_for_bit,
                                  NULL};
    TCase *all = solow_test_case("resume", tests, 240);
    tcase_add_checked_fixture(all, open_table, close_table);
    return world_run(argc, argv, "resume", (TCase *const[]){all, NULL});
}
