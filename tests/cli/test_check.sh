#!/usr/bin/env bash
# check: all errors of a file at once, whichever part of the reading finds them; several files; published figures of groups.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

cat >panel.csv <<'END'
firm,year,y,x,place,region
1,1,1.5,2,here,east
1,2,2.5,4,there,east
2,1,3.5,5,here,west
2,2,4.0,9,n/a,west
3,1,4.5,1,here,west
3,2,6.0,2,there,east
END
head='solow: 1
data: {file: panel.csv, unit: firm, time: year}'

cat >columns.yml <<END
$head
models:
  - {id: a, estimator: ols, formula: y ~ xx}
  - {id: b, estimator: ols, formula: y ~ place}
  - {id: c, estimator: ols, formula: y ~ x, where: yaer > 1}
  - {id: d, estimator: ols, formula: y ~ x | firm, vcov: {cluster: [frim]}}
  - {id: e, estimator: ols, formula: y ~ i(x):i(firm)}
  - {id: f, estimator: ols, formula: y ~ x}
END
expect_exit 65 "$solow" check columns.yml
expect_text 'columns.yml:4:[0-9]+: error: the data have no column `xx`' err.txt
expect_text 'did you mean `x`' err.txt
expect_text 'columns.yml:5:[0-9]+: error: model `b`: column `place` is text \("here" in row 1\)' err.txt
expect_text 'columns.yml:6:[0-9]+: error: the data have no column `yaer`' err.txt
expect_text 'columns.yml:7:[0-9]+: error: the data have no column `frim`' err.txt
expect_text 'columns.yml:8:[0-9]+: error: model `e`: two i\(\)' err.txt
checks=$((checks + 1))
[ "$(grep -c ': error: ' err.txt)" -eq 5 ] || fail "not five errors: $(grep ': error: ' err.txt)"

cat >keys.yml <<END
$head
modles: []
models:
  - {id: a, estimator: olss, formula: y ~ x}
  - {id: b, estimator: ols, formula: y ~ x +}
  - {id: b, estimator: ols, formula: y ~ x, level: 3, vcov: hc7}
  - {id: c, estimator: ols, formula: y ~ lgo(x)}
compare: [{id: k, models: [z], term: x}]
END
expect_exit 65 "$solow" check keys.yml
for text in 'modles' 'olss' '`ols`' 'keys.yml:6:' 'level' 'hc7' 'lgo' 'did you mean `log`' 'no model `z`' 'several models have the id `b`'; do
    expect_text "$text" err.txt
done

# Several files: each is told, the first failure's code is the exit code.
printf '%s\nmodels: [{id: a, estimator: ols, formula: y ~ x}]\n' "$head" >good.yml
expect_exit 0 "$solow" check good.yml good.yml
expect_exit 65 "$solow" check good.yml columns.yml absent.yml good.yml
checks=$((checks + 1))
[ "$(grep -c '^good.yml: no errors' out.txt)" -eq 2 ] || fail "good files beside bad ones are not told"
expect_text 'absent.yml' err.txt

# Published figures name their group; each is compared once.
cat >groups.yml <<END
$head
models:
  - id: two
    estimator: ols
    formula: c(y, x) ~ year
    published:
      - {group: outcome=y, source: here, values: {year: 1.00}}
      - {group: outcome=x, source: there, values: {year: 2.3}, glance: {nobs: 6}}
  - id: split
    estimator: ols
    formula: y ~ x
    by: [region]
    published: {group: region=west, source: west, glance: {nobs: 3}}
END
expect_exit 0 "$solow" run groups.yml -o groups.h5 --quiet
"$solow" export groups.h5 --table published | tr -d '\r' | cut -d, -f1-6,11 >published.csv
cat >expected.csv <<'END'
model,group,kind,term,quantity,published,verdict
two,outcome=y,term,year,estimate,1,matches
two,outcome=x,term,year,estimate,2.3,matches
two,outcome=x,glance,nobs,value,6,matches
split,region=west,glance,nobs,value,3,matches
END
expect_same expected.csv published.csv "published figures of groups"
expect_exit 0 "$solow" replicate groups.yml
cat >nogroup.yml <<END
$head
models:
  - {id: two, estimator: ols, formula: "c(y, x) ~ year", published: {values: {year: 1}}}
  - {id: wrong, estimator: ols, formula: "c(y, x) ~ year", published: {group: outcome=z, values: {year: 1}}}
  - {id: none, estimator: ols, formula: y ~ year, published: {group: step=1, values: {year: 1}}}
  - {id: split, estimator: ols, formula: y ~ x, by: [region], published: {values: {x: 1}}}
END
expect_exit 65 "$solow" check nogroup.yml
expect_text 'nogroup.yml:4:.*several estimates: `group:` says which' err.txt
expect_text 'nogroup.yml:5:.*no group `outcome=z`; it has `outcome=y`, `outcome=x`' err.txt
expect_text 'nogroup.yml:6:.*the model has no groups' err.txt
expect_text 'nogroup.yml:7:.*several estimates' err.txt
finish
