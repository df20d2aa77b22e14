#!/usr/bin/env bash
# What keeping readings costs: 1,000 queues, read every 10 s, in calls of up to 2,000 readings, as
# the leading supervisor makes them every four minutes for each queue. CPU of the writer and of the
# whole server as a share of one core; the same readings by a plain COPY into one table with the
# same index, alternating in one run; bytes on disk for each reading, with indexes.
#   BENCH_ROUNDS=360 tests/bench/samples.sh      a whole day: 8,640,000 readings, and no COPY
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/cluster.sh
source tests/bench/cluster.sh

queues=${BENCH_QUEUES:-1000}
rounds=${BENCH_ROUNDS:-6} # of four minutes each, in each of five turns
turns=5
if ((rounds >= 360)); then turns=1; fi

start_cluster
"$BENCH_BUILD"/jobflip init --yes >"$BENCH_DIR/init.log"
ask "create role sup1 login in role jobflip_supervisor"
ask "create schema bench"
ask "create table bench.plain (pool text, queue text, at timestamptz, took_ms integer, verdict text, document text,
       error text)"
ask "create index on bench.plain (pool, queue, at)"
ask "grant usage on schema bench to public"
ask "grant all on bench.plain to public"
{
  printf '[[node]]\nname = "a"\n[[node]]\nname = "b"\n[[supervisor]]\nname = "sup1"\n'
  for ((i = 0; i < queues; i++)); do
    if ((i % 50 == 0)); then printf '[[pool]]\nname = "pool-%d"\ncandidates = ["a", "b"]\n' $((i / 50)); fi
    printf '[[pool.queue]]\nname = "queue-%d"\ndatabase = "app"\nquery = "select 1"\n' "$i"
  done
} >"$BENCH_DIR/fleet.toml"
"$BENCH_BUILD"/jobflip apply "$BENCH_DIR/fleet.toml" --reason bench >"$BENCH_DIR/apply.log" 2>&1
# The supervisor leads, as if it had been elected.
ask "update jobflip_data.pool_owner set state = 'held', holder = 'sup1', epoch = 1,
       taken_at = clock_timestamp() where pool = 'jobflip.supervisor'"

server_cpu() { # ticks of the postmaster, of what it started, and of what ended already
  local postmaster pid
  postmaster=$(head -n 1 "$BENCH_DIR/data/postmaster.pid")
  for pid in "$postmaster" $(pgrep -P "$postmaster"); do cat "/proc/$pid/stat" 2>/dev/null || true; done |
    awk -v top="$postmaster" '{ own = $1; sub(/.*\) /, ""); sum += $12 + $13; if (own == top) sum += $14 + $15 }
      END { print sum }'
}

cpu() { # cpu keep|copy ROUNDS: seconds of CPU, of the writer and of the server
  local before after said
  before=$(server_cpu)
  said=$("$BENCH_BUILD"/bench_keep_samples "host=$BENCH_DIR dbname=postgres user=sup1" "$queues" "$2" "$1")
  after=$(server_cpu)
  echo "${said#* } $before $after" | awk -v hz="$(getconf CLK_TCK)" '{ print $1, ($3 - $2) / hz }'
}

echo "samples: $turns turns of $rounds rounds of $((queues * 24)) readings"
cpu keep 1 >/dev/null
: >"$BENCH_DIR/keep.out" && : >"$BENCH_DIR/copy.out"
for ((turn = 0; turn < turns; turn++)); do
  cpu keep "$rounds" >>"$BENCH_DIR/keep.out"
  if ((turns > 1)); then cpu copy "$rounds" >>"$BENCH_DIR/copy.out"; fi
done
seconds=$((rounds * 240)) # that the readings of a turn stand for
share() { # share WRITER SERVER: percent of a core; each counts if it is 1
  awk -v s="$seconds" -v w="$1" -v v="$2" '{ print 100 * (w * $1 + v * $2) / s }' "$BENCH_DIR/keep.out" |
    median | awk '{ printf "%.3f", $1 }'
}
echo "  of a core: writer $(share 1 0) %, server $(share 0 1) %"
figure "CPU of writer and server, percent of a core" "$(share 1 1)" "<=" 0.5
readings=$(ask "select sum(cardinality(after_ms)) from jobflip_data.sample")
bytes=$(ask "select sum(pg_total_relation_size(relid)) from pg_partition_tree('jobflip_data.sample') where isleaf")
echo "  $readings readings are $bytes bytes"
figure "bytes of disk for a reading, with its indexes" \
  "$(awk -v b="$bytes" -v n="$readings" 'BEGIN { printf "%.1f", b / n }')" "<=" 110
if ((turns > 1)); then
  figure "CPU of keeping / CPU of a plain COPY" \
    "$(paste -d' ' "$BENCH_DIR/keep.out" "$BENCH_DIR/copy.out" |
      awk '{ print ($1 + $2) / ($3 + $4) }' | median | awk '{ printf "%.2f", $1 }')" "<=" 3
  figure "bytes of a kept reading / bytes of a copied one" \
    "$(ask "select round($bytes / $readings::numeric
            / (pg_total_relation_size('bench.plain') / count(*)), 2) from bench.plain")" "<=" 0.5
fi
exit "$MISSED"
