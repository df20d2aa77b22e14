#!/usr/bin/env bash
# Whether reading stays quick as a store grows: each statement that `history`, `show`, `audit list`,
# `incident list` and a supervisor's snapshot send, on a store of 10,000 events and on a large one,
# alternating in one run; the figure is the large store's time by the small one's. Then the
# post-mortem of an hour's incident over 100 queues, from the large store.
#   tests/bench/history.sh            large: 300,000 events, 3,000,000 readings; 2 minutes
#   tests/bench/history.sh --full     large: 10 million events, 100 million readings; half an hour, 16 GB
#                                     in /tmp
#   tests/bench/history.sh --dir DIR  a server that is already there, with its stores `small` and `large`
#   tests/bench/history.sh --keep     leaves the server running, and says where it is
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/cluster.sh
source tests/bench/cluster.sh

events=300000 readings=3000000 keep=false dir=''
while [[ $# -gt 0 ]]; do
  case "$1" in
    --full) events=10000000 readings=100000000 ;;
    --keep) keep=true ;;
    --dir) dir=${2:?} && shift ;;
    *)
      echo "usage: tests/bench/history.sh [--full] [--keep] [--dir DIR]" >&2
      exit 2
      ;;
  esac
  shift
done
rounds=${BENCH_ROUNDS:-5}

store_of() { echo "host=$PGHOST dbname=$1 user=postgres"; }

