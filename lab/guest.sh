#!/bin/bash
# SPDX-License-Identifier: MIT
# Boot a real Linux FCoE initiator as a User Mode Linux guest: an ordinary process, up in about a second, no hardware, no KVM.
# usage: guest.sh [--tap TAP] [--mac MAC] [--mtu N] [--mem SIZE] [--timeout SECONDS] [--append WORD]... SCRIPT | DIR
#   SCRIPT    a shell script that the guest runs (its folder is /host there); guest.sh shows its output and exits with its status,
#             125 if the guest never got there
#   DIR       an empty folder: the guest stays up and runs commands that exec.sh puts there, until DIR/stop appears
#   TAP       a tap device of this machine (default tap0), made and set up if missing. The guest's NIC is vec0.
#   MTU 2500 carries the largest FC frame. WORD goes on the kernel's command line.
# Needs Linux on x86-64, root and /dev/net/tun. Kernel and initramfs: see prepare.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "guest.sh: $*" >&2; exit 2; }

tap=tap0 mac=02:00:00:00:00:01 mtu=2500 mem=512M limit=300 what= words=()
while [ $# -gt 0 ]; do
  case $1 in
    --tap|--mac|--mtu|--mem|--timeout|--append) [ $# -ge 2 ] || fail "$1 needs a value";;&
    --tap) tap=$2; shift 2;;
    --mac) mac=$2; shift 2;;
    --mtu) mtu=$2; shift 2;;
    --mem) mem=$2; shift 2;;
    --timeout) limit=$2; shift 2;;
    --append) words+=("$2"); shift 2;;
    -*) fail "unknown option $1";;
    *) [ -z "$what" ] || fail "one script or folder, not two"; what=$(realpath -e "$1" 2>/dev/null) || fail "no such script or folder: $1"; shift;;
  esac
done
[ -n "$what" ] || fail "usage: guest.sh [options] SCRIPT | DIR"
[ ! -d "$what" ] || echo $$ > "$what/pid"   # for exec.sh: it need not wait for a guest that never starts
[ "$(uname -sm)" = "Linux x86_64" ] || fail "the guest's kernel runs on Linux x86-64 only, this is $(uname -sm)"
[ "$(id -u)" = 0 ] || fail "needs root: it opens the tap device $tap"
[ -c /dev/net/tun ] || fail "/dev/net/tun is missing: load the tun module, or start the container with --device /dev/net/tun --cap-add NET_ADMIN"

# The guest's memory is a sparse file in /dev/shm, which containers like to keep small.
room=$(df --output=avail -B1 /dev/shm 2>/dev/null | tail -n 1) || room=0
[ "$room" -ge "$(numfmt --from=iec "$mem")" ] || export TMPDIR=/var/tmp

made=$("$here/prepare.sh") || exit 2
mapfile -t made <<< "$made"
[ -e "/sys/class/net/$tap" ] || ip tuntap add "$tap" mode tap
echo 1 > "/proc/sys/net/ipv6/conf/$tap/disable_ipv6" 2>/dev/null || true   # no router solicitations among the frames
# The guest is slow: what a target may send at once (32 reads of 512 kB are 8,000 frames) has to fit in the tap's queue.
ip link set "$tap" mtu "$mtu" txqueuelen 20000 up

guest=("${made[0]}" mem="$mem" initrd="${made[1]}" root=/dev/ram0 quiet con=null con0=null,fd:1 scsi_debug.add_host=0
  "vec0:transport=tap,ifname=$tap,depth=128,gro=0,mtu=$mtu,mac=$mac" "${words[@]}")
# A host kernel announces a frame in two steps, SIGIO first and epoll second. A guest that is fast between the two finds nothing and
# sleeps on, with the frame in its queue, until the next one: a stall of seconds that no target can do anything about. So it is
# made to look again every 5 ms, from when it has a handler for SIGIO (signal 29).
exec 3>&2
catches_sigio() {
  local caught
  caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null) && [ -n "$caught" ] && (( 0x$caught >> 28 & 1 ))
}

boot() {
  local uml never end=$((SECONDS + limit))
  "${guest[@]}" "$@" < /dev/null &
  uml=$!
  trap 'kill "$uml" 2>/dev/null; wait "$uml"; exit 143' TERM INT
  exec {never}<> <(:)   # to wait without a process each time: nothing is ever written here
  until catches_sigio "$uml" || ! kill -0 "$uml" 2>/dev/null; do read -rt 0.05 -u "$never" || true; done
  while kill -IO "$uml" 2>/dev/null; do
    read -rt 0.005 -u "$never" || true
    if (( SECONDS >= end )); then
      echo "guest.sh: ended after $limit s" >&3
      kill "$uml"   # SIGTERM: it takes its helper processes along
      end=$((SECONDS + 5))
    fi
  done
  wait "$uml"
}

if [ -d "$what" ]; then
  boot "host=$what"
  exit
fi
boot "host=$(dirname "$what")" "run=$(basename "$what")" 2>/dev/null |
  sed -u 's/\r$//' |
  awk '/^guest ready/ {on = 1} on {print; fflush()} /^guest exit/ {rc = $3; on = 0} END {exit rc == "" ? 125 : rc}'
