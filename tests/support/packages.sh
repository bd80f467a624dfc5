# shellcheck shell=bash disable=SC2034
# packages.sh - the packages that solow needs, in one place, and how they are brought in.
#
# Sourced by jobs/quickstart, tests/run and jobs/data/fetch. Each line of a list is: Debian package, environment module,
# conda package; the last two are for people without root, whose cluster or conda has the same library under another name.

packages_to_build="
build-essential           gcc               c-compiler
cmake                     CMake             cmake
ninja-build               Ninja             ninja
pkg-config                pkgconf           pkg-config
git                       git               git
libopenblas-dev           OpenBLAS          openblas
liblapacke-dev            OpenBLAS          liblapacke
libopenmpi-dev            OpenMPI           openmpi
openmpi-bin               OpenMPI           openmpi
libhdf5-openmpi-dev       HDF5              hdf5=*=mpi_openmpi*
hdf5-tools                HDF5              hdf5
libsuitesparse-dev        SuiteSparse       suitesparse
r-mathlib                 R                 libRmath
librandom123-dev          Random123         random123
libyaml-dev               libyaml           yaml
libjansson-dev            Jansson           jansson
libreadstat-dev           ReadStat          readstat
libxxhash-dev             xxHash            xxhash
zlib1g-dev                zlib              zlib
nettle-dev                Nettle            nettle
check                     Check             check
"

packages_to_test="
clang-format              Clang             clang-format
clang-tidy                Clang             clang-tools
cppcheck                  cppcheck          cppcheck
valgrind                  Valgrind          valgrind
python3                   Python            python
"

# A scheduler for tests/slurm, which bring up a private one; without it those tests are skipped.
packages_to_schedule="
slurm-wlm                 Slurm             slurm
munge                     MUNGE             munge
"

# Only to turn the data sets of Debian packages into CSV files.
packages_to_convert="
r-base-core               R                 r-base
"

# The lines of a list whose Debian package is not installed. Without dpkg nothing is known, so nothing is missing.
missing_packages() {
    command -v dpkg-query >/dev/null || return 0
    printf '%s\n' "$1" | while read -r package module conda; do
        [ -n "$package" ] || continue
        state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
        case $state in ii*) ;; *) printf '%s %s %s\n' "$package" "$module" "$conda" ;; esac
    done
}

# One column of a list, on one line, each name once.
names_of() {
    printf '%s\n' "$2" | awk -v column="$1" '!seen[$column]++ { print $column }' | paste -sd ' '
}

# How this user becomes root: nothing for root, sudo where it works, else failure.
root_prefix() {
    if [ "$(id -u)" -eq 0 ]; then
        return 0
    fi
    command -v sudo >/dev/null || return 1
    if [ -t 0 ] || sudo -n true 2>/dev/null; then
        echo sudo
        return 0
    fi
    return 1
}

# Install what a list names and this machine lacks. Where that cannot be done, say the names and go on: the libraries may
# be there under another name, and cmake will say what it does not find.
install_packages() {
    local missing prefix
    missing=$(missing_packages "$1")
    [ -n "$missing" ] || return 0
    if ! prefix=$(root_prefix) || ! command -v apt-get >/dev/null; then
        {
            echo "These packages are not installed, and installing them needs root:"
            echo "  apt install $(names_of 1 "$missing")"
            echo "  module load $(names_of 2 "$missing")"
            echo "  conda install -c conda-forge $(names_of 3 "$missing")"
        } >&2
        return 0
    fi
    echo "Installing $(names_of 1 "$missing")" >&2
    # shellcheck disable=SC2046,SC2086
    $prefix apt-get -q update >&2 &&
        $prefix env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends \
            $(names_of 1 "$missing") >&2
}

# What Open MPI needs to be told in containers and on small machines: root may run it, more ranks than cores may share
# them, no copying through ptrace, which sandboxes forbid, and no complaint where /sys is not mounted. One BLAS thread a rank.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_btl_vader_single_copy_mechanism=none HWLOC_HIDE_ERRORS=2
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1

# Processors that this process may use; nproc itself would believe OMP_NUM_THREADS.
count_processors() {
    env -u OMP_NUM_THREADS -u OMP_THREAD_LIMIT nproc
}

# The same, counting two hardware threads of a core once.
count_cores() {
    local allowed cores
    allowed=$(count_processors)
    cores=$(lscpu -p=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l)
    if [ "$cores" -ge 1 ] && [ "$cores" -lt "$allowed" ]; then
        echo "$cores"
    else
        echo "$allowed"
    fi
}

# Configure and build one preset; quiet unless it fails. Jobs are limited to the cores.
build_preset() {
    cmake --preset "$1" >"$2" 2>&1 && cmake --build --preset "$1" -j "$(count_processors)" >>"$2" 2>&1 && return 0
    cat "$2" >&2
    return 1
}
