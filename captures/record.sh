#!/bin/bash
# SPDX-License-Identifier: MIT
# Remake the captures of FcTarget's own fabric: a Linux initiator in the lab (lab/README.md), recorded by `fctarget run --record`.
# usage: captures/record.sh [NAME]...      without a name: all of them. The file is captures/NAME.pcapng.
# Needs root. Network devices live in a namespace of their own and go with it. MAC addresses and names are the same every time.
set -eEuo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
fail() { echo "record.sh: $*" >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail "needs root"
if [ -z "${RECORD_INSIDE:-}" ]; then
  "$root/lab/prepare.sh" > /dev/null   # it may install packages: not in a namespace without network
  "$root/fctarget" --version > /dev/null   # builds it
  exec unshare --net --uts --mount env RECORD_INSIDE=1 "$0" "$@"
fi
mount -t sysfs sysfs /sys   # the one of this network namespace
hostname fctarget-lab   # it is in the symbolic node name

folder=$(mktemp -d) target= guests=()
end() {
  for guest in "${guests[@]}"; do touch "$folder/$guest/stop"; done
  [ -z "$target" ] || kill "$target" 2> /dev/null || true
  wait
  rm -rf "$folder"
}
trap end EXIT

# The target on one end of a bridge, a tap for each guest on the other: 02:00:00:00:00:10 and :01, :02.
sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link add br0 type bridge mcast_snooping 0 stp_state 0
ip link add fc0 address 02:00:00:00:00:10 type veth peer name fc1
for tap in tap1 tap2; do ip tuntap add "$tap" mode tap; done
for device in br0 fc0 fc1 tap1 tap2; do ip link set "$device" mtu 2500 up; done
for device in fc1 tap1 tap2; do ip link set "$device" master br0; done

# serve ARGUMENT...: starts the target; what it sends and receives goes to $folder/frames.pcapng
serve() {
  "$root/fctarget" run --interface fc0 --seed 1 --control "$folder/socket" --record "$folder/frames.pcapng" "$@" > "$folder/out" 2> "$folder/log" &
  target=$!
  for _ in $(seq 300); do
    ! grep -q '^ready' "$folder/out" || return 0
    kill -0 "$target" 2> /dev/null || break
    sleep 0.1
  done
  cat "$folder/log" >&2
  fail "the target does not start"
}
admin() { "$root/fctarget" "$@" --target-socket "$folder/socket" > /dev/null; }

# boot NUMBER...: starts guests 1 and 2; in NUMBER COMMAND: runs a command there
boot() {
  for number in "$@"; do
    mkdir -p "$folder/$number"
    "$root/lab/guest.sh" --tap "tap$number" --mac "02:00:00:00:00:0$number" "$folder/$number" > "$folder/$number.console" 2>&1 &
    guests+=("$number")
  done
}
in_guest() { EXEC_TIMEOUT=${3:-60} "$root/lab/exec.sh" "$folder/$1" "$2"; }
login() { in_guest "$1" "$(cat "$root/lab/fabric-up.sh")" > /dev/null; }
logout() { in_guest "$1" 'echo vec0 > /sys/module/libfcoe/parameters/destroy'; }
until_so() { in_guest "$1" "for i in \$(seq 200); do ($2) > /dev/null 2>&1 && exit 0; sleep 0.1; done; echo 'never: $2'; exit 1"; }
# targets_are N: a condition for until_so, that the guest's ports are logged in with N targets together
targets_are() {
  echo "n=0; for r in /sys/class/fc_remote_ports/rport-*; do grep -q Online \$r/port_state && grep -q Target \$r/roles && n=\$((n+1)); done; [ \$n = $1 ]"
}

# ---- the captures -------------------------------------------------------------------------------------------------

fabric_login() {    # discovery, FLOGI, name server, LUN scan, a write, a read, LOGO
  serve --lu memory:16M
  boot 1
  login 1
  in_guest 1 'dd if=/dev/zero of=/dev/sda bs=16k count=1 conv=fsync 2> /dev/null; sg_dd if=/dev/sg0 of=/dev/null bs=512 count=32 bpt=32 2> /dev/null'
  logout 1
}

fabric_vlan() {     # the same as far as the login, on the VLAN that FIP VLAN discovery names
  serve --lu memory:16M --vlan 100
  boot 1
  in_guest 1 "CREATE='fipvlan -c -s -f \"\" vec0'
$(cat "$root/lab/fabric-up.sh")" > /dev/null
  in_guest 1 'echo vec0.100 > /sys/module/libfcoe/parameters/destroy'
}

fabric_zoning() {   # a zone takes the target away and gives it back: RSCN, GPN_FT, LOGO, login
  serve --lu memory:16M
  boot 1
  login 1
  admin fabric zone create z 20:00:02:00:00:00:00:01 20:00:02:00:00:00:00:10
  admin fabric zone-set create s z
  admin fabric zone-set activate s
  admin fabric default-zone deny
  admin fabric zone remove z 20:00:02:00:00:00:00:01
  until_so 1 "$(targets_are 0)"
  admin fabric zone add z 20:00:02:00:00:00:00:01
  until_so 1 "$(targets_are 1)"
  in_guest 1 'sg_turs /dev/sg0 || sg_turs /dev/sg0'
  logout 1
}

fabric_npiv() {     # FDISC of two vports of the host; each finds the target; one of them leaves
  serve --lu memory:16M
  boot 1
  login 1
  for v in 1 2; do
    in_guest 1 "echo 200${v}020000000101:100${v}020000000101 > /sys/class/fc_host/host0/vport_create"
    until_so 1 "ls -d /sys/class/scsi_device/$v:*"
    in_guest 1 'sleep 1'   # so that every change has RSCNs of its own
  done
  in_guest 1 'echo 2001020000000101:1001020000000101 > /sys/class/fc_host/host0/vport_delete; sleep 1'
  logout 1
}

fabric_aborts() {   # answers are lost on their way: a read and a write time out and are aborted
  serve --lu memory:16M
  boot 1
  login 1
  in_guest 1 'sg_turs /dev/sg0'
  for command in '-r 4096 /dev/sg0 28 00 00 00 00 00 00 00 08 00' '-s 4096 -i /dev/zero /dev/sg0 2a 00 00 00 00 00 00 00 08 00'; do
    tc qdisc replace dev tap1 root pfifo limit 0   # every frame to the host is lost
    in_guest 1 "sg_raw -t 1 $command > /dev/null 2>&1; true" & waits=$!
    sleep 0.7
    tc qdisc del dev tap1 root
    wait "$waits"
    in_guest 1 'for i in 1 2 3; do sg_turs /dev/sg0 && break; done'
  done
  in_guest 1 'sleep 11'   # R_A_TOV: RRQ
  logout 1
}

fabric_recovery() { # an FCP_XFER_RDY and then an FCP_RSP are lost: the host asks with REC and SRR, and does not repeat the command
  serve --lu memory:16M
  boot 1
  login 1
  in_guest 1 'sg_turs /dev/sg0'
  for r_ctl in 05 07; do
    # A class of its own for them, in whose queue there is no room; u32 counts from behind the Ethernet header.
    tc qdisc replace dev tap1 root handle 1: htb default 10
    for class in 10 20; do tc class add dev tap1 parent 1: classid 1:$class htb rate 10gbit quantum 60000; done
    tc qdisc add dev tap1 parent 1:20 bfifo limit 1
    tc filter add dev tap1 parent 1: protocol 0x8906 u32 match u8 0x$r_ctl 0xff at 14 flowid 1:20
    in_guest 1 'sg_raw -t 30 -s 4096 -i /dev/zero /dev/sg0 2a 00 00 00 00 00 00 00 08 00 > /dev/null 2>&1' & waits=$!
    sleep 1
    tc qdisc del dev tap1 root
    wait "$waits"
  done
  logout 1
}

fabric_resets() {   # LOGICAL UNIT RESET, and the host's own reset: LOGO and login
  serve --lu memory:16M
  boot 1
  login 1
  in_guest 1 'sg_reset -N -d /dev/sg0; sg_turs /dev/sg0; sg_turs /dev/sg0'
  in_guest 1 'sg_reset -N -H /dev/sg0; sleep 1'
  until_so 1 "$(targets_are 1)"
  in_guest 1 'for i in 1 2 3; do sg_turs /dev/sg0 && break; done'
  logout 1
}

fabric_reservations() {   # two hosts: register, reserve, a conflict, preempt, release, clear
  serve --lu memory:16M
  boot 1 2
  login 1
  login 2
  in_guest 1 'sg_persist -n -o -G -S 0x1 /dev/sg0; sg_persist -n -o -R -K 0x1 -T 5 /dev/sg0; sg_persist -n -i -r /dev/sg0'
  in_guest 2 'dd if=/dev/zero of=/dev/sda bs=4k count=1 conv=fsync 2> /dev/null || sg_persist -n -o -G -S 0x2 /dev/sg0; sg_persist -n -i -k /dev/sg0'
  in_guest 2 'sg_persist -n -o -P -K 0x2 -S 0x1 -T 1 /dev/sg0; sg_persist -n -i -s /dev/sg0'
  in_guest 1 'sg_turs /dev/sg0 || sg_turs /dev/sg0; sg_persist -n -i -r /dev/sg0'
  in_guest 2 'sg_persist -n -o -L -K 0x2 -T 1 /dev/sg0; sg_persist -n -o -C -K 0x2 /dev/sg0'
  logout 1
  logout 2
}

# ---- one after another --------------------------------------------------------------------------------------------

all=(fabric-login fabric-vlan fabric-zoning fabric-npiv fabric-aborts fabric-recovery fabric-resets fabric-reservations)
[ $# -gt 0 ] || set -- "${all[@]}"
for name in "$@"; do [[ " ${all[*]} " == *" $name "* ]] || fail "no capture is called $name; there are ${all[*]}"; done
exec 3>&2
trap 'trap - ERR; exec 2>&3; cat "$folder"/{steps,log,*.console} >&2; fail "$name: a step failed"' ERR
for name in "$@"; do
  "${name//-/_}" > "$folder/steps" 2>&1
  for guest in "${guests[@]}"; do touch "$folder/$guest/stop"; done
  guests=()
  kill -TERM "$target"
  wait
  target=
  mv "$folder/frames.pcapng" "$here/$name.pcapng"
  rm -rf "${folder:?}"/*
  echo "$name: $("$root/fctarget" decode "$here/$name.pcapng" 2>&1 > /dev/null)"
done
