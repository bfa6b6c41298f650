#!/bin/bash
# The main job on real input, step by step, each with the command that a person would type. Works in a folder of its own,
# which is removed at the end. Fails if a step fails, or if the command, Python and C choose differently.
set -euo pipefail
build=$(cd "${1:?usage: policies/demo/demo.sh BUILD}" && pwd)
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
export PATH="$build:$PATH" KEYRULE_LIBRARY="$build/libkeyrule.so" PYTHONPATH=plugin_api/python
export STORE="$work/store" XDG_STATE_HOME="$work" PYTHONDONTWRITEBYTECODE=1
policy=policies/dify-workflows.keyrule
requests=policies/demo/requests.jsonl

step() { printf '\n== %s\n' "$*"; }

# run EXPECTED-EXIT COMMAND: shows the command, runs it as typed, keeps what it prints in $work/out.
run() {
  local expected=$1 status
  printf '$ %s\n' "$2"
  set +e
  bash -o pipefail -c "$2" 2>&1 | tee "$work/out"
  status=${PIPESTATUS[0]}
  set -e
  if [ "$status" -ne "$expected" ]; then
    echo "demo: the exit code is $status, expected $expected" >&2
    exit 1
  fi
}

echo "STORE is $STORE"

step "1. Credentials of two tenants and three providers are sealed into a store"
run 0 "keyrule import policies/demo/credentials.json --store \$STORE"
run 0 "keyrule list --store \$STORE"
if grep -rqa "sk-example" "$work/store"; then
  echo "demo: the store shows a secret" >&2
  exit 1
fi

step "2. The policy is checked, and its own tests are run"
run 0 "keyrule check $policy"
run 0 "keyrule test $policy"

step "3. Eight requests are decided from the store (one is refused: exit code 1)"
run 1 "keyrule decide $policy --store \$STORE --request $requests"
keyrule decide "$policy" --store "$STORE" --request "$requests" --json >"$work/command.json" || true
python3 - "$work/command.json" >"$work/command" <<'PY'
import json, sys
for number, line in enumerate(open(sys.argv[1]), start=1):
    decision = json.loads(line)
    print(number, decision["verdict"], (decision["credential"] or {}).get("name", ""), decision["rule"] or "default", sep="\t")
PY

step "4. A Python host, shaped like Dify, gets the opened credentials for the same requests"
run 0 "python3 plugin_api/python/example_dify.py $policy \$STORE <$requests"
cut -f1-4 "$work/out" >"$work/python"

step "5. A C host does, through keyrule.h and dlopen"
words="python3 policies/demo/words.py <$requests"
run 0 "$words | example_host \$KEYRULE_LIBRARY $policy \$STORE"
cut -f1-4 "$work/out" >"$work/c"

for host in python c; do
  if ! diff "$work/command" "$work/$host"; then
    echo "demo: the $host host chose differently from the command" >&2
    exit 1
  fi
done
[ "$(wc -l <"$work/command")" -eq "$(grep -c . "$requests")" ] || { echo "demo: requests are missing" >&2; exit 1; }
printf '\nThe command, Python and C made the same %s choices.\n' "$(wc -l <"$work/command")"

step "6. What an error looks like (exit code 3)"
run 3 "keyrule check policies/demo/bad.keyrule.txt"

printf '\nAll six steps came out as they should.\n'
