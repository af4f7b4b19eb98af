#!/bin/bash
# SPDX-License-Identifier: MIT
# How long does a replay take, and in how much memory?
#
# usage: benchmarks/replay.sh [--frames N] [--rounds N]
#   Makes a capture of N frames (1000000: 4 KiB reads and writes of a 64 MiB disk, 1.1 GB) and replays it. The capture is in the page cache
#   then: it is the replay that is measured, not the disk. Prints for each round the frames a second and the most memory the process had.
set -euo pipefail
root=$(readlink -f "$(dirname "$0")/..")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
fail() { echo "replay.sh: $1" >&2; exit 2; }

frames=1000000 rounds=3
while [ $# -gt 1 ]; do
  case $1 in
    --frames) frames=$2 ;;
    --rounds) rounds=$2 ;;
    *) fail "there is no option $1" ;;
  esac
  shift 2
done
[ $# -eq 0 ] || fail "there is no option $1"

dotnet build -c Release -v q --nologo "$root/src/FcTarget.Host"
dotnet build -c Release -v q --nologo "$root/benchmarks/FcTarget.Benchmarks"
scratch=$(mktemp -d /var/tmp/replay.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
dotnet "$root/benchmarks/FcTarget.Benchmarks/bin/Release/net10.0/FcTarget.Benchmarks.dll" capture "$scratch/big.pcap" "$frames"

for ((round = 1; round <= rounds; round++)); do
  begin=$(date +%s%N)
  dotnet "$root/src/FcTarget.Host/bin/Release/net10.0/fctarget.dll" replay -q "$scratch/big.pcap" > "$scratch/report" &
  pid=$! most=0
  while kill -0 $pid 2> /dev/null; do
    now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2> /dev/null || true)
    most=${now:-$most}
    sleep 0.05
  done
  wait $pid || fail "the replay failed: $(tail -n 1 "$scratch/report")"
  end=$(date +%s%N)
  awk -v ns=$((end - begin)) -v kb="$most" -v frames="$frames" -v last="$(tail -n 1 "$scratch/report")" \
    'BEGIN { printf "replay %.2f s, %.0f frames/s, %.0f MB: %s\n", ns / 1e9, frames / ns * 1e9, kb / 1024, last }'
done
