#!/usr/bin/env bash
# The n-th malloc, write, fsync or rename fails, on one rank only: no crash, no hang, every rank leaves with the same code within
# 10 s, and no broken result is left.
# shellcheck source=tests/support/cli.sh
. "$3/tests/support/cli.sh" "$@"

if ldd "$solow" | grep -q libasan; then
    echo "skipped: the address sanitizer has an allocator of its own"
    exit 77
fi
cc=${CC:-cc}
$cc -O1 -shared -fPIC -o preload.so "$source_dir/tests/faults/preload.c" -ldl || exit 99
cat >job.yml <<JOB
solow: 1
data: {file: $source_dir/jobs/data/grunfeld.csv, unit: firm, time: year}
models:
  - {id: within, estimator: ols, formula: inv ~ value + capital | firm, vcov: {cluster: [firm]}}
  - {id: two_way, estimator: ols, formula: inv ~ value + log(capital) | firm + year, save: [residuals]}
  - {id: iv, estimator: iv, formula: inv ~ 1 | value ~ capital}
JOB
cat >rank.sh <<'RANK'
FAIL_PROGRAM=$solow LD_PRELOAD=$PWD/preload.so OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 "$solow" run job.yml -o out.h5 --restart 2>"err.${OMPI_COMM_WORLD_RANK:-0}"
code=$?
echo $code >"code.${OMPI_COMM_WORLD_RANK:-0}"
exit $code
RANK

# try RANKS CALL AT: one run in which that call fails: memory on the last rank, files on the first, which writes them.
try() {
    local n=$1 code other
    export FAIL_CALL=$2 FAIL_AT=$3 FAIL_RANK=0 FAIL_COUNT=$work/count
    [ "$2" = malloc ] && FAIL_RANK=$(($1 - 1))
    rm -rf out.h5 out.h5.run code.* count
    checks=$((checks + 1))
    if [ "$n" -eq 1 ]; then
        FAIL_RANK='' OMPI_COMM_WORLD_RANK='' timeout 10 bash rank.sh >/dev/null 2>&1
    else
        timeout 10 mpirun -n "$n" bash rank.sh >/dev/null 2>&1
    fi
    code=$?
    case $code in
    0 | 1 | 65 | 70 | 71 | 73 | 74) ;;
    *)
        fail "$n ranks, $2 number $3: exit code $code"
        tail -n 2 err.* 2>/dev/null
        ;;
    esac
    # A rank that failed alone has ended the others; they have no code of their own.
    for other in code.*; do
        [ -e "$other" ] || continue
        [ "$(cat "$other")" = "$code" ] || fail "$n ranks, $2 number $3: codes $code and $(cat "$other")"
    done
    if [ -e out.h5 ] && ! "$solow" show out.h5 >/dev/null 2>&1; then
        fail "$n ranks, $2 number $3: a broken result"
    fi
}

# sweep RANKS CALL TRIES: that many calls, spread over all that a run makes: the first ones closely, then evenly.
sweep() {
    local total i at last=0
    try "$1" "$2" 1000000000
    total=$(cat count 2>/dev/null || echo 0)
    echo "$1 ranks: $total calls of $2"
    for ((i = 1; i <= $3; i++)); do
        at=$((i * total / $3))
        [ $at -gt $last ] || continue
        try "$1" "$2" $at
        last=$at
    done
}

# Every call of a run, by itself, is what mpi/test_faults.c tries in one process; here the program leaves, and mpirun with it.
tries=1
[ -z "${SOLOW_EVERY_FAULT-}" ] || tries=5
sweep 1 malloc $((12 * tries))
for call in write fsync rename; do
    sweep 1 $call 3
done
sweep 2 malloc $((4 * tries))
for call in write fsync rename; do
    sweep 2 $call 1
done
finish
