#!/usr/bin/env bash
# Estimates by group and by window: each group is its own estimate, with the same bytes wherever it lies.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

# 40 units in 5 regions and 12 years, with gaps and missing values; units 1 to 4 move between regions.
make_panel() {
    awk 'BEGIN {
        print "unit,year,region,y,x,z"
        seed = 4711
        for (i = 1; i <= 40; i++) for (t = 1; t <= 12; t++) {
            for (j = 1; j <= 4; j++) { seed = (seed * 1103515245 + 12345) % 2147483648; u[j] = seed / 2147483648 }
            if (u[1] < 0.1) continue
            x = sprintf("%.6f", u[2] * 4 + i / 20); z = sprintf("%.6f", u[3] * 3 - t / 5)
            if (u[4] < 0.04) z = ""
            region = i < 5 && t > 6 ? "West; far" : "r" i % 4
            printf "u%02d,%d,%s,%.6f,%s,%s\n", i, 2000 + t, region, 0.5 * x + i / 9 + u[4] + u[1], x, z
        }
    }' >panel.csv
}

cat >job.yml <<'JOB'
solow: 1
data: {file: panel.csv, unit: unit, time: year}
models:
  - {id: by_region, estimator: ols, formula: "y ~ x + l(z) + i(year) | unit", by: [region], vcov: {cluster: [unit]}, save: [residuals, fitted]}
  - {id: two_keys, estimator: ols, formula: "y ~ x + z", by: [region, year > 2006], vcov: hc1}
  - {id: windows, estimator: ols, formula: "y ~ x + l(z) | unit", window: {length: 6, step: 3}, vcov: {cluster: [unit]}}
  - {id: both, estimator: ols, formula: "y ~ x", by: [region], window: {length: 6, step: 6}, vcov: hc1}
  - {id: reads, estimator: ols, formula: "saved(by_region, residuals) ~ z", by: [region], vcov: hc1}
  - {id: random, estimator: re, formula: y ~ x, by: [region]}
JOB

make_panel
for n in 1 2 3 4 7; do
    expect_exit 0 ranks "$n" "$solow" run job.yml -o "out.$n.h5" || continue
    tables_of "out.$n.h5" "out.$n.txt" || fail "export at $n ranks"
    expect_same out.1.txt "out.$n.txt" "$n ranks and 1 rank differ"
    expect_exit 0 "$solow" diff out.1.h5 "out.$n.h5" # saved columns too
done
for n in 1 3; do
    expect_exit 0 ranks "$n" "$tiny" run job.yml -o "tiny.$n.h5" || continue
    tables_of "tiny.$n.h5" "tiny.$n.txt" || fail "export with tiny limits at $n ranks"
    expect_same tiny.1.txt "tiny.$n.txt" "tiny limits: $n ranks and 1 rank differ"
done

# Names: labels as they are, special signs escaped, in the order of values; keys in /groups.
"$solow" export out.1.h5 --table glance --format csv >glance.csv
expect_text '^by_region,region=West%3B far,' glance.csv
expect_text '^two_keys,region=r1;year>2006=1,' glance.csv
expect_text '^windows,window=2001-2006,' glance.csv
expect_text '^both,region=r3;window=2007-2012,' glance.csv
checks=$((checks + 1))
[ "$(grep -c '^windows,' glance.csv)" -eq 3 ] || fail "12 periods hold 3 windows of 6 in steps of 3"
"$solow" export out.1.h5 --table groups --format csv >groups.csv
expect_text '^both,region=r3;window=2007-2012,window,2007-2012$' groups.csv

# A group is what a model with that condition estimates; rows of one block, so to the last bits of the sums.
cat >alone.yml <<'JOB'
solow: 1
data: {file: panel.csv, unit: unit, time: year}
defaults: {estimator: ols}
models:
  - {id: west, formula: "y ~ x + l(z) + i(year) | unit", where: 'region == "West; far"', vcov: {cluster: [unit]}}
  - {id: window, formula: "y ~ x + l(z) | unit", where: year >= 2004 and year <= 2009, vcov: {cluster: [unit]}}
  - {id: key, formula: "y ~ x + z", where: 'region == "r2" and not year > 2006', vcov: hc1}
JOB
expect_exit 0 "$solow" run alone.yml -o alone.h5

# same_estimates MODEL GROUP OTHER: term, estimate, s.e., df of a group and of a model of its own agree to 1e-12.
same_estimates() {
    checks=$((checks + 1))
    {
        "$solow" export out.1.h5 --table tidy --format csv | grep -F "$1,$2," | sed "s/^$1,$2,/a,/"
        "$solow" export alone.h5 --table tidy --format csv | grep "^$3,," | sed "s/^$3,,/b,/"
    } | python3 -c '
import csv, sys
rows = list(csv.reader(sys.stdin))
a, b = ([r[1:] for r in rows if r[0] == k] for k in "ab")
assert a and [r[0] for r in a] == [r[0] for r in b], (a, b)
for p, q in zip(a, b):
    for u, v in zip(p[1:], q[1:]):
        if u != v:
            assert abs(float(u) - float(v)) <= 1e-12 * max(abs(float(u)), 1e-3), (p, q)
' || fail "$1 $2 is not $3"
}
same_estimates by_region "region=West%3B far" west
same_estimates windows "window=2004-2009" window
same_estimates two_keys "region=r2;year>2006=0" key

