# SPDX-License-Identifier: MIT
# Guest script: multipathd over the disks that are there, in groups by ALUA priority. A guest has no udev: what multipathd asks of its
# database is written by hand. Waits 20 s at most for the first map and shows it; its device is /dev/dm-0.
mkdir -p /run/udev/data
cat > /etc/multipath.conf <<C
defaults {
  find_multipaths no
  uid_attribute ""
  polling_interval 1
  max_polling_interval 1
  path_grouping_policy group_by_prio
  path_selector "round-robin 0"
  path_checker tur
  detect_checker no
  failback immediate
  no_path_retry 30
}
C
touch /run/udev/control
for disk in /sys/block/sd*; do printf 'I:1\nE:DEVTYPE=disk\n' > "/run/udev/data/b$(cat "$disk/dev")"; done
(multipathd -d -s < /dev/null > /tmp/multipathd.log 2>&1 &)
tries=0
until [ -b /dev/dm-0 ]; do
  tries=$((tries+1))
  [ $tries -lt 200 ] || { echo "no map in 20 s"; cat /tmp/multipathd.log; exit 1; }
  sleep 0.1
done
multipathd show topology
