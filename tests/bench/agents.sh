# shellcheck shell=bash
# A pool and its agents for a benchmark. Source cluster.sh first.

start_pool() { # start_pool POOL BEAT_EVERY NODE...
  local pool=$1 beat=$2 node
  shift 2
  "$BENCH_BUILD"/jobflip init --yes >"$BENCH_DIR/init.log"
  for node in "$@"; do
    ask "create role $node login in role jobflip_agent"
  done
  {
    for node in "$@"; do printf '[[node]]\nname = "%s"\n' "$node"; done
    printf '[[pool]]\nname = "%s"\nverify_timeout = "50ms"\ncandidates = [' "$pool"
    printf '"%s", ' "$@"
    printf ']\n[pool.timings]\nbeat_every = "%s"\n' "$beat"
  } >"$BENCH_DIR/fleet.toml"
  "$BENCH_BUILD"/jobflip apply "$BENCH_DIR/fleet.toml" --reason bench >"$BENCH_DIR/apply.log"
}

start_agent() { # start_agent NODE POOL: sets AGENT_PID
  local runtime=$BENCH_DIR/run-$1
  mkdir -m 700 "$runtime"
  {
    printf 'node = "%s"\nruntime_dir = "%s"\n' "$1" "$runtime"
    printf '[store]\nconninfo = "host=%s dbname=postgres user=%s"\n' "$BENCH_DIR" "$1"
    printf '[workers.%s]\ndriver = "command"\ncommand = ["/usr/bin/sleep", "infinity"]\n' "$2"
    [ "$(id -u)" != 0 ] || printf 'user = "root"\n'
  } >"$BENCH_DIR/$1.toml"
  "$BENCH_BUILD"/jobflip agent --config "$BENCH_DIR/$1.toml" >"$BENCH_DIR/$1.log" 2>&1 &
  AGENT_PID=$!
  BENCH_PIDS+=("$AGENT_PID")
}
