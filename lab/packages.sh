#!/bin/bash
# SPDX-License-Identifier: MIT
# Install the Debian packages that are missing.
# usage: packages.sh PACKAGE...
set -euo pipefail
missing=()
for p in "$@"; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
done
[ ${#missing[@]} -gt 0 ] || exit 0
command -v apt-get >/dev/null || { echo "packages.sh: not a Debian system; these are needed: ${missing[*]}" >&2; exit 1; }
[ "$(id -u)" = 0 ] || { echo "packages.sh: needs root to install ${missing[*]}" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
{ apt-get -o DPkg::Lock::Timeout=300 update -qq && apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } > "$log" 2>&1 ||
  { tail -n 20 "$log" >&2; echo "packages.sh: could not install ${missing[*]}" >&2; exit 1; }
