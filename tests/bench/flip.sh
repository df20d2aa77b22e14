#!/usr/bin/env bash
# A planned flip with a worker that starts and stops at once: jobflip's own time from request to
# active. It is compared with one durable one-row commit plus one NOTIFY wake-up, measured in the
# same run: on this machine's disk, and with 2 ms more per flush, as on a disk that waits for a
# platter or a peer.
#
# One commit and one wake-up are measured between any two flips, directly after a jobflip command
# and on connections that were idle as long as the agents' were: the conditions of a flip. In a
# tight loop, when nothing else has run and no processor has gone to sleep, both take half of that
# or less. Those times are printed as well, without a limit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/cluster.sh
source tests/bench/cluster.sh
# shellcheck source=tests/bench/agents.sh
source tests/bench/agents.sh

flips=${BENCH_FLIPS:-50}

start_cluster
start_pool mail 200ms job1 job2
start_agent job1 mail
start_agent job2 mail
until_true 30 "an active node" "select state = 'held' from jobflip_data.pool_owner where pool = 'mail'"
until_true 30 "both nodes to be ready" \
  "select count(*) = 2 from jobflip_data.node_beat where 'mail' = any (ready)
     and beat_at > clock_timestamp() - interval '1 s'"

start_units() {
  mkfifo "$BENCH_DIR/unit.ask" "$BENCH_DIR/unit.answer"
  "$BENCH_BUILD"/bench_commit_and_notify - <"$BENCH_DIR/unit.ask" >"$BENCH_DIR/unit.answer" &
  BENCH_PIDS+=("$!")
  exec {UNIT_ASK}>"$BENCH_DIR/unit.ask" {UNIT_ANSWER}<"$BENCH_DIR/unit.answer"
}

one_unit() {
  local answer
  "$BENCH_BUILD"/jobflip status >>"$BENCH_DIR/status.log"
  echo >&"$UNIT_ASK"
  read -r -t 10 -u "$UNIT_ANSWER" answer
  echo "$answer" >>"$BENCH_DIR/units.out"
}

column() { cut -d' ' -f"$2" "$BENCH_DIR/$1.out" | median; }
per_unit() { # per_unit MS COMMIT WAKE
  awk -v a="$1" -v c="$2" -v w="$3" 'BEGIN { printf "%.1f", a / (c + w) }'
}

times() { # times FROM TO: p50 and p95 of this round's flips, in ms
  ask "select round(percentile_cont(0.5) within group (order by ms)::numeric, 2) || ' ' ||
              round(percentile_cont(0.95) within group (order by ms)::numeric, 2)
         from (select extract(epoch from $2 - $1) * 1000 as ms from jobflip_data.flip where id > $before) t"
}

flip_to_and_fro() { # flip_to_and_fro WHERE: one round, and its figure
  local n active active95 before commit wake
  before=$(ask "select coalesce(max(id), 0) from jobflip_data.flip")
  : >"$BENCH_DIR/units.out"
  for ((n = 0; n < flips; n++)); do
    rest 0.5
    one_unit
    rest 0.5
    "$BENCH_BUILD"/jobflip flip mail --reason bench --yes >>"$BENCH_DIR/flip.log" 2>&1 || true
    look_until_true 30 "flip $((n + 1)) to end, and the old node to be ready again" \
      "select (select count(*) from jobflip_data.flip where ended_at is not null and id > $before) = $((n + 1))
         and count(*) = 2 from jobflip_data.node_beat where 'mail' = any (ready)
         and beat_at > clock_timestamp() - interval '1 s'"
  done
  "$BENCH_BUILD"/bench_commit_and_notify 200 >"$BENCH_DIR/tight.out"
  ask "select count(*) from jobflip_data.flip where started_at is null" | grep -qx 0 || {
    echo "bench: a flip did not start its workers:" >&2
    ask "select id, state, last_sentence from jobflip_data.flip where started_at is null" >&2
    exit 1
  }
  read -r active active95 <<<"$(times requested_at started_at)"
  commit=$(column units 1)
  wake=$(column units 2)
  echo "  $1: request to active: p50 $active ms, p95 $active95 ms; a commit $commit ms, a wake-up $wake ms"
  echo "  of it, p50 and p95: request to drain $(times requested_at drained_at), drain to release" \
    "$(times drained_at released_at), release to take $(times released_at taken_at)," \
    "take to workers running $(times taken_at started_at)"
  echo "  a commit and a wake-up in a tight loop: $(column tight 1) and $(column tight 2) ms, of which the" \
    "flip is $(per_unit "$active" "$(column tight 1)" "$(column tight 2)")"
  figure "$1: request to active (p50) / one commit + one wake-up" \
    "$(per_unit "$active" "$commit" "$wake")" "<=" 10
}

echo "flip: twice $flips planned flips to and fro, workers that start and stop at once"
open_onlooker
start_units
flip_to_and_fro "this disk"
ask "alter system set commit_siblings = 0" >/dev/null
ask "alter system set commit_delay = 2000" >/dev/null
ask "select pg_reload_conf()" >/dev/null
until_true 10 "the slower disk" "select current_setting('commit_delay') = '2000'"
flip_to_and_fro "2 ms more a flush"
exec {UNIT_ASK}>&-
exit "$MISSED"
