#!/bin/bash
# SPDX-License-Identifier: MIT
# How much of what this machine can carry does the target carry?
#
# usage: benchmarks/whole-process.sh [--yardsticks DIR] [--secs N] [--rounds N]
#   As root, in a network namespace of its own that ends with it: two veth pairs of MTU 2500. On one a responder that sends the frames
#   of a 4 KiB read and does nothing else, on the other 'fctarget run'. They are measured in turns, so that what else the machine
#   does hits both. The last line is 'ratio R': the target's median rate of 4 KiB random reads at depth 32 by the null responder's.
#   --yardsticks DIR  compile DIR/limit.c and DIR/fcio.c and use them as null responder and load; else the project's own, in C#
#   --secs N          a measurement lasts N seconds (2)
#   --rounds N        null and target N times each (7)
#   environment       FCTARGET: the launcher to measure (./fctarget); MINIMUM: the ratio that is asked for (0.5)
# exit: 0 fine, 1 ratio below MINIMUM or errors seen by the load, 2 could not run
set -euo pipefail
root=$(readlink -f "$(dirname "$0")/..")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

fail() { echo "whole-process.sh: $1" >&2; exit 2; }

yardsticks='' secs=2 rounds=7
while [ $# -gt 0 ]; do
  [ $# -gt 1 ] || fail "usage: whole-process.sh [--yardsticks DIR] [--secs N] [--rounds N]"
  case $1 in
    --yardsticks) yardsticks=$2 ;;
    --secs) secs=$2 ;;
    --rounds) rounds=$2 ;;
    *) fail "there is no option $1" ;;
  esac
  shift 2
done
launcher=${FCTARGET:-$root/fctarget}
own=$root/benchmarks/FcTarget.Benchmarks/bin/Release/net10.0/FcTarget.Benchmarks.dll
minimum=${MINIMUM:-0.5}

# Under sudo the build is made by the owner of the sources, so that the files it leaves are not root's.
as_owner() {
  local owner
  owner=$(stat -c %U "$root")
  if [ "$owner" = root ] || [ "$owner" = UNKNOWN ]; then
    "$@"
  else
    runuser -u "$owner" -- env "HOME=$(getent passwd "$owner" | cut -d: -f6)" "$@"
  fi
}

# ---- outside the namespace: build, where there is a network for what the build may need ---------------------------------------------
if [ -z "${WHOLE_PROCESS_TOOLS:-}" ]; then
  [ "$(id -u)" = 0 ] || fail "needs root: it makes a network namespace"
  for tool in ip unshare; do command -v $tool >/dev/null || fail "there is no '$tool'. Remedy: apt install iproute2 util-linux"; done
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  if [ -n "$yardsticks" ]; then
    gcc -O2 -o "$scratch/fcio" "$yardsticks/fcio.c" && gcc -O2 -o "$scratch/limit" "$yardsticks/limit.c" -lpcap ||
      fail "cannot compile the yardsticks. Remedy: apt install gcc libc6-dev libpcap0.8-dev"
  else
    as_owner dotnet build "$root/benchmarks/FcTarget.Benchmarks" -c Release -v q -nologo > "$scratch/build" 2>&1 ||
      { cat "$scratch/build" >&2; fail "the build failed"; }
  fi
  "$launcher" --version >/dev/null || fail "$launcher does not run" # builds it if need be
  WHOLE_PROCESS_TOOLS=$scratch unshare --net "$0" ${yardsticks:+--yardsticks "$yardsticks"} --secs "$secs" --rounds "$rounds"
  exit
fi

# ---- inside: the network namespace and all in it ends with the last process -------------------------------------------------------------
tools=$WHOLE_PROCESS_TOOLS
cd "$tools" # no fctarget.json here
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait' EXIT

for pair in null target; do
  ip link add "$pair-load" type veth peer name "$pair"
  for end in "$pair-load" "$pair"; do ip link set "$end" mtu 2500 up; done
done

