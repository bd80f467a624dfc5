#!/usr/bin/env bash
# NIST Statistical Reference Datasets, linear regression: how many digits of the certified coefficients and standard errors
# the jobs of jobs/published reach, -log10 of the relative error (absolute where the certified value is 0), at most 15.
# At least 9 in both. reference/nist.txt has the certified values: the exact least-squares solutions,
# which a computation in 60 digits from the data gives to every printed digit.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

for job in "$source_dir"/jobs/published/nist-*.yml; do
    name=$(basename "$job" .yml)
    name=${name#nist-}
    expect_exit 0 "$solow" run "$job" -o "$name.h5" --quiet || continue
    "$solow" export "$name.h5" --table tidy --format csv >tidy.csv || fail "$name: no estimates"
    checks=$((checks + 1))
    awk -F, -v name="$name" -v needed=9 '
        function digits(ours, certified,    error) {
            error = certified == 0 ? ours + 0 : ours / certified - 1
            error = error < 0 ? -error : error
            return error <= 1e-15 ? 15 : -log(error) / log(10)
        }
        FNR == NR { if ($1 == name) { estimate[$2] = $3; std_error[$2] = $4; wanted++ } next }
        FNR == 1 { b = se = 15; next }
        $3 in estimate {
            found++
            d = digits($4, estimate[$3] + 0); if (d < b) b = d
            d = digits($5, std_error[$3] + 0); if (d < se) se = d
        }
        END {
            printf "%-9s coefficients %4.1f digits, standard errors %4.1f\n", name, b, se
            exit !(wanted > 0 && found == wanted && b >= needed && se >= needed)
        }' "$source_dir/tests/published/reference/nist.txt" tidy.csv || fail "$name: fewer digits than needed"
done
[ "$checks" -ge 22 ] || fail "only $checks checks"
finish
