#!/usr/bin/env bash
# A run that is stopped, killed or hindered goes on with the same command: nothing finished is computed again, and the tables
# have the bytes of a run that nobody disturbed. SOLOW_KILLS (6): how often a rank is killed; tests/run --all kills 50 times, over
# runs of a job of 2,000 tasks.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

[ -x "$solow" ] || exit 99
kills=${SOLOW_KILLS:-6}
points=${SOLOW_EVERY_FAULT:+20} # moments at which each kind of call fails; mpi.test_faults has the others
points=${points:-5}
RANDOM=20

# undisturbed MODELS GROUPS FIRMS: a panel, a job with sweeps of many models and of one, saved columns that others read, groups
# and a failure; and what a run gives that nobody disturbs.
undisturbed() {
    awk -v groups="$2" -v firms="$3" 'BEGIN {
        srand(7)
        print "firm,year,cell,y,a,b,c,d,e"
        for (f = 1; f <= firms; f++) {
            u = rand()
            for (t = 2001; t <= 2008; t++) {
                a = rand() + u; b = rand(); c = rand() - u; d = rand(); e = rand()
                printf "f%d,%d,%d,%.6f,%.6f,%.6f,%.6f,%.6f,%.6f\n", f, t, f % groups, a - b / 2 + c + u + rand(), a, b, c, d, e
            }
        }
    }' >panel.csv
    {
        cat <<'YML'
solow: 1
data: {file: panel.csv, unit: firm, time: year}
defaults: {vcov: {cluster: [firm]}}
models:
  - {id: first, estimator: ols, formula: y ~ a + b | firm, save: [residuals, fitted, fixed_effects]}
  - {id: second, estimator: ols, formula: "saved(first, residuals) ~ c | year", save: [residuals]}
  - {id: third, estimator: ols, formula: "y ~ saved(second, residuals) + d"}
  - {id: none, estimator: ols, formula: y ~ a, where: year > 2100}
  - {id: cells, estimator: ols, formula: "y ~ a + l(b, 1)", by: [cell], save: [residuals]}
  - {id: after, estimator: ols, formula: "saved(cells, residuals) ~ e", vcov: iid}
YML
        for ((m = 0; m < $1; m++)); do
            for terms in a 'a + b' 'b + c' 'a + c + d' 'd + e'; do
                printf '  - {id: "m%d_%s", estimator: ols, formula: "y ~ %s | firm + year", where: b > %d / 1000}\n' \
                    $m "${terms// + /}" "$terms" $((m / 2))
            done
        done
    } >job.yml
    rm -f whole.h5
    begun=$(date +%s%3N)
    expect_exit 1 "$solow" run job.yml -o whole.h5 --quiet # 1: the model that has no rows
    milliseconds=$(($(date +%s%3N) - begun))
    tables_of whole.h5 whole.txt
    "$solow" export whole.h5 --table fixed_effects >whole.fixed
    tasks=$("$solow" export whole.h5 --table glance | tail -n +2 | wc -l)
    echo "$tasks tasks"
}
undisturbed 24 40 2400

# finished FILE: it holds what the undisturbed run holds, and nothing is left of the way there.
finished() {
    tables_of "$1" got.txt
    expect_same whole.txt got.txt "$1 differs from the undisturbed run: $2"
    "$solow" export "$1" --table fixed_effects >got.fixed
    expect_same whole.fixed got.fixed "$1 has other fixed effects: $2"
    checks=$((checks + 1))
    "$solow" diff whole.h5 "$1" >/dev/null || fail "$1 differs from the undisturbed run in a saved column: $2"
    expect_no_file "$1.run"
}

# wait_done N FILE: until the events of a run tell of N more finished tasks than now, or the run ends.
wait_done() {
    local before
    before=$(grep -c '"done"' "$2" 2>/dev/null)
    while kill -0 "$run" 2>/dev/null; do
        [ "$(grep -c '"done"' "$2" 2>/dev/null)" -ge $((before + $1)) ] && return
        sleep 0.01
    done
}

# keep_events FILE NAME: the run folder goes when the run is done; the events stay under a name of their own.
keep_events() {
    for _ in $(seq 500); do
        [ -e "$2" ] && return
        ln "$1.run/events.jsonl" "$2" 2>/dev/null && return
        sleep 0.01
    done
}

