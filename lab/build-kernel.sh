#!/bin/bash
# SPDX-License-Identifier: MIT
# Build the guests' User Mode Linux kernel from Debian's linux-source package: about 7 minutes on 2 cores, 2 GB in /var/tmp meanwhile.
# usage: build-kernel.sh [--residual] [--source VERSION] OUT
#   --source     the package linux-source-VERSION, 6.1 if not given: another kernel's fcoe, libfc and SCSI layer. LAB_KERNEL=OUT makes the lab use it.
#   --residual   with libfc's one defect that the lab knows of mended: it keeps the residual of FCP_RSP in a field that nobody reads, so that
#                programs take their whole buffer for data. LAB_KERNEL=OUT makes the lab use it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mend= source=6.1
while [ $# -gt 1 ]; do
  case $1 in
    --residual) mend=1; shift ;;
    --source) source=$2; shift 2 ;;
    *) break ;;
  esac
done
[ $# -eq 1 ] || { echo "usage: build-kernel.sh [--residual] [--source VERSION] OUT" >&2; exit 2; }
out=$(realpath -m "$1")
command -v apt-get >/dev/null || { echo "build-kernel.sh: needs Debian's linux-source-$source; set LAB_KERNEL to a kernel of your own instead" >&2; exit 1; }

"$here/packages.sh" "linux-source-$source" build-essential flex bison bc libelf-dev xz-utils
work=$(mktemp -d /var/tmp/fctarget-kernel.XXXXXX)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf "/usr/src/linux-source-$source.tar.xz"
cd "$work/linux-source-$source"
if [ -n "$mend" ]; then
  sed -i 's/libfc_priv(\(.*\))->resid_len = \(.*\);/scsi_set_resid(\1, \2);/' drivers/scsi/libfc/fc_fcp.c
  grep -q scsi_set_resid drivers/scsi/libfc/fc_fcp.c || { echo "build-kernel.sh: this libfc is another one than --residual knows" >&2; exit 1; }
fi

quietly() { "$@" > "$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; echo "build-kernel.sh: '$*' failed" >&2; exit 1; }; }
quietly make ARCH=um x86_64_defconfig
quietly scripts/kconfig/merge_config.sh -m .config "$here/kernel.config"
quietly make ARCH=um olddefconfig
# An option that the configuration silently dropped shows here, not as a device that is missing in a guest.
missing=$(grep -vxFf .config "$here/kernel.config" | grep '=y$' || true)
[ -z "$missing" ] || { echo "build-kernel.sh: options not taken:" $missing >&2; exit 1; }
quietly make ARCH=um -j"$(nproc)" linux
strip -s linux -o "$out"
