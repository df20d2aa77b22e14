# shellcheck shell=bash
# What the benchmarks share: a private PostgreSQL in a temporary folder, reachable only by its
# socket, a folder for logs, and a cleanup that ends everything that was started, by pid.

# shellcheck source=tests/bench/figure.sh
source tests/bench/figure.sh

BENCH_BIN=$(find /usr/lib/postgresql -path "*/bin/initdb" -printf "%h\n" | sort -V | tail -n 1)
BENCH_BUILD=${BENCH_BUILD:-build/release}
BENCH_DIR=$(mktemp -d /tmp/jobflip-bench.XXXXXX)
BENCH_PIDS=()

as_owner() { # PostgreSQL does not run as root
  if [[ $(id -u) -eq 0 ]]; then
    setpriv --reuid=postgres --regid=postgres --init-groups "$@"
  else
    "$@"
  fi
}

end_bench() {
  local pid
  for pid in "${BENCH_PIDS[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${BENCH_PIDS[@]}"; do wait "$pid" 2>/dev/null || true; done
  as_owner "$BENCH_BIN/pg_ctl" -D "$BENCH_DIR/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$BENCH_DIR"
}
trap end_bench EXIT

start_cluster() {
  mkdir "$BENCH_DIR/data"
  if [[ $(id -u) -eq 0 ]]; then chown -R postgres:postgres "$BENCH_DIR"; fi
  as_owner "$BENCH_BIN/initdb" -D "$BENCH_DIR/data" -U postgres -A trust --no-sync >"$BENCH_DIR/initdb.log"
  {
    echo "listen_addresses = ''"
    echo "unix_socket_directories = '$BENCH_DIR'"
    echo "max_connections = 150"
    echo "checkpoint_timeout = '1h'"
    echo "max_wal_size = '4GB'"
  } | as_owner tee -a "$BENCH_DIR/data/postgresql.conf" >/dev/null
  as_owner "$BENCH_BIN/pg_ctl" -D "$BENCH_DIR/data" -w -l "$BENCH_DIR/postgres.log" start >/dev/null
  export PGHOST=$BENCH_DIR PGUSER=postgres PGDATABASE=postgres
  export JOBFLIP_STORE="host=$BENCH_DIR dbname=postgres user=postgres"
}

ask() { # ask SQL: one value, or rows with | between the columns
  psql -X -q -A -t -v ON_ERROR_STOP=1 -c "$1"
}

until_true() { # until_true SECONDS WHAT SQL: waits until the statement returns t
  local ends=$((SECONDS + $1))
  until [[ $(ask "$3") == t ]]; do
    if ((SECONDS > ends)); then
      echo "bench: waited $1 s for $2; logs:" >&2
      tail -n 5 "$BENCH_DIR"/*.log >&2
      exit 1
    fi
    sleep 0.02
  done
}

# Watches while something is measured, and must not disturb it: one session stays open, no check
# and no wait starts a process, and the first check comes after half a second, when the measured
# part is over.
open_onlooker() {
  coproc ONLOOKER { psql -X -q -A -t; }
  exec {BENCH_NEVER}<> <(:)
}

rest() { # rest SECONDS: sleeps without starting a process
  local line
  read -r -t "$1" -u "$BENCH_NEVER" line || true
}

look_until_true() { # look_until_true SECONDS WHAT SQL: waits until the statement returns t
  local ends=$((SECONDS + $1)) line answer='' wait=0.5
  until [[ $answer == t ]]; do
    if ((SECONDS > ends)); then
      echo "bench: waited $1 s for $2; logs:" >&2
      tail -n 5 "$BENCH_DIR"/*.log >&2
      exit 1
    fi
    rest "$wait"
    wait=0.1 answer=''
    printf '%s;\n\\echo .\n' "$3" >&"${ONLOOKER[1]}"
    while read -r line <&"${ONLOOKER[0]}" && [[ $line != . ]]; do answer=$line; done
  done
}

median() { # the median of the numbers on stdin, one per line
  sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}
