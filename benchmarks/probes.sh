#!/bin/bash
# SPDX-License-Identifier: MIT
# What do the probes cost?
#
# usage: benchmarks/probes.sh [--yardsticks DIR] [--secs N] [--rounds N] [--blocks N] [--copies N]
#   First without a network, in one process: 4 KiB commands through ports in memory, some with the probes and some with the probes taken out,
#   in slices of 0.3 ms in turns; many copies of either, each with machine code of its own, because where code lies changes its speed by
#   more than the probes do (ProbeCostComparison.cs). This is what tells a cost below 1 %.
#   Then, as root, in a network namespace of its own: two targets, each on a veth pair of MTU 2500, one as it is, one with the probes taken out
#   (AppContext switch FcTarget.Probes.Disabled: the JIT compiles IsEnabled to false). 4 KiB random reads at depth 32, in turns, so that what
#   else the machine does hits both. Two processes of the same program differ by some percent for as long as they live (where their memory
#   lies, which processor the kernel likes for them), so both are started anew in every block. Then the first once more, in turns without
#   and with a D program that counts every probe by remote port and name ('fctarget dtrace'), and once more while bpftrace counts every
#   probe by name.
#   --yardsticks DIR  compile DIR/fcio.c and use it as load; else the project's own, in C#
#   --secs N          a measurement lasts N seconds (1)
#   --rounds N        each so many times, in a block (7)
#   --blocks N        pairs of fresh processes (5)
#   --copies N        copies of the port of each kind in memory (24)
# In memory: 'probes by without R (FROM to TO)', ratio of times with its 95 % confidence interval; 'probes by probes' is the same of copies
# that do not differ: how far such a figure is off by itself. The last lines: 'probes of a live command: P % (FROM to TO)', the nanoseconds
# that probes cost in memory by the processor time of a command in the live target; 'off by without: ... R (FROM to TO, N pairs)', of processor
# time and of rates: the median of the pairs and its 95 % confidence interval; then 'dtrace by off R' and 'counted by off R', of the medians
# of the rates.
set -euo pipefail
root=$(readlink -f "$(dirname "$0")/..")
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
fail() { echo "probes.sh: $1" >&2; exit 2; }

yardsticks='' secs=1 rounds=7 blocks=5 copies=24
while [ $# -gt 1 ]; do
  case $1 in
    --yardsticks) yardsticks=$2 ;;
    --secs) secs=$2 ;;
    --rounds) rounds=$2 ;;
    --blocks) blocks=$2 ;;
    --copies) copies=$2 ;;
    *) fail "there is no option $1" ;;
  esac
  shift 2
done
program=$root/src/FcTarget.Host/bin/Release/net10.0/fctarget
own=$root/benchmarks/FcTarget.Benchmarks/bin/Release/net10.0/FcTarget.Benchmarks.dll

# ---- outside the namespace: build ----------------------------------------------------------------------------------------------------
if [ -z "${PROBES_TOOLS:-}" ]; then
  [ "$(id -u)" = 0 ] || fail "needs root: it makes a network namespace"
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  if [ -n "$yardsticks" ]; then gcc -O2 -o "$scratch/fcio" "$yardsticks/fcio.c" || fail "cannot compile the load. Remedy: apt install gcc libc6-dev"; fi
  dotnet build "$root/benchmarks/FcTarget.Benchmarks" -c Release -v q -nologo > "$scratch/build" 2>&1 || { cat "$scratch/build" >&2; fail "the build failed"; }
  dotnet "$own" probe-cost --copies "$copies" | tee "$scratch/probe-cost"
  "$root/fctarget" --version >/dev/null || fail "fctarget does not run"
  PROBES_TOOLS=$scratch unshare --net "$0" ${yardsticks:+--yardsticks "$yardsticks"} --secs "$secs" --rounds "$rounds" --blocks "$blocks"
  exit
fi

# ---- inside: ends with the last process ----------------------------------------------------------------------------------------------
cd "$PROBES_TOOLS"
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait' EXIT
sed 's/"configProperties": {/&\n      "FcTarget.Probes.Disabled": true,/' "$program.runtimeconfig.json" > without.runtimeconfig.json
grep -q FcTarget.Probes.Disabled without.runtimeconfig.json || fail "the runtime configuration has no place for the switch"
declare -A process
for name in off without; do
  ip link add "$name-load" type veth peer name "$name"
  for end in "$name-load" "$name"; do ip link set "$end" mtu 2500 up; done
done

# start NAME: a fresh target, served and warm: its code is compiled at the last tier.
start() {
  local config=$program.runtimeconfig.json
  [ "$1" = off ] || config=without.runtimeconfig.json
  rm -f "$1.log" # the 'ready' of the block before is not this one's
  dotnet exec --runtimeconfig "$config" --depsfile "$program.deps.json" "$program.dll" \
    run --interface "$1" --topology vn2vn --lu memory:256M --control "$PWD/$1.sock" > "$1.log" 2>&1 &
  process[$1]=$!
  started+=($!)
  for ((i = 0; i < 300; i++)); do # 30 s
    grep -qs '^ready ' "$1.log" && break
    sleep 0.1
  done
  grep -qs '^ready ' "$1.log" || { cat "$1.log" >&2; fail "the target does not serve"; }
  load "$1" 3 > /dev/null
}
stop() { kill "${process[$1]}"; wait "${process[$1]}" || true; }

