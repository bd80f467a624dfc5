#!/usr/bin/env bash
# solow plan: what it counts is what a run does; what cannot fit is refused with the figure, by plan, run and submit. And what a
# person sees of a run: shared passes, slow estimates, progress where there is no terminal, a deadline of Slurm.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

awk 'BEGIN { srand(7); print "firm,year,region,ind,y,x,z,v"
    for (f = 0; f < 60; f++) for (t = 0; t < 8; t++)
        printf "%d,%d,r%d,%d,%.4f,%.4f,%.4f,%.4f\n", f, t, f % 5, int(rand() * 7), rand(), rand(), rand(), rand() }' >panel.csv
cat >job.yml <<'YML'
solow: 1
data: {file: panel.csv, unit: firm, time: year}
models:
  - {id: "two_{o}", foreach: {o: [y, z]}, estimator: ols, formula: "{o} ~ x + v | firm + year", vcov: {cluster: [firm]}}
  - {id: plain, estimator: ols, formula: y ~ x}
  - {id: west, estimator: ols, formula: y ~ x, where: region == "r1"}
  - {id: groups, estimator: ols, formula: y ~ x | firm + ind, by: [region], vcov: {cluster: [firm]}}
  - {id: leverage, estimator: ols, formula: y ~ x + z, vcov: hc3}
  - {id: small, estimator: ols, formula: y ~ x, vcov: {cluster: [region], type: cr2}}
YML

# number_of PATTERN: what stands before it in the summary of plan.
number_of() { grep -oE "[0-9]+ $1" out.txt | head -n 1 | cut -d ' ' -f 1; }

expect_exit 0 "$solow" plan job.yml
cp out.txt plan.txt
expect_text '^sweep +estimates +columns +rows +levels +clusters +passes' plan.txt
# Both outcomes of the effects in one sweep: x, v, y, z; the firm is local, eight years reach across; 60 clusters; a pass for the
# effects and two.
expect_text '^two_y, \.\.\. +2 +4 +480 +8 +60 +3 .* firm \+ year$' plan.txt
expect_text '^west +1 +3 +96 ' plan.txt
# Five groups of 96 rows, 12 firms in each.
expect_text '^groups +5 +2 +96 +7 ' plan.txt
expect_text '^not shared: leverage: hc3 needs the leverage of every row: [0-9.e+]+ flops' plan.txt
expect_text '^not shared: small: cr2 needs the eigenvectors of each of 5 clusters' plan.txt
expect_text '^11 estimates, 480 rows' plan.txt

# What was planned is what a run counts: estimates, passes, and passes that one by one would have been made.
planned=$(number_of passes)
alone=$(grep -oE '\([0-9]+ if nothing' out.txt | tr -dc '0-9')
expect_exit 0 "$solow" run job.yml -o out.h5
made=$(awk '$1 == "passes" { print $2 }' err.txt)
checks=$((checks + 3))
[ "$planned" = "$made" ] || fail "$planned passes were planned, $made were made"
grep -q "$made passes over the rows served models that need $alone one by one" err.txt || fail "$alone passes alone, but: $(grep passes err.txt)"
estimates=$("$solow" export out.h5 --table glance | tail -n +2 | wc -l)
[ "$estimates" -eq 11 ] || fail "11 estimates were planned, $estimates were made"
expect_text '^slowest ' err.txt
expect_exit 0 ranks 2 "$solow" run job.yml -o out.h5 --restart
expect_text 'groups kept the ranks busy for' err.txt
expect_exit 0 "$solow" run job.yml -o out.h5 --restart --quiet
checks=$((checks + 1))
! grep -E 'passes|slowest|second' err.txt || fail "--quiet tells of the work"

# No MPI: a launcher's variables and a broken MPI do not matter, and several ranks only divide.
expect_exit 0 env OMPI_MCA_btl=none OMPI_MCA_pml=none "$solow" plan job.yml --ranks 2
expect_text ' 2 ranks: ' out.txt

# A window in a group; a model that reads another's saved column cannot be counted, and one that the data refuse is an error.
cat >more.yml <<'YML'
solow: 1
data: {file: panel.csv, unit: firm, time: year}
models:
  - {id: first, estimator: ols, formula: y ~ x, save: [residuals]}
  - {id: second, estimator: ols, formula: "z ~ saved(first, residuals)"}
  - {id: rolling, estimator: ols, formula: y ~ x, window: {length: 5, step: 1}}
