/* The contract's own example reads, and every part of it arrives. */
#include "tests/io/job/fixture.h"

static fixture contract;

static void open_contract(void)
{
    contract = fixture_read_file(SOLOW_SOURCE_DIR "/tests/io/job/contract.yml", NULL, 0);
    ck_assert_msg(contract.status == SOLOW_OK, "%s\n%s", contract.err.message, contract.printed);
}

static void close_contract(void)
{
    fixture_clear(&contract);
}

START_TEST(data_section)
{
    const solow_data_section *data = &contract.job.data;
    ck_assert_int_eq(data->files, 1);
    ck_assert_str_eq(data->file[0], SOLOW_SOURCE_DIR "/tests/io/job/Produc.csv");
    ck_assert_str_eq(data->unit, "state");
    ck_assert_str_eq(data->time, "year");
    ck_assert_int_eq(data->missing_count, 3);
    ck_assert_str_eq(data->missing[0], "");
    ck_assert_str_eq(data->missing[1], "NA");
    ck_assert_ptr_nonnull(data->where);
    ck_assert_int_eq(data->merges, 1);
    ck_assert_str_eq(data->merge[0].file, SOLOW_SOURCE_DIR "/tests/io/job/tax.csv");
    ck_assert_int_eq(data->merge[0].by_count, 2);
    ck_assert_str_eq(data->merge[0].keep[0], "credit");
    ck_assert_int_eq(data->merge[0].match, SOLOW_MATCH_MANY_TO_ONE);
    ck_assert_str_eq(data->longitude, "lon");
    ck_assert_str_eq(contract.job.output, SOLOW_SOURCE_DIR "/tests/io/job/results.h5");
    ck_assert_int_eq(contract.job.seed, 1);
}
END_TEST

START_TEST(first_model)
{
    const solow_model *model = &contract.job.model[0];
    ck_assert_str_eq(model->id, "within");
    ck_assert_str_eq(model->estimator, "ols");
    ck_assert_str_eq(model->formula_text, "ln_gsp ~ log(pcap) + log(pc) + log(emp) + unemp | state");
    ck_assert(!model->formula.constant);
    ck_assert_int_eq(model->vcov.kind, SOLOW_VCOV_CLUSTER);
    ck_assert_int_eq(model->vcov.cluster.count, 1);
    ck_assert(!model->vcov.is_default);
    ck_assert_str_eq(model->ssc.name, "fixest");
    ck_assert_ptr_nonnull(model->where);
    ck_assert_int_eq(model->by.count, 1);
    ck_assert_int_eq(model->window_length, 5);
    ck_assert_int_eq(model->window_step, 1);
    ck_assert_ptr_nonnull(model->weights);
    ck_assert_int_eq(model->weight_type, SOLOW_WEIGHT_ANALYTIC);
    ck_assert_double_eq(model->level, 0.95);
    ck_assert(model->drop_singletons);
    ck_assert_int_eq(model->save_count, 4);
    ck_assert_str_eq(model->save[3], "extra"); /* by saved(within, extra) of another model */
    ck_assert_int_eq(model->combine_count, 1);
    ck_assert_str_eq(model->combine[0].name, "returns");
    ck_assert_int_eq(model->tests->count, 2);
    ck_assert_str_eq(model->published_source, "Baltagi and Pinnoi (1995), table 3");
}
END_TEST

static const struct {
    const char *term, *quantity, *text, *effect;
    double tolerance;
} published[] = {
    {"log(pcap)", "estimate", "-0.026", NULL, 0.0005},
    {"log(pc)", "estimate", "0.292", NULL, 0.0005},
    {"log(pc)", "std_error", "0.025", NULL, 0.0005},
    {"log(emp)", "estimate", "0.30", "direct", 0.005},
    {"nobs", "value", "816", NULL, 0.5},
    {"hausman", "statistic", "9.5", NULL, 0.05},
};

START_TEST(published_figures_keep_their_digits)
{
    const solow_model *model = &contract.job.model[0];
    ck_assert_int_eq(model->published_count, 6);
    for (ptrdiff_t i = 0; i < 6; i++) {
        const solow_published_value *value = &model->published[i];
        ck_assert_str_eq(value->term, published[i].term);
        ck_assert_str_eq(value->quantity, published[i].quantity);
        ck_assert_str_eq(value->text, published[i].text);
        ck_assert_double_eq_tol(value->tolerance, published[i].tolerance, 1e-15);
        ck_assert(!value->has_tolerance);
        ck_assert(published[i].effect == NULL ? value->effect == NULL
                                              : strcmp(value->effect, published[i].effect) == 0);
        ck_assert_ptr_null(value->group);
    }
    ck_assert_int_eq(contract.job.model[2].published_count, 0); /* like: copies no figures */
}
END_TEST

START_TEST(like_and_foreach)
{
    const solow_model *east = &contract.job.model[2];
    ck_assert_str_eq(east->id, "within_east");
    ck_assert_str_eq(east->formula_text, "ln_gsp ~ log(pcap) + log(pc) + log(emp) + hwy + l(unemp) | state");
    char *where = solow_node_print(east->where);
    ck_assert_str_eq(where, "year>1971 and region==\"East\"");
    free(where);
    ck_assert_str_eq(contract.job.model[3].id, "spill_hwy");
    ck_assert_str_eq(contract.job.model[4].id, "spill_water");
    ck_assert_str_eq(contract.job.model[4].formula_text,
                     "ln_gsp ~ log(pcap) + log(pc) + log(emp) + water | state + year");
    ck_assert_int_eq(contract.job.models, 6);
    ck_assert_str_eq(solow_model_option(&contract.job.model[1], fixture_re, "method"), "swar");
    ck_assert_str_eq(solow_model_option(&contract.job.model[1], fixture_re, "draws"), "10");
    ck_assert_ptr_null(solow_model_option(&contract.job.model[1], fixture_re, "nothing"));
}
END_TEST

