#!/usr/bin/env bash
# replicate: ours beside the published figures; 0 when all match, 1 on a miss.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

cp "$source_dir/jobs/data/grunfeld.csv" .
job() {
    cat >job.yml <<JOB
solow: 1
data: {file: grunfeld.csv, unit: firm, time: year}
models:
  - id: within
    estimator: ols
    formula: inv ~ value + capital | firm
    vcov: iid
    published:
      source: Baltagi, table 2.1
      values: {value: {estimate: $1, std_error: 0.012}, $2: $3}
JOB
}
job 0.110 capital 0.310
expect_exit 0 "$solow" replicate job.yml
expect_text 'match' out.txt
expect_text '0\.110' out.txt
expect_exit 0 ranks 2 "$solow" replicate job.yml
job 0.150 capital 0.310
expect_exit 1 "$solow" replicate job.yml
expect_text 'miss' out.txt
expect_exit 1 ranks 3 "$solow" replicate job.yml
job 0.111 capital 0.310
timeout 60 "$solow" replicate job.yml >out.txt 2>err.txt
expect_text 'off by one' out.txt

# A published value for a term that the model lacks is said, not passed over.
job 0.110 capitol 0.310
timeout 60 "$solow" replicate job.yml >out.txt 2>err.txt && fail "a value for an absent term passed"
cat out.txt >>err.txt
expect_text 'capitol' err.txt

# Several jobs at once: the worst decides.
job 0.110 capital 0.310
cp job.yml good.yml
job 0.150 capital 0.310
expect_exit 1 "$solow" replicate good.yml job.yml
expect_exit 0 "$solow" replicate good.yml good.yml
finish
