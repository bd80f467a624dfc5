#!/usr/bin/env bash
# The published jobs whose data are kept in the project reproduce every figure; the one under errata/ misses as its head says.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

mapfile -t jobs < <(grep -lE 'file: \.\./data/[^/]*\.csv' "$source_dir"/jobs/published/*.yml)
[ ${#jobs[@]} -ge 14 ] || fail "only ${#jobs[@]} jobs with kept data"
expect_exit 0 "$solow" replicate "$source_dir/jobs/quickstart.yml" "${jobs[@]}"
grep -E '(miss|off by one)$' out.txt
expect_exit 0 ranks 2 "$tiny" replicate "${jobs[@]}"

expect_exit 1 "$solow" replicate "$source_dir/jobs/published/errata/solow1957.yml"
expect_text '^10 published figures: 4 match, 4 with the last digit off by one, 2 miss$' out.txt
finish