START_TEST(sections_that_others_read)
{
    ck_assert_int_eq(contract.job.tables->count, 1);
    ck_assert_int_eq(contract.job.summaries->count, 1);
    ck_assert_int_eq(contract.job.compare->count, 1);
    ck_assert_int_eq(contract.job.families->count, 1);
    ck_assert_int_eq(contract.job.resampling->count, 1);
}
END_TEST

START_TEST(columns_with_places)
{
    solow_column_reference *references = NULL;
    ptrdiff_t count = 0;
    solow_error err = {0};
    ck_assert_int_eq(solow_job_columns(&contract.job, &references, &count, &err), SOLOW_OK);
    ptrdiff_t pcap = 0, made = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        pcap += strcmp(references[i].name, "pcap") == 0 ? 1 : 0;
        made += strcmp(references[i].name, "ln_gsp") == 0 || strcmp(references[i].name, "within") == 0 ? 1 : 0;
        ck_assert(references[i].place.line > 0);
    }
    ck_assert_int_eq(pcap, 3); /* one a mention in the file; within_east repeats its parent's */
    ck_assert_int_eq(made, 0);
    ck_assert_str_eq(references[0].name, "state");
    ck_assert_str_eq(references[0].context, "unit");
    solow_job_columns_destroy(references, count);
}
END_TEST

START_TEST(set_on_the_command_line)
{
    static const solow_override overrides[] = {{"seed", "7"},
                                               {"models.within.where", "year > 1980"},
                                               {"models.2.method", "nerlove"},
                                               {"output.file", "/o.h5"},
                                               {"models.spill_{W}.vcov", "{cluster: [state, year]}"}};
    fixture made = fixture_read_file(SOLOW_SOURCE_DIR "/tests/io/job/contract.yml", overrides, 5);
    ck_assert_msg(made.status == SOLOW_OK, "%s", made.printed);
    ck_assert_int_eq(made.job.seed, 7);
    char *where = solow_node_print(made.job.model[0].where);
    ck_assert_str_eq(where, "year>1980");
    free(where);
    ck_assert_str_eq(solow_model_option(&made.job.model[1], fixture_re, "method"), "nerlove");
    ck_assert_str_eq(made.job.output, "/o.h5");
    ck_assert_int_eq(made.job.model[3].vcov.cluster.count, 2);
    fixture_clear(&made);
    static const solow_override wrong[] = {{"models.nobody.where", "x"}, {"seed", "[1"}, {"title.x.y", "1"}};
    made = fixture_read_file(SOLOW_SOURCE_DIR "/tests/io/job/contract.yml", wrong, 3);
    ck_assert_int_eq(made.status, SOLOW_ERR_INPUT);
    ck_assert_ptr_nonnull(strstr(made.printed, "job: error: --set models.nobody.where: there is no such place"));
    ck_assert_ptr_nonnull(strstr(made.printed, "job: error: --set seed: YAML"));
    ck_assert_ptr_nonnull(strstr(made.printed, "job: error: --set title.x.y"));
    fixture_clear(&made);
}
END_TEST

START_TEST(relative_paths)
{
    solow_error err = {0};
    solow_job job;
    solow_diagnostics diagnostics;
    ck_assert_int_eq(solow_job_read("/nowhere/x.yml", NULL, 0, NULL, 0, &job, &diagnostics, &err), SOLOW_ERR_NO_INPUT);
    solow_job_clear(&job);
    solow_diagnostics_clear(&diagnostics);
    err = (solow_error){0};
    ck_assert_int_eq(solow_job_read("/tmp", NULL, 0, NULL, 0, &job, &diagnostics, &err), SOLOW_ERR_NO_INPUT);
    solow_job_clear(&job);
    solow_diagnostics_clear(&diagnostics);
}
END_TEST

START_TEST(schema_is_printed)
{
    char *schema = solow_job_schema(fixture_estimators, 3);
    ck_assert_ptr_nonnull(schema);
    ck_assert_ptr_nonnull(strstr(schema, "\"https://json-schema.org/draft/2020-12/schema\""));
    ck_assert_ptr_nonnull(strstr(schema, "\"seed\":"));
    ck_assert_ptr_nonnull(strstr(schema, "\"nerlove\""));
    ck_assert_ptr_null(strstr(schema, "\"absorb\""));
    ptrdiff_t open = 0;
    bool quoted = false;
    for (const char *at = schema; *at != '\0'; at++) {
        quoted = *at == '"' && at[-1] != '\\' ? !quoted : quoted;
        open += quoted ? 0 : (*at == '{') - (*at == '}');
        ck_assert_int_ge(open, 0);
    }
    ck_assert_int_eq(open, 0);
    free(schema);
}
END_TEST

int main(void)
{
    const TTest *const inside[] = {data_section,
                                   first_model,
                                   published_figures_keep_their_digits,
                                   like_and_foreach,
                                   sections_that_others_read,
                                   columns_with_places,
                                   NULL};
    TCase *with_contract = solow_test_case("contract", inside, 0);
    tcase_add_checked_fixture(with_contract, open_contract, close_contract);
    const TTest *const tests[] = {set_on_the_command_line, relative_paths, schema_is_printed, NULL};
    TCase *const cases[] = {with_contract, solow_test_case("job", tests, 0), NULL};
    return solow_test_run("job", cases);
}
