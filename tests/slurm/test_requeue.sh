#!/usr/bin/env bash
# The end of a time limit under Slurm: every rank hears of it, code 75 puts the job back into the queue until it is done, and
# a job that is cancelled stays so.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"
# shellcheck source=tests/support/slurm.sh
. "$3/tests/support/slurm.sh" 1 2

# In place of solow: waits to be told that time is up, leaves with 75 as often as `stops` says, and then ends with 0.
cat >stand_in <<'SH'
#!/usr/bin/env bash
trap 'echo "rank $SLURM_PROCID told"; exit 75' USR1 TERM
echo "rank $SLURM_PROCID begins ($1 $2)"
[ "${SLURM_RESTART_COUNT:-0}" -ge "$(cat stops)" ] && exit "$(cat last)"
while :; do sleep 0.1; done
SH
chmod 755 stand_in
job=$source_dir/jobs/quickstart.yml
submit=("$solow" submit "$job" --program "$work/stand_in" --now --overwrite)

# told JOB RESTARTS: the job runs for the so many-th time, and its ranks are told as Slurm tells them before the end.
told() {
    local end=$((SECONDS + 60))
    until [ "$(restarts_of "$1")" = "$2" ] && [ "$(grep -c begins "quickstart-$1.log" 2>/dev/null)" = $((2 * $2 + 2)) ]; do
        [ $SECONDS -lt $end ] || { fail "job $1 did not start for time $2"; return 1; }
        sleep 0.2
    done
    scancel --signal=USR1 "$1"
}

# Twice stopped, then done; the log holds all three turns.
echo 2 >stops
echo 0 >last
expect_exit 0 "${submit[@]}" --time 10 -r 2
stopped=$(submitted out.txt)
told "$stopped" 0
told "$stopped" 1
wait_for COMPLETED "$stopped" 60
checks=$((checks + 2))
[ "$(restarts_of "$stopped")" = 2 ] || fail "the job began again $(restarts_of "$stopped") times instead of 2"
[ "$(grep -c told "quickstart-$stopped.log")" = 4 ] || fail "not every rank was told each time"

# The same by Slurm's own clock, with a limit of a minute: it looks twice a minute who is to be told, so that the word comes
# 15 to 45 seconds before the end. Then a code that is no 75.
echo 1 >stops
echo 65 >last
expect_exit 0 "${submit[@]}" --time 1 -r 2
limited=$(submitted out.txt)
wait_for FAILED "$limited" 110
checks=$((checks + 1))
[ "$(restarts_of "$limited") $(code_of "$limited")" = "1 65" ] || fail "restarts and code are $(restarts_of "$limited") $(code_of "$limited")"

# A task of an array goes back alone.
echo 1 >stops
echo 0 >last
expect_exit 0 "${submit[@]}" "$source_dir/jobs/published/nist-longley.yml" --time 10 -r 1 --array
array=$(submitted out.txt)
for task in 0 1; do wait_for RUNNING "${array}_$task" 60; done
sleep 1
scancel --signal=USR1 "${array}_1"
wait_for COMPLETED "${array}_1" 60
checks=$((checks + 1))
[ "$(state_of "${array}_0") $(restarts_of "${array}_0")" = "RUNNING 0" ] || fail "another task of the array went back too"
# Cancelled: code 75 after a TERM does not bring it back.
scancel "${array}_0"
wait_for CANCELLED "${array}_0" 60
sleep 3
checks=$((checks + 1))
[ "$(state_of "${array}_0")" = CANCELLED ] || fail "a job came back after it was cancelled: $(state_of "${array}_0")"
finish
