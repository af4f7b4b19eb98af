# SPDX-License-Identifier: MIT
# Guest script: bring the FCoE initiator up as one that wants a fabric and wait 30 s at most for the first disk. Shows what it found.
# CREATE is the command that creates it.
ip link set vec0 up
sh -c "${CREATE:-echo vec0 > /sys/module/libfcoe/parameters/create}" || exit 1
tries=0
until ls -d /sys/block/sd* >/dev/null 2>&1; do
  tries=$((tries+1))
  [ $tries -lt 300 ] || { echo "no disk in 30 s"; break; }
  sleep 0.1
done
for host in /sys/class/fc_host/host*; do
  echo "host $(cat "$host/port_name") $(cat "$host/port_id") $(cat "$host/port_state") fabric $(cat "$host/fabric_name") type $(cat "$host/port_type")"
done
for rport in /sys/class/fc_remote_ports/rport*; do
  [ -e "$rport" ] && echo "rport $(cat "$rport/port_name") $(cat "$rport/port_id") $(cat "$rport/port_state") $(cat "$rport/roles")"
done
lsscsi -g
ls -d /sys/block/sd* >/dev/null 2>&1
