#!/usr/bin/env bash
# bootstrap of least squares: all sign vectors and leave-one-out against R, the inverted interval, what cannot be drawn.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

cat >job.yml <<END
solow: 1
data: {file: $source_dir/jobs/data/grunfeld.csv, unit: firm, time: year}
defaults: {vcov: {cluster: [firm]}}
resampling:
  wild: {type: wild, cluster: firm, reps: 999}
  loo: {type: jackknife, cluster: firm}
  pairs: {type: pairs, cluster: firm, reps: 499}
models:
  - {id: pooled, estimator: ols, formula: inv ~ value + capital, bootstrap: wild}
  - {id: twoway, estimator: ols, formula: inv ~ value + capital | firm + year, bootstrap: wild}
  - {id: free, estimator: ols, formula: inv ~ value + capital | firm + year, bootstrap: {type: wild, reps: 512, restricted: false}}
  - {id: loo, like: pooled, bootstrap: loo}
  - {id: loo2, like: twoway, bootstrap: loo}
  - {id: pairs, like: twoway, bootstrap: pairs}
END
expect_exit 0 "$solow" run job.yml -o one.h5 --quiet
"$solow" export one.h5 --table resampling >resampling.csv

# near PREFIX COLUMN VALUE: the number in that column of the only line that starts so, to 1e-9 relative.
near() {
    checks=$((checks + 1))
    awk -F, -v prefix="$1" -v column="$2" -v value="$3" '
        index($0, prefix) == 1 { n++; gap = $column / value - 1; if (gap < 0) gap = -gap; bad += gap > 1e-9 }
        END { exit !(n == 1 && bad == 0) }' resampling.csv || {
        fail "$1: column $2 is not $3"
        grep "^$1" resampling.csv
    }
}

# R 4.2.2. V: the 512 rows of expand.grid(rep(list(c(-1, 1)), 9)) and 1; f, e: fitted and residuals without the term (free: with
# it); H <- solve(crossprod(X)) %*% t(X); y* = f + e * v[g]; t* = b*_j / sqrt(sum(rowsum(H[j,] * e*, g)^2)).
# p: mean(abs(t*) >= abs(t) (1 - 1e-10)); ends: bisection of p of y - r x_j on 0.05.
near pooled,,value,wild,wild, 7 0.00390625
near pooled,,value,wild,wild, 8 0.0920801879507853
near pooled,,value,wild,wild, 9 0.229261151942497
near pooled,,capital,wild,wild, 7 0.0234375
near pooled,,capital,wild,wild, 8 0.0317628512680422
near pooled,,capital,wild,wild, 9 0.369493308532763
near twoway,,value,wild,wild, 7 0.001953125
near twoway,,value,wild,wild, 8 0.0588923376021767
near twoway,,value,wild,wild, 9 0.129397364878755
near twoway,,capital,wild,wild, 7 0.05078125
near twoway,,capital,wild,wild, 8 -0.000652461174059555
near twoway,,capital,wild,wild, 9 0.579006455934924
# sd(c(b*, 2 b - b*)), b -+ quantile(c(t*, -t*), 0.975) se, se with factor 10/9 199/(200 - 2 - 20)
near free,,value,,wild, 6 0.00971676936202082
near free,,value,,wild, 8 0.100720132191806
near free,,value,,wild, 9 0.134711577973404
# bs: the ten estimates by lm (dummies of firms and years) without a firm; sqrt(rowSums((bs - rowMeans(bs))^2) * 9 / 10)
near loo,,value,loo,jackknife, 6 0.0160453382831105
near loo,,capital,loo,jackknife, 6 0.1463649631983684
near loo2,,value,loo,jackknife, 6 0.0504487212348304
near loo2,,capital,loo,jackknife, 6 0.2378425015505694

# The same bytes on any number of ranks, with tiny limits, and of models alone.
tables_of one.h5 one.txt
for ranks in 2 3; do
    expect_exit 0 ranks $ranks "$solow" run job.yml -o many.h5 --quiet --restart
    tables_of many.h5 many.txt
    expect_same one.txt many.txt "results differ on $ranks ranks"
done
expect_exit 0 "$solow" run job.yml -o alone.h5 --quiet --restart --only pairs
"$solow" export alone.h5 --table resampling | grep ^pairs >alone.txt
grep ^pairs resampling.csv >among.txt
expect_same alone.txt among.txt "a model's draws depend on its companions"

# Refused: a cluster that some rows lack.
sed 's/^models:/variables: {half: "ifelse(year > 1940, value, NA)"}\nmodels:/; s/{type: wild, cluster: firm, reps: 999}/{type: wild, cluster: half, reps: 999}/' job.yml >half.yml
expect_exit 0 "$solow" run half.yml -o half.h5 --quiet --only pooled
"$solow" export half.h5 --table glance >glance.csv
expect_text 'rows of the sample have no .half' glance.csv
finish
