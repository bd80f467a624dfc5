#!/usr/bin/env bash
# valgrind.sh - one MPI run under valgrind's memcheck: bash valgrind.sh PROGRAM, from the root of the project.
#
# Any error or definite leak of ours fails; openmpi.supp names Open MPI's own, and nothing else.
set -euo pipefail
program=$1
root=$PWD
# shellcheck source=tests/support/packages.sh
. tests/support/packages.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# --keep-debuginfo: Open MPI closes its components before the leak check, which must still be able to name them.
# --mca: shared memory alone, so that no network driver is loaded, whose leaks are neither ours nor Open MPI's.
mpirun -n 2 --mca pml ob1 --mca btl self,vader valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite \
    --keep-debuginfo=yes --suppressions="$root/tests/support/openmpi.supp" "$program" run "$root/jobs/quickstart.yml" -o "$work/quickstart.h5"
"$program" show "$work/quickstart.h5" >/dev/null