load() {
  if [ -n "$yardsticks" ]; then ./fcio --dev "$1-load" --mode vn2vn --check-crc --fast --rw randread --bs 4K --qd 32 --secs "$2"
  else dotnet "$own" load "$1-load" --rw randread --bs 4K --qd 32 --secs "$2"
  fi
}
median() { printf '%s\n' "$@" | sort -n | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN {printf "%.3f", a / b}'; }
# The median of some ratios and the ranks that hold it with 95 % confidence (binomial, by its normal approximation).
interval() {
  printf '%s\n' "$@" | sort -n | awk '{v[NR] = $1} END {
    half = 0.98 * sqrt(NR); low = int(NR / 2 - half); high = NR + 1 - low
    if (low < 1) { low = 1; high = NR }
    printf "%.4f (%.4f to %.4f, %d pairs)", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2, v[low], v[high], NR }'
}
# Nanoseconds of processor time of all threads of a process.
runtime() { cat "/proc/$1/task/"*/schedstat | awk '{n += $1} END {printf "%.0f", n}'; }
# measure TARGET WHAT: rate and processor time of a command, in the variables rate and cpu
measure() {
  local before after
  before=$(runtime "${process[$1]}")
  line=$(load "$1" "$secs")
  after=$(runtime "${process[$1]}")
  rate=$(grep -o '[0-9.]* IOPS' <<< "$line" | cut -d' ' -f1)
  [ -n "$rate" ] || fail "the load says: $line"
  cpu=$(awk -v t=$((after - before)) -v r="$rate" -v s="$secs" 'BEGIN {printf "%.3f", 1e-3 * t / (r * s)}')
  printf '%-8s %8.0f IOPS   cpu %7.3f us a command\n' "$2" "$rate" "$cpu"
}

declare -a rates_again rates_dtrace cpus_dtrace rates_off rates_counted cpus_off cpus_without cpus_counted by_rate by_cpu
declare -A of_rate of_cpu
for ((block = 1; block <= blocks; block++)); do
  order=(off without)
  [ $((block % 2)) = 1 ] || order=(without off)
  for name in "${order[@]}"; do start "$name"; done
  for ((round = 1; round <= rounds; round++)); do
    for name in "${order[@]}"; do measure "$name" "$name"; of_rate[$name]=$rate of_cpu[$name]=$cpu; done
    order=("${order[1]}" "${order[0]}") # whoever comes second finds a warmer machine
    rates_off+=("${of_rate[off]}"); cpus_off+=("${of_cpu[off]}"); cpus_without+=("${of_cpu[without]}")
    by_rate+=("$(awk -v a="${of_rate[off]}" -v b="${of_rate[without]}" 'BEGIN {print a / b}')")
    by_cpu+=("$(awk -v a="${of_cpu[off]}" -v b="${of_cpu[without]}" 'BEGIN {print a / b}')")
  done
  stop without
  [ "$block" = "$blocks" ] || stop off
done
for ((round = 1; round <= rounds; round++)); do
  measure off off; rates_again+=("$rate")
  dotnet "$program.dll" dtrace -T "$PWD/off.sock" -qn 'BEGIN { printf("tracing\n"); } fc::: { @[args[0]->ci_remote, probename] = count(); }' \
    > dtrace.log 2>&1 &
  dtrace=$!
  started+=($dtrace)
  for ((i = 0; i < 300; i++)); do
    grep -q tracing dtrace.log && break
    sleep 0.1
  done
  measure off dtrace; rates_dtrace+=("$rate"); cpus_dtrace+=("$cpu")
  kill -TERM $dtrace # SIGINT is ignored by what a script starts in the background
  wait $dtrace || { cat dtrace.log >&2; fail "fctarget dtrace failed"; }
done
cat dtrace.log
if command -v bpftrace > /dev/null; then
  bpftrace -B line -p "${process[off]}" -e 'usdt:*:fc:* { @[probe] = count(); } interval:ms:100 { printf("tracing\n"); }' > bpftrace.log 2>&1 &
  bpftrace=$!
  started+=($bpftrace)
  for ((i = 0; i < 300; i++)); do
    grep -qs tracing bpftrace.log && break
    sleep 0.1
  done
  for ((round = 1; round <= rounds; round++)); do measure off counted; rates_counted+=("$rate"); cpus_counted+=("$cpu"); done
  kill -INT $bpftrace
  wait $bpftrace || true
  grep '^@' bpftrace.log || true
fi
echo "median cpu us a command: off $(median "${cpus_off[@]}"), without $(median "${cpus_without[@]}"), dtrace $(median "${cpus_dtrace[@]}")${cpus_counted:+, counted $(median "${cpus_counted[@]}")}"
# In the command of a live target, which the kernel has most of, the probes that nobody listens to are the same nanoseconds.
awk -v us="$(median "${cpus_without[@]}")" '/^4 KiB read: probes cost/ {
  gsub(/[()]/, ""); printf "probes of a live command: %.2f %% (%.2f to %.2f)\n", $6 / us / 10, $10 / us / 10, $12 / us / 10 }' probe-cost
echo "off by without: processor time $(interval "${by_cpu[@]}")"
echo "off by without: rate $(interval "${by_rate[@]}")"
echo "dtrace by off $(ratio "$(median "${rates_dtrace[@]}")" "$(median "${rates_again[@]}")")"
[ ${#rates_counted[@]} = 0 ] || echo "counted by off $(ratio "$(median "${rates_counted[@]}")" "$(median "${rates_off[@]}")")"