YML
expect_exit 0 "$solow" plan more.yml
expect_text '^not counted: second: it reads what another model saves' out.txt
expect_text '^rolling +4 +3 +300 ' out.txt
expect_text '^6 estimates' out.txt
expect_exit 0 "$solow" run more.yml -o more.h5 --quiet

# A universe is counted as one sweep.
sed '/{id: second/d; s/{id: rolling.*/{id: sets, estimator: ols, formula: y ~ x, multiverse: {controls: [z, v], terms: [x]}}/' more.yml >universe.yml
expect_exit 0 "$solow" plan universe.yml
expect_text '^5 estimates' out.txt
expect_text '^sets, ... +4 ' out.txt
expect_exit 0 "$solow" run universe.yml -o universe.h5 --quiet
checks=$((checks + 1))
[ "$("$solow" export universe.h5 --table glance | tail -n +2 | wc -l)" -eq 5 ] || fail "5 estimates were planned, others were made"

# Mistakes.
expect_exit 64 "$solow" plan
expect_exit 64 "$solow" plan job.yml --ranks none
expect_exit 66 "$solow" plan absent.yml
sed 's/y ~ x,/y ~ w,/' job.yml >bad.yml
expect_exit 65 "$solow" plan bad.yml
expect_text 'no column .w.' err.txt

# Memory: 200,000 levels that reach across units need 24 bytes each for four columns and 16 for each of as many clusters, which
# Slurm does not give. Said by plan and, before anything is estimated, by run; a smaller model goes on all the same.
awk 'BEGIN { srand(1); print "firm,other,quad,year,y,x,z,v"
    for (i = 0; i < 400000; i++) printf "%d,%d,%d,%d,%.3f,%.3f,%.3f,%.3f\n", i / 2, i * 7919 % 200000, i / 4, i % 2, rand(), rand(), rand(), rand() }' >wide.csv
cat >wide.yml <<'YML'
solow: 1
data: {file: wide.csv, unit: firm, time: year}
models:
  - {id: wide, estimator: ols, formula: y ~ x + z + v | firm + other, vcov: {cluster: [other]}}
YML
sed 's/id: wide.*/id: many, estimator: ols, formula: y ~ x, by: [quad], vcov: iid}/' wide.yml >many.yml
expect_exit 0 "$solow" plan wide.yml
need=$(awk '$1 == "wide" { print $2 }' out.txt)
checks=$((checks + 1))
[ "$need" = 1 ] || fail "no row of the model"
expect_exit 78 env SLURM_MEM_PER_NODE=20 "$solow" plan wide.yml
expect_text 'cannot fit: it needs at least [0-9]+ MB of memory on 1 rank of one node, and Slurm allows 21 MB' err.txt
expect_exit 78 env SLURM_MEM_PER_NODE=20 "$solow" run wide.yml -o wide.h5
expect_text 'model .wide. needs at least [0-9]+ MB of memory on each rank beside the data' err.txt
expect_no_file wide.h5
expect_exit 0 env SLURM_MEM_PER_NODE=20 "$solow" run job.yml -o out.h5 --restart --quiet
expect_exit 0 env SLURM_MEM_PER_NODE=4000 "$solow" plan job.yml
expect_text 'Slurm allows 4194 MB' out.txt
expect_exit 0 "$solow" submit wide.yml --time 10 --ranks-per-node 2 -o wide.slurm
checks=$((checks + 1))
asked=$(grep -oE 'mem=[0-9]+' wide.slurm | cut -d = -f 2)
[ "${asked:-0}" -gt 200 ] || fail "the script asks for ${asked:-no} MB"

# Slurm's end of the job counts as a deadline: two seconds are too few for 100,000 groups; an hour, or what
# is no time, or is long over, stops nothing.
rm -rf out.h5*
expect_exit 75 env SLURM_JOB_END_TIME=$(($(date +%s) + 2)) "$solow" run many.yml -o late.h5
expect_text 'before the time was up' err.txt
rm -rf late.h5*
expect_exit 0 env SLURM_JOB_END_TIME=$(($(date +%s) + 3600)) "$solow" run job.yml -o out.h5 --quiet
expect_exit 0 env SLURM_JOB_END_TIME=$(($(date +%s) - 7200)) "$solow" run job.yml -o out.h5 --quiet --restart
expect_exit 75 env SLURM_JOB_END_TIME=$(($(date +%s) - 1)) "$solow" run job.yml -o out.h5 --quiet --restart
expect_exit 0 env SLURM_JOB_END_TIME=never "$solow" run job.yml -o out.h5 --quiet --restart
finish
