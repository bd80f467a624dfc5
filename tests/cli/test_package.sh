#!/usr/bin/env bash
# solow package: what is in a package, that it reruns by itself somewhere else, what it notices, and what it leaves out.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"
export SOLOW=$solow

mkdir -p project/data project/out away
cp "$source_dir/jobs/data/grunfeld.csv" project/data/
printf 'firm,industry\n' >project/data/industry.csv
sed 1d project/data/grunfeld.csv | cut -d, -f1 | sort -u | awk '{ print $0 "," NR % 3 }' >>project/data/industry.csv
grep -q '^firm' project/data/grunfeld.csv || fail "grunfeld.csv begins with another column than firm"
cat >project/first.yml <<'YML'
# Träge Investitionen
solow: 1
title: "Investment | ten firms"
seed: 11
data: {file: data/grunfeld.csv, unit: firm, time: year, merge: [{file: 'data/industry.csv', by: [firm]}], source: Grunfeld (1958), licence: facts}
defaults: {vcov: {cluster: [firm]}}
models:
  - {id: within, estimator: ols, formula: inv ~ value + capital | firm}
  - {id: industry, estimator: ols, formula: inv ~ value + i(industry)}
tables:
  - {id: table1, title: Investment, file: "table.tex", columns: [within, industry]}
summaries:
  - {id: table0, variables: [inv, value], statistics: [n, mean, sd], file: table0.md}
YML
cat >project/second.yml <<'YML'
solow: 1
data: {file: [./data/grunfeld.csv], unit: firm, time: year}
models: [{id: pooled, estimator: ols, formula: inv ~ value, vcov: hc1}]
tables: [{id: table2, file: out/table.tex, columns: [pooled]}]
output: {file: second-results.h5}
YML

# Results come first.
expect_exit 66 "$solow" package project/first.yml -o package
expect_text 'run it' err.txt
expect_exit 0 "$solow" run project/first.yml --quiet
expect_exit 0 "$solow" run project/second.yml --quiet
expect_exit 64 "$solow" package project/first.yml
expect_exit 0 "$solow" package project/first.yml project/second.yml -o package

# One copy of a file that both read; a name of its own for each table; jobs that stand in the package.
for file in jobs/first.yml jobs/second.yml data/grunfeld.csv data/industry.csv results/first.h5 results/second.h5 tables/table.tex \
    tables/second-table.tex tables/table0.md README.md run checksums.sha256; do
    checks=$((checks + 1))
    [ -s "package/$file" ] || fail "the package has no $file"
done
checks=$((checks + 1))
[ "$(find package -type f | wc -l)" = 12 ] || fail "the package has other files: $(find package -type f | paste -sd ' ')"
expect_same project/data/grunfeld.csv package/data/grunfeld.csv "the data differ"
expect_same first.h5 package/results/first.h5 "the results differ"
expect_exit 0 "$solow" check package/jobs/first.yml package/jobs/second.yml
expect_text '^# Träge' package/jobs/first.yml
expect_text 'table1 \| Investment \| jobs/first\.yml \| 11 \| within \(line 8\), industry \(line 9\) \| tables/table\.tex' package/README.md
expect_text 'jobs/first\.yml \| 2 \| 0 \| 1 \| [0-9.]+ \| [0-9]+ \| 11 ' package/README.md
expect_text "$(sha256sum project/data/grunfeld.csv | cut -d' ' -f1)" package/README.md

# Moved, and run again by itself: the same bytes, on one rank and on three, in a folder named from elsewhere.
mv package away/moved
mv project hidden
mkdir empty
expect_exit 0 away/moved/run empty
expect_text 'results/first\.h5: the same' out.txt
expect_text 'tables/table\.tex: the same' out.txt
tables_of away/moved/results/first.h5 a.txt
tables_of empty/results/first.h5 b.txt
expect_same a.txt b.txt "the rerun has other tables"
expect_exit 0 env RANKS=3 away/moved/run new/folder
expect_exit 73 away/moved/run empty
expect_text 'not empty' err.txt
expect_exit 78 env SOLOW=/no/such/solow away/moved/run other

# It notices another file, and another result.
cp -R away/moved changed
sed -i '2s/,[^,]*$/,999/' changed/data/grunfeld.csv
expect_exit 65 changed/run r1
expect_text 'grunfeld' out.txt
cp -R away/moved changed2
sed -i 's/inv ~ value, vcov/inv ~ capital, vcov/' changed2/jobs/second.yml
(cd changed2 && sha256sum jobs/* results/* data/* tables/* >checksums.sha256)
expect_exit 1 changed2/run r2
expect_text 'results/second\.h5: DIFFERENT' out.txt
expect_text 'results/first\.h5: the same' out.txt

# Data that may not be redistributed stay out.
mv hidden project
sed -i 's/licence: facts/licence: mine, redistribute: false, access: "ask me, ten days"/; s/by: \[firm\]/by: [firm], redistribute: true/' project/first.yml
expect_exit 65 "$solow" package project/first.yml -o closed
expect_text 'changed' err.txt
expect_exit 0 "$solow" run project/first.yml --quiet --restart
expect_exit 0 "$solow" package project/first.yml -o closed
[ ! -e closed/data/grunfeld.csv ] || fail "data that may not be redistributed are in the package"
[ -e closed/data/industry.csv ] || fail "data that may be redistributed are not in the package"
expect_text "sha256: $(sha256sum project/data/grunfeld.csv | cut -d' ' -f1)" closed/data/grunfeld.csv.txt
expect_text 'access: ask me, ten days' closed/data/grunfeld.csv.txt
expect_text '\[x\] Some data cannot' closed/README.md
expect_exit 66 closed/run r3
expect_text 'grunfeld.csv.txt' err.txt
echo wrong >closed/data/grunfeld.csv
expect_exit 65 closed/run r4
cp project/data/grunfeld.csv closed/data/
expect_exit 0 closed/run r5

# What has changed since the results is told, and nothing is written.
echo 'x,1' >>project/data/industry.csv
cp project/data/grunfeld.csv keep.csv
sed -i '2s/,[^,]*$/,999/' project/data/grunfeld.csv
expect_exit 65 "$solow" package project/first.yml -o stale
expect_text 'no longer the file' err.txt
cp keep.csv project/data/grunfeld.csv
rm project/table0.md
expect_exit 66 "$solow" package project/first.yml -o stale
[ ! -e stale ] || fail "a refused package left a folder"
expect_exit 73 "$solow" package project/second.yml -o away

# Anonymous: absolute paths go; a word that tells who or where is refused with its line.
sed "s|\./data/|$work/project/data/|; s|second-results|$work/anonymous|" project/second.yml >project/anonymous.yml
expect_exit 0 "$solow" run project/anonymous.yml --quiet
expect_exit 0 "$solow" package project/anonymous.yml -o blind --anonymous
checks=$((checks + 1))
for word in "$work" "$(getent passwd "$(id -u)" | cut -d: -f6)" "$(uname -n)"; do
    ! grep -rqFw -- "$word" blind || fail "an anonymous package names $word: $(grep -rlFw -- "$word" blind | paste -sd ' ')"
done
expect_exit 0 blind/run r6
sed -i "2i # at $(getent passwd "$(id -u)" | cut -d: -f6)/work" project/anonymous.yml
expect_exit 0 "$solow" run project/anonymous.yml --quiet --restart
expect_exit 65 "$solow" package project/anonymous.yml -o seen --anonymous
expect_text 'anonymous\.yml:2' err.txt
expect_exit 0 "$solow" package project/anonymous.yml -o named
finish
