/* Limits as Slurm writes them, when ranks are told, and what a script may not hold. */
#include "io/report/submit_script.h"
#include "tests/support/runner.h"

#include <string.h>

/* The forms of sbatch(1), --time: minutes, minutes:seconds, hours:minutes:seconds, days-hours, days-hours:minutes and
 * days-hours:minutes:seconds. */
START_TEST(limits_as_slurm_reads_them)
{
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {{"90", 5400},          {"1:30", 90}, {"2:00:00", 7200},   {"1-2", 93600},      {"1-02:30", 95400},
                 {"1-02:30:15", 95415}, {"0:0:1", 1}, {"00-00:01:00", 60}, {"999999", 59999940}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        solow_error err = {0};
        int64_t seconds = 0;
        ck_assert_msg(solow_submit_seconds(cases[i].text, &seconds, &err) == SOLOW_OK, "%s: %s", cases[i].text,
                      err.message);
        ck_assert_msg(seconds == cases[i].seconds, "%s is %lld seconds", cases[i].text, (long long)seconds);
    }
}
END_TEST

START_TEST(other_texts_are_no_limits)
{
    static const char *const cases[] = {"",        "0",     "-1",    "1-",  ":", "1:", "1::2",
                                        "1:2:3:4", "1-2-3", "1:2-3", "5 m", "x", "1.5"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        solow_error err = {0};
        int64_t seconds = -7;
        ck_assert_msg(solow_submit_seconds(cases[i], &seconds, &err) == SOLOW_ERR_USAGE, "`%s` was taken", cases[i]);
    }
}
END_TEST

/* A minute before the end; a limit that is short itself keeps three quarters for work. */
START_TEST(ranks_are_told_in_time)
{
    ck_assert_int_eq(solow_submit_warning(7200), 60);
    ck_assert_int_eq(solow_submit_warning(240), 60);
    ck_assert_int_eq(solow_submit_warning(60), 15);
    ck_assert_int_eq(solow_submit_warning(1), 1);
}
END_TEST

static const char *const jobs[] = {"a job.yml", "b.yml"};
static const char *const further[] = {"--qos=high", "-C", "zen4|zen5", "--comment=it's"};

static solow_submit plain_submission(void)
{
    return (solow_submit){.command = "solow submit",
                          .file = "a.slurm",
                          .name = "a",
                          .program = "solow",
                          .jobs = 1,
                          .job = jobs,
                          .nodes = 1,
                          .ranks_per_node = 2,
                          .time = "10"};
}

static void has_line(const solow_submit *submit, const char *line, bool expected)
{
    solow_buffer out = {0};
    solow_error err = {0};
    ck_assert_msg(solow_submit_script(submit, &out, &err) == SOLOW_OK, "%s", err.message);
    const char *found = strstr(out.text, line);
    ck_assert_msg((found != NULL) == expected, "%s in\n%s", line, out.text);
    solow_buffer_clear(&out);
}

START_TEST(words_are_quoted_for_the_shell)
{
    solow_submit submit = plain_submission();
    has_line(&submit, "\njob='a job.yml'\n", true);
    submit.jobs = 2;
    has_line(&submit, "\njobs=(\n    'a job.yml'\n    b.yml\n)\n", true);
    submit.verbatim = 4;
    submit.verbatim_argument = further;
    has_line(&submit, "\n#SBATCH --qos=high\n#SBATCH -C 'zen4|zen5'\n#SBATCH --comment='it'\\''s'\n\n", true);
}
END_TEST

START_TEST(memory_is_asked_for_where_it_is_known)
{
    solow_submit submit = plain_submission();
    has_line(&submit, "--mem=", false);
    submit.memory_known = ((int64_t)300 << 20) + 1;
    has_line(&submit, "\n#SBATCH --mem=301M\n", true);
    submit.memory = "4G";
    has_line(&submit, "\n#SBATCH --mem=4G\n", true);
    submit.memory = NULL;
    submit.ranks_per_node = 0;
    has_line(&submit, "\n#SBATCH --mem=0\n", true);
    has_line(&submit, "\n#SBATCH --exclusive\n", true);
}
END_TEST

START_TEST(an_array_names_its_own_tasks)
{
    solow_submit submit = plain_submission();
    submit.jobs = 2;
    submit.array = true;
    has_line(&submit, "\n#SBATCH --array=0-1\n", true);
    has_line(&submit, "scontrol requeue \"${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID\"", true);
    submit.at_once = 1;
    has_line(&submit, "\n#SBATCH --array=0-1%1\n", true);
    submit.array = false;
    has_line(&submit, "scontrol requeue \"$SLURM_JOB_ID\"", true);
}
END_TEST

/* A line end would make a line of the script out of a value. */
START_TEST(control_characters_are_refused)
{
    solow_buffer out = {0};
    solow_error err = {0};
    solow_submit submit = plain_submission();
    submit.partition = "a\nscancel --me";
    ck_assert_int_eq(solow_submit_script(&submit, &out, &err), SOLOW_ERR_USAGE);
    ck_assert_ptr_nonnull(strstr(err.message, "--partition"));
    ck_assert_ptr_null(out.text);
}
END_TEST

int main(void)
{
    const TTest *const limits[] = {limits_as_slurm_reads_them, other_texts_are_no_limits, ranks_are_told_in_time, NULL};
    const TTest *const scripts[] = {words_are_quoted_for_the_shell, memory_is_asked_for_where_it_is_known,
                                    an_array_names_its_own_tasks, control_characters_are_refused, NULL};
    TCase *const cases[] = {solow_test_case("limits", limits, 0), solow_test_case("scripts", scripts, 0), NULL};
    return solow_test_run("submit_script", cases);
}
