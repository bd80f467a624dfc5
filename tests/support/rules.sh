# shellcheck shell=bash
# rules.sh - the rules about source files that a compiler does not know. Sourced by tests/run, from the root of the project.
#
# Each check prints what breaks its rule and returns 1 if anything does.

our_c_files() { git ls-files -- '*.c' '*.h'; }

# Print the hits of a `git grep`, if any, under the rule they break.
refuse() {
    local rule=$1 hits
    shift
    hits=$(git grep -nE "$@" || true)
    [ -z "$hits" ] && return 0
    printf '%s:\n%s\n' "$rule" "$hits"
    return 1
}

check_layout() {
    # shellcheck disable=SC2046
    clang-format --dry-run -Werror $(our_c_files)
}

# A file has at most 800 lines and a function at most 80, from its opening brace in column 1 to its closing one.
check_sizes() {
    # shellcheck disable=SC2046
    awk '
        FNR > 800 && !told[FILENAME]++ { print FILENAME ": more than 800 lines"; bad = 1 }
        /^{/ { start = FNR }
        /^}/ && start { if (FNR - start > 80) { print FILENAME ":" start ": function of " FNR - start " lines"; bad = 1 } start = 0 }
        END { exit bad }' $(our_c_files)
}

# The way of the data: kernels know nobody, io does not know the engine, MPI lives in engine/comm.
check_dependencies() {
    local bad=0
    refuse 'kernels/ includes no MPI, HDF5, YAML, io or engine' \
        '#include [<"](mpi|hdf5|yaml|io/|engine/)' -- kernels || bad=1
    refuse 'io/ includes no MPI and nothing of the engine' '#include [<"](mpi|engine/)' -- io || bad=1
    refuse 'mpi.h is included in engine/comm alone' '#include <mpi\.h>' -- engine ':!engine/comm' || bad=1
    refuse 'includes are written from the root' '#include "[^/"]*"' -- '*.c' '*.h' || bad=1
    refuse 'kernels/ neither print, read files, look at the clock nor leave' \
        '(^|[^a-z_])(printf|fprintf|puts|fputs|fopen|getenv|exit|abort|time|clock_gettime)\(' -- kernels || bad=1
    return $bad
}

# The same digits always: no floating-point sum whose order MPI chooses, no fast-math, no state between calls.
check_digits() {
    local bad=0 sums
    sums=$(git grep -nE -B2 -A2 'MPI_SUM' -- engine io kernels | grep -E 'MPI_(DOUBLE|FLOAT|LONG_DOUBLE|REAL)' || true)
    if [ -n "$sums" ]; then
        printf 'floating-point MPI_SUM:\n%s\n' "$sums"
        bad=1
    fi
    refuse 'no fast-math' 'f(ast-math|associative-math|fp-contract=fast)' -- CMakeLists.txt CMakePresets.json '*.c' || bad=1
    refuse 'static data is const (but for the signal flag)' -e '^ *static [^()]*[;=]' --and --not -e '\bconst\b' \
        --and --not -e 'sig_atomic_t' --and --not -e '^ *static inline' -- 'kernels/*.c' 'io/*.c' 'engine/*.c' || bad=1
    return $bad
}

check_leftovers() {
    refuse 'no notes to self in the code' '\b(TODO|FIXME|XXX|HACK)\b' -- '*.c' '*.h' '*.sh' '*.yml' ':!tests/support/rules.sh'
}

# Left out: SC2016, for patterns that hold back quotes, and SC2013, for words of a list that no line breaks.
check_scripts() {
    # shellcheck disable=SC2046
    shellcheck -x -e SC2016,SC2013 $(git ls-files -- jobs/quickstart jobs/data/fetch 'jobs/slurm/*' tests/run .ci/run '*.sh')
}

check_rules() {
    local bad=0
    check_sizes || bad=1
    check_dependencies || bad=1
    check_digits || bad=1
    check_leftovers || bad=1
    return $bad
}
