#!/usr/bin/env bash
# A model's digits do not depend on the other models of the job, on their order, or on how the input is laid out.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

data=$source_dir/jobs/data/grunfeld.csv
cp "$data" grunfeld.csv

# job FILE MODEL...: a job with these models, in this order.
job() {
    local file=$1 model
    shift
    printf 'solow: 1\ndata: {file: %s, unit: firm, time: year}\nmodels:\n' "${csv:-grunfeld.csv}" >"$file"
    for model in "$@"; do
        case $model in
        pooled) echo "  - {id: pooled, estimator: ols, formula: inv ~ value + capital, vcov: hc1}" ;;
        short) echo "  - {id: short, estimator: ols, formula: inv ~ capital, vcov: hc1}" ;;
        swapped) echo "  - {id: swapped, estimator: ols, formula: inv ~ capital + value + log(value), vcov: iid}" ;;
        within) echo "  - {id: within, estimator: ols, formula: inv ~ value + capital | firm, vcov: {cluster: [firm]}}" ;;
        two_way) echo "  - {id: two_way, estimator: ols, formula: inv ~ value + capital | firm + year, vcov: iid}" ;;
        random) echo "  - {id: random, estimator: re, formula: inv ~ value + capital}" ;;
        esac
    done >>"$file"
}

# Rows of one model, in every table that has a model column.
rows_of() {
    "$solow" export "$1" --table tidy --format csv | grep "^$2,"
    "$solow" export "$1" --table glance --format csv | grep "^$2,"
    "$solow" export "$1" --table vcov --format csv | grep "^$2,"
}

all="pooled short swapped within two_way random"
# shellcheck disable=SC2086
job all.yml $all
# shellcheck disable=SC2046,SC2086
job reversed.yml $(printf '%s\n' $all | tac)
expect_exit 0 "$solow" run all.yml -o all.h5
expect_exit 0 ranks 2 "$solow" run reversed.yml -o reversed.h5
for model in $all; do
    job "$model.yml" "$model"
    expect_exit 0 "$solow" run "$model.yml" -o "$model.h5"
    rows_of all.h5 "$model" >together.txt
    rows_of reversed.h5 "$model" >reversed.txt
    rows_of "$model.h5" "$model" >alone.txt
    [ -s alone.txt ] || fail "no rows of $model"
    expect_same alone.txt together.txt "$model alone and among others differ"
    expect_same alone.txt reversed.txt "$model alone and in reversed order differ"
done

# same_frame NAME FILE: another layout of the same data gives the same tables.
tables_of all.h5 all.txt
same_frame() {
    # shellcheck disable=SC2086
    csv=$2 job "$1.yml" $all
    expect_exit 0 ranks 3 "$tiny" run "$1.yml" -o "$1.tiny.h5"
    expect_exit 0 ranks 2 "$solow" run "$1.yml" -o "$1.h5"
    tables_of "$1.h5" "$1.txt"
    expect_same all.txt "$1.txt" "the same data, $1, differ"
}
(head -n 1 "$data" && tail -n +2 "$data" | awk '{ print (NR * 7919) % 211 "\t" $0 }' | sort -n | cut -f 2-) >shuffled.csv
sed 's/$/\r/' "$data" >crlf.csv
(printf '\357\273\277' && cat "$data") >bom.csv
gzip -c "$data" >packed.csv.gz
sed -E 's/^([^,]*),/"\1",/' "$data" >quoted.csv
head -c -1 "$data" >unended.csv
head -n 90 "$data" >part1.csv
(head -n 1 "$data" && tail -n +91 "$data" | head -n 40) >part2.csv
(head -n 1 "$data" && tail -n +131 "$data") >part3.csv
tail -n +2 "$data" | cut -d, -f1 | LC_ALL=C sort -u >firms.txt
awk -F, -v OFS=, 'NR == FNR { number[$0] = 7 * FNR - 20; next } FNR > 1 { $1 = number[$1] } { print }' firms.txt "$data" >renumbered.csv
sed '2,$s/^/Firm \xc3\x85 /' "$data" >named.csv
expect_exit 0 "$solow" import "$data" -o imported.h5
same_frame shuffled shuffled.csv
same_frame crlf crlf.csv
same_frame bom bom.csv
same_frame gzip packed.csv.gz
same_frame quoted quoted.csv
same_frame unended unended.csv
same_frame imported imported.h5
same_frame split "[part3.csv, part1.csv, part2.csv]"
same_frame renumbered renumbered.csv
same_frame named named.csv
finish
