#!/bin/bash
# Installs a wheel in a clean root and decides there: clean_root.sh WHEEL PYTHON [BASE.tar]. PYTHON is the folder of an interpreter
# (its bin/, lib/) that Debian 12 does not have, 3.12 say; it is copied to the same place in the root. BASE.tar is a minimal Debian
# 12, made by debootstrap where there is none. Needs root. /proc is mounted in it, by which an executable finds its
# own libraries; the root is removed afterwards.
set -euo pipefail
wheel=$(realpath "${1:?usage: clean_root.sh WHEEL PYTHON [BASE.tar]}")
prefix=$(realpath "${2:?usage: clean_root.sh WHEEL PYTHON [BASE.tar]}")
here=$(cd "$(dirname "$0")" && pwd)
base=${3:-$(dirname "$wheel")/debian-12.tar}
root=$(mktemp -d)
trap 'umount -l "$root/proc" 2>/dev/null || true; rm -rf --one-file-system "$root"' EXIT
chmod 755 "$root"
if [ ! -s "$base" ]; then
  echo "== a minimal Debian 12, once, into $base"
  mirror=$(sed -n 's/^URIs: *//p; s/^deb [^h]*\(http[^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources /etc/apt/sources.list 2>/dev/null | head -1)
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$base.log" 2>&1 || { tail -5 "$base.log" >&2; exit 1; }
  tar -C "$root" -cf "$base.part" . && mv "$base.part" "$base"
else
  tar -C "$root" -xf "$base" --exclude=./dev --exclude=./usr/share --exclude=./var
fi
mkdir -p "$root/dev" "$root/tmp" "$root$prefix" "$root/src/policies"
[ -e "$root/dev/null" ] || mknod -m 666 "$root/dev/null" c 1 3
[ -e "$root/dev/urandom" ] || mknod -m 444 "$root/dev/urandom" c 1 9
tar -C "$prefix" --exclude=test --exclude=__pycache__ --exclude='*.a' -c bin lib | tar -C "$root$prefix" -x
cp "$wheel" "$here/clean_host.py" "$root/src/"
cp -r "$here/../../policies/." "$root/src/policies/"
if chroot "$root" /bin/sh -c "command -v gcc g++ cc c++ clang" || find "$root/usr" -name 'librocksdb*' | grep .; then
  echo "clean_root: that is no clean root" >&2
  exit 1
fi
mkdir -p "$root/proc"
mount -t proc proc "$root/proc"
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 PYTHON="$prefix/bin/python3" chroot "$root" /bin/sh -euc '
  cd /src
  "$PYTHON" -m venv /venv
  /venv/bin/pip install -q --no-index --disable-pip-version-check ./*.whl
  /venv/bin/keyrule import policies/demo/credentials.json --store /src/store
  /venv/bin/keyrule check policies/dify-workflows.keyrule
  /venv/bin/python clean_host.py policies/dify-workflows.keyrule /src/store'
