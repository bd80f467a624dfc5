#!/usr/bin/env bash
# A run of many estimates under Slurm: cancelled in the middle, and told to stop before its time, again and again until it is
# done. In the end the same bytes as without Slurm, and nothing half-written in between.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"
# shellcheck source=tests/support/slurm.sh
. "$3/tests/support/slurm.sh" 1 2

models=400
awk 'BEGIN {
    srand(7)
    print "unit,year,y,a,b"
    for (u = 1; u <= 20000; u++) {
        f = rand()
        for (t = 2001; t <= 2010; t++) {
            a = rand() + f
            b = rand()
            printf "%d,%d,%.6f,%.6f,%.6f\n", u, t, a - b / 2 + f + rand(), a, b
        }
    }
}' >long.csv
cat >long.yml <<YML
solow: 1
data: {file: long.csv, unit: unit, time: year}
models:
  - id: "m_{c}"
    foreach: {c: [$(seq -s, 1 $models)]}
    estimator: ols
    formula: y ~ a + b | unit + year
    where: b > {c} / 1000
    vcov: {cluster: [unit]}
YML

# Cancelled two seconds after it began to estimate: no result, and no part of one under its name.
expect_exit 0 "$solow" submit long.yml --time 10 -r 2 --now
cancelled=$(submitted out.txt)
wait_for RUNNING "$cancelled" 60
sleep 4
scancel "$cancelled"
wait_for CANCELLED "$cancelled" 30
checks=$((checks + 1))
[ ! -e long.h5 ] || fail "a cancelled run left long.h5"

if ! "$solow" run --help | grep -q -- '--max-time'; then
    echo "skipped: the time limit, for this solow does not stop early (solow run has no --max-time)"
    expect_exit 0 "$solow" submit long.yml --time 10 -r 2 --now --overwrite
    wait_for COMPLETED "$(submitted out.txt)" 120
else
    # What the cancelled run had finished is kept, so a fresh start. Twice the ranks are told as before the end of a limit.
    rm -rf long.h5*
    expect_exit 0 "$solow" submit long.yml --time 5 -r 2 --now --overwrite
    limited=$(submitted out.txt)
    for turn in 0 1; do
        until { [ -d long.h5.run ] && [ "$(state_of "$limited") $(restarts_of "$limited")" = "RUNNING $turn" ]; } ||
            [ "$(state_of "$limited")" = COMPLETED ]; do sleep 0.2; done
        sleep 4
        scancel --signal=USR1 "$limited"
    done
    wait_for COMPLETED "$limited" 120
    checks=$((checks + 1))
    [ "$(restarts_of "$limited")" -ge 1 ] || fail "the run was never stopped"
fi
expect_exit 0 "$solow" run long.yml -o without.h5 --quiet
tables_of without.h5 without.txt
tables_of long.h5 with.txt
expect_same without.txt with.txt "a run that was stopped and resumed differs"
finish
