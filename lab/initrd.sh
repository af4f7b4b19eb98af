#!/bin/bash
# SPDX-License-Identifier: MIT
# Build the guests' initramfs from tools of this machine's Debian packages: about 10 seconds.
# usage: initrd.sh OUT
#        initrd.sh --versions      what it would be made from
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

packages=(busybox-static dash sg3-utils fio fcoe-utils lsscsi e2fsprogs xfsprogs iproute2 ethtool util-linux sdparm
  open-iscsi libiscsi-bin multipath-tools cpio)
tools=(dash ip tc ethtool lsblk blkdiscard blockdev mkfs.ext4 fsck.ext4 mkfs.xfs xfs_repair fio lsscsi sdparm ddpt
  fipvlan fcoeadm multipath multipathd iscsid iscsiadm)

case ${1:-} in
  --versions) dpkg-query -W -f '${Package} ${Version}\n' "${packages[@]}" 2>/dev/null || true; exit 0;;
  ''|-*) echo "usage: initrd.sh OUT" >&2; exit 2;;
esac
out=$(realpath -m "$1")
"$here/packages.sh" "${packages[@]}"

root=$(mktemp -d /var/tmp/fctarget-initrd.XXXXXX)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,lib,lib64,proc,sys,dev,tmp,etc,run,var/run,var/lock,mnt,host}
cp /bin/busybox "$root/bin/"
for applet in $(/bin/busybox --list | grep -vx busybox); do ln -sf busybox "$root/bin/$applet"; done

export PATH=/usr/sbin:/usr/bin:/sbin:/bin
shopt -s nullglob
for tool in "${tools[@]}" /usr/bin/sg_* /usr/bin/sgp_dd /usr/bin/sgm_dd /usr/bin/iscsi-*; do
  path=$(command -v "$tool") || continue   # ddpt and the like: handy, not needed
  rm -f "$root$path" "$root/bin/$(basename "$path")"   # the applet of the same name
  mkdir -p "$root$(dirname "$path")"
  cp -L "$path" "$root$path"
  { ldd "$path" 2>/dev/null || true; } | grep -o '/[^ ]*' || true
done | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
for plugins in /lib/*/multipath /lib/multipath; do
  mkdir -p "$root$plugins"
  cp -L "$plugins"/* "$root$plugins/"
done
# dash, not busybox's shell: that one prefers its applets to the tools on PATH
ln -sf "$(command -v dash)" "$root/bin/sh"

cat > "$root/init" <<'I'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm; mount -t devpts pts /dev/pts
mount -t tmpfs tmp /tmp; mount -t tmpfs run /run
mount -t configfs cfg /sys/kernel/config 2>/dev/null
for word in $(cat /proc/cmdline); do
  case $word in host=*) host=${word#host=};; run=*) run=${word#run=};; esac
done
[ -n "$host" ] && mount -t hostfs none /host -o "$host"
ip link set lo up
echo "guest ready"
if [ -n "$run" ]; then
  sh "/host/$run"
  echo "guest exit $?"
else   # serve commands: see exec.sh
  n=1
  while [ ! -e /host/stop ]; do
    if [ -e "/host/$n.cmd" ]; then
      sh "/host/$n.cmd" > "/host/$n.out" 2>&1 < /dev/null
      echo $? > "/host/$n.rc.new"
      mv "/host/$n.rc.new" "/host/$n.rc"
      n=$((n+1))
    else
      sleep 0.02
    fi
  done
fi
poweroff -f
I
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc --quiet | gzip -1) > "$out"
