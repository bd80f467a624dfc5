#!/usr/bin/env bash
# Every row of the reference files (figures of R packages on shared data, each with its call) that belongs to the linear
# estimators agrees to 1e-8. reference/NAME.yml runs the calls of NAME.csv; reference/rows.txt says which rows stand
# elsewhere, which are not compared and why, and which files have nothing of ours. Skipped where ../shared is not there.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

figures=$source_dir/../shared/reference
data=$source_dir/../shared/data
own=$source_dir/tests/published/reference
if [ ! -d "$figures" ] || [ ! -d "$data" ]; then
    echo "skipped: ../shared/reference and ../shared/data are not there"
    exit 77
fi

for figure in "$figures"/*.csv; do
    name=$(basename "$figure" .csv)
    checks=$((checks + 1))
    [ -f "$own/$name.yml" ] || grep -q "^file $name [a-zA-Z]" "$own/rows.txt" || fail "$name: neither a job nor a reason"
done

for job in "$own"/*.yml; do
    name=$(basename "$job" .yml)
    file=$(sed -nE 's/^data: \{file: ([^,}]*).*/\1/p' "$job")
    expect_exit 0 "$solow" run "$job" --set "data.file=$data/$file" -o "$name.h5" --quiet || continue
    for table in tidy glance tests diagnostics; do
        "$solow" export "$name.h5" --table "$table" --format csv >"$table.csv" || fail "$name: no table $table"
    done
    checks=$((checks + 1))
    awk -v file="$name" -f "$own/compare.awk" "$own/rows.txt" tidy.csv glance.csv tests.csv diagnostics.csv \
        "$figures/$name.csv" || fail "$name"
done
finish
