#!/usr/bin/env bash
# The published jobs on data sets of Debian packages reproduce every figure. Skipped where jobs/data/fetch has not run.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

mapfile -t jobs < <(grep -lE 'file: \.\./data/cache/' "$source_dir"/jobs/published/*.yml)
for job in "${jobs[@]}"; do
    table=$(sed -nE 's|^ *file: \.\./data/cache/||p' "$job")
    if [ ! -s "$source_dir/jobs/data/cache/$table" ]; then
        echo "skipped: jobs/data/cache/$table is not there; run jobs/data/fetch"
        exit 77
    fi
done
expect_exit 0 "$solow" replicate "${jobs[@]}"
grep -iE 'miss|off by' out.txt
expect_exit 0 ranks 3 "$tiny" replicate "${jobs[@]}"
finish
