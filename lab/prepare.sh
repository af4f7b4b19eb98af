#!/bin/bash
# SPDX-License-Identifier: MIT
# Make the guest's kernel and initramfs if they are missing or out of date; print nothing when there is nothing to do.
# usage: prepare.sh      prints on its last two lines the paths of kernel and initramfs
#   LAB_CACHE        where they are kept (default /var/tmp/fctarget-lab)
#   LAB_KERNEL       a User Mode Linux kernel to use as it is
#   LAB_KERNEL_XZ    one to unpack, compressed by xz, in place of building it
# Without either the kernel is built by build-kernel.sh: about 7 minutes, once.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${LAB_CACHE:-/var/tmp/fctarget-lab}
mkdir -p "$cache"
fail() { echo "prepare.sh: $*" >&2; exit 1; }

# A thing in the cache is good while the stamp beside it says what it would be made from now.
fresh() { [ -e "$1" ] && [ "$(cat "$1.stamp" 2>/dev/null)" = "$2" ]; }
keep() { mv "$1.new" "$1"; echo "$2" > "$1.stamp"; }

exec 9>"$cache/lock"
flock 9

kernel=${LAB_KERNEL:-$cache/linux-uml}
if [ -n "${LAB_KERNEL:-}" ]; then
  [ -x "$kernel" ] || fail "LAB_KERNEL is $kernel, which is no executable file"
elif [ -n "${LAB_KERNEL_XZ:-}" ]; then
  [ -r "$LAB_KERNEL_XZ" ] || fail "LAB_KERNEL_XZ is $LAB_KERNEL_XZ, which cannot be read"
  stamp="xz $(sha256sum < "$LAB_KERNEL_XZ")"
  if ! fresh "$kernel" "$stamp"; then
    xz -dc "$LAB_KERNEL_XZ" > "$kernel.new"
    chmod +x "$kernel.new"
    keep "$kernel" "$stamp"
  fi
else
  stamp="built $(cat "$here/build-kernel.sh" "$here/kernel.config" | sha256sum)"
  if ! fresh "$kernel" "$stamp"; then
    echo "lab: building the guest's kernel, once: about 7 minutes on 2 cores" >&2
    "$here/build-kernel.sh" "$kernel.new" >&2
    keep "$kernel" "$stamp"
  fi
fi

initrd=$cache/initrd.gz
stamp="$(sha256sum < "$here/initrd.sh") $("$here/initrd.sh" --versions | sha256sum)"
if ! fresh "$initrd" "$stamp"; then
  "$here/initrd.sh" "$initrd.new" >&2
  # once more: making it may have installed packages
  keep "$initrd" "$(sha256sum < "$here/initrd.sh") $("$here/initrd.sh" --versions | sha256sum)"
fi

echo "$kernel"
echo "$initrd"
