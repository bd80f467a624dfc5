#!/usr/bin/env bash
# fresh_root.sh - the two commands of README.md, jobs/quickstart and tests/run, in a fresh Debian bookworm root.
#
#   tests/support/fresh_root.sh [FOLDER]        as root; FOLDER is made, used and removed (default: a temporary one)
#
# The root is made by debootstrap with the package sources, keys and apt settings of this machine; the project is
# cloned into it as committed, so nothing that is installed or built here can help.
set -euo pipefail
project=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." && pwd)
# shellcheck source=tests/support/packages.sh
. "$project/tests/support/packages.sh"

if [ "$(id -u)" -ne 0 ]; then
    echo "fresh_root.sh: making a root folder needs root" >&2
    exit 64
fi
install_packages "debootstrap debootstrap debootstrap"
fresh=${1:-$(mktemp -d)/root}

leave() {
    for place in dev/shm dev proc; do
        mountpoint -q "$fresh/$place" && umount "$fresh/$place"
    done
    rm -rf --one-file-system "$fresh"
}
trap leave EXIT

mirror=$(sed -nE 's/^(URIs:|deb( \[[^]]*\])?) *([a-z]+:[^ ]*debian\/?)( .*)?$/\3/p' /etc/apt/sources.list /etc/apt/sources.list.d/* \
    2>/dev/null | head -n 1 || true)
debootstrap --variant=minbase bookworm "$fresh" "${mirror:-http://deb.debian.org/debian}"
cp -r /etc/apt/apt.conf.d /etc/apt/sources.list.d /etc/apt/trusted.gpg.d "$fresh/etc/apt/"
rm -f "$fresh"/etc/apt/apt.conf.d/*docker*
[ ! -f /etc/apt/sources.list ] || cp /etc/apt/sources.list "$fresh/etc/apt/"
cp /etc/resolv.conf /etc/hosts "$fresh/etc/"
mount --bind /proc "$fresh/proc"
mount --bind /dev "$fresh/dev"
mount --bind /dev/shm "$fresh/dev/shm"
git clone -q --no-hardlinks "$project" "$fresh/root/solow"

inside() { chroot "$fresh" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"; }
inside /root/solow/jobs/quickstart
inside /root/solow/jobs/quickstart
inside /root/solow/tests/run