# A model alone, and with its companions: the same bytes.
grep -v 'two_keys\|windows\|both\|random' job.yml >less.yml
expect_exit 0 ranks 2 "$solow" run less.yml -o less.h5
"$solow" export less.h5 --table tidy --format csv | grep '^by_region,' >less.csv
"$solow" export out.1.h5 --table tidy --format csv | grep '^by_region,' >among.csv
expect_same among.csv less.csv "groups alone and among other models differ"

# Few groups of many rows are shared by the ranks, small ones beside them are not; with tiny limits 64 rows are many. The same
# bytes, saved columns and recovered effects too, with an instrument, a missing label, without units, and stopped on the way.
awk 'BEGIN { srand(5); print "firm,year,region,ind,y,x,z"
    for (f = 0; f < 3600; f++) for (t = 0; t < 9; t++) {
        r = f % 10; g = r < 5 ? "large" : r < 9 ? "middle" : f % 60 == 9 ? "" : "small"
        printf "f%04d,%d,%s,i%d,%.4f,%.4f,%s\n", f, t, g, int(rand() * 40), rand(), rand(), rand() < 0.01 ? "" : rand() } }' >large.csv
cat >large.yml <<'JOB'
solow: 1
data: {file: large.csv, unit: firm, time: year}
defaults: {vcov: {cluster: [firm]}}
models:
  - {id: a, estimator: ols, formula: "y ~ x + l(x, 1) | firm + year", by: [region], save: [residuals, fixed_effects]}
  - {id: b, estimator: ols, formula: y ~ x + z | firm + ind, by: [region], window: {length: 5, step: 4}}
  - {id: c, estimator: ols, formula: "y ~ saved(a, residuals)", by: [region], vcov: hc1}
  - {id: d, estimator: iv, formula: "y ~ 1 | year | x ~ z", by: [region]}
JOB
large() { # PROGRAM RANKS OUT JOB
    expect_exit 0 ranks "$2" "$1" run "$4" -o "$3.h5" || return
    tables_of "$3.h5" "$3.txt" || fail "export of $3"
    "$solow" export "$3.h5" --table fixed_effects >>"$3.txt"
}
large "$solow" 1 large.1 large.yml
for n in 2 3 5; do
    large "$solow" $n large.$n large.yml
    expect_same large.1.txt large.$n.txt "shared groups: $n ranks and 1 rank differ"
    expect_exit 0 "$solow" diff large.1.h5 large.$n.h5
done
head -n 3000 large.csv >few.csv
sed 's/large.csv/few.csv/' large.yml >few.yml
sed 's/, unit: firm, time: year//; s/l(x, 1) | firm + year/z | ind/; s/firm + ind/ind/; s/, window: {length: 5, step: 4}//; s/| year |/| ind |/; s/\[firm\]/[ind]/' few.yml >flat.yml
for job in few flat; do
    large "$tiny" 1 $job.1 $job.yml
    for n in 2 4; do
        large "$tiny" $n $job.$n $job.yml
        expect_same $job.1.txt $job.$n.txt "shared groups with tiny limits, $job: $n ranks and 1 rank differ"
        expect_exit 0 "$solow" diff $job.1.h5 $job.$n.h5
    done
done
# Stopped at once or a little later, and finished on other ranks: those that share no group find what those that did have made.
rm -f few.3.h5
mpirun -n 3 "$tiny" run few.yml -o few.3.h5 --max-time 0.2 --quiet 2>err.txt
code=$?
checks=$((checks + 1))
[ $code -eq 75 ] || [ $code -eq 0 ] || fail "exit code $code of a run that was stopped"
large "$tiny" 1 few.3 few.yml
expect_same few.1.txt few.3.txt "a run that was stopped in shared groups and finished on one rank differs"

# What cannot be done is said.
sed 's/by: \[region\], vcov: {cluster: \[unit\]}, save/window: {length: 6}, vcov: {cluster: [unit]}, save/; /reads/d' job.yml >saves.yml
expect_exit 65 "$solow" run saves.yml -o bad.h5
expect_text 'by_region.*saves columns and has a .window:' err.txt
sed 's/by: \[region\]/by: [regoin]/' job.yml >unknown.yml
expect_exit 65 "$solow" run unknown.yml -o bad.h5
expect_text 'no column .regoin.*' err.txt
expect_text 'did you mean .region.' err.txt
sed 's/, time: year}/}/' job.yml | grep -v 'l(z)\|reads\|random\|two_keys' >timeless.yml
expect_exit 65 "$solow" run timeless.yml -o bad.h5
expect_text 'window.*needs the .time:. column' err.txt
expect_no_file bad.h5
finish
