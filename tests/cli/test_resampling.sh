#!/usr/bin/env bash
# Draws, families, levels left out, placebos: the same bytes wherever they are made, and the numbers of other ways to the same.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

# 24 firms in 6 regions and 2 halves, 6 years, with gaps.
awk 'BEGIN {
    print "firm,year,region,half,y,x,z,q,treat"
    seed = 815
    for (i = 1; i <= 24; i++) for (t = 1; t <= 6; t++) {
        for (j = 1; j <= 5; j++) { seed = (seed * 1103515245 + 12345) % 2147483648; u[j] = seed / 2147483648 }
        if (u[1] < 0.05) continue
        x = u[2] * 3 + i / 12
        printf "f%02d,%d,r%d,h%d,%.6f,%.6f,%.6f,%.6f,%d\n", i, 2000 + t, i % 6, i % 2,
            0.5 * x + 0.2 * u[4] + (i % 7) / 3 + u[5] + u[1] - u[3], x, u[4] * 2, 0.6 * x + u[3], i % 3 == 0
    }
}' >panel.csv

cat >job.yml <<'JOB'
solow: 1
data: {file: panel.csv, unit: firm, time: year}
variables: {policy: treat * (year > 2003)}
resampling:
  firms: {type: pairs, cluster: firm, reps: 70}
  poisson: {type: pairs, cluster: firm, reps: 70, distribution: poisson}
  regions: {type: pairs, cluster: region, reps: 70, interval: percentile_t}
  loose: {type: pairs, reps: 20}
  left: {type: jackknife, cluster: region}
  soft: {type: bayesian, cluster: firm, reps: 70}
  blocks: {type: block, length: 2, reps: 70}
  years: {type: pairs, cluster: year, reps: 70}
  corrected: {type: pairs, cluster: firm, reps: 70, interval: bca}
models:
  - {id: random, estimator: re, formula: y ~ x + z, bootstrap: firms, vcov: {cluster: [firm]}}
  - {id: random_t, estimator: re, formula: y ~ x + z, bootstrap: regions, vcov: {cluster: [region]}}
  - {id: random_left, estimator: re, formula: y ~ x + z, bootstrap: left, vcov: {cluster: [region]}}
  - {id: change, estimator: fd, formula: y ~ x + z, bootstrap: corrected, vcov: {cluster: [firm]}}
  - {id: means, estimator: between, formula: y ~ x + z, bootstrap: poisson, vcov: hc1}
  - {id: liml, estimator: iv, method: liml, formula: "y ~ z | firm | x ~ q + l(q)", bootstrap: soft, vcov: {cluster: [firm]}}
  - {id: by_block, estimator: iv, formula: "y ~ z | firm | x ~ q", bootstrap: blocks, vcov: {cluster: [firm]}}
  - {id: by_year, estimator: iv, formula: "y ~ z | firm | x ~ q", bootstrap: years, vcov: {cluster: [firm]}}
  - {id: within, estimator: ols, formula: "y ~ x + z | firm", bootstrap: firms, vcov: {cluster: [firm]}}
  - {id: same, estimator: iv, formula: "y ~ z | firm | x ~ x", bootstrap: firms, vcov: {cluster: [firm]}}
  - {id: two_stage, estimator: iv, formula: "y ~ z | firm | x ~ q", bootstrap: firms, vcov: {cluster: [firm]}}
  - {id: first, estimator: ols, formula: "x ~ q + z | firm", save: [residuals], vcov: {cluster: [firm]}}
  - {id: control, estimator: ols, formula: "y ~ x + z + saved(first, residuals) | firm", bootstrap: firms, vcov: {cluster: [firm]}}
  - {id: did, estimator: ols, formula: "y ~ policy + z | firm + year", placebo: {permute: treat, within: half, reps: 70}, vcov: {cluster: [firm]}}
  - {id: grouped, estimator: re, formula: y ~ x, by: half, bootstrap: firms, vcov: {cluster: [firm]}}
  - {id: left_out, estimator: re, formula: y ~ x + z, leave_out: region, vcov: {cluster: [firm]}}
  - {id: one_out, estimator: re, formula: y ~ x + z, where: 'region != "r4"', vcov: {cluster: [firm]}}
families:
  holm: {models: [within, change], terms: [x, z], method: holm}
  step: {models: [random, within, same], terms: [x, z], method: romano_wolf, bootstrap: firms}
  rank: {models: [random, within, same], terms: [x, z], method: westfall_young, bootstrap: firms}
  one: {models: [within], terms: [x], method: romano_wolf, bootstrap: firms}
  apart: {models: [random, random_t], terms: [x], method: romano_wolf, bootstrap: loose}
compare:
  - {id: difference, models: [random_left, within], term: x, bootstrap: left}
JOB

for n in 1 2 3; do
    expect_exit 0 ranks "$n" "$solow" run job.yml -o "out.$n.h5" || continue
    tables_of "out.$n.h5" "out.$n.txt" || fail "export at $n ranks"
    expect_same out.1.txt "out.$n.txt" "$n ranks and 1 rank differ"
