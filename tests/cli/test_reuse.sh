#!/usr/bin/env bash
# A complete result is not made again; --set and --only may stand several times and are part of what was asked.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

cp "$source_dir/jobs/data/grunfeld.csv" panel.csv
head -n 60 panel.csv | awk -F, 'BEGIN { print "year,price" } NR > 1 && !seen[$2]++ { print $2 "," $2 - 1900 }' >prices.csv
cat >job.yml <<'END'
solow: 1
title: a job
data: {file: panel.csv, unit: firm, time: year, merge: [{file: prices.csv, by: year}]}
models:
  - {id: a, estimator: ols, formula: inv ~ value | firm, vcov: {cluster: [firm]}}
  - {id: b, estimator: ols, formula: inv ~ value + price, vcov: hc1}
  - {id: c, estimator: re, formula: inv ~ value, vcov: iid}
tables:
  - {id: t, file: t.md, columns: [a, b]}
END
done_already='nothing to do: r.h5 holds the results'

# again CODE WORD ARGUMENTS...: runs, and says (yes) or does not say (no) that there is nothing to do.
again() {
    local code=$1 reused=$2
    shift 2
    expect_exit "$code" "$@"
    checks=$((checks + 1))
    if grep -q "$done_already" err.txt; then
        [ "$reused" = yes ] || fail "results were reused: $*"
    else
        [ "$reused" = no ] || fail "results were made again: $*"
    fi
}
run=("$solow" run job.yml -o r.h5)

again 0 no "${run[@]}"
cp r.h5 first.h5
again 0 yes "${run[@]}"
expect_same first.h5 r.h5 "a result that was complete changed"
again 0 yes ranks 2 "${run[@]}"
again 0 yes "${run[@]}" --table tidy
expect_text '^a,,value,' out.txt
again 0 no "${run[@]}" --restart
expect_exit 0 "$solow" diff first.h5 r.h5
expect_exit 0 "${run[@]}" --quiet
checks=$((checks + 1))
[ -s err.txt ] && fail "--quiet said something"

# Spelling is nothing: comments, order of keys, a default written out.
sed -e 's/{id: a, estimator: ols,/{estimator: ols, id: a,/' -e 's/method: swar//' -e 's/^title/# a comment\ntitle/' \
    -e 's/{id: c,/{id: c, method: swar, level: 0.95,/' job.yml >same.yml
again 0 yes "$solow" run same.yml -o r.h5
# What is asked for, and what it is made of, is something.
again 0 no "${run[@]}" --set models.a.vcov=hc0
again 0 yes "${run[@]}" --set models.a.vcov=hc0
again 0 no "${run[@]}" --set models.a.vcov=hc0 --set title=another
"$solow" export r.h5 --table glance >glance.csv
expect_text '^a,.*,hc0,' glance.csv
expect_text 'another' <("$solow" show r.h5)
expect_exit 0 "$solow" table r.h5
again 0 no "${run[@]}" --only a
again 0 no "${run[@]}" --only a,b
again 0 no "${run[@]}" --only a --only b
checks=$((checks + 1))
[ "$("$solow" export r.h5 --table glance | cut -d, -f1 | tr '\n' ' ')" = 'model a b ' ] || fail "--only a --only b"
again 0 yes "${run[@]}" --only a --only b
again 0 no "${run[@]}"
rm t.md
again 0 no "${run[@]}"
again 0 yes "${run[@]}"
sed -i 's/^1935,35$/1935,36/' prices.csv
again 0 no "${run[@]}"
again 0 yes "${run[@]}"
sed 's/317\.6/317.7/' "$source_dir/jobs/data/grunfeld.csv" >panel.csv
again 0 no "${run[@]}"
# A moved job is the same job.
mkdir elsewhere
mv job.yml panel.csv prices.csv t.md elsewhere
again 0 yes "$solow" run elsewhere/job.yml -o r.h5
# A file that is no result is made anew.
head -c 2000 first.h5 >r.h5
again 0 no "$solow" run elsewhere/job.yml -o r.h5
expect_exit 0 "$solow" show r.h5

# The exit code of a result with failures stays 1.
sed 's/inv ~ value | firm/inv ~ value | firm + firm^year/' elsewhere/job.yml >elsewhere/failing.yml
again 1 no "$solow" run elsewhere/failing.yml -o r.h5
again 1 yes "$solow" run elsewhere/failing.yml -o r.h5
again 1 yes ranks 2 "$solow" run elsewhere/failing.yml -o r.h5

expect_exit 64 "$solow" run elsewhere/job.yml -o r.h5 --set vcov
expect_text 'wants KEY=VALUE' err.txt
expect_exit 64 "$solow" run elsewhere/job.yml -o r.h5 --only a,none
expect_text 'no model of that id' err.txt
expect_exit 65 "$solow" run elsewhere/job.yml -o r.h5 --set models.z.vcov=iid
expect_exit 65 "$solow" run elsewhere/job.yml -o r.h5 --set title=t --set 'models.a.formula=inv ~ valeu'
expect_text 'did you mean `value`' err.txt
finish
