/* sections.h - the steps of reading a job, in their order: each fills a part of the job from the checked tree. */
#ifndef SOLOW_IO_JOB_SECTIONS_H
#define SOLOW_IO_JOB_SECTIONS_H

#include "io/job/schema.h"

/* --set key=value into the tree. */
void solow_job_override(solow_reader *reader, solow_yaml *root, const solow_override *overrides, ptrdiff_t count);
/* Texts that YAML cut at a comma inside { } or [ ]: reported, and joined again. Repeated keys: reported. */
void solow_job_mend(solow_reader *reader, solow_yaml *root);

void solow_job_read_data(solow_reader *reader, const solow_yaml *data);
void solow_job_read_variables(solow_reader *reader, const solow_yaml *variables);
void solow_job_read_lists(solow_reader *reader, const solow_yaml *lists);

/* The list under `models:` replaced by one mapping for each concrete model: like, defaults and foreach resolved. */
void solow_job_expand_models(solow_reader *reader, solow_yaml *root);
/* The copies of model for every combination of its foreach, pushed to list; the model itself if it has none. */
void solow_job_expand_foreach(solow_reader *reader, solow_yaml *model, solow_yaml *list);
/* A concrete model's keys against schema and estimator. False if it has no id, so that nothing can come of it. */
bool solow_job_check_model(solow_reader *reader, const solow_yaml *mapping);
/* The simple formulas of a model's formula text with what `add` and `drop` say; effects: those of this formula in place of its
 * own, or NULL. NULL after errors. */
solow_simple_formula *solow_job_expand_formula(solow_reader *reader, const solow_yaml *mapping, const solow_yaml *text,
                                               const solow_formula *effects, ptrdiff_t *count);
/* `multiverse:` of a model whose formula is read. */
void solow_job_read_universe(solow_reader *reader, const solow_yaml *mapping, solow_model *model);
void solow_job_read_models(solow_reader *reader, const solow_yaml *models);

void solow_job_read_vcov(solow_reader *reader, const solow_yaml *node, solow_vcov_spec *vcov);
void solow_job_read_ssc(solow_reader *reader, const solow_yaml *node, solow_ssc_spec *ssc);
void solow_job_read_published(solow_reader *reader, const solow_yaml *node, solow_model *model);
/* Whether the groups of published figures are groups of the model, of which the job has these estimates. */
void solow_job_check_published(solow_reader *reader, const solow_yaml *node, ptrdiff_t estimates,
                               const solow_model *estimate);

/* What each model is drawn under: its own design, its placebo, and those of families and comparisons that name it. */
void solow_job_read_designs(solow_reader *reader, const solow_yaml *root);

/* Models that other parts name: they must exist; columns taken with saved() are put under the model's save. */
void solow_job_check_references(solow_reader *reader, const solow_yaml *root);
void solow_job_use_saved(solow_reader *reader);

void solow_model_clear(solow_model *model);

#endif
