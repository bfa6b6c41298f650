#!/bin/bash
# Builds the candidates for the Python binding and measures them in one run: bindings.sh BUILD. pybind11, nanobind and cffi come
# from PyPI, pinned, into BUILD/bindings.
set -euo pipefail
build=$(cd "${1:?usage: bindings.sh BUILD}" && pwd)
cd "$(dirname "$0")/../../.."
out="$build/bindings"
python=/usr/bin/python3
if [ ! -e "$out/done" ]; then
  mkdir -p "$out"
  $python -m pip install -q --disable-pip-version-check --target "$out/packages" pybind11==3.1.0 nanobind==3.1.0 cffi==2.1.1 setuptools==75.8.0
  touch "$out/done"
fi
packages="$out/packages"
flags=(-std=c++20 -O3 -DNDEBUG -fPIC -fvisibility=hidden -I. -Iplugin_api/include -isystem "$packages/pybind11/include"
       -isystem "$packages/nanobind/include" -isystem "$packages/nanobind/ext/robin_map/include"
       $($python -c 'import sysconfig; print("-isystem", sysconfig.get_path("include"))'))
shared=()
for source in attribute_ids engine_handle errors json_object library request value_types; do
  g++ "${flags[@]}" -DPy_LIMITED_API=0x030B0000 -c "plugin_api/python/binding/$source.cc" -o "$out/$source.o"
  shared+=("$out/$source.o")
done
g++ "${flags[@]}" -shared -o "$out/pybind_candidate.so" tests/bench/python/pybind_candidate.cc "${shared[@]}"
g++ "${flags[@]}" -fno-strict-aliasing -shared -o "$out/nanobind_candidate.so" tests/bench/python/nanobind_candidate.cc \
  "$packages/nanobind/src/nb_combined.cpp" "${shared[@]}"
export PYTHONPATH="plugin_api/python:tests/bench/python:$out:$packages" KEYRULE_LIBRARY="$build/libkeyrule.so"
$python -c "import cffi_candidate; cffi_candidate.build('plugin_api/include', '$out')"
KEYRULE_COMMAND="$build/keyrule" $python tests/bench/python/binding_bench.py --candidates
