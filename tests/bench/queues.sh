#!/usr/bin/env bash
# The cost of a leading supervisor that reads 1,000 queues every 10 s, judges, publishes and keeps
# them: processor time of its process, as a share of one core. The queues are in 20 pools and read
# one small table each, in the same server as the store.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/bench/cluster.sh
source tests/bench/cluster.sh
# shellcheck source=tests/bench/agents.sh
source tests/bench/agents.sh

pools=20 queues=50
seconds=${BENCH_QUEUES_SECONDS:-60}

start_cluster
"$BENCH_BUILD/jobflip" init --yes >/dev/null
ask "create table job (id bigserial primary key, state text, at timestamptz);
     insert into job (state, at) select 'done', now() from generate_series(1, 100)" >/dev/null
ask "create role sup1 login in role jobflip_supervisor; grant select on job to sup1" >/dev/null
{
  printf '[[node]]\nname = "job1"\n[[node]]\nname = "job2"\n[[supervisor]]\nname = "sup1"\n'
  for ((p = 1; p <= pools; p++)); do
    printf '[[pool]]\nname = "p%s"\ncandidates = ["job1", "job2"]\n' "$p"
    for ((q = 1; q <= queues; q++)); do
      printf '[[pool.queue]]\nname = "q%s"\ndatabase = "jobs"\ndone = "table"\nquery = """\n' "$q"
      printf "select 'q%s' as queue, count(*) filter (where state = 'ready') as runnable,\n" "$q"
      printf "  extract(epoch from now() - min(at) filter (where state = 'ready')) as oldest_runnable_s,\n"
      printf "  0 as unpromoted, count(*) filter (where state = 'running') as running,\n"
      printf "  null::float as oldest_running_s, count(*) filter (where state = 'done') as done,\n"
      printf "  max(at) filter (where state = 'done') as last_done_at, 0 as failed,\n"
      printf '  null::boolean as paused from job"""\n'
    done
  done
} >"$BENCH_DIR/pools.toml"
"$BENCH_BUILD/jobflip" apply "$BENCH_DIR/pools.toml" --reason bench >/dev/null
{
  mkdir -m 700 "$BENCH_DIR/run-sup1"
  printf 'runtime_dir = "%s"\n' "$BENCH_DIR/run-sup1"
  printf 'supervisor = "sup1"\n[store]\nconninfo = "host=%s dbname=postgres user=sup1"\n' "$BENCH_DIR"
  printf '[databases.jobs]\nconninfo = "host=%s dbname=postgres user=sup1"\n' "$BENCH_DIR"
} >"$BENCH_DIR/sup1.toml"
"$BENCH_BUILD/jobflip" supervisor --config "$BENCH_DIR/sup1.toml" >"$BENCH_DIR/sup1.log" 2>&1 &
supervisor=$!
BENCH_PIDS+=("$supervisor")
read_in_time="select count(*) = $((pools * queues)) from jobflip_data.queue_verdict
              where published_at > now() - interval '15 seconds'"
until_true 90 "all queues to be read" "$read_in_time"

ticks() { # of the process: user and system
  awk '{ print $14 + $15 }' "/proc/$supervisor/stat"
}
sleep 10 # the cost of the first readings is not that of the others
before=$(ticks)
begin=$(date +%s.%N)
sleep "$seconds"
after=$(ticks)
end=$(date +%s.%N)

echo "queues: $((pools * queues)) in $pools pools, read every 10 s, $seconds s"
figure "a supervisor's share of one core" \
  "$(awk -v a="$before" -v b="$after" -v t0="$begin" -v t1="$end" -v hz="$(getconf CLK_TCK)" \
    'BEGIN { printf "%.3f", (b - a) / hz / (t1 - t0) }')" "<=" 0.1
figure "queues read within the last 15 s, at the end" \
  "$(ask "select count(*) from jobflip_data.queue_verdict
          where published_at > now() - interval '15 seconds'")" ">=" $((pools * queues))
exit "$MISSED"
