#!/bin/sh
# Installs the packages of Aptfile that are missing, and says which. Needs root only if something is missing.
set -eu
cd "$(dirname "$0")/.."

missing=""
for package in $(sed 's/#.*//' Aptfile); do
  status=$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null || true)
  [ "$status" = "install ok installed" ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "== every package of Aptfile is installed"
  exit 0
fi

echo "== installing:$missing"
as_root=""
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: run as root, or install sudo" >&2; exit 1; }
  as_root="sudo"
fi
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the list is words
{ $as_root apt-get update -qq && $as_root apt-get install -y -qq --no-install-recommends $missing; } >"$log" 2>&1 ||
  { tail -20 "$log" >&2; echo "setup: apt-get failed, its whole output is in $log" >&2; exit 1; }
rm -f "$log"
