#!/usr/bin/env bash
# The cost of an idle agent at one beat per second: memory (PSS) and wake-ups of all of its
# threads.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/cluster.sh
source tests/bench/cluster.sh
# shellcheck source=tests/bench/agents.sh
source tests/bench/agents.sh

seconds=${BENCH_IDLE_SECONDS:-20}

start_cluster
start_pool mail 1s job1 job2
start_agent job1 mail
active=$AGENT_PID
until_true 30 "an active node" "select state = 'held' from jobflip_data.pool_owner where pool = 'mail'"
start_agent job2 mail
standby=$AGENT_PID
until_true 30 "a standby that is ready" "select 'mail' = any (ready) from jobflip_data.node_beat where node = 'job2'"

wake_ups() { # of all threads, since they started
  cat "/proc/$1/task"/*/status | awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'
}
pss_mib() {
  awk '/^Pss:/ { printf "%.2f", $2 / 1024 }' "/proc/$1/smaps_rollup"
}

sleep 5 # the cost of starting is not the cost of idling
before_active=$(wake_ups "$active")
before_standby=$(wake_ups "$standby")
begin=$(date +%s.%N)
sleep "$seconds"
end=$(date +%s.%N)
rate() {
  awk -v a="$1" -v b="$2" -v t0="$begin" -v t1="$end" 'BEGIN { printf "%.2f", (b - a) / (t1 - t0) }'
}

echo "idle: two agents, a beat a second, $seconds s"
figure "PSS of an idle agent, standby, MiB" "$(pss_mib "$standby")" "<=" 8
figure "PSS of an idle agent, active, MiB" "$(pss_mib "$active")" "<=" 8
figure "wake-ups a second, standby" "$(rate "$before_standby" "$(wake_ups "$standby")")" "<=" 4
figure "wake-ups a second, active" "$(rate "$before_active" "$(wake_ups "$active")")" "<=" 4
exit "$MISSED"
