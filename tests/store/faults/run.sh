#!/bin/bash
# The long form of the tests of faults (target `faults`); half an hour. The numbers can be set in the environment.
# The last line says "0 wrong answers", or the exit code is not 0.
set -uo pipefail
test=${1:?usage: run.sh STORE_FAULT_TEST COMMAND LIBRARY PYTHON}
export KEYRULE_COMMAND=$2 KEYRULE_LIBRARY=$3
python=$4
here=$(cd "$(dirname "$0")" && pwd)
kills=${KEYRULE_FAULT_KILLS:-500} damages=${KEYRULE_FAULT_DAMAGES:-1000}
fills=${KEYRULE_FAULT_FILLS:-16} calls=${KEYRULE_FAULT_CALLS:-200} canaries=${KEYRULE_CANARIES:-1000}
failed=0
pytest() { "$python" -B -m pytest -q -p no:cacheprovider "$@" || failed=1; }

echo "== $kills times kill -9 of the writer at random moments"
KEYRULE_FAULT_KILLS=$kills "$test" --gtest_brief=1 --gtest_filter='Kills.*' || failed=1
echo "== $damages times damage to a file of each kind"
KEYRULE_FAULT_DAMAGES=$damages "$test" --gtest_brief=1 --gtest_filter='AllFiles.*' || failed=1
echo "== a full disk: $fills amounts of space left, at each command"
KEYRULE_FAULT_FILLS=$fills pytest "$here/test_disk_full.py"
echo "== failing system calls: each sync at each command, and $calls runs with calls that fail now and then"
KEYRULE_FAULT_CALLS=$calls pytest "$here/test_failing_calls.py"
echo "== $canaries marked secrets, searched for in everything that is printed, logged and written"
KEYRULE_CANARIES=$canaries pytest "$here/../../python/test_canaries.py"
if [ $failed != 0 ]; then
  echo "faults: there are wrong answers, see above"
  exit 1
fi
echo "faults: $kills kills, $damages damages, $fills fillings of a disk at each command, $calls runs with failing calls," \
     "$canaries secrets: 0 wrong answers"
