#!/usr/bin/env bash
# Compares a beat with a plain durable one-row UPDATE (fillfactor 50). pgbench runs both, prepared
# and alternating in one run: throughput at 1, 16 and 64 clients, WAL per call, share of HOT
# updates. Every client is a separate node that holds one pool. The second candidate of all pools
# sends no beats. A client sends beats as an agent does: one full beat, then short ones
# (jobflip.renew_unchanged). Both statements keep their plans, as in an agent's session.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/cluster.sh
source tests/bench/cluster.sh

rounds=${BENCH_ROUNDS:-9}
seconds=${BENCH_SECONDS:-2}

start_cluster
"$BENCH_BUILD"/jobflip init --yes >"$BENCH_DIR/init.log"
ask "create schema bench"
ask "create table bench.plain (beat bigint not null default 0, beat_at timestamptz, node text primary key)
       with (fillfactor = 50)"
ask "grant usage on schema bench to public"
ask "grant all on bench.plain to public"

grow_fleet() { # grow_fleet FROM TO: nodes n0 to n(TO - 1) with a pool each; candidates: the node and spare
  local i
  for ((i = $1; i < $2; i++)); do ask "create role n$i login in role jobflip_agent"; done
  {
    for ((i = 0; i < $2; i++)); do printf '[[node]]\nname = "n%d"\n' "$i"; done
    printf '[[node]]\nname = "spare"\n'
    for ((i = 0; i < $2; i++)); do
      printf '[[pool]]\nname = "p%d"\ncandidates = ["n%d", "spare"]\n' "$i" "$i"
    done
  } >"$BENCH_DIR/fleet.toml"
  "$BENCH_BUILD"/jobflip apply "$BENCH_DIR/fleet.toml" --reason bench >>"$BENCH_DIR/apply.log" 2>&1
  # Each node holds its pool, as if it had taken it.
  ask "update jobflip_data.pool_owner o set state = 'held', holder = 'n' || substr(o.pool, 2), epoch = 1,
         taken_at = clock_timestamp() where o.pool ~ '^p[0-9]+\$'"
  ask "insert into bench.plain (node) select 'n' || i from generate_series($1, $2 - 1) i"
}

# In its first transaction a client becomes the node with its number. Both scripts do the same.
cat >"$BENCH_DIR/first.sql" <<'SQL'
\if :first
select 'n' || :client_id as node, md5('n' || :client_id)::uuid::text as instance,
       array['p' || :client_id || ':1']::text as renewals, array['p' || :client_id]::text as ready,
       (select array_agg(name || ':' || settings_version) from jobflip_data.pool
        where name = 'p' || :client_id)::text as known \gset
select set_config('session_authorization', :node, false);
select jobflip.beat(:node, :instance, :renewals, :ready, '', :known, '{}', 0, '{}') as told \gset
select split_part(head, chr(31), 3)::bigint as full_beat_number
from split_part(:told, chr(30), 1) head \gset
\set first 0
\endif
SQL
{
  cat "$BENCH_DIR/first.sql"
  echo "update bench.plain set beat = beat + 1, beat_at = clock_timestamp() where node = :node;"
} >"$BENCH_DIR/plain.sql"
{
  cat "$BENCH_DIR/first.sql"
  echo "update jobflip.renew_unchanged set beat = beat + 1, beat_at = clock_timestamp()
          where node = :node and full_beat_number = :full_beat_number;"
} >"$BENCH_DIR/beat.sql"

run() { # run SCRIPT CLIENTS SECONDS: prints transactions per second, and WAL bytes per transaction
  local before after log="$BENCH_DIR/pgbench-$1.log"
  before=$(ask "select pg_current_wal_insert_lsn()")
  PGOPTIONS="-c plan_cache_mode=force_generic_plan" "$BENCH_BIN/pgbench" -n -M prepared -c "$2" -j "$(($2 < 2 ? 1 : 2))" -T "$3" -D first=1 \
    -f "$BENCH_DIR/$1.sql" >"$log" 2>&1
  after=$(ask "select pg_current_wal_insert_lsn()")
  ask "select pg_wal_lsn_diff('$after', '$before')" | awk -v log_file="$log" '
    { wal = $1 }
    END {
      while ((getline line < log_file) > 0) {
        if (line ~ /^tps/) { split(line, w, " "); tps = w[3] }
        if (line ~ /actually processed/) { n = split(line, w, " "); count = w[n] }
      }
      print tps, wal / count
    }'
}

# The disk of a virtual machine varies in speed, so each round is compared with its neighbour. The
# result is the median of these ratios.
median_ratio() { # median_ratio COLUMN: the median ratio of beat to plain
  paste -d' ' "$BENCH_DIR/beat.out" "$BENCH_DIR/plain.out" |
    awk -v c="$1" '{ printf "%.4f\n", $c / $(c + 2) }' | median | awk '{ printf "%.2f", $1 }'
}

echo "beat: $rounds rounds of $seconds s for each of plain UPDATE and beat, alternating"
ask "checkpoint"
nodes=0
for clients in 1 16 64; do
  fleet=$((clients < 2 ? 2 : clients))
  grow_fleet "$nodes" "$fleet"
  nodes=$fleet
  : >"$BENCH_DIR/plain.out" && : >"$BENCH_DIR/beat.out"
  run plain "$clients" 1 >/dev/null
  run beat "$clients" 1 >/dev/null
  for ((round = 0; round < rounds; round++)); do
    run plain "$clients" "$seconds" >>"$BENCH_DIR/plain.out"
    run beat "$clients" "$seconds" >>"$BENCH_DIR/beat.out"
  done
  plain=$(cut -d' ' -f1 "$BENCH_DIR/plain.out" | median)
  beat=$(cut -d' ' -f1 "$BENCH_DIR/beat.out" | median)
  plain_wal=$(cut -d' ' -f2 "$BENCH_DIR/plain.out" | median)
  beat_wal=$(cut -d' ' -f2 "$BENCH_DIR/beat.out" | median)
  echo "  $clients clients: plain $plain/s with $plain_wal bytes of WAL, beat $beat/s with $beat_wal"
  figure "beats a second / plain UPDATEs a second, $clients clients" \
    "$(median_ratio 1)" ">=" 0.75
  figure "WAL of a beat / WAL of a plain UPDATE, $clients clients" \
    "$(median_ratio 2)" "<=" 1.3
done
# A full beat stores its number. Only the first beat of each client may be a full one.
short=$(ask "select bool_and(beat - full_beat_number > 1) from jobflip_data.node_beat where node <> 'spare' and beat > 0")
if [[ $short != t ]]; then
  echo "bench: beats were answered in full: not what this measures" >&2
  exit 1
fi
figure "HOT share of the updates of beats, percent" \
  "$(ask "select round(100.0 * n_tup_hot_upd / n_tup_upd, 2) from pg_stat_user_tables where relname = 'node_beat'")" \
  ">=" 99
exit "$MISSED"
