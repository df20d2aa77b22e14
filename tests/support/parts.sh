#!/usr/bin/env bash
# Runs a test program in parts side by side, each with a share of its tests: most of the time they
# wait. Prints what each part printed; fails if one of them fails.
#   parts.sh N PROGRAM [WORD...]
set -euo pipefail
parts=$1 program=$2
shift 2
logs=$(mktemp -d)
pids=()
# shellcheck disable=SC2317  # called by the trap
end() {
  if ((${#pids[@]} > 0)); then kill "${pids[@]}" 2>/dev/null || true; fi
  rm -rf "$logs"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

for ((part = 0; part < parts; part++)); do
  GTEST_TOTAL_SHARDS=$parts GTEST_SHARD_INDEX=$part "$program" "$@" >"$logs/$part" 2>&1 &
  pids+=($!)
done
failed=0
for ((part = 0; part < parts; part++)); do
  wait "${pids[$part]}" || failed=1
  echo "part $((part + 1)) of $parts:"
  cat "$logs/$part"
done
pids=()
exit "$failed"
