#!/usr/bin/env bash
# solow submit on a Slurm: same bytes as without it, codes passed on, arrays, dependencies, lists of jobs, containers.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"
# shellcheck source=tests/support/slurm.sh
. "$3/tests/support/slurm.sh" 1 4

job=$source_dir/jobs/quickstart.yml
nist=$source_dir/jobs/published

# same_as_without FILE JOB: what Slurm's ranks wrote beside a run on one rank.
same_as_without() {
    "$solow" run "$2" -o without.h5 --quiet --restart
    tables_of without.h5 without.txt
    tables_of "$1" with.txt
    expect_same without.txt with.txt "$1 differs from the run without Slurm"
}

# One job on two ranks.
expect_exit 0 "$solow" submit "$job" --time 5 --ranks-per-node 2 --now
first=$(submitted out.txt)
# A second one on whole nodes waits for it; a third for one that fails.
cat >broken.yml <<YML
solow: 1
data: {file: $source_dir/jobs/data/grunfeld.csv, unit: firm, time: year}
models:
  - {id: good, estimator: ols, formula: inv ~ value}
  - {id: empty, estimator: fd, formula: inv ~ value, where: year == 1954}
YML
expect_exit 0 "$solow" submit "$nist/nist-longley.yml" --time 5 --dependency "afterok:$first" --now
second=$(submitted out.txt)
expect_exit 0 "$solow" submit broken.yml --time 5 -r 1 --now
failing=$(submitted out.txt)
expect_exit 0 "$solow" submit "$nist/nist-norris.yml" --time 5 -r 1 --dependency "afterok:$failing" --now
never=$(submitted out.txt)

wait_for COMPLETED "$first" 60
same_as_without quickstart.h5 "$job"
expect_exit 0 "$solow" export quickstart.h5 --table provenance
expect_text '^ranks,2' out.txt
wait_for COMPLETED "$second" 60
same_as_without nist-longley.h5 "$nist/nist-longley.yml"
wait_for FAILED "$failing" 60
checks=$((checks + 1))
[ "$(code_of "$failing")" = 1 ] || fail "the code of a job with failed estimates is $(code_of "$failing"), not 1"
wait_for CANCELLED "$never" 60
[ ! -e nist-norris.h5 ] || fail "a job ran whose dependency failed"

# A task of an array for each job, two at a time; and a list of jobs in one allocation.
expect_exit 0 "$solow" submit "$nist"/nist-no*.yml "$nist"/nist-pontius.yml -o array.slurm --time 5 -r 1 --array --at-once 2 --now
array=$(submitted out.txt)
for task in 0 1 2 3; do wait_for COMPLETED "${array}_$task" 90; done
same_as_without nist-pontius.h5 "$nist/nist-pontius.yml"
same_as_without nist-noint1.h5 "$nist/nist-noint1.yml"
mkdir list
(cd list && "$solow" submit "$nist"/nist-wampler[1-3].yml --time 5 -r 2 --now >out.txt 2>err.txt) || fail "a list of jobs was not submitted"
list=$(submitted list/out.txt)
wait_for COMPLETED "$list" 90
same_as_without list/nist-wampler3.h5 "$nist/nist-wampler3.yml"

# Inside a container: of the image only the command is looked at here, by an apptainer that runs it outside.
mkdir bin image
cat >bin/apptainer <<SH
#!/bin/sh
[ "\$1 \$2 \$3 \$4" = "exec --bind $work/image /images/solow.sif" ] || exit 70
shift 4
exec "\$@"
SH
ln -s "$solow" bin/solow
chmod 755 bin/apptainer
expect_exit 0 env -C image "PATH=$work/bin:$PATH" "$solow" submit "$job" --time 5 -r 1 --container /images/solow.sif --now
wait_for COMPLETED "$(submitted out.txt)" 60
same_as_without image/quickstart.h5 "$job"

# What Slurm itself refuses is told, and the script stays.
expect_exit 78 "$solow" submit "$nist/nist-filip.yml" --time 5 --partition nowhere --now
expect_text 'partition' err.txt
[ -s nist-filip.slurm ] || fail "no script after a refusal by sbatch"
finish
