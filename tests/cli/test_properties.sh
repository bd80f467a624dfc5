#!/usr/bin/env bash
# Properties that need no reference: effects equal dummies, weight 2 equals a row twice, scaling by a power of two is exact,
# the difference on two periods equals within.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

data=$source_dir/jobs/data/grunfeld.csv
cp "$data" grunfeld.csv

run_job() {
    printf 'solow: 1\ndata: {file: %s, unit: firm, time: year}\nmodels:\n' "$2" >"$1.yml"
    cat >>"$1.yml"
    expect_exit 0 ranks 2 "$solow" run "$1.yml" -o "$1.h5"
    "$solow" export "$1.h5" --table tidy --format csv >"$1.csv"
}

# value FILE MODEL TERM COLUMN: a cell of an exported tidy table.
value() {
    awk -F, -v model="$2" -v term="$3" -v column="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) at = i }
        $1 == model && $3 == term { sub(/\r$/, "", $at); print $at }' "$1"
}

# agree RELATIVE A B WHAT
agree() {
    checks=$((checks + 1))
    awk -v tolerance="$1" -v a="$2" -v b="$3" 'BEGIN {
        difference = a - b; if (difference < 0) difference = -difference
        size = b < 0 ? -b : b
        exit !(a != "" && b != "" && difference <= tolerance * size) }' || fail "$4: $2 against $3"
}

# Effects equal dummies, in coefficients and in standard errors.
run_job dummies grunfeld.csv <<'JOB'
  - {id: effects, estimator: ols, formula: inv ~ value + capital | firm + year, vcov: iid}
  - {id: dummies, estimator: ols, formula: inv ~ value + capital + i(firm) + i(year), vcov: iid}
  - {id: mixed, estimator: ols, formula: inv ~ value + capital + i(year) | firm, vcov: iid}
  - {id: effects_hc, estimator: ols, formula: inv ~ value + capital | firm + year, vcov: hc3}
  - {id: dummies_hc, estimator: ols, formula: inv ~ value + capital + i(firm) + i(year), vcov: hc3}
JOB
for term in value capital; do
    for column in estimate std_error; do
        effects=$(value dummies.csv effects $term $column)
        agree 1e-10 "$effects" "$(value dummies.csv dummies $term $column)" "effects and dummies, $column of $term"
        agree 1e-10 "$effects" "$(value dummies.csv mixed $term $column)" "effects and half dummies, $column of $term"
        agree 1e-9 "$(value dummies.csv effects_hc $term $column)" "$(value dummies.csv dummies_hc $term $column)" \
            "exact leverage with effects, $column of $term"
    done
done

# A row with frequency weight 2 equals the row twice. Times differ so that no row is a duplicate.
awk -F, 'NR == 1 { print $0 ",n"; next } { print $0 "," (NR % 3 == 0 ? 2 : 1) }' "$data" >weighted.csv
awk -F, 'NR == 1 { print; next } { print; if (NR % 3 == 0) print $1 "," $2 + 100 "," $3 "," $4 "," $5 }' "$data" >repeated.csv
run_job weighted weighted.csv <<'JOB'
  - {id: m, estimator: ols, formula: inv ~ value + capital | firm, vcov: hc1, weights: {column: n, type: frequency}}
  - {id: c, estimator: ols, formula: inv ~ value + capital | firm, vcov: {cluster: [firm]}, weights: {column: n, type: frequency}}
JOB
run_job repeated repeated.csv <<'JOB'
  - {id: m, estimator: ols, formula: inv ~ value + capital | firm, vcov: hc1}
  - {id: c, estimator: ols, formula: inv ~ value + capital | firm, vcov: {cluster: [firm]}}
JOB
for model in m c; do
    for column in estimate std_error; do
        agree 1e-11 "$(value weighted.csv $model value $column)" "$(value repeated.csv $model value $column)" \
            "weight 2 and row twice, $column of $model"
    done
done

# Scaling a column by a power of two scales exactly.
awk -F, 'NR == 1 { print; next } { printf "%s,%s,%s,%.17g,%s\n", $1, $2, $3, $4 * 1024, $5 }' "$data" >scaled.csv
for name in plain scaled; do
    file=scaled.csv
    [ $name = plain ] && file=grunfeld.csv
    run_job $name $file <<'JOB'
  - {id: m, estimator: ols, formula: inv ~ value + capital | firm, vcov: {cluster: [firm]}}
  - {id: p, estimator: ols, formula: inv ~ value + capital, vcov: hc1}
JOB
done
for model in m p; do
    for column in estimate std_error; do
        agree 0 "$(awk -v a="$(value scaled.csv $model value $column)" 'BEGIN { printf "%.17g", a * 1024 }')" \
            "$(value plain.csv $model value $column | awk '{ printf "%.17g", $1 }')" "scaling by 1024, $column of $model"
        agree 0 "$(value scaled.csv $model capital $column)" "$(value plain.csv $model capital $column)" \
            "scaling another column by 1024, $column of $model"
    done
done

# On two periods, the difference with a constant is within with both effects.
awk -F, 'NR == 1 || $2 == 1940 || $2 == 1941' "$data" >two.csv
run_job two two.csv <<'JOB'
  - {id: difference, estimator: fd, formula: inv ~ value + capital, vcov: iid}
  - {id: within, estimator: ols, formula: inv ~ value + capital | firm + year, vcov: iid}
JOB
for column in estimate std_error; do
    agree 1e-10 "$(value two.csv difference value $column)" "$(value two.csv within value $column)" "difference and within, $column"
done
finish