# A signal: the run stops at the next sweep, says so, and goes on.
"$solow" run job.yml -o out.h5 >out.txt 2>err.txt &
run=$!
keep_events out.h5 signal.jsonl
wait_done 1 signal.jsonl
kill -USR1 $run
wait $run
code=$?
checks=$((checks + 1))
if [ $code -eq 75 ]; then
    expect_text 'stopped on a signal with .* of .* models done; run the same command again' err.txt
    expect_exit 75 "$solow" status out.h5
    expect_text 'stopped early' out.txt
    expect_text "of $tasks estimates done|estimates done" out.txt
elif [ $code -gt 1 ]; then
    fail "exit code $code after USR1"
fi
expect_exit 1 ranks 2 "$solow" run job.yml -o out.h5
[ $code -eq 75 ] && expect_text 'models done earlier' err.txt
finished out.h5 "stopped by USR1"
expect_exit 1 "$solow" status out.h5
expect_text "finished; $tasks estimates" out.txt

# Time that is up at once: 75, and nothing is lost. A third of a second again and again comes to the end.
rm -rf out.h5*
expect_exit 75 "$solow" run job.yml -o out.h5 --max-time 0.0001
expect_text 'before the time was up with 0 of' err.txt
expect_no_file out.h5
expect_exit 64 "$solow" run job.yml -o out.h5 --max-time soon
for ((i = 0; i < 60; i++)); do
    "$solow" run job.yml -o out.h5 --quiet --max-time $((i / 10 + 1)) 2>err.txt
    code=$?
    [ $code -eq 75 ] || break
done
[ $code -eq 1 ] || fail "exit code $code of a run with a time limit"
finished out.h5 "stopped by the time limit"

# Two runs on one output: the second is refused, and names the first. It lives, stopped, until it is killed.
rm -rf out.h5*
"$solow" run job.yml -o out.h5 --quiet 2>/dev/null &
run=$!
keep_events out.h5 two.jsonl
kill -STOP $run
if kill -0 $run 2>/dev/null && [ -e out.h5.run/lock ]; then
    expect_exit 73 "$solow" run job.yml -o out.h5
    expect_text "another run has out.h5.run: process $run on $(hostname)" err.txt
    expect_exit 0 "$solow" status out.h5
    expect_text "running, process $run on" out.txt
fi
kill -KILL $run
wait $run 2>/dev/null
checks=$((checks + 1))
[ -e out.h5.run/ledger.0 ] || fail "a killed run left no ledger"
expect_exit 75 "$solow" status out.h5
expect_text 'killed; run the same command again' out.txt

# A ledger of another version or of another machine: refused with a sentence, untouched; --restart begins anew.
kill_later() { # kill_later N: a run that is killed when N tasks are done
    rm -rf out.h5* part.jsonl
    "$solow" run job.yml -o out.h5 --quiet 2>/dev/null &
    run=$!
    keep_events out.h5 part.jsonl
    wait_done "$1" part.jsonl
    kill -KILL $run 2>/dev/null
    wait $run 2>/dev/null
}
kill_later 20
if [ -e out.h5.run/ledger.0 ]; then
    cp -r out.h5.run kept.run
    printf '\002' | dd of=out.h5.run/ledger.0 bs=1 seek=4 conv=notrunc status=none
    cp -r out.h5.run before.run
    expect_exit 78 "$solow" run job.yml -o out.h5
    expect_text 'another version of solow .*--restart' err.txt
    checks=$((checks + 1))
    diff -r -x lock before.run out.h5.run >diff.txt || fail "a ledger of another version was touched: $(head -n 3 diff.txt)"

    # Torn ends of ledger and shard, as a crash of the machine leaves them.
    for file in ledger.0 shard.0; do
        rm -rf out.h5.run
        cp -r kept.run out.h5.run
        size=$(stat -c %s out.h5.run/$file)
        truncate -s $((size - 7)) out.h5.run/$file
        expect_exit 1 ranks 3 "$solow" run job.yml -o out.h5
        finished out.h5 "the end of $file torn off"
        rm -f out.h5
    done
    # A wrong byte in the middle of the shard: one estimate is computed again, and it is said.
    cp -r kept.run out.h5.run
    printf '\377' | dd of=out.h5.run/shard.0 bs=1 seek=200 conv=notrunc status=none
    expect_exit 1 "$solow" run job.yml -o out.h5
    expect_text 'damaged records in .* are passed over' err.txt
    finished out.h5 "a wrong byte in the shard"
