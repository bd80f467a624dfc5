#!/usr/bin/env bash
# Bad data: a clear message, exit code 65 or 66 on every rank, and no output file left.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

# job FILE [MODEL KEYS]: one model on a data file.
job() {
    printf 'solow: 1\ndata: {file: %s, unit: firm, time: year}\nmodels:\n  - {id: m, estimator: ols, %s}\n' \
        "$1" "${2:-formula: y ~ x}" >job.yml
}

# One rank and two at a time: each leaves with that code (mpirun leaves with that of its ranks) and that message; no file.
# refused CODE PATTERN [alone]: with a third argument on one rank only.
refused() {
    local two=""
    rm -rf one.h5* two.h5*
    if [ $# -eq 2 ]; then
        timeout 60 mpirun -n 2 "$tiny" run job.yml -o two.h5 >two.txt 2>&1 &
        two=$!
    fi
    expect_exit "$1" "$solow" run job.yml -o one.h5
    expect_text "$2" err.txt
    if [ -n "$two" ]; then
        local code=0
        wait "$two" || code=$?
        checks=$((checks + 1))
        [ "$code" -eq "$1" ] || fail "exit code $code instead of $1 on two ranks: $(cat job.yml)"
        expect_text "$2" two.txt
    fi
    expect_no_file one.h5
    expect_no_file two.h5
}

cat >good.csv <<'CSV'
firm,year,y,x,z
a,2001,1.5,1,10
a,2002,2.25,2,10
a,2003,3.5,4,10
b,2001,0.5,2,20
b,2002,1.75,3,20
b,2003,2.5,3,20
c,2001,4.5,7,30
c,2002,5,6,30
c,2003,3.75,5,30
CSV
job good.csv
expect_exit 0 "$solow" run job.yml -o good.h5

job absent.csv
refused 66 'absent\.csv'
mkdir folder.csv
job folder.csv
refused 66 'folder\.csv.*directory|directory.*folder\.csv'
: >empty.csv
job empty.csv
refused 65 'empty'
head -n 1 good.csv >header.csv
job header.csv
refused 65 'no (data )?rows?|no observations|empty'
sed '4s/$/,99/' good.csv >ragged.csv
job ragged.csv
refused 65 '(row|line|record) *[34]|ragged\.csv:[34]'
sed '5s/,[^,]*$//' good.csv >short.csv
job short.csv
refused 65 '(row|line|record) *[45]|short\.csv:[45]'
job good.csv 'formula: y ~ x + xx'
refused 65 'xx'
sed '6s/1\.75/1.7five/' good.csv >text.csv
job text.csv
refused 65 '1\.7five'
expect_text '\by\b' err.txt
expect_text 'row 5' err.txt
sed '7s/2003/2002/' good.csv >twice.csv
job twice.csv
refused 65 'duplicate|twice|more than once|repeat'
expect_text '\bb\b' err.txt
expect_text '2002' err.txt
sed 's/^a,/9007199254740993,/; s/^b,/9007199254740992,/; s/^c,/17,/' good.csv >long.csv
job long.csv
refused 65 'firm.*9007199254740992.*lose their last digits'
sed '3s/2\.25/inf/' good.csv >infinite.csv
job infinite.csv
refused 65 'inf'
sed -E '2,$s/^([^,]*,[^,]*),[^,]*/\1,3/' good.csv >constant.csv
job constant.csv
refused 65 'constant'
sed -E '2,$s/^([^,]*,[^,]*),[^,]*/\1,/' good.csv >missing.csv
job missing.csv
refused 65 'missing|no observations|no rows?'
job good.csv 'formula: "y ~ x + z + x:z + x^2 + x^3 + z^2 + x:z^2 + x^4 + x^5 + x^6 + x^7"'
refused 65 'more regressors than rows'
sed '3s/2\.25/2.25\x00/' good.csv >nul.csv
job nul.csv
refused 65 'NUL'
printf 'firm,year,y,x\n"a,2001,1,2\n' >open.csv
job open.csv
refused 65 'quot'
sed '1s/,z/,x/' good.csv >columns.csv
job columns.csv
refused 65 'column.*\bx\b|\bx\b.*(twice|duplicate|repeated)'
sed '4s/2003/20.5/' good.csv >time.csv
job time.csv
refused 65 'year|20\.5'
gzip -c good.csv | head -c 60 >cut.csv.gz
job cut.csv.gz
refused 65 'cut\.csv\.gz'

# Binary formats, cut short.
expect_exit 0 "$solow" import good.csv -o panel.h5
for bytes in 0 7 600 3000; do
    head -c $bytes panel.h5 >cut.h5
    job cut.h5
    if [ $bytes -eq 600 ]; then refused 65 'cut\.h5'; else refused 65 'cut\.h5' alone; fi
done
# Twelve rows of firm, year, y, x as Stata 8 wrote them.
base64 -d <<'B64' | gzip -dc >whole.dta
H4sICP9GBWsCA3NtYWxsLmR0YQArZGJkYGHgYWBgCC/KLClJzVNIqlQI0lNAAQxUAn///v+fllmUi1dRZWpiEX4FhKypIN5FqpZ6BukksAcDIBiC
pAKCIU6ygdT2cgVNApIRiC+yw3g/7CH0B3uQ+CW4OIMDjAaJX4aLc0HFOcDiV+DiH+DmMKGYjzCHCcV8Abg5TCjmSzjA5JlQzBeBizOjmM8BN58Z
q/s/2DOjmM+Aoh5hvowDzB4AVqEsOhwEAAA=
B64
job whole.dta
expect_exit 0 ranks 2 "$solow" run job.yml -o dta.h5
for bytes in 0 50 400 1040; do
    head -c $bytes whole.dta >cut.dta
    job cut.dta
    if [ $bytes -eq 1040 ]; then refused 65 'cut\.dta'; else refused 65 'cut\.dta' alone; fi
done
finish
