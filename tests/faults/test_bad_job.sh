#!/usr/bin/env bash
# Bad job files: every error in one run with file, line and column; hostile ones get an error and never a crash.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

cp "$source_dir/jobs/data/grunfeld.csv" .

# refused PATTERN: check and run, on one rank and on two, leave with 65 and that message.
refused() {
    rm -rf out.h5*
    expect_exit 65 "$solow" check job.yml
    expect_text "$1" err.txt
    expect_exit 65 ranks 2 "$solow" run job.yml -o out.h5
    expect_text "$1" err.txt
    expect_no_file out.h5
}

# with TEXT: a job of one model with these lines after its formula.
with() {
    printf 'solow: 1\ndata: {file: grunfeld.csv, unit: firm, time: year}\nmodels:\n  - id: m\n    estimator: ols\n%s\n' "$1" >job.yml
}

expect_exit 66 "$solow" check absent.yml
expect_exit 66 "$solow" run absent.yml
mkdir folder.yml
expect_exit 66 "$solow" run folder.yml
: >job.yml
refused 'empty|no job'

# All errors at once, each with its place.
cat >job.yml <<'JOB'
solow: 1
data:
  file: grunfeld.csv
  unit: firm
  time: year
  wher: year > 1940
models:
  - id: a
    estimator: olss
    formula: inv ~ value
  - id: a
    estimator: ols
    formula: inv ~ value +
  - id: c
    estimator: ols
    formula: inv ~ value
    level: many
JOB
refused 'job\.yml:6:3: error'
expect_text 'did you mean.*where' err.txt
expect_text 'job\.yml:9:[0-9]+: error' err.txt
expect_text 'job\.yml:1[13]:[0-9]+: error' err.txt
expect_text 'job\.yml:17:[0-9]+: error' err.txt
expect_text '\^' err.txt

with '    formula: inv ~ valve'
refused 'job\.yml:6:.*valve'
expect_text 'did you mean.*value' err.txt
with '    formula: inv ~ value
    formula: inv ~ capital'
refused 'job\.yml:7:.*(twice|repeated|duplicate|second time)'
with '    formula: inv ~ value
    vcov: {cluster: [sector]}'
refused 'sector'
with '    formula: inv ~ value | firm
    estimators: x'
refused 'estimators'
with '    formula: inv ~ log(value'
refused 'job\.yml:6'
with '    formula: inv ~ firm'
expect_exit 65 ranks 2 "$solow" run job.yml -o out.h5
expect_text 'text' err.txt
printf 'models: [{id: m, estimator: reghdfe, formula: inv ~ value}]\nsolow: 1\ndata: {file: grunfeld.csv}\n' >job.yml
refused '\bols\b'
printf 'solow: 2\ndata: {file: grunfeld.csv}\nmodels: [{id: m, estimator: ols, formula: inv ~ value}]\n' >job.yml
refused 'version|solow'
with '    formula: inv ~ value
	vcov: iid'
refused 'job\.yml:7'

# Hostile files.
with "    formula: inv ~ $(printf '(%.0s' $(seq 20000))value"
refused 'job\.yml'
{
    printf 'solow: 1\na0: &a0 [x, x, x, x, x, x, x, x, x]\n'
    for i in 1 2 3 4 5 6 7 8 9; do
        printf 'a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n' $i $i $((i - 1)) $((i - 1)) $((i - 1)) \
            $((i - 1)) $((i - 1)) $((i - 1)) $((i - 1)) $((i - 1)) $((i - 1))
    done
} >job.yml
refused 'job\.yml'
printf '[%.0s' $(seq 100000) >job.yml
refused 'job\.yml'
printf 'solow: 1\ntitle: a\x00b\n' >job.yml
refused 'job\.yml|NUL|control'
printf 'solow: 1\ntitle: \xff\xfe\xfa\n' >job.yml
refused 'job\.yml|UTF-8'
printf 'solow: 1\nseed: %s\n' "$(printf '9%.0s' $(seq 5000))" >job.yml
refused 'job\.yml'
head -c 2000 /dev/urandom >job.yml
refused 'job\.yml'
finish
