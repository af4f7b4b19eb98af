#!/bin/bash
# SPDX-License-Identifier: MIT
# Run one command in a guest that guest.sh serves from DIR: prints its output, exits with its status.
# usage: exec.sh DIR 'command'      EXEC_TIMEOUT: seconds to wait (default 60)
# 124: no answer in time. 125: the guest has ended.
set -euo pipefail
[ $# -eq 2 ] || { echo "usage: exec.sh DIR 'command'" >&2; exit 2; }
dir=$1 limit=${EXEC_TIMEOUT:-60}

n=1
until mkdir "$dir/$n.taken" 2>/dev/null; do   # the next free number, also when two of us ask at once
  [ -d "$dir" ] || { echo "exec.sh: no such folder: $dir" >&2; exit 2; }
  n=$((n+1))
done
printf '%s\n' "$2" > "$dir/$n.cmd.new"
mv "$dir/$n.cmd.new" "$dir/$n.cmd"

end=$((SECONDS+limit))
until [ -e "$dir/$n.rc" ]; do
  sleep 0.02
  if [ -e "$dir/pid" ] && ! kill -0 "$(cat "$dir/pid")" 2>/dev/null && [ ! -e "$dir/$n.rc" ]; then
    cat "$dir/$n.out" 2>/dev/null || true
    echo "exec.sh: the guest has ended" >&2
    exit 125
  fi
  if [ $SECONDS -ge $end ]; then
    cat "$dir/$n.out" 2>/dev/null || true
    echo "exec.sh: no answer in $limit s" >&2
    exit 124
  fi
done
cat "$dir/$n.out"
exit "$(cat "$dir/$n.rc")"
