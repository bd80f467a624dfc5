#!/usr/bin/env bash
# compare: one coefficient across models and groups, against stacked regressions in R; what cannot be compared is said.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

head="solow: 1
data: {file: $source_dir/jobs/data/grunfeld.csv, unit: firm, time: year}"
cat >job.yml <<END
$head
defaults: {vcov: {cluster: [firm]}}
models:
  - {id: early, estimator: ols, formula: inv ~ value + capital, where: year < 1945}
  - {id: late, estimator: ols, formula: inv ~ value + capital, where: year >= 1945}
  - {id: two, estimator: ols, formula: "c(inv, capital) ~ value | firm", vcov: {cluster: [firm, year]}}
  - {id: steps, estimator: ols, formula: inv ~ value + csw0(capital) | year, vcov: hc1}
  - {id: plain, estimator: ols, formula: inv ~ value + capital, vcov: iid}
  - {id: within, estimator: ols, formula: inv ~ value + capital | firm, vcov: hc3}
  - {id: twin, estimator: ols, formula: inv ~ capital + value, where: year < 1945}
  - {id: lone, estimator: ols, formula: inv ~ capital}
  - {id: random, estimator: re, formula: inv ~ value + capital}
  - {id: changes, estimator: fd, formula: inv ~ value + capital}
  - {id: means, estimator: between, formula: inv ~ value + capital}
  - {id: weighted, estimator: ols, formula: inv ~ value + capital | firm + year, weights: capital}
  - {id: twosls, estimator: iv, formula: inv ~ capital | firm | value ~ year}
  - {id: liml, estimator: iv, formula: "inv ~ capital | firm | value ~ year + l(value)", method: liml}
  - {id: over, estimator: iv, formula: "inv ~ capital | firm | value ~ year + l(value)"}
  - {id: both, estimator: ols, formula: "c(inv, capital) ~ value"}
  - {id: again, estimator: ols, formula: "c(inv, capital) ~ value | year"}
compare:
  - {id: break, models: [early, late], term: value}
  - {id: outcomes, models: [two], term: value, across: group}
  - {id: added, models: steps, term: value, across: group}
  - {id: three, models: [plain, within, steps/step=2], term: value}
  - {id: same, models: [early, twin], term: value}
  - {id: absent, models: [early, lone], term: value}
  - {id: every, models: [random, changes, means, weighted, twosls, liml, over], term: value}
  - {id: each, models: [both, again], term: value}
  - {id: inside, models: [both, again], term: value, across: group}
END
expect_exit 0 "$solow" run job.yml -o one.h5 --quiet
"$solow" export one.h5 --table tests >tests.csv
"$solow" export one.h5 --table tidy >tidy.csv
"$solow" export one.h5 --table diagnostics >diagnostics.csv

# near FILE PREFIX COLUMN VALUE: the number in that column of the only line that starts so, to 1e-10 relative.
near() {
    checks=$((checks + 1))
    awk -F, -v prefix="$2" -v column="$3" -v value="$4" '
        index($0, prefix) == 1 { n++; gap = $column / value - 1; if (gap < 0) gap = -gap; bad += gap > 1e-10 }
        END { exit !(n == 1 && bad == 0) }' "$1" || {
        fail "$2: column $3 is not $4"
        grep "^$2" "$1"
    }
}

# R 4.2.2, sandwich 3.0.2. Factors c are fixest's, G/(G-1) (n-1)/(n-K), written out.
# d$late <- as.numeric(d$year >= 1945); m <- lm(inv ~ 0 + factor(late) + factor(late):value + factor(late):capital, d)
# V <- vcovCL(m, cluster = d$firm, type = "HC0", cadjust = FALSE) * 10/9 * 99/97
# r <- coef(m)[3] - coef(m)[4]; s2 <- V[3,3] + V[4,4] - 2 * V[3,4]; c(r^2/s2, pf(r^2/s2, 1, 9, lower = FALSE), r, sqrt(s2))
near tests.csv break,,compare, 4 12.9944195229426
near tests.csv break,,compare, 7 0.00570561017050367
near tidy.csv break,,value, 4 -0.0515925198802596
near tidy.csv break,,value, 5 0.0143122626747691
# s: d twice, o = 0 with y = inv and o = 1 with y = capital; m <- lm(y ~ 0 + o:factor(firm) + o:value, s)
# V <- 10/9 * 199/198 * (V(firm) + V(year) - V(firm x year)), each by vcovCL(..., type = "HC0", cadjust = FALSE)
near tests.csv outcomes,,compare, 4 0.976683401683426
near tests.csv outcomes,,compare, 7 0.348841991280986
near tidy.csv outcomes,,value, 5 0.0681374609272196
# a: inv on value, b: inv on value and capital, after year means; psi = (X * e) %*% solve(crossprod(X));
# V = crossprod(psi) * outer(sqrt(c), sqrt(c)), c = 200/(200 - 1 - 20), 200/(200 - 2 - 20)
near tests.csv added,,compare, 4 5.09224240171138
near tests.csv added,,compare, 7 0.0252492117237339
near tidy.csv added,,value, 5 0.0102052979473417
# the same for pooled (c = 200/197), within firms (c = 200/188) and b: W / 2 with R = rbind(c(-1,1,0), c(-1,0,1))
near tests.csv three,,compare, 4 0.222281194125625
near tests.csv three,,compare, 7 0.800912098862954

