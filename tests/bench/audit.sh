#!/usr/bin/env bash
# What the audit log costs. Appending an event, compared with a plain durable insert of the same
# bytes into a table with the same keys and indexes, by pgbench, alternating in one run. Verifying an
# export, compared with `openssl dgst -sha256` on the same file, alternating on one core, in seconds
# of CPU. The memory of an export and of a verification, with the whole log and with a tenth of it.
#   BENCH_EVENTS=1000000 tests/bench/audit.sh      a log of a million events
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/cluster.sh
source tests/bench/cluster.sh

events=${BENCH_EVENTS:-200000}
rounds=${BENCH_ROUNDS:-7}

start_cluster
"$BENCH_BUILD"/jobflip init --yes >"$BENCH_DIR/init.log"

# Events as they come: of ten, six steps of a flip, two takes or releases, one request with its
# evidence, and one hold.
ask "create schema bench"
ask "create table bench.sort (n integer primary key, kind text, reason text, payload text)"
ask "insert into bench.sort values
  (0, 'flip_requested', 'queue email is STALLED: no job was taken, completed or failed for 2.0s (limit 2.0s)',
   jsonb_build_object('request', gen_random_uuid(), 'from', 'job1', 'to', 'job2', 'automatic', true,
     'stalled', true, 'host_is_off', false, 'evidence', jsonb_build_object('pool', 'mail', 'epoch', 41,
       'holder', 'job1', 'queues', (select jsonb_agg(jsonb_build_object('queue', 'email-' || i, 'verdict',
         'STALLED', 'verdict_age_ms', 100 * i, 'window_ms', 2000, 'reason', 'no job moved for 2.0s',
         'samples_newest_first', (select jsonb_agg(jsonb_build_object('ago_ms', 250 * j, 'runnable', 222,
           'oldest_ms', 5400, 'running', 1, 'done', 78)) from generate_series(1, 12) j)))
         from generate_series(1, 3) i)), 'evidence_sha256', repeat('a', 64))::text),
  (1, 'hold', 'paused until 2026-11-23 05:00:00Z by ops: deploy',
   jsonb_build_object('rule', 'pause', 'not_recorded', 0, 'evidence', jsonb_build_object('pool', 'mail', 'gates',
     (select jsonb_agg(jsonb_build_object('rule', 'rule-' || i, 'allows', true, 'applies', true, 'text',
       'a sentence with 3 of 10 figures')) from generate_series(1, 9) i)))::text),
  (2, 'lease_taken', 'node job1 released it',
   jsonb_build_object('how', 'released', 'clock_fault', false, 'from', 'job1', 'from_epoch', 40, 'attempt',
     gen_random_uuid(), 'instance', gen_random_uuid(), 'incarnation', gen_random_uuid(), 'lease_beat', 1234,
     'unchanged_ms', null, 'polls', null, 'ended_sessions', '[]'::jsonb)::text),
  (3, 'lease_released', 'a flip', jsonb_build_object('attempt', gen_random_uuid(), 'workers', 'drained',
     'ended_sessions', '[]'::jsonb)::text)"
ask "insert into bench.sort select n, 'flip_step', 'the old node''s workers are gone; it gave up the lease',
       jsonb_build_object('event', 'released', 'from_state', 'draining', 'to_state', 'released')::text
     from generate_series(4, 9) n"

# append FROM TO: events of these numbers, 500 in a transaction: the head's row is updated for each,
# and its old versions go only behind the commit
append() {
  local from
  for ((from = $1; from < $2; from += 500)); do
    echo "select count(jobflip.audit_append('mail', s.kind, 'job2', i / 10, 41, 'sup1', s.reason, s.payload))
          from generate_series($from, $((from + 500 < $2 ? from + 500 : $2)) - 1) i join bench.sort s on s.n = i % 10;"
  done | psql -X -q -A -t -v ON_ERROR_STOP=1 >/dev/null
}

verify() { "$BENCH_BUILD"/jobflip audit verify --file "$1" >/dev/null 2>>"$BENCH_DIR/verify.log"; }
export_to() { "$BENCH_BUILD"/jobflip audit export --format "$1" --output "$2" 2>>"$BENCH_DIR/export.log"; }
peak() { # peak COMMAND...: its peak of memory in MiB
  /usr/bin/time -f '%M' -o "$BENCH_DIR/peak" "$@" >/dev/null 2>&1
  awk '{ printf "%.1f", $1 / 1024 }' "$BENCH_DIR/peak"
}
seconds_of() { # seconds_of COMMAND...: CPU of it, on one core
  local TIMEFORMAT='%3U %3S'
  { time taskset -c 0 "$@" >/dev/null 2>&1; } 2>&1 | awk '{ print $1 + $2 }'
}

