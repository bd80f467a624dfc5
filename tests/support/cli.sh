# shellcheck shell=bash
# cli.sh - what the tests of the command line share. Sourced as `. cli.sh "$@"` by tests/{cli,faults,published}/test_*.sh,
# whose arguments are: the program, the program with tiny limits, the source folder.
set -u
solow=$(realpath "$1")
tiny=$(realpath "$2")
source_dir=$(realpath "$3")
export NO_COLOR=1 solow tiny source_dir
# shellcheck source=tests/support/packages.sh
. "$source_dir/tests/support/packages.sh"       # for what Open MPI needs to be told
export OMPI_MCA_hwloc_base_binding_policy=none
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 99
failures=0
checks=0

fail() {
    printf 'FAILED: %s\n' "$*"
    failures=$((failures + 1))
}

# expect_exit CODE [ranks N] COMMAND...: the command leaves with that code. What it printed is in out.txt and err.txt.
expect_exit() {
    local wanted=$1 got
    shift
    checks=$((checks + 1))
    if [ "$1" = ranks ]; then
        timeout 60 mpirun -n "$2" "${@:3}" >out.txt 2>err.txt
    else
        timeout 60 "$@" >out.txt 2>err.txt
    fi
    got=$?
    [ $got -eq "$wanted" ] && return 0
    fail "exit code $got instead of $wanted: $*"
    sed 's/^/    /' err.txt | head -n 8
    return 1
}

# expect_text PATTERN FILE: the file has a line that matches (extended regular expression, any case).
expect_text() {
    checks=$((checks + 1))
    grep -qiE -- "$1" "$2" && return 0
    fail "no line of $2 matches: $1"
    sed 's/^/    /' "$2" | head -n 8
}

expect_same() {
    checks=$((checks + 1))
    cmp -s "$1" "$2" && return 0
    fail "$3"
    diff "$1" "$2" | head -n 8
}

expect_no_file() {
    local found
    checks=$((checks + 1))
    found=$(find . -name "$1*")
    [ -z "$found" ] && return 0
    fail "left behind: $found"
}

# Every table of a result file but those that the byte promise leaves out, as one text file.
tables_of() {
    local table
    for table in tidy glance groups effects tests diagnostics resampling adjusted measures published vcov; do
        printf '== %s\n' "$table"
        "$solow" export "$1" --table "$table" --format csv || return 1
    done >"$2"
}

finish() {
    printf '%d checks, %d failed\n' "$checks" "$failures"
    [ "$failures" -eq 0 ]
    exit
}