write_fleet() { # 40 pools; the first one has 100 queues, the others 25
  local p q
  printf '[[supervisor]]\nname = "sup1"\n'
  for p in {00..39}; do printf '[[node]]\nname = "pool-%s-a"\n[[node]]\nname = "pool-%s-b"\n' "$p" "$p"; done
  for p in {00..39}; do
    printf '[[pool]]\nname = "pool-%s"\ncandidates = ["pool-%s-a", "pool-%s-b"]\n' "$p" "$p" "$p"
    for ((q = 1; q <= (10#$p == 0 ? 100 : 25); q++)); do
      printf '[[pool.queue]]\nname = "queue-%d"\ndatabase = "app"\nquery = "select 1"\n' "$q"
    done
  done
}

fill() { # fill STORE EVENTS READINGS
  createdb "$1"
  JOBFLIP_STORE=$(store_of "$1") "$BENCH_BUILD"/jobflip init --yes >"$BENCH_DIR/init.log"
  JOBFLIP_STORE=$(store_of "$1") "$BENCH_BUILD"/jobflip apply "$BENCH_DIR/fleet.toml" --reason bench >"$BENCH_DIR/apply.log" 2>&1
  psql -X -q -v ON_ERROR_STOP=1 -d "$1" -f tests/bench/large_store.sql
  psql -X -q -A -t -v ON_ERROR_STOP=1 -d "$1" -o "$BENCH_DIR/fill.log" \
    -c "select bench.drop_indexes()" -c "call bench.add_events($2, 365)" -c "call bench.add_flips()" \
    -c "call bench.add_samples($3)" -c "select bench.make_indexes()" -c "vacuum analyze"
}

if [[ -n $dir ]]; then
  export PGHOST=$dir PGUSER=postgres PGDATABASE=postgres
else
  start_cluster
  ask "alter system set fsync = off"
  ask "alter system set full_page_writes = off"
  ask "alter system set max_wal_size = '1GB'"
  ask "alter system set maintenance_work_mem = '256MB'"
  ask "select pg_reload_conf()" >/dev/null
  write_fleet >"$BENCH_DIR/fleet.toml"
  fill small 10000 500000
  began=$SECONDS
  fill large "$events" "$readings"
  echo "history: $events events and $readings readings were written in $((SECONDS - began)) s"
fi
in_large() { psql -X -q -A -t -v ON_ERROR_STOP=1 -d large -c "$1"; }
echo "  the large store has $(in_large "select pg_size_pretty(pg_database_size('large'))"): events $(in_large \
  "select pg_size_pretty(pg_table_size('jobflip_data.audit_event'))"), their indexes $(in_large \
  "select pg_size_pretty(pg_indexes_size('jobflip_data.audit_event'))"), readings $(in_large \
  "select pg_size_pretty(sum(pg_total_relation_size(relid))) from pg_partition_tree('jobflip_data.sample')")"

# measure NAME SQL [LIMIT]: the same call on both stores. In it, :pool is a pool and :flip one of the
# newest 200 flips, each by chance, and :until the last reading, in microseconds. Of 200 calls the
# quickest quarter counts: what else the machine does is not what is measured
declare -A variables
for store in small large; do
  variables[$store]=$(psql -X -q -A -t -F ' ' -d "$store" -c "
    select '-D flips=' || max(id), '-D until=' || (select jobflip.micros(max(first_at))
                                                   from jobflip_data.sample where pool = 'pool-07' and queue = 'queue-7')
    from jobflip_data.flip")
done
measure() {
  local round store
  {
    echo "\\set p random(0, 39)"
    echo "\\set flip :flips - random(0, 199)"
    echo "${2//:pool/\'pool-\' || lpad((:p)::text, 2, \'0\')};"
  } >"$BENCH_DIR/call.sql"
  for ((round = 0; round <= rounds; round++)); do # the first one only reads the pages
    for store in small large; do
      # shellcheck disable=SC2086  # two options
      pgbench -n -c 1 -t 200 ${variables[$store]} -f "$BENCH_DIR/call.sql" -l --log-prefix="$BENCH_DIR/calls" \
        "$store" >>"$BENCH_DIR/pgbench.log" 2>&1
      awk '{ print $3 }' "$BENCH_DIR"/calls.* | sort -g | awk 'NR == 50 { printf "%.3f\n", $1 / 1000 }'
      rm "$BENCH_DIR"/calls.*
    done | paste -d' ' - -
  done | tail -n +2 >"$BENCH_DIR/times.out"
  printf '  %s: %s ms and %s ms\n' "$1" "$(awk '{ print $1 }' "$BENCH_DIR/times.out" | median)" \
    "$(awk '{ print $2 }' "$BENCH_DIR/times.out" | median)"
  figure "growth of $1" \
    "$(awk '{ print $2 / $1 }' "$BENCH_DIR/times.out" | median | awk '{ printf "%.2f", $1 }')" "<=" "${3:-1.5}"
}
history="select count(*) from jobflip.find_history"
list="select count(*) from jobflip.find_events"
measure "history" "$history('', null, null, null, null, null, null, 21)"
measure "history POOL" "$history(:pool, null, null, null, null, null, null, 21)"
measure "history --kind takeover" "$history('', null, null, null, null, 'takeover', null, 21)"
measure "history --node" "$history('', null, null, :pool || '-a', null, null, null, 21)"
measure "history --actor" "$history('', null, null, null, 'zoe', null, null, 21)"
measure "history --actor of nobody" "$history('', null, null, null, 'nobody', null, null, 21)"
measure "audit list --pool, the newest 50" "$list(:pool, 0, null, null, null, null, null, null, 50, true)"
measure "audit list, the newest 50" "$list('', 0, null, null, null, null, null, null, 50, true)"
measure "audit list --pool --kind" "$list(:pool, 0, null, null, null, null, 'hold', null, 21, true)"
measure "audit list --kind of none" "$list('', 0, null, null, null, null, 'paused', null, 21, true)"
measure "audit list --node" "$list('', 0, null, null, :pool || '-a', null, null, null, 21, true)"
measure "audit list --actor" "$list('', 0, null, null, null, 'zoe', null, null, 21, true)"
measure "audit list --actor of nobody" "$list('', 0, null, null, null, 'nobody', null, null, 21, true)"
measure "audit list --flip" "$list('', 0, null, null, null, null, null, :flip, 21, true)"
# one step into the index for each chain, and the index has more levels
measure "audit heads, as events --follow reads them" "select count(*) from jobflip.audit_heads()" 2.5
measure "show" "select count(*) from jobflip.find_flips(:flip), jobflip.flip_timeline(:flip)"
measure "incident list" "select count(*) from jobflip.find_incidents(null, '', null, null, null, null, 21, null)"
measure "incident list POOL" \
  "select count(*) from jobflip.find_incidents(null, :pool, null, null, null, null, 2, null)"
measure "incident list --class" \
  "select count(*) from jobflip.find_incidents(null, '', 'queued', null, null, null, 21, null)"
measure "incident list --open" \
  "select count(*) from jobflip.find_incidents(null, '', null, null, null, true, 21, null)"
measure "the last flips, in a snapshot" "select count(*) from jobflip.snapshot_last_flips()"
measure "the budget, in a snapshot" "select count(*) from jobflip.snapshot_store()"
measure "the open flips, in a snapshot" "select count(*) from jobflip.find_flips(null)"
measure "the incidents, in a snapshot" "select count(*) from jobflip.snapshot_incidents()"
measure "an hour of readings of a queue" "select count(*) from jobflip.samples(:pool, 'queue-7',
  :until - 3600000000, :until, 0, 1000)"

# An hour's incident of the pool with 100 queues, with a flip in its middle.
incident=$(in_large "with i as (
    insert into jobflip_data.incident (id, pool, class, cause, sentence, opened_at, opened_by, closed_at, closed_by,
      perceptible_after_ms, most_waiting, longest_wait_ms)
    select nextval('jobflip_data.incident_id'), 'pool-00', 'queued', 'verdict', 'queue queue-1 is STALLED', t.at,
           'supervisor sup1', t.at + interval '1 hour', 'supervisor sup1', 60000, 40, 9000
    from (select max(first_at) - interval '80 minutes' as at from jobflip_data.sample
          where pool = 'pool-00' and queue = 'queue-1') t
    returning id, opened_at, closed_at
  ), s as (
    insert into jobflip_data.incident_stage (incident, stage, flip, at)
    select i.id, s.stage, 0, i.opened_at + s.n * interval '10 minutes' from i
    cross join (values (0, 'onset'), (1, 'detected'), (6, 'recovered')) s (n, stage)
  ) select id from i")
for ((round = 0; round < rounds; round++)); do
  began=$(date +%s%N)
  JOBFLIP_STORE=$(store_of large) "$BENCH_BUILD"/jobflip postmortem "$incident" --output "$BENCH_DIR/page.html" \
    2>>"$BENCH_DIR/page.log"
  echo $((($(date +%s%N) - began) / 1000000))
done >"$BENCH_DIR/page.out"
grep -o 'queue-100' "$BENCH_DIR/page.html" >/dev/null
figure "post-mortem of 1 h over 100 queues, seconds" "$(median <"$BENCH_DIR/page.out" | awk '{ printf "%.2f", $1 / 1000 }')" "<=" 2
figure "post-mortem of 1 h over 100 queues, MB" \
  "$(stat -c %s "$BENCH_DIR/page.html" | awk '{ printf "%.2f", $1 / 1000000 }')" "<=" 2
if $keep; then
  echo "the server is in $BENCH_DIR: tests/bench/history.sh --dir $BENCH_DIR measures again"
  echo "end it with: $BENCH_BIN/pg_ctl -D $BENCH_DIR/data stop, as postgres; then remove the folder"
  trap - EXIT
fi
exit "$MISSED"
