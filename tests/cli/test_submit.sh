#!/usr/bin/env bash
# solow submit without a Slurm: the errors of `check`, what the script asks for, what is refused, and the templates of jobs/slurm.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

job=$source_dir/jobs/quickstart.yml

# A job with errors is refused as `check` refuses it, and no script is left.
sed -e "s|file: data/|file: $source_dir/jobs/data/|; s/~ value + capital/~ valeu + capital/; s/estimator: between/estimator: betwen/" "$job" >bad.yml
expect_exit 65 "$solow" check bad.yml
cp err.txt check.txt
expect_exit 65 "$solow" submit bad.yml --time 10
expect_same check.txt err.txt "check and submit say different things"
expect_exit 66 "$solow" submit absent.yml --time 10
expect_no_file '*.slurm'

# What is asked for stands in the script, and bash can read it.
expect_exit 0 "$solow" submit "$job" --nodes 3 --ranks-per-node 2 --time 1-02:30 --partition short --account econ --modules "gcc, openmpi/4" \
    --dependency afterok:12 -- --qos=high "--comment=it's mine" -C zen4
expect_text '^quickstart\.slurm$' out.txt
bash -n quickstart.slurm || fail "the script has a mistake of syntax"
for line in job-name=quickstart nodes=3 ntasks-per-node=2 time=1-02:30 partition=short account=econ dependency=afterok:12 'mem=[0-9]+M' \
    signal=USR1@60 requeue open-mode=append qos=high; do
    expect_text "^#SBATCH --$line\$" quickstart.slurm
done
expect_text "^#SBATCH --comment='it'\\\\''s mine'\$" quickstart.slurm
expect_text '^#SBATCH -C zen4$' quickstart.slurm
expect_text '^module load gcc openmpi/4 ' quickstart.slurm
expect_text '^srun --mpi=pmix --cpu-bind=cores ' quickstart.slurm
expect_text '^export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1' quickstart.slurm

# The same again changes nothing; an edited script is kept unless told.
expect_exit 0 "$solow" submit "$job" --time 10 -o kept.slurm
expect_exit 0 "$solow" submit "$job" --time 10 -o kept.slurm
echo '# mine' >>kept.slurm
expect_exit 73 "$solow" submit "$job" --time 10 -o kept.slurm
expect_text 'overwrite' err.txt
expect_text '^# mine$' kept.slurm
expect_exit 0 "$solow" submit "$job" --time 10 -o kept.slurm --overwrite

# Mistakes of the command line.
expect_exit 64 "$solow" submit "$job"
expect_text 'time' err.txt
for time in 0 x 1: :5 1:2:3:4 5m 1-2-3 ''; do expect_exit 64 "$solow" submit "$job" --time "$time" -o -; done
expect_exit 64 "$solow" submit "$job" --time 5 --nodes 0 -o -
expect_exit 64 "$solow" submit "$job" --time 5 --ranks-per-node two -o -
expect_exit 64 "$solow" submit "$job" --time 5 --mem much -o -
expect_exit 64 "$solow" submit "$job" --time 5 --partition $'a\n#SBATCH --uid=0' -o -
expect_exit 64 "$solow" submit "$job" "$source_dir/jobs/slurm/../quickstart.yml" --time 5 -o -
expect_text 'both write quickstart.h5' err.txt
expect_exit 64 "$solow" submit --time 5
# Where there is no Slurm, --now says so and the script stays.
mkdir bin
expect_exit 78 env "PATH=$work/bin" "$solow" submit "$job" --time 5 --now -o here.slurm
expect_text 'sbatch' err.txt
[ -s here.slurm ] || fail "no script"

# The templates are what submit writes: the command stands in each of them.
mkdir -p copy/jobs/slurm
ln -s "$source_dir"/jobs/{quickstart.yml,data,published} copy/jobs/
cd copy || exit 99
for template in jobs/slurm/quickstart.slurm jobs/slurm/array.slurm; do
    read -ra words < <(sed -n 's/^# Written by: solow //p' "$source_dir/$template")
    expect_exit 0 "$solow" "${words[@]}"
    expect_same "$source_dir/$template" $template "$template is not what submit writes"
done
finish
