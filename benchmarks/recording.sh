#!/bin/bash
# SPDX-License-Identifier: MIT
# What does 'run --record' cost the data path?
#
# usage: benchmarks/recording.sh [--secs N] [--rounds N]
#   As root, in a network namespace of its own: two targets, each on a veth pair of MTU 2500, one of them recording to a file that turns over at
#   64 MB. 4 KiB random reads at depth 32, in turns, so that what else the machine does hits both.
#   --secs N    a measurement lasts N seconds (1)
#   --rounds N  each so many times (9)
# The last lines: the loop thread's processor time a command (user and kernel) without and with recording, medians, then the writer thread's,
# the rates, and how many frames the recordings lack. The writer needs a processor of its own for the rates to be the same.
set -euo pipefail
root=$(readlink -f "$(dirname "$0")/..")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
fail() { echo "recording.sh: $1" >&2; exit 2; }
secs=1 rounds=9
while [ $# -gt 1 ]; do
  case $1 in
    --secs) secs=$2 ;;
    --rounds) rounds=$2 ;;
    *) fail "there is no option $1" ;;
  esac
  shift 2
done
own=$root/benchmarks/FcTarget.Benchmarks/bin/Release/net10.0/FcTarget.Benchmarks.dll

if [ -z "${RECORDING_TOOLS:-}" ]; then
  [ "$(id -u)" = 0 ] || fail "needs root: it makes a network namespace"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  dotnet build "$root/benchmarks/FcTarget.Benchmarks" -c Release -v q -nologo > "$scratch/build" 2>&1 || { cat "$scratch/build" >&2; fail "the build failed"; }
  "$root/fctarget" --version > /dev/null
  RECORDING_TOOLS=$scratch unshare --net "$0" --secs "$secs" --rounds "$rounds"
  exit
fi

cd "$RECORDING_TOOLS"
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait' EXIT
declare -A pid
serve() { # NAME ARGUMENT...
  ip link add "$1-load" type veth peer name "$1"
  for end in "$1-load" "$1"; do ip link set "$end" mtu 2500 up; done
  "$root/fctarget" run --interface "$1" --topology vn2vn --lu memory:256M --control none "${@:2}" > "$1.log" 2>&1 &
  pid[$1]=$!
  started+=($!)
  for ((i = 0; i < 300; i++)); do ! grep -qs '^ready ' "$1.log" || return 0; sleep 0.1; done
  cat "$1.log" >&2
  fail "the target does not serve"
}
serve plain
serve taped --record "$RECORDING_TOOLS/frames.pcapng,size=64M,count=2"

# Nanoseconds of processor time that the thread of this name has had (its name is cut at 15 characters).
used() { for task in /proc/"${pid[$1]}"/task/*; do [ "$(cat "$task/comm" 2> /dev/null)" != "$2" ] || cut -d' ' -f1 "$task/schedstat"; done; }
median() { printf '%s\n' "$@" | sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
load() { dotnet "$own" load "$1-load" --rw randread --bs 4K --qd 32 --secs "$2"; }

load plain 3 > /dev/null
load taped 3 > /dev/null
declare -A cost rate
writer=()
for ((round = 1; round <= rounds; round++)); do
  for who in plain taped; do
    before=$(used "$who" "port $who") wrote=$(used taped "recorder of tap")
    line=$(load "$who" "$secs")
    iops=$(grep -o '[0-9.]* IOPS' <<< "$line" | cut -d' ' -f1)
    commands=$(awk -v r="$iops" -v s="$secs" 'BEGIN {print r * s}')
    cost[$who]+=" $(awk -v n="$(($(used "$who" "port $who") - before))" -v c="$commands" 'BEGIN {printf "%.0f", n / c}')"
    rate[$who]+=" $iops"
    [ "$who" = plain ] || writer+=("$(awk -v n="$(($(used taped "recorder of tap") - wrote))" -v c="$commands" 'BEGIN {printf "%.0f", n / c}')")
  done
done
plain=$(median ${cost[plain]}) taped=$(median ${cost[taped]})
echo "loop a command: $plain ns without, $taped ns with recording: $(awk -v a="$taped" -v b="$plain" 'BEGIN {printf "%+.1f %%", 100 * (a / b - 1)}')"
echo "writer a command: $(median "${writer[@]}") ns, on a thread of its own"
echo "rate: $(median ${rate[plain]}) IOPS without, $(median ${rate[taped]}) with recording ($(nproc) processors)"
kill "${pid[taped]}"
wait "${pid[taped]}" || true
grep -o '[0-9]* frames are missing.*' taped.log || echo '0 frames are missing in the recording'
