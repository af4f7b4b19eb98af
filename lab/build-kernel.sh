#!/bin/bash
# SPDX-License-Identifier: MIT
# Build the guests' User Mode Linux kernel from Debian's linux-source package: about 7 minutes on 2 cores, 2 GB in /var/tmp meanwhile.
# usage: build-kernel.sh OUT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -eq 1 ] || { echo "usage: build-kernel.sh OUT" >&2; exit 2; }
out=$(realpath -m "$1")
command -v apt-get >/dev/null || { echo "build-kernel.sh: needs Debian's linux-source-6.1; set LAB_KERNEL to a kernel of your own instead" >&2; exit 1; }

"$here/packages.sh" linux-source-6.1 build-essential flex bison bc libelf-dev xz-utils
work=$(mktemp -d /var/tmp/fctarget-kernel.XXXXXX)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf /usr/src/linux-source-6.1.tar.xz
cd "$work"/linux-source-6.1

quietly() { "$@" > "$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; echo "build-kernel.sh: '$*' failed" >&2; exit 1; }; }
quietly make ARCH=um x86_64_defconfig
quietly scripts/kconfig/merge_config.sh -m .config "$here/kernel.config"
quietly make ARCH=um olddefconfig
# An option that the configuration silently dropped shows here, not as a device that is missing in a guest.
missing=$(grep -vxFf .config "$here/kernel.config" | grep '=y$' || true)
[ -z "$missing" ] || { echo "build-kernel.sh: options not taken:" $missing >&2; exit 1; }
quietly make ARCH=um -j"$(nproc)" linux
strip -s linux -o "$out"
