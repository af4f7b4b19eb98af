#!/bin/bash
# SPDX-License-Identifier: MIT
# What does 'run --record' cost the data path?
#
# usage: benchmarks/recording.sh [--secs N]
#   As root, in a network namespace of its own: a target on a veth pair of MTU 2500 under 4 KiB random reads at depth 32, that is recorded to a file
#   which turns over at 64 MB, or not, by turns of 50 ms. Twice: as the system places the threads, and, with two processors at least, with the
#   target's loop alone on one of them and load and writer on another; then one command at a time, where nobody waits for a processor and the rate
#   is the latency. Then, if tcpdump is installed, the second while tcpdump records the interface from beginning to end: the kernel copies its frames
#   in the loop's time, and 'loop a command' is what that comes to.
#   --secs N    each is measured for N seconds (20)
# Of both it prints the loop thread's processor time a command (user and kernel) without recording, what recording adds (medians of pairs of
# neighbouring turns, with their 95 % intervals), the writer thread's, the rates, and how many frames the recording lacks. The writer needs a
# processor of its own for the rates to be the same.
set -euo pipefail
root=$(readlink -f "$(dirname "$0")/..")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
fail() { echo "recording.sh: $1" >&2; exit 2; }
secs=20
while [ $# -gt 1 ]; do
  case $1 in
    --secs) secs=$2 ;;
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
  RECORDING_TOOLS=$scratch unshare --net "$0" --secs "$secs"
  exit
fi

cd "$RECORDING_TOOLS"
started=()
trap '[ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null || true; wait' EXIT
ip link add load type veth peer name target
for end in load target; do ip link set "$end" mtu 2500 up; done

# The threads of a process to one processor, but for those of a name, which go to another. Names are cut at 15 characters.
pin() { # PID PROCESSOR NAME OTHER-PROCESSOR
  for task in /proc/"$1"/task/*; do
    if [ "$(cat "$task/comm" 2> /dev/null)" = "$3" ]; then taskset -pc "$4" "${task##*/}"; else taskset -pc "$2" "${task##*/}"; fi
  done > /dev/null 2>&1
}

measure() { # WHAT DEPTH LOAD...
  echo "== $1"
  dotnet "$own" recording target frames.pcapng --secs "$secs" > log 2>&1 &
  local target=$!
  started=($target)
  for ((i = 0; i < 300; i++)); do ! grep -qs '^ready ' log || break; sleep 0.1; done
  [ "$1" = shared ] || pin $target 1 'port target' 0
  if [ "$1" = tcpdump ]; then
    taskset -c 1 tcpdump -i target -w tcpdump.pcap -C 64 -W 2 -Z root -B 65536 > tcpdump.log 2>&1 &
    started+=($!)
  fi
  "${@:3}" dotnet "$own" load load --rw randread --bs 4K --qd "$2" --secs $((secs + 60)) > load.log 2>&1 &
  started+=($!)
  wait $target || { cat log load.log >&2; fail "the target does not serve"; }
  for other in "${started[@]:1}"; do
    kill "$other" 2> /dev/null || true
    wait "$other" || true
  done
  started=()
  if [ "$1" = tcpdump ]; then grep '^loop ' log; else grep -v '^ready ' log; fi
}
measure shared 32
[ "$(nproc)" -ge 2 ] || exit 0
measure pinned 32 taskset -c 1
measure latency 1 taskset -c 1
! command -v tcpdump > /dev/null || measure tcpdump 32 taskset -c 1