done
for n in 1 3; do
    expect_exit 0 ranks "$n" "$tiny" run job.yml -o "tiny.$n.h5" || continue
    tables_of "tiny.$n.h5" "tiny.$n.txt" || fail "export with tiny limits at $n ranks"
    expect_same tiny.1.txt "tiny.$n.txt" "tiny limits: $n ranks and 1 rank differ"
done
for table in tidy resampling adjusted tests diagnostics; do
    "$solow" export out.1.h5 --table "$table" --format csv >"$table.csv"
done

# Stopped again and again, by turns on one and two ranks, it ends with the same bytes.
for i in $(seq 12); do
    mpirun -n $((i % 2 + 1)) "$solow" run job.yml -o again.h5 --quiet --max-time "0.$((i % 5 + 2))" 2>err.txt && break
done
expect_exit 0 "$solow" run job.yml -o again.h5
tables_of again.h5 again.txt
expect_same out.1.txt again.txt "a run that was resumed differs"

# column MODEL GROUP TERM DESIGN NUMBER: a column of /resampling.
drawn() {
    awk -F, -v m="$1" -v g="$2" -v t="$3" -v d="$4" -v c="$5" '$1 == m && $2 == g && $3 == t && $4 == d { print $c }' resampling.csv
}
estimate_of() {
    awk -F, -v m="$1" -v g="$2" -v t="$3" '$1 == m && $2 == g && $3 == t { print $4 }' tidy.csv
}
# close A B DIGITS WHAT: relative difference.
close() {
    checks=$((checks + 1))
    awk -v a="$1" -v b="$2" -v d="$3" 'BEGIN {
        gap = a - b; if (gap < 0) gap = -gap
        size = a < 0 ? -a : a
        exit !(a != "" && b != "" && gap <= size * 10 ^ -d) }' || fail "$4: $1 and $2"
}

# Least squares by cluster Grams, and the same estimate driven again on the rows of each draw; a control function with its first
# stage estimated in each draw is two-stage least squares.
for term in x z; do
    for column in 6 8 9 10; do
        close "$(drawn within "" $term firms $column)" "$(drawn same "" $term firms $column)" 9 "within and same, $term, column $column"
        close "$(drawn two_stage "" $term firms $column)" "$(drawn control "" $term firms $column)" 9 "two_stage and control, $term, column $column"
    done
done
expect_text '^control,,resampling:firms,24,.*inputs are estimated again' diagnostics.csv

# A level left out is a condition; leaving each out is the jackknife, whose rows are other rows.
close "$(estimate_of left_out leave_out=r4 x)" "$(estimate_of one_out "" x)" 15 "leave_out and where"
checks=$((checks + 1))
[ "$(grep -c '^left_out,.*,x,' tidy.csv)" -eq 6 ] || fail "6 regions are left out"
jackknife=$(awk -F, '$1 == "left_out" && $3 == "x" { b[n++] = $4; sum += $4 }
    END { for (i = 0; i < n; i++) s += (b[i] - sum / n) ^ 2; printf "%.17g", sqrt((n - 1) / n * s) }' tidy.csv)
close "$jackknife" "$(drawn random_left "" x left 6)" 10 "jackknife by hand"
close "$(awk -F, '$1 == "difference" && $3 == "std_error:random_left" { print $4 }' diagnostics.csv)" "$jackknife" 10 \
    "the comparison's standard error"

# Two halves: every second draw has both once, and so is the estimate itself, bit for bit, between those of one half twice.
cat >two.yml <<'JOB'
solow: 1
data: {file: panel.csv, unit: firm, time: year}
resampling: {two: {type: pairs, cluster: half, reps: 101}, early: {type: pairs, cluster: year > 2003, reps: 101}}
models:
  - {id: random, estimator: re, formula: y ~ x, bootstrap: two, vcov: {cluster: [firm]}}
  - {id: gmm, estimator: iv, method: gmm, formula: "y ~ z | firm | x ~ q + l(q)", bootstrap: two, vcov: {cluster: [firm]}}
  - {id: weighted, estimator: iv, formula: "y ~ z | firm | x ~ q", bootstrap: early, vcov: {cluster: [firm]}}
  - {id: still, estimator: re, formula: y ~ x, placebo: {permute: x, within: firm^year, reps: 5}, vcov: {cluster: [firm]}}
JOB
expect_exit 0 "$solow" run two.yml -o two.h5
"$solow" export two.h5 --table resampling --format csv >resampling.csv
"$solow" export two.h5 --table tidy --format csv >tidy.csv
for model in random gmm weighted still; do
    checks=$((checks + 1))
    b=$(estimate_of $model "" x)
    awk -F, -v m=$model -v b="$b" '$1 == m && $3 == "x" && ($8 == b || $9 == b || $10 == b) { found = 1 }
        END { exit !found }' resampling.csv || fail "$model: no draw is the estimate $b"
done
expect_text '^still,,x,placebo,permutation,0,1,,,' resampling.csv

# Families: Holm of two p-values by hand, one hypothesis is not adjusted, steps never fall, and why there is none.
awk -F, '$1 == "holm" { print $6 }' adjusted.csv | sort -g >p.txt
checks=$((checks + 1))
[ "$(wc -l <p.txt)" -eq 4 ] || fail "the family has four members"
close "$(awk 'NR == 1 { printf "%.17g", 4 * $1 }' p.txt)" "$(awk -F, '$1 == "holm" { print $7 }' adjusted.csv | sort -g | head -n 1)" 14 "Holm"
close "$(awk -F, '$1 == "one" { print $6 }' adjusted.csv)" "$(awk -F, '$1 == "one" { print $7 }' adjusted.csv)" 15 "a family of one"
for family in step rank; do
    checks=$((checks + 1))
    awk -F, -v f=$family '$1 == f { n++; if ($7 < $6 || $7 > 1) bad = 1 } END { exit !(n == 6 && !bad) }' adjusted.csv ||
        fail "$family: adjusted p-values are not smaller"
done
expect_text '^apart,,family,2,"?not adjusted: what is drawn' diagnostics.csv

# A permutation test of eight units against all 70 arrangements.
awk 'BEGIN { print "unit,y,d"; split("3.1 4.0 2.2 5.9 5.1 4.7 6.3 2.9", y, " ")
    for (i = 1; i <= 8; i++) printf "%d,%s,%d\n", i, y[i], (i > 4) }' >eight.csv