fi

# One model more, and a changed title and id: what is finished is not computed again.
kill_later 30
before=$(grep -c '"done"' part.jsonl)
resumed=$(ls -d out.h5.run 2>/dev/null)
{
    sed 's/id: third/id: another/; s/^solow: 1/solow: 1\ntitle: changed/' job.yml
    echo '  - {id: last, estimator: ols, formula: y ~ e}'
} >more.yml
expect_exit 1 "$solow" run more.yml -o out.h5 --quiet
checks=$((checks + 1))
after=$(grep -c '"done"' part.jsonl)
[ -z "$resumed" ] || [ "$after" -eq $((tasks + 1)) ] || [ ! -s part.jsonl ] ||
    fail "$before tasks were done, then $after of $((tasks + 1)): some twice, or none after a change of names"

# A model on which the program crashes twice is given up, and the others are there. A rank is hit while that model alone, which
# is large, is in hand.
awk 'BEGIN { srand(3); print "u,t,y,x"; for (u = 0; u < 12000; u++) for (t = 0; t < 25; t++) printf "%d,%d,%.4f,%.4f\n", u, t, rand(), rand() }' >large.csv
cat >crash.yml <<'YML'
solow: 1
data: {file: large.csv, unit: u, time: t}
models:
  - {id: small, estimator: ols, formula: y ~ x, where: t == 3 and u < 50}
  - {id: large, estimator: ols, formula: "y ~ x + l(x, 1) | u + t + rank(x)", vcov: hc1}
YML
rm -rf out.h5*
for attempt in 1 2; do
    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 "$solow" run crash.yml -o out.h5 --quiet 2>/dev/null &
    run=$!
    while kill -0 $run 2>/dev/null; do # until the large one is taken in hand: after the small one, or alone
        taken=$(grep -aoP 'SLDG\x01\x00\x00\x00\x02\x00\x00\x00' out.h5.run/ledger.0 2>/dev/null | wc -l)
        [ "$taken" -gt $attempt ] && break
    done
    sleep 0.05
    kill -SEGV $run 2>/dev/null
    wait $run 2>/dev/null
done
if [ -s out.h5.run/crash.1 ] && [ -s out.h5.run/crash.2 ]; then
    expect_exit 75 "$solow" status out.h5
    expect_text 'crashed; run' out.txt
    timeout 100 "$solow" run crash.yml -o out.h5 --quiet 2>err.txt
    code=$?
    "$solow" export out.h5 --table glance >glance.csv
    expect_text '^small,.*,ok,' glance.csv
    expect_text '^large,.*,failed,.*crashed 2 times' glance.csv
    checks=$((checks + 1))
    [ $code -eq 1 ] || fail "exit code $code with a model that was given up"
else
    echo "skipped: the program was too quick to be hit in the large model"
fi

