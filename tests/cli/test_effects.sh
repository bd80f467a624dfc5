#!/usr/bin/env bash
# Fixed effects that are asked for: values, components of two sets, what they are measured from; interactions with i(f, x).
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

# Workers 1-3 move between firms A and B, workers 4-6 between C and D: two components. y = worker + 10 firm + 2 x exactly,
# firms A to D counted 1 to 4.
cat >workers.csv <<'END'
worker,year,firm,x,y
1,1,A,1,13
1,2,B,3,27
2,1,A,2,16
2,2,A,5,22
2,3,B,1,24
3,1,B,4,31
3,2,A,1,15
4,1,C,2,38
4,2,D,1,46
5,1,D,3,51
5,2,C,7,49
6,1,C,1,38
6,2,C,4,44
6,3,D,2,50
END
cat >job.yml <<'END'
solow: 1
data: {file: workers.csv, unit: worker, time: year}
defaults: {vcov: hc1}
models:
  - {id: two, estimator: ols, formula: y ~ x | worker + firm, save: [fixed_effects]}
  - {id: one, estimator: ols, formula: y ~ x | worker, save: [fixed_effects]}
  - {id: three, estimator: ols, formula: y ~ x | worker + firm + year, save: [fixed_effects]}
END
expect_exit 0 "$solow" run job.yml -o one.h5 --quiet
"$solow" export one.h5 --table fixed_effects >effects.csv
"$solow" export one.h5 --table diagnostics >diagnostics.csv
checks=$((checks + 2))
# Inside a component, firm B - A and D - C are 10, and workers differ as they do.
awk -F, '$1 == "two" { v[$3 $4] = $5; c[$3 $4] = $6 }
    function near(a, b) { d = a - b; return d < 1e-9 && d > -1e-9 }
    END { exit !(near(v["firmB"] - v["firmA"], 10) && near(v["firmD"] - v["firmC"], 10) &&
        near(v["worker2"] - v["worker1"], 1) && near(v["worker6"] - v["worker4"], 2) &&
        near(v["worker1"] + v["firmA"], 11) && near(v["worker5"] + v["firmD"], 45) &&
        c["worker1"] == 1 && c["worker3"] == 1 && c["firmA"] == 1 && c["firmB"] == 1 &&
        c["worker4"] == 2 && c["worker6"] == 2 && c["firmC"] == 2 && c["firmD"] == 2) }' effects.csv ||
    { fail "values or components of two effects"; grep '^two' effects.csv; }
awk -F, '$1 == "one" { n++; bad += $6 != 1 } $1 == "three" { m++; bad += $6 != "" } END { exit !(n == 6 && m == 13 && bad == 0) }' \
    effects.csv || { fail "components of one or three effects"; cat effects.csv; }
expect_text '^two,,fixed_effects_normalisation,2,"?(worker|firm) holds the constant; of each other effect one level in each component is 0"?$' diagnostics.csv
expect_text '^one,,fixed_effects_normalisation,1,none: the effect holds the constant' diagnostics.csv
expect_text '^three,,fixed_effects_normalisation,,.*components are not told' diagnostics.csv
for n in 2 3; do
    for program in "$solow" "$tiny"; do
        expect_exit 0 ranks "$n" "$program" run job.yml -o ranks.h5 --quiet
        "$solow" export ranks.h5 --table fixed_effects >ranks.csv
        expect_same effects.csv ranks.csv "recovered effects differ on $n ranks"
    done
done

# i(f, x):z is the dummies times x times z, in any order; two i() are refused.
cat >terms.yml <<END
solow: 1
data: {file: $source_dir/jobs/data/grunfeld.csv, unit: firm, time: year}
defaults: {vcov: hc1}
variables: {late: year > 1944, both: value * capital}
models:
  - {id: a, estimator: ols, formula: "inv ~ i(late, value):capital"}
  - {id: b, estimator: ols, formula: "inv ~ capital:i(late, value)"}
  - {id: c, estimator: ols, formula: "inv ~ i(late):value:capital"}
  - {id: d, estimator: ols, formula: "inv ~ i(late, both)"}
  - {id: e, estimator: ols, formula: "inv ~ value:i(late):capital"}
END
expect_exit 0 "$solow" run terms.yml -o terms.h5 --quiet
"$solow" export terms.h5 --table tidy >tidy.csv
expect_text '^a,,"i\(late,1\):value:capital"' tidy.csv
checks=$((checks + 1))
[ "$(grep -v '^model' tidy.csv | grep 'late,1' | sed 's/.*",//' | sort -u | wc -l)" -eq 1 ] ||
    { fail "i(f, x):z depends on how it is written"; cat tidy.csv; }
sed -e '/id: [a-e]/d' terms.yml >twice.yml
echo '  - {id: f, estimator: ols, formula: "inv ~ i(late):i(firm)"}' >>twice.yml
expect_exit 65 "$solow" check twice.yml
expect_text 'two i\(\) cannot be interacted' err.txt
finish
