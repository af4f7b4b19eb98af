#!/bin/bash
# SPDX-License-Identifier: MIT
# What does the switch cost? The same load on a target behind our own switch and on a VN2VN node.
#
# usage: benchmarks/topologies.sh [--secs N] [--rounds N]
#   As root, in a network namespace of its own that ends with it: two veth pairs of MTU 2500, on one 'fctarget run --topology vn2vn', on the
#   other '--topology switch', each with the project's own load at the other end. They are measured in turns, so that what else the
#   machine does hits both. The last lines are 'ratio READ r' and 'ratio WRITE r': the medians of switch by those of VN2VN, 4 KiB random at
#   depth 32; then the same of the processor time a command, VN2VN by switch.
#   --secs N     a measurement lasts N seconds (2)
#   --rounds N   each N times (7)
#   environment  FCTARGET: the launcher to measure (./fctarget); MINIMUM: the ratio of rates that is asked for (0.97)
# exit: 0 fine, 1 a ratio below MINIMUM or errors seen by the load, 2 could not run
set -euo pipefail
root=$(readlink -f "$(dirname "$0")/..")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
own=$root/benchmarks/FcTarget.Benchmarks/bin/Release/net10.0/FcTarget.Benchmarks.dll
launcher=${FCTARGET:-$root/fctarget}

fail() { echo "topologies.sh: $1" >&2; exit 2; }

secs=2 rounds=7
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || fail "usage: topologies.sh [--secs N] [--rounds N]"
  case $1 in
    --secs) secs=$2 ;;
    --rounds) rounds=$2 ;;
    *) fail "there is no option $1" ;;
  esac
  shift 2
done

# ---- outside the namespace: build ---------------------------------------------------------------------------------------------------
if [ -z "${TOPOLOGIES_SCRATCH:-}" ]; then
  [ "$(id -u)" = 0 ] || fail "needs root: it makes a network namespace"
  for tool in ip unshare; do command -v $tool >/dev/null || fail "there is no '$tool'. Remedy: apt install iproute2 util-linux"; done
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  dotnet build "$root/benchmarks/FcTarget.Benchmarks" -c Release -v q -nologo > "$scratch/build" 2>&1 || { cat "$scratch/build" >&2; fail "the build failed"; }
  "$launcher" --version >/dev/null || fail "$launcher does not run" # builds it if need be
  TOPOLOGIES_SCRATCH=$scratch unshare --net "$0" --secs "$secs" --rounds "$rounds"
  exit
fi

# ---- inside: the network namespace and all in it ends with the last process ----------------------------------------------------------
cd "$TOPOLOGIES_SCRATCH" # no fctarget.json here
declare -A target
trap 'kill "${target[@]}" 2>/dev/null || true; wait' EXIT
for topology in vn2vn switch; do
  ip link add "$topology-load" type veth peer name "$topology"
  for end in "$topology-load" "$topology"; do ip link set "$end" mtu 2500 up; done
  "$launcher" run --interface "$topology" --topology "$topology" --lu memory:256M --control none > "$topology.log" 2>&1 &
  target[$topology]=$!
done
for topology in vn2vn switch; do
  for ((i = 0; i < 300; i++)); do # 30 s
    grep -qs '^ready ' "$topology.log" && break
    sleep 0.1
  done
  grep -qs '^ready ' "$topology.log" || { cat "$topology.log" >&2; fail "the target does not serve"; }
done

as_load() { if [ "$1" = switch ]; then echo fabric; else echo "$1"; fi; }
load() { dotnet "$own" load "$1-load" --topology "$(as_load "$1")" --rw "$2" --bs 4K --qd 32 --secs "${3:-$secs}"; }
median() { sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
ticks() { awk '{print $14 + $15}' "/proc/${target[$1]}/stat"; }

errors=0
echo "$(nproc) processors; 4 KiB, depth 32; $rounds rounds of $secs s"
for topology in vn2vn switch; do # until the code is compiled at its last tier
  for direction in randread randwrite; do load "$topology" $direction 2 >/dev/null || true; done
done
for ((round = 1; round <= rounds; round++)); do
  for direction in randread randwrite; do
    order=(vn2vn switch)
    ((round % 2)) || order=(switch vn2vn)
    for topology in "${order[@]}"; do
      before=$(ticks "$topology")
      line=$(load "$topology" $direction) || { errors=1; echo "$topology: errors: ${line##*errors: }" >&2; }
      after=$(ticks "$topology")
      rate=$(grep -o '[0-9.]* IOPS' <<< "$line" | cut -d' ' -f1)
      [ -n "$rate" ] || fail "the load says: $line"
      cpu=$(awk -v t=$((after - before)) -v r="$rate" -v s="$secs" -v hz="$(getconf CLK_TCK)" 'BEGIN {printf "%.2f", t / hz * 1e6 / (r * s)}')
      printf '%-8s %-10s %8.0f IOPS   cpu %6.2f us a command\n' "$topology" "$direction" "$rate" "$cpu"
      echo "$rate" >> "$topology-$direction.rates"
      echo "$cpu" >> "$topology-$direction.cpu"
    done
  done
done

low=0
for direction in randread randwrite; do
  name=$([ $direction = randread ] && echo READ || echo WRITE)
  ratio=$(awk -v a="$(median < switch-$direction.rates)" -v b="$(median < vn2vn-$direction.rates)" 'BEGIN {printf "%.3f", a / b}')
  cpu=$(awk -v a="$(median < vn2vn-$direction.cpu)" -v b="$(median < switch-$direction.cpu)" 'BEGIN {printf "%.3f", a / b}')
  echo "ratio $name $ratio (processor time $cpu)"
  awk -v r="$ratio" -v m="${MINIMUM:-0.97}" 'BEGIN {exit !(r >= m)}' || low=1
done
exit $((low || errors))