# By clusters, each estimate's standard error in the joint variance is the one that its model reports.
for model in random changes means weighted twosls liml over; do
    reported=$(awk -F, -v m="$model" '$1 == m && $3 == "value" { print $5 }' tidy.csv)
    near diagnostics.csv "every,,std_error:$model," 4 "${reported:-0}"
done

# One estimate twice has no difference to test; a model without the term is named.
expect_text '^same,,compare,,,.*not tested: the difference has no variance' tests.csv
expect_text '^absent,,compare,,,.*lone has no estimate of `value`' tests.csv
# Groups that both models have; groups of each model.
expect_text '^each,outcome=inv,compare,[0-9]' tests.csv
expect_text '^each,outcome=capital,compare,[0-9]' tests.csv
expect_text '^inside,model=both,compare,[0-9]' tests.csv
expect_text '^inside,model=again,compare,[0-9]' tests.csv
expect_exit 0 "$solow" show one.h5
expect_text 'break.*12\.99' out.txt
expect_exit 0 "$solow" show one.h5 break
expect_text 'H0: value is equal in early, late' out.txt

# The same bytes on any number of ranks, and blocks of 16 rows.
tables_of one.h5 one.txt
for n in 2 3; do
    expect_exit 0 ranks "$n" "$solow" run job.yml -o ranks.h5 --quiet
    tables_of ranks.h5 ranks.txt
    expect_same one.txt ranks.txt "comparisons differ on $n ranks"
done
expect_exit 0 "$tiny" run job.yml -o tiny1.h5 --quiet
expect_exit 0 ranks 3 "$tiny" run job.yml -o tiny3.h5 --quiet
tables_of tiny1.h5 tiny1.txt
tables_of tiny3.h5 tiny3.txt
expect_same tiny1.txt tiny3.txt "comparisons in blocks of 16 rows differ on 3 ranks"

# A comparison does not depend on the other models, and one that --only leaves out is left out.
expect_exit 0 "$solow" run job.yml -o only.h5 --quiet --only early,late
"$solow" export only.h5 --table tests >only.csv
grep '^break' tests.csv >all.txt
grep '^break' only.csv >some.txt
expect_same all.txt some.txt "a comparison depends on other models"

# All that cannot be compared, at once and at its place.
cat >bad.yml <<END
$head
models:
  - {id: a, estimator: ols, formula: inv ~ value, vcov: {cluster: [firm]}}
  - {id: b, estimator: ols, formula: inv ~ value, vcov: {cluster: [year]}}
  - {id: c, estimator: ols, formula: inv ~ value, vcov: {newey_west: 2}}
  - {id: d, estimator: mundlak, formula: inv ~ value, vcov: {cluster: [firm]}}
compare:
  - {id: one, models: [a, b], term: value}
  - {id: two, models: [c, c], term: value}
  - {id: three, models: [a, d], term: value}
  - {id: four, models: [a], term: value}
  - {id: five, models: [a], term: value, across: group}
END
expect_exit 65 "$solow" run bad.yml
expect_text 'bad.yml:9:23: error: model `b` cannot be compared: its clusters' err.txt
expect_text 'bad.yml:10:23: error: model `c` cannot be compared: scores' err.txt
expect_text 'bad.yml:11:25: error: model `d` cannot be compared: its estimator' err.txt
expect_text 'bad.yml:12:24: error: there is only one estimate' err.txt
expect_text 'bad.yml:13:24: error: the models have no groups' err.txt
expect_no_file 'bad.h5'
finish
