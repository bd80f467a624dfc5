#!/usr/bin/env bash
# What applied users do by mistake gets a sentence, not silence.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

awk 'BEGIN {
    print "firm,year,sector,y,x,z,treated,size"
    seed = 99
    for (i = 1; i <= 8; i++) for (t = 1; t <= 6; t++) {
        for (j = 1; j <= 4; j++) { seed = (seed * 1103515245 + 12345) % 2147483648; u[j] = seed / 2147483648 }
        printf "f%d,%d,%s,%.5f,%.5f,%.5f,%d,%.5f\n", i, 2000 + t, (i + t) % 3 ? "steel" : "coal", u[1] + u[2], u[2], u[2] - u[3],
            (i > 4), u[4] - 0.8
    }
}' >panel.csv

# said CODE PATTERN MODEL: run one model; the sentence is on stderr, or in the diagnostics or the message of the glance row.
said() {
    printf 'solow: 1\ndata: {file: panel.csv, unit: firm, time: year}\nmodels:\n  - {id: m, %s}\n' "$3" >job.yml
    rm -f out.h5
    expect_exit "$1" "$solow" run job.yml -o out.h5
    cp err.txt said.txt
    if [ -e out.h5 ]; then
        "$solow" export out.h5 --table glance --format csv >>said.txt
        "$solow" export out.h5 --table diagnostics --format csv >>said.txt
    fi
    expect_text "$2" said.txt
}

said 1 'not identified.*the instrument `x` is among the regressors' 'estimator: iv, formula: y ~ x | z ~ x'
said 0 'treated was dropped as collinear: it is constant within the effects' 'estimator: ols, formula: y ~ x + treated | firm'
said 0 'only 8 clusters: .*cr2 or a wild bootstrap' 'estimator: ols, formula: y ~ x, vcov: {cluster: [firm]}'
said 0 '41 of 48 rows are dropped for the log of a non-positive number: log\(size\)' 'estimator: ols, formula: y ~ log(size)'
expect_text '^m,,dropped_rows:log of a non-positive number: log\(size\),41,' said.txt
said 65 'sector. is text \("steel" in row 1\).*i\(sector\)' 'estimator: ols, formula: y ~ x + sector'
said 0 'Levels of `firm` do not nest in the clusters `sector`' 'estimator: ols, formula: y ~ x | firm, vcov: {cluster: [sector]}'
said 0 'no `vcov:` is given for panel model m.*\(iid\).*cluster: \[firm\]' 'estimator: ols, formula: y ~ x | firm'
said 0 'of term treatd, which the model lacks; its terms: .*treated' \
    'estimator: ols, formula: y ~ treated, published: {source: none, values: {treatd: 1}}'

# Labels that differ in blanks, in a merge: nothing matches, and the reason is given.
printf 'firm,tax\nf1 ,1\nf2 ,2\nf3 ,3\nf4 ,4\nf5 ,5\nf6 ,6\nf7 ,7\nf8 ,8\n' >tax.csv
cat >job.yml <<'JOB'
solow: 1
data:
  file: panel.csv
  unit: firm
  time: year
  merge: [{file: tax.csv, by: [firm], keep: [tax], match: many_to_one, unmatched: report}]
models: [{id: m, estimator: ols, formula: y ~ x + tax}]
JOB
timeout 60 "$solow" run job.yml -o merge.h5 >out.txt 2>err.txt
expect_text "tax.csv: 48 of 48 rows found no match; 'f1' in column 'firm' is 'f1 ' in tax.csv: they differ in blanks" err.txt
expect_text 'no row left.*missing: tax' err.txt
expect_no_file merge.h5

# 1 against 01: numbers agree by value, labels do not; a label in one file alone is two kinds of key.
awk -F, 'NR == 1 { print "id,year,y" } NR > 1 { print substr($1, 2) "," $2 "," $4 }' panel.csv >numbers.csv
sed 's/^8,/8a,/' numbers.csv >labels.csv
printf 'id,tax\n01,1\n02,2\n03,4\n04,3\n05,7\n06,5\n07,6\n8a,1\n' >zeros.csv
for file in numbers labels; do
    sed "s/panel.csv/$file.csv/; s/tax.csv/zeros.csv/; s/firm/id/g; s/x + tax/tax/" <job.yml >$file.yml
    timeout 60 "$solow" run $file.yml -o merge.h5 >out.txt 2>$file.txt
done
expect_text "the key 'id' is numbers in the data, but text in that file \(codes such as 01 are text" numbers.txt
expect_text "zeros.csv: 42 of 48 rows found no match; '1' in column 'id' is '01' in zeros.csv: .*leading zeros" labels.txt
finish
