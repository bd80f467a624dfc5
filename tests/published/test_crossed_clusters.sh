#!/usr/bin/env bash
# cr2 and cr3 where absorbed effects reach across the clusters: standard errors and Satterthwaite degrees of freedom from
# least squares with all dummies in R, (I - H_gg)^-1/2 and (I - H_gg)^-1 by eigenvalues, the variance of A'A by traces.
# Data: Grunfeld's firms (jobs/data/grunfeld.csv).
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

cat >job.yml <<END
solow: 1
data: {file: $source_dir/jobs/data/grunfeld.csv, unit: firm, time: year}
models:
  - {id: "two_firm_{T}", foreach: &types {T: [cr2, cr3]}, estimator: ols, formula: inv ~ value + capital | firm + year, vcov: {cluster: [firm], type: "{T}"}}
  - {id: "two_year_{T}", foreach: *types, estimator: ols, formula: inv ~ value + capital | firm + year, vcov: {cluster: [year], type: "{T}"}}
  - {id: "year_firm_{T}", foreach: *types, estimator: ols, formula: inv ~ value + capital | year, vcov: {cluster: [firm], type: "{T}"}}
  - {id: "firm_year_{T}", foreach: *types, estimator: ols, formula: inv ~ value + capital | firm, vcov: {cluster: [year], type: "{T}"}}
  - {id: dummies, estimator: ols, formula: inv ~ value + capital + i(firm) + i(year), vcov: {cluster: [firm], type: cr2}}
END
cat >wanted.csv <<END
two_firm_cr2,value,0.0208148232743358,2.38867112030873
two_firm_cr2,capital,0.100213954231692,1.84346038045653
two_firm_cr3,value,0.0551608871043681,9
two_firm_cr3,capital,0.259900522042271,9
two_year_cr2,value,0.0203754845900547,10.9446224186345
two_year_cr2,capital,0.0596543820003555,7.8763826399697
two_year_cr3,value,0.0230095713507601,19
two_year_cr3,capital,0.0722537117577546,19
year_firm_cr2,value,0.0175528075334539,2.61058319304601
year_firm_cr2,capital,0.129802879126632,3.43730894804202
year_firm_cr3,value,0.0182846212940341,9
year_firm_cr3,capital,0.186994940397852,9
firm_year_cr2,value,0.0184719078894905,10.4157870408779
firm_year_cr2,capital,0.0355272003874209,9.24562282168992
firm_year_cr3,value,0.0209143834542244,19
firm_year_cr3,capital,0.0416499686384953,19
END
expect_exit 0 "$solow" run job.yml -o one.h5 --quiet
expect_exit 0 ranks 3 "$tiny" run job.yml -o three.h5 --quiet
"$solow" export one.h5 --table tidy --format csv >one.csv
"$solow" export three.h5 --table tidy --format csv >three.csv
for file in one.csv three.csv; do
    checks=$((checks + 1))
    awk -F, -v file="$file" '
        function off(ours, theirs) { ours /= theirs; return ours < 1 - 1e-9 || ours > 1 + 1e-9 }
        FNR == NR { error[$1, $2] = $3; degrees[$1, $2] = $4; wanted++; next }
        ($1, $3) in error {
            found++
            if (off($5, error[$1, $3]) || off($7, degrees[$1, $3])) { print file ": " $0; bad++ }
        }
        END { exit !(wanted == 16 && found == wanted && !bad) }' wanted.csv "$file" || fail "$file"
done

# The dummies written out give the same figures.
awk -F, '$1 == "dummies" && ($3 == "value" || $3 == "capital") { printf "%s %.9g %.9g\n", $3, $5, $7 }' one.csv >dummies.txt
awk -F, '$1 == "two_firm_cr2" { printf "%s %.9g %.9g\n", $3, $5, $7 }' one.csv >absorbed.txt
expect_same dummies.txt absorbed.txt "absorbed effects and dummies differ"

# More dummies than can be squared for each cluster: a sentence in the place of an estimate.
awk 'BEGIN { print "id,t,g,x,y"; for (i = 0; i < 1500; i++) print int(i / 3) "," i % 3 "," (i * 7) % 450 "," (i * 31) % 101 "," (i * 17) % 89 }' >many.csv
cat >many.yml <<END
solow: 1
data: {file: many.csv, unit: id, time: t}
models:
  - {id: m, estimator: ols, formula: y ~ x | g, vcov: {cluster: [id], type: cr3}}
END
expect_exit 1 "$solow" run many.yml -o many.h5 --quiet
"$solow" export many.h5 --table glance --format csv >glance.csv
expect_text 'more than 400 levels' glance.csv
finish
