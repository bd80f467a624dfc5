#!/usr/bin/env bash
# The published jobs on data sets of Debian packages reproduce every figure, and those under errata/ miss exactly the figures
# that their heads say. Skipped where jobs/data/fetch has not run.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

mapfile -t jobs < <(grep -lE 'file: \.\./data/cache/' "$source_dir"/jobs/published/*.yml)
[ ${#jobs[@]} -ge 7 ] || fail "only ${#jobs[@]} jobs with fetched data"
for job in "${jobs[@]}"; do
    table=$(sed -nE 's|^ *file: \.\./data/cache/||p' "$job")
    if [ ! -s "$source_dir/jobs/data/cache/$table" ]; then
        echo "skipped: jobs/data/cache/$table is not there; run jobs/data/fetch"
        exit 77
    fi
done
expect_exit 0 "$solow" replicate "${jobs[@]}"
grep -E '(miss|off by one)$' out.txt
expect_exit 0 ranks 3 "$tiny" replicate "${jobs[@]}"

expect_exit 1 "$solow" replicate "$source_dir/jobs/published/errata/mrw.yml"
expect_text '^46 published figures: 23 match, 14 with the last digit off by one, 9 miss$' out.txt
expect_exit 1 "$solow" replicate "$source_dir/jobs/published/errata/fatalities.yml"
expect_text '^4 published figures: 3 match, 1 with the last digit off by one, 0 miss$' out.txt
# A paper's job, with fewer specifications and draws.
if [ -s "$source_dir/jobs/data/cache/Produc.csv" ]; then
    expect_exit 0 "$solow" run "$source_dir/jobs/papers/f-multiverse.yml" -o papers.h5 --quiet \
        --set models.capital.multiverse.draw.n=40 --set resampling.states.reps=99
    "$solow" export papers.h5 --table adjusted >adjusted.csv
    expect_text '^every,capital,.*,romano_wolf$' adjusted.csv
fi
finish