cat >eight.yml <<'JOB'
solow: 1
data: {file: eight.csv}
models:
  - {id: m, estimator: ols, formula: y ~ d, vcov: hc1, placebo: {permute: d, reps: 2000}}
JOB
expect_exit 0 "$solow" run eight.yml -o eight.h5
exact=$(awk -F, 'NR > 1 { y[n++] = $2; d[n - 1] = $3 }
    END { for (m = 0; m < 256; m++) { k = 0; s = 0
            for (i = 0; i < 8; i++) { b = int(m / 2 ^ i) % 2; k += b; s += b ? y[i] : -y[i] }
            if (k == 4) { all++; list[all] = s < 0 ? -s : s } }
        for (i = 0; i < 8; i++) own += d[i] ? y[i] : -y[i]
        if (own < 0) own = -own
        for (a = 1; a <= all; a++) count += list[a] >= own - 1e-9
        print count / all }' eight.csv)
p=$("$solow" export eight.h5 --table resampling --format csv | awk -F, '$3 == "d" { print $7 }')
checks=$((checks + 1))
awk -v p="$p" -v e="$exact" 'BEGIN { gap = p - e; exit !((gap < 0 ? -gap : gap) < 4 * sqrt(e * (1 - e) / 2000) + 1 / 2000) }' ||
    fail "permutation p $p against $exact of all arrangements"

# What cannot be done is said.
head='solow: 1
data: {file: panel.csv, unit: firm, time: year}
'
refused() {
    printf '%s%s\n' "$head" "$2" >bad.yml
    expect_exit 65 "$solow" run bad.yml -o bad.h5
    expect_text "$1" err.txt
}
warned() {
    printf '%s%s\n' "$head" "$2" >bad.yml
    expect_exit 0 "$solow" run bad.yml -o bad.h5 --restart
    expect_text "$1" err.txt
}
refused 'needs joint draws.*bootstrap: a design' 'models: [{id: m, estimator: ols, formula: y ~ x}]
families: {f: {models: [m], terms: [x], method: romano_wolf}}'
refused 'no spread of the estimates' 'resampling: {w: {type: wild}}
models: [{id: m, estimator: ols, formula: y ~ x, vcov: {cluster: [firm]}}, {id: n, estimator: ols, formula: y ~ x + z, vcov: {cluster: [firm]}}]
compare: [{id: c, models: [m, n], term: x, bootstrap: w}]'
refused 'has a .leave_out:' 'models: [{id: m, estimator: ols, formula: y ~ x, leave_out: region, save: [residuals]}]'
refused 'no column .regin.' 'models: [{id: m, estimator: ols, formula: y ~ x, leave_out: regin}]'
warned 'residuals are drawn for `ols` alone' 'models: [{id: m, estimator: re, formula: y ~ x, vcov: {cluster: [firm]}, bootstrap: {type: wild}}]'
warned 'does not read `treat`' 'models: [{id: m, estimator: ols, formula: y ~ x, vcov: {cluster: [firm]}, placebo: {permute: treat}}]'
warned 'one of them has rows in two strata' 'models: [{id: m, estimator: ols, formula: y ~ treat, vcov: {cluster: [firm]}, placebo: {permute: treat, within: year}}]'
warned 'longer than the 6 periods' 'models: [{id: m, estimator: re, formula: y ~ x, vcov: {cluster: [firm]}, bootstrap: {type: block, length: 9}}]'

finish
