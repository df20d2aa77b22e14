#!/usr/bin/env bash
# How many readings of queues one core judges in a second. The best of several rounds: others on
# this machine only make it slower. Not a ratio, but the limit leaves room for slow machines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/figure.sh
source tests/bench/figure.sh

rounds=${BENCH_ROUNDS:-5}
seconds=${BENCH_SECONDS:-1}
build=${BENCH_BUILD:-build/release}

echo "detector: the best of $rounds rounds of $seconds s each"
detect=0 sentence=0
for ((round = 0; round < rounds; round++)); do
  { read -r one && read -r two; } < <("$build"/bench_detector "$seconds")
  ((one <= detect)) || detect=$one
  ((two <= sentence)) || sentence=$two
done
figure "readings judged a second, verdict only" "$detect" ">=" 1000000
figure "readings judged a second, verdict and sentence" "$sentence" ">=" 100000
exit "$MISSED"
