#!/usr/bin/env bash
# A result file appears whole or not at all: killed runs and failing runs leave what was there before.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

cp "$source_dir/jobs/data/grunfeld.csv" .
cat >good.yml <<'JOB'
solow: 1
data: {file: grunfeld.csv, unit: firm, time: year}
models: [{id: m, estimator: ols, formula: inv ~ value}]
JOB
sed 's/inv ~ value/inv ~ valve/' good.yml >bad.yml

# A failing run leaves an older result untouched.
expect_exit 0 "$solow" run good.yml -o out.h5
cp out.h5 before.h5
expect_exit 65 "$solow" run bad.yml -o out.h5
expect_same before.h5 out.h5 "a failed run touched the older result"

# The same run writes the same tables.
tables_of out.h5 before.txt
expect_exit 0 "$solow" run good.yml -o out.h5 --restart
tables_of out.h5 after.txt
expect_same before.txt after.txt "two runs of one job differ"

# Killed at some moment: either no file or a whole one.
for delay in 0.01 0.03 0.06 0.1 0.2; do
    rm -rf killed.h5 killed.h5.run
    timeout -s KILL "$delay" "$solow" run good.yml -o killed.h5 2>/dev/null
    checks=$((checks + 1))
    if [ -e killed.h5 ] && ! "$solow" show killed.h5 >/dev/null 2>&1; then
        fail "a run killed after $delay s left a broken result"
    fi
done
expect_exit 0 "$solow" run good.yml -o killed.h5

# A limit on the size of files is a failed write: told, with nothing left and the older file as it was.
cp out.h5 limited.h5
checks=$((checks + 1))
cat >limited.sh <<'END'
ulimit -f 16 # of this program alone: the launcher keeps files of its own
exec "$solow" run good.yml -o limited.h5 --restart
END
timeout 60 mpirun -n 1 bash limited.sh >out.txt 2>err.txt
[ $? -eq 74 ] || fail "a file beyond the limit did not leave with 74"
expect_text 'limited.h5.*(File too large|broke off)' err.txt
expect_same out.h5 limited.h5 "a write that failed touched the older result"
checks=$((checks + 1))
[ -z "$(find . -name '.limited*')" ] || fail "a temporary file was left"

# One rank fails alone: all leave with one code. A folder that only looks like a data file fails on each in turn.
expect_exit 73 ranks 3 "$solow" run good.yml -o /dev/null/out.h5

# One estimate fails, the batch goes on: exit code 1, a row with a status and a sentence, and the others there.
cat >some.yml <<'JOB'
solow: 1
data: {file: grunfeld.csv, unit: firm, time: year}
models:
  - {id: good, estimator: ols, formula: inv ~ value}
  - {id: none, estimator: ols, formula: inv ~ value, where: year > 2100}
JOB
for n in 1 3; do
    expect_exit 1 ranks $n "$solow" run some.yml -o some.h5 --restart
    "$solow" export some.h5 --table glance --format csv >glance.csv
    expect_text '^none,.*failed' glance.csv
    expect_text '^good,.*ok' glance.csv
done

finish
