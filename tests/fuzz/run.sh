#!/bin/sh
# tests/fuzz/run.sh FUZZER SECONDS [OPTION…]: fuzzes from the policies of the tree, with further options of libFuzzer. What is
# found stays beside the fuzzer, in corpus/, for the next run.
set -eu
fuzzer=${1:?usage: tests/fuzz/run.sh FUZZER SECONDS [OPTION…]}
seconds=${2:?usage: tests/fuzz/run.sh FUZZER SECONDS [OPTION…]}
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(dirname "$fuzzer")
mkdir -p "$work/seeds" "$work/corpus"
find "$root/policies" "$root/tests" -name '*.keyrule' -size -64k | while read -r policy; do
  cp "$policy" "$work/seeds/$(cksum <"$policy" | tr ' ' -).keyrule"
done
sed -nE 's/^KEYRULE_[A-Z]+\((.*)\)$/"\1"/p' "$root/dsl/token_words.def" >"$work/words.dict"
exec "$fuzzer" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -max_len=16384 -use_value_profile=1 \
  -dict="$work/words.dict" -artifact_prefix="$work/" -print_final_stats=1 "$@" "$work/corpus" "$work/seeds"
