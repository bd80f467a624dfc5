#!/usr/bin/env bash
# The same bytes in every table at 1, 2, 3, 4 and 7 ranks, with real and with tiny limits.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

# An unbalanced panel of 57 units in 9 years with missing values, text labels and gaps, from a fixed linear congruence.
make_panel() {
    awk 'BEGIN {
        print "unit,year,region,y,x,z,pop"
        seed = 12345
        for (i = 57; i >= 1; i--) for (t = 1; t <= 9; t++) {
            for (j = 1; j <= 5; j++) { seed = (seed * 1103515245 + 12345) % 2147483648; u[j] = seed / 2147483648 }
            if (u[1] < 0.12) continue
            x = sprintf("%.6f", u[2] * 4 + i / 20); z = sprintf("%.6f", u[3] * 3 - t / 5)
            y = sprintf("%.6f", 0.7 * x - 0.3 * z + i / 9 + t / 7 + u[4] - u[5])
            if (u[5] < 0.03) x = ""
            printf "u%02d,%d,r%d,%s,%s,%s,%d\n", i, 2000 + t, i % 4, y, x, z, 1 + int(u[4] * 9)
        }
    }' >panel.csv
    cat >panel.yml <<'JOB'
solow: 1
data: {file: panel.csv, unit: unit, time: year}
models:
  - {id: pooled, estimator: ols, formula: y ~ x + z, vcov: hc1}
  - {id: within, estimator: ols, formula: y ~ x + z | unit, vcov: {cluster: [unit]}}
  - {id: two_way, estimator: ols, formula: y ~ x + z | unit + year, vcov: {cluster: [unit, year]}}
  - {id: weighted, estimator: ols, formula: y ~ x + z | year, weights: pop, vcov: hc2}
  - {id: lagged, estimator: ols, formula: "y ~ l(x, 1) + i(year)", vcov: {cluster: [region]}}
  - {id: slopes, estimator: ols, formula: "y ~ x | unit + region[z]", vcov: hc1}
  - {id: instrumented, estimator: iv, formula: y ~ 1 | unit | x ~ z}
  - {id: groups, estimator: between, formula: y ~ x + z}
  - {id: random, estimator: re, formula: y ~ x + z}
  - {id: changes, estimator: fd, formula: y ~ x + z}
  - {id: means, estimator: mundlak, formula: y ~ x + z, vcov: {cluster: [unit]}}
  - {id: adjusted, estimator: ols, formula: y ~ x + z, vcov: {cluster: [region], type: cr2}}
  - {id: serial, estimator: ols, formula: y ~ x + z | unit, vcov: {newey_west: 2}}
  - {id: gmm, estimator: iv, formula: y ~ 1 | unit | x ~ z + pop, method: gmm, vcov: hc1, save: [residuals]}
  - {id: liml, estimator: iv, formula: y ~ 1 | x ~ z + pop, method: liml, vcov: {cluster: [unit]}}
  - {id: reader, estimator: ols, formula: "x ~ saved(gmm, residuals) + z | region", tests: [{wald: ["`z` = 0"]}]}
  - {id: some, estimator: ols, formula: y ~ x | unit, where: year > 2003, vcov: {driscoll_kraay: 2}}
JOB
}

# compare_ranks NAME JOB PROGRAM: run on each number of ranks and compare with one rank.
compare_ranks() {
    local name=$1 job=$2 program=$3 n
    for n in 1 2 3 4 7; do
        expect_exit 0 ranks "$n" "$program" run "$job" -o "$name.$n.h5" || return
        tables_of "$name.$n.h5" "$name.$n.txt" || fail "export of $name at $n ranks"
        expect_same "$name.1.txt" "$name.$n.txt" "$name: $n ranks and 1 rank differ"
    done
}

make_panel
compare_ranks quickstart "$source_dir/jobs/quickstart.yml" "$solow"
compare_ranks quickstart_tiny "$source_dir/jobs/quickstart.yml" "$tiny"
compare_ranks panel panel.yml "$solow"
compare_ranks panel_tiny panel.yml "$tiny"

# Without mpirun it is the same as one rank of it.
expect_exit 0 "$solow" run panel.yml -o alone.h5
tables_of alone.h5 alone.txt
expect_same panel.1.txt alone.txt "with and without mpirun differ"

# The diff verb agrees, and sees a difference.
expect_exit 0 "$solow" diff panel.1.h5 panel.7.h5
sed 's/y ~ x + z, vcov: hc1/y ~ x, vcov: hc1/' panel.yml >other.yml
expect_exit 0 "$solow" run other.yml -o other.h5
expect_exit 1 "$solow" diff panel.1.h5 other.h5
finish
