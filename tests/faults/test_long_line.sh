#!/usr/bin/env bash
# A line of 1 GB, in the data and in the job: an error in seconds, without a GB of memory a rank.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

if [ "$(df -Pk . | awk 'NR == 2 { print $4 }')" -lt 2200000 ]; then
    echo "skipped: less than 2.2 GB free in $PWD"
    exit 77
fi
(printf 'firm,year,y,x\na,2001,1,' && head -c 1000000000 /dev/zero | tr '\0' 7) >long.csv
printf 'solow: 1\ndata: {file: long.csv, unit: firm, time: year}\nmodels: [{id: m, estimator: ols, formula: y ~ x}]\n' >job.yml
expect_exit 65 "$solow" run job.yml -o out.h5
expect_text 'long\.csv' err.txt
expect_exit 65 ranks 2 "$solow" run job.yml -o out.h5
expect_no_file out.h5
(printf 'solow: 1\ntitle: ' && head -c 1000000000 /dev/zero | tr '\0' 7) >long.yml
expect_exit 65 "$solow" check long.yml
expect_text 'long\.yml' err.txt
finish
