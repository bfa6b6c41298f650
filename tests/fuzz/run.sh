#!/bin/sh
# tests/fuzz/run.sh FUZZER SECONDS [OPTION…]: fuzzes from the policies of the tree (response_fuzz: from its responses), with further
# options of libFuzzer. What is found stays beside the fuzzer, in corpus/, for the next run.
set -eu
fuzzer=${1:?usage: tests/fuzz/run.sh FUZZER SECONDS [OPTION…]}
seconds=${2:?usage: tests/fuzz/run.sh FUZZER SECONDS [OPTION…]}
shift 2
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(dirname "$fuzzer")
kind=keyrule corpus=$work/corpus seeds=$work/seeds words=$work/words.dict
case $fuzzer in *response_fuzz) kind=http corpus=$work/responses seeds=$work/response_seeds words=$work/response_words.dict ;; esac
mkdir -p "$seeds" "$corpus"
find "$root/policies" "$root/tests" -name "*.$kind" -size -64k | while read -r seed; do
  cp "$seed" "$seeds/$(cksum <"$seed" | tr ' ' -).$kind"
done
if [ "$kind" = http ]; then
  grep -oE '"[A-Za-z_.0-9]+"' "$root/evaluator/response_rows.def" | sort -u >"$words"
else
  sed -nE 's/^KEYRULE_[A-Z]+\((.*)\)$/"\1"/p' "$root/dsl/token_words.def" >"$words"
fi
exec "$fuzzer" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 -max_len=16384 -use_value_profile=1 \
  -dict="$words" -artifact_prefix="$work/" -print_final_stats=1 "$@" "$corpus" "$seeds"