# A rank is killed again and again, each time with another number of ranks, at a random moment after the run has the ledger in
# hand: before anything is forced to disk, and after. A job that ended before all kills came is run anew.
count_starts() { grep -cs '"start"' killed.jsonl; }
wait_start() {
    while kill -0 "$run" 2>/dev/null && [ "$(count_starts)" -le "$1" ]; do
        sleep 0.005
    done
}
attempt() { # attempt TOTAL: a run that is killed unless TOTAL kills were done; its exit code is in code
    local starts moment ranks=()
    starts=$(count_starts)
    mpirun -n $((RANDOM % 3 + 1)) "$solow" run job.yml -o out.h5 --quiet >out.txt 2>err.txt &
    run=$!
    if [ $done_kills -lt "$1" ]; then
        keep_events out.h5 killed.jsonl
        wait_start "${starts:-0}"
        moment=$((RANDOM % (kills > 6 ? milliseconds : milliseconds / kills + 10)))
        sleep "$((moment / 1000)).$(printf "%03d" $((moment % 1000)))"
        mapfile -t ranks < <(pgrep -P $run)
        if [ ${#ranks[@]} -gt 0 ] && kill -KILL "${ranks[$((RANDOM % ${#ranks[@]}))]}" 2>/dev/null; then
            done_kills=$((done_kills + 1))
        fi
    fi
    wait $run 2>/dev/null
    code=$?
    for rank in "${ranks[@]}"; do # mpirun does not wait for those that it asks to leave, and the lock is theirs
        timeout 20 tail -f --pid="$rank" -s 0.02 /dev/null
    done
}
[ "$kills" -le 6 ] || undisturbed 375 500 10000 # a job that lasts for some
done_kills=0
for ((round = 0; round < kills && (round == 0 || (kills > 6 && done_kills < kills)); round++)); do
    rm -rf out.h5* killed.jsonl
    for ((i = 0; i < 3 * kills + 10; i++)); do
        attempt "$kills"
        [ -e out.h5 ] && [ $code -ne 137 ] && break # 137: killed when the results had their name already
        [ $code -gt 1 ] && [ $code -ne 137 ] && fail "exit code $code after a kill" && sed 's/^/    /' err.txt | head -n 5
    done
    [ $code -eq 1 ] || fail "exit code $code in the end"
    finished out.h5 "after $done_kills kills"
    checks=$((checks + 1))
    twice=$(grep '"done"' killed.jsonl | grep -o '"model":"[^"]*"' | sort | uniq -d | wc -l)
    [ "$twice" -eq 0 ] || fail "$twice tasks were finished twice"
    again=$(grep -c '"start"' killed.jsonl)
    echo "run $((round + 1)): begun $again times"
done
echo "$done_kills kills"
if [ $done_kills -lt "$kills" ]; then # the machine was too quick for the job
    [ -z "${SOLOW_KILLS-}" ] || fail "only $done_kills of $kills kills came in time"
    [ $done_kills -gt 0 ] || echo "skipped: no rank could be killed in time"
fi

[ "$kills" -le 6 ] || undisturbed 24 40 2400

# Every write, fsync and rename fails once: no broken result, nothing lost, and the next run ends well.
if ! ldd "$solow" | grep -q libasan && ${CC:-cc} -O1 -shared -fPIC -o preload.so "$source_dir/tests/faults/preload.c" -ldl; then
    grep -v 'm[0-9]*_' job.yml >few.yml
    expect_exit 1 "$solow" run few.yml -o whole.h5 --quiet --restart
    tables_of whole.h5 whole.txt
    "$solow" export whole.h5 --table fixed_effects >whole.fixed
    faulty() {
        FAIL_PROGRAM=$solow FAIL_CALL=$1 FAIL_AT=$2 FAIL_COUNT=$work/count LD_PRELOAD=$PWD/preload.so \
            OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 timeout 20 "$solow" run few.yml -o out.h5 --quiet 2>err.txt
    }
    for call in write fsync rename; do
        rm -rf out.h5*
        faulty $call 1000000000
        total=$(cat count)
        step=$(((total + points - 1) / points))
        echo "$total calls of $call"
        for ((at = 1; at <= total; at += step)); do
            rm -rf out.h5*
            faulty $call $at
            code=$?
            checks=$((checks + 1))
            case $code in
            1 | 73 | 74) ;;
            *) fail "$call number $at: exit code $code: $(tail -n 1 err.txt)" ;;
            esac
            [ $code -le 1 ] || [ ! -e out.h5 ] || "$solow" show out.h5 >/dev/null 2>&1 || fail "$call number $at: a broken result"
            expect_exit 1 "$solow" run few.yml -o out.h5 --quiet
            finished out.h5 "$call number $at failed"
        done
    done
fi

# A disk that is full at some time: told, nothing broken, and with more room the same command ends well.
mkdir small
if mount -t tmpfs -o size=96k none small 2>/dev/null; then
    "$solow" run few.yml -o small/out.h5 --quiet 2>err.txt
    code=$?
    checks=$((checks + 1))
    [ $code -eq 74 ] || [ $code -eq 73 ] || fail "exit code $code on a full disk"
    expect_text 'No space left' err.txt
    checks=$((checks + 1))
    [ ! -e small/out.h5 ] || fail "a result on a full disk"
    mount -o remount,size=20m small
    expect_exit 1 "$solow" run few.yml -o small/out.h5 --quiet
    cp small/out.h5 out.h5
    umount small
    finished out.h5 "a disk that was full"
else
    echo "skipped: no right to mount a small file system"
fi
finish
