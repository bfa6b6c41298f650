#!/bin/bash
# Makes build/wheel/keyrule-….whl of what BUILD holds (library, binding, command; nothing is compiled), with every shared library
# that a Debian 12 without RocksDB, or another system with as new a C library, lacks. The tools are pinned in
# wheel-requirements.txt and come from PyPI into a virtual environment, build/wheel/tools. Prints the wheel's path last.
set -euo pipefail
build=$(cd "${1:?usage: wheel.sh BUILD}" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
out="$build/../wheel"
mkdir -p "$out"
out=$(cd "$out" && pwd)
tools="$out/tools"

if ! cmp -s "$here/wheel-requirements.txt" "$tools/requirements"; then
  echo "== tools for wheels: a virtual environment in $tools, from PyPI"
  rm -rf "$tools"
  /usr/bin/python3 -m venv "$tools"
  "$tools/bin/pip" install -q --disable-pip-version-check -r "$here/wheel-requirements.txt"
  cp "$here/wheel-requirements.txt" "$tools/requirements"
fi
export PATH="$tools/bin:$PATH"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo "== the wheel of $build"
pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w "$work/plain" \
  --config-settings "cmake.define.KEYRULE_BUILT=$build" --config-settings "build-dir=$work/cmake" "$here"
echo "== the libraries that it carries"
auditwheel repair --plat "manylinux_$(ldd --version | sed -n '1s/.* \([0-9]*\)\.\([0-9]*\)$/\1_\2/p')_$(uname -m)" \
  -w "$work/repaired" "$work"/plain/*.whl >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
# What is carried is given away again: each library's licence goes along, as Debian has it.
wheel unpack -d "$work/open" "$work"/repaired/*.whl >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
opened=$(echo "$work"/open/*)
licences=$(echo "$opened"/keyrule-*.dist-info)/licenses
mkdir -p "$licences"
for package in tao-pegtl-dev nlohmann-json3-dev libspdlog-dev libcli11-dev; do  # compiled in from their headers
  cp "/usr/share/doc/$package/copyright" "$licences/$package"
done
for library in "$opened"/keyrule.libs/*; do
  name=$(basename "$library" | sed -E 's/-[0-9a-f]{8}//')  # auditwheel puts a digest into the name
  package=$(dpkg-query -S "*/$name" 2>/dev/null | sed -n '1s/:.*//p')
  cp "/usr/share/doc/${package:?no package of Debian has $name}/copyright" "$licences/$package"
done
rm -f "$out"/keyrule-*.whl
wheel pack -d "$out" "$opened" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
python - "$out"/keyrule-*.whl <<'PY'
import sys, zipfile
carried = [name.split("/")[-1] for name in zipfile.ZipFile(sys.argv[1]).namelist() if "keyrule.libs/" in name]
print(", ".join(sorted(name.split("-")[0].split(".so")[0] for name in carried)))
PY
echo "$out"/keyrule-*.whl