if [ -n "$yardsticks" ]; then
  null_responder() { exec ./limit responder pcap null; }
  null_rate() { ./limit generator null-load 32 "$secs"; }
  load() { ./fcio --dev target-load --mode vn2vn --check-crc --fast --rw "$1" --bs "$2" --qd "$3" --secs "${4:-$secs}"; }
else
  null_responder() { exec dotnet "$own" null-responder null; }
  null_rate() { dotnet "$own" null-generator null-load 32 "$secs"; }
  load() { dotnet "$own" load target-load --rw "$1" --bs "$2" --qd "$3" --secs "${4:-$secs}"; }
fi

null_responder &
started+=($!)
"$launcher" run --interface target --topology vn2vn --lu memory:256M --control none > target.log 2>&1 &
target=$!
started+=("$target")
for ((i = 0; i < 300; i++)); do # 30 s
  grep -qs '^ready ' target.log && break
  kill -0 "$target" 2>/dev/null || break
  sleep 0.1
done
grep -qs '^ready ' target.log || { cat target.log >&2; fail "the target does not serve"; }

# Numbers out of a line of fcio, limit or our own load.
iops() { grep -o '[0-9.]* IOPS' <<< "$1" | cut -d' ' -f1; }
mibps() { grep -o '[0-9.]* MiB/s' <<< "$1" | cut -d' ' -f1; }
percentile() { grep -o "$2 [0-9.]*" <<< "$1" | head -1 | cut -d' ' -f2; }
median() { printf '%s\n' "$@" | sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
# Ticks of processor time the target has used so far: user and kernel.
ticks() { awk '{print $14, $15}' "/proc/$target/stat"; }

errors=0
# measure WHAT DIRECTION SIZE DEPTH: one line of what the load saw; the load's own exit status says whether it saw errors.
measure() {
  local before after
  read -ra before < <(ticks)
  line=$(load "$2" "$3" "$4") || { errors=1; echo "$1: errors: ${line##*errors: }" >&2; }
  read -ra after < <(ticks)
  rate=$(iops "$line")
  [ -n "$rate" ] || fail "the load says: $line"
  echo "$rate ${before[*]} ${after[*]}" | awk -v what="$1" -v mib="$(mibps "$line")" \
    -v p50="$(percentile "$line" p50)" -v p99="$(percentile "$line" p99)" -v hz="$(getconf CLK_TCK)" -v secs="$secs" '{
      per = 1e6 / hz / ($1 * secs)
      printf "%-24s %8.0f IOPS %8.1f MiB/s   p50 %6.0f us  p99 %6.0f us   cpu %5.1f us user %6.1f us kernel a command\n",
        what, $1, mib, p50, p99, ($4 - $2) * per, ($5 - $3) * per }'
}

echo "$(nproc) processors; yardsticks: ${yardsticks:-own}; $rounds rounds of $secs s"
# Until the code is compiled at its last tier.
load randread 4K 32 2 >/dev/null || true
load randwrite 4K 32 1 >/dev/null || true

nulls=() targets=()
for ((round = 1; round <= rounds; round++)); do
  line=$(null_rate)
  rate=$(iops "$line")
  [ -n "$rate" ] || fail "the null generator says: $line"
  nulls+=("$rate")
  printf '%-24s %8.0f IOPS\n' "null" "$rate"
  measure "target 4K read qd 32" randread 4K 32
  targets+=("$rate")
done
measure "target 4K write qd 32" randwrite 4K 32
measure "target 4K read qd 1" randread 4K 1
measure "target 4K write qd 1" randwrite 4K 1
measure "target 128K read qd 8" randread 128K 8
measure "target 128K write qd 8" randwrite 128K 8

null=$(median "${nulls[@]}")
served=$(median "${targets[@]}")
ratio=$(awk -v a="$served" -v b="$null" 'BEGIN {printf "%.2f", a / b}')
echo "median: null $null IOPS, target $served IOPS"
echo "ratio $ratio"
awk -v r="$ratio" -v m="$minimum" -v e=$errors 'BEGIN {exit !(r >= m && !e)}'