echo "audit: $events events"
append 0 $((events / 10))
export_to jsonl "$BENCH_DIR/tenth.jsonl"
small_export=$(peak "$BENCH_BUILD"/jobflip audit export --format jsonl --output "$BENCH_DIR/again")
small_verify=$(peak "$BENCH_BUILD"/jobflip audit verify --file "$BENCH_DIR/tenth.jsonl")
append $((events / 10)) "$events"
for format in json jsonl csv; do export_to "$format" "$BENCH_DIR/all.$format"; done
large_export=$(peak "$BENCH_BUILD"/jobflip audit export --format jsonl --output "$BENCH_DIR/again")
large_verify=$(peak "$BENCH_BUILD"/jobflip audit verify --file "$BENCH_DIR/all.jsonl")
echo "  memory, MiB: export $small_export and $large_export, verify $small_verify and $large_verify"
figure "memory of an export of all / of a tenth" \
  "$(awk -v a="$large_export" -v b="$small_export" 'BEGIN { printf "%.2f", a / b }')" "<=" 1.2
figure "memory of verifying all / a tenth" \
  "$(awk -v a="$large_verify" -v b="$small_verify" 'BEGIN { printf "%.2f", a / b }')" "<=" 1.2

for format in json jsonl csv; do
  file=$BENCH_DIR/all.$format
  verify "$file" # and the file is in the page cache
  for ((round = 0; round < rounds; round++)); do
    echo "$(seconds_of openssl dgst -sha256 "$file") $(seconds_of "$BENCH_BUILD"/jobflip audit verify --file "$file")"
  done >"$BENCH_DIR/ratio.out"
  echo "  $format: $(($(stat -c %s "$file") / 1024 / 1024)) MiB, openssl $(awk '{ print $1 }' "$BENCH_DIR/ratio.out" |
    median) s, verify $(awk '{ print $2 }' "$BENCH_DIR/ratio.out" | median) s"
  figure "speed of verifying $format / openssl dgst -sha256" \
    "$(awk '{ print $1 / $2 }' "$BENCH_DIR/ratio.out" | median | awk '{ printf "%.2f", $1 }')" ">=" 0.5
done

ask "create table bench.plain (like jobflip_data.audit_event including all)"
ask "create sequence bench.seq"
echo "\\set n random(0, 9)
select jobflip.audit_append('mail', s.kind, 'job2', 17, 41, 'sup1', s.reason, s.payload)
from bench.sort s where s.n = :n;" >"$BENCH_DIR/append.sql"
echo "\\set n random(0, 9)
insert into bench.plain select 'mail', nextval('bench.seq'), clock_timestamp(), s.kind, 'job2', 17, 41,
  session_user, 'sup1', s.reason, s.payload, decode(repeat('ab', 32), 'hex'), decode(repeat('ab', 32), 'hex')
from bench.sort s where s.n = :n;" >"$BENCH_DIR/plain.sql"
chmod a+r "$BENCH_DIR"/*.sql
rate() { # rate SCRIPT: transactions a second, each durable
  pgbench -n -M prepared -c 1 -T 3 -f "$BENCH_DIR/$1" 2>>"$BENCH_DIR/pgbench.log" | awk '/^tps/ { print $3 }'
}
rate append.sql >/dev/null
for ((round = 0; round < rounds; round++)); do echo "$(rate plain.sql) $(rate append.sql)"; done >"$BENCH_DIR/rates.out"
echo "  events a second, one client: $(awk '{ print $2 }' "$BENCH_DIR/rates.out" | median | awk '{ printf "%.0f", $1 }'), plain inserts $(awk '{ print $1 }' "$BENCH_DIR/rates.out" | median | awk '{ printf "%.0f", $1 }')"
figure "cost of appending an event / of a plain durable insert" \
  "$(awk '{ print $1 / $2 }' "$BENCH_DIR/rates.out" | median | awk '{ printf "%.2f", $1 }')" "<=" 2.5
exit "$MISSED"
