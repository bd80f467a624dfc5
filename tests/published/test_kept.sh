#!/usr/bin/env bash
# The published jobs whose data are kept in the project reproduce every figure.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

mapfile -t jobs < <(grep -lE 'file: \.\./data/[^/]*\.csv' "$source_dir"/jobs/published/*.yml)
[ ${#jobs[@]} -ge 14 ] || fail "only ${#jobs[@]} jobs with kept data"
expect_exit 0 "$solow" replicate "$source_dir/jobs/quickstart.yml" "${jobs[@]}"
grep -iE 'miss|off by' out.txt
expect_exit 0 ranks 2 "$tiny" replicate "${jobs[@]}"
finish
