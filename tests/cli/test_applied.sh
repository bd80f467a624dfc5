#!/usr/bin/env bash
# What applied users do by mistake gets a sentence, not silence.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

awk 'BEGIN {
    print "firm,year,sector,y,x,z,treated,size"
    seed = 99
    for (i = 1; i <= 8; i++) for (t = 1; t <= 6; t++) {
        for (j = 1; j <= 4; j++) { seed = (seed * 1103515245 + 12345) % 2147483648; u[j] = seed / 2147483648 }
        printf "f%d,%d,%s,%.5f,%.5f,%.5f,%d,%.5f\n", i, 2000 + t, (i + t) % 3 ? "steel" : "coal", u[1] + u[2], u[2], u[2] - u[3],
            (i > 4), u[4] - 0.8
    }
}' >panel.csv

# said CODE PATTERN MODEL: run one model; the sentence is on stderr, or in the diagnostics or the message of the glance row.
said() {
    printf 'solow: 1\ndata: {file: panel.csv, unit: firm, time: year}\nmodels:\n  - {id: m, %s}\n' "$3" >job.yml
    rm -f out.h5
    expect_exit "$1" "$solow" run job.yml -o out.h5
    cp err.txt said.txt
    if [ -e out.h5 ]; then
        "$solow" export out.h5 --table glance --format csv >>said.txt
        "$solow" export out.h5 --table diagnostics --format csv >>said.txt
    fi
    expect_text "$2" said.txt
}

said 65 'x.*(regressor|instrument)' 'estimator: iv, formula: y ~ x | z ~ x'
said 0 'treated.*(collinear|dropped)|(collinear|dropped).*treated' 'estimator: ols, formula: y ~ x + treated | firm'
said 0 '8 clusters|clusters.*\b8\b|few clusters' 'estimator: ols, formula: y ~ x, vcov: {cluster: [firm]}'
said 0 'size' 'estimator: ols, formula: y ~ log(size)'
said 65 'sector.*text|text.*sector|i\(sector\)' 'estimator: ols, formula: y ~ x + sector'
said 0 'nest' 'estimator: ols, formula: y ~ x | firm, vcov: {cluster: [sector]}'
said 0 'iid' 'estimator: ols, formula: y ~ x | firm'

# Labels that differ in blanks, or 1 against 01, in a merge.
printf 'firm,tax\nf1 ,1\nf2 ,2\nf3 ,3\nf4 ,4\nf5 ,5\nf6 ,6\nf7 ,7\nf8 ,8\n' >tax.csv
cat >job.yml <<'JOB'
solow: 1
data:
  file: panel.csv
  unit: firm
  time: year
  merge: [{file: tax.csv, by: [firm], keep: [tax], match: many_to_one, unmatched: report}]
models: [{id: m, estimator: ols, formula: y ~ x + tax}]
JOB
timeout 60 "$solow" run job.yml -o merge.h5 >out.txt 2>err.txt
expect_text 'blank|space|f1' err.txt
finish
