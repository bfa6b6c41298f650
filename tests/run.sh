#!/bin/bash
# Runs every test of a build and counts single test cases: GoogleTest's and pytest's own numbers, and one for each other
# CTest entry. The last line is "N passed, N failed".
set -uo pipefail
build=${1:?usage: tests/run.sh BUILD}
cd "$(dirname "$0")/.."
build=$(cd "$build" && pwd)
report="$build/tests.xml"
export TSAN_OPTIONS="suppressions=$PWD/tests/support/tsan.supp ${TSAN_OPTIONS:-}"
rm -f "$report"
echo "== running the tests of $build"
# One more at once than there are processors: some wait for servers, and two fuzz for a set time.
ctest --test-dir "$build" --output-junit "$report" --test-output-size-passed 1048576 --output-on-failure -j "$(($(nproc) + 1))" --no-tests=error
status=$?
python3 tests/count.py "$report" "$status"
