#!/usr/bin/env bash
# Runs scenarios with real workers. scripts/workers installs and builds what is missing, and calls
# this. The folder of the programs and of the npm packages are in PROGRAMS and MODULES.
#   tests/workers/run.sh [--keep-logs DIR] SYSTEM... -- SCENARIO...
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=$PATH:/usr/sbin
: "${PROGRAMS:?}" "${MODULES:?}"
export NODE
NODE=$(command -v node)
# shellcheck source=tests/workers/site.sh
source "$HERE/site.sh"
# shellcheck source=tests/workers/look.sh
source "$HERE/look.sh"

keep=
if [[ $1 == --keep-logs ]]; then keep=$2 && shift 2; fi
systems=() scenarios=()
while [[ $1 != -- ]]; do systems+=("$1") && shift; done
shift
scenarios=("$@")

end() {
  local code=$?
  [[ -z ${part_pid:-} ]] || kill -KILL "$part_pid" 2>/dev/null || true
  if [[ -n ${SITE:-} && -n $keep ]]; then
    mkdir -p "$keep/$system" && cp -r "$SITE/logs" "$SITE"/*.toml "$keep/$system"
  fi
  end_site || code=1
  [[ -z ${results:-} ]] || rm -f "$results"
  exit "$code"
}
trap end EXIT
trap 'exit 130' INT TERM HUP
results=$(mktemp)
failed=()

scenario() { # scenario NAME: in a shell of its own; leaves a healthy pool
  MAILS="-"
  until_healthy 60
  remember
  # shellcheck source=/dev/null
  source "$HERE/scenarios/$1.sh"
  printf '%-16s %-14s %s | flips: %s | %s\n' "$system" "$1" "$(verdicts)" "$(flips)" "$MAILS" >>"$results"
  verb ack mail --comment "the scenario $1 is over" >/dev/null 2>&1 || true
}

restore() { # undoes what a failed scenario left behind
  rm -f "$SITE"/switches/*
  is_alive smtp || start_smtp
  bring_forward
  verb ack mail --comment "a scenario has failed" || true
  verb flip mail --reason "a scenario has failed" --yes || true # ends what hangs
  until_done 120 "the jobs of the failed scenario to be finished" no_job_is_left
}

print_state() { # for the person who reads a failure
  local log
  verb status || true
  verb history mail || true
  for log in "$SITE"/logs/*; do
    echo "-- $log" && tail -n 15 "$log" | cut -c1-300
  done
  JOBFLIP_STORE=$(conninfo ops) timeout 20 "$PROGRAMS/jobflip" probe email --database "$(conninfo probe)" || true
}

part() { # part NAME COMMAND...
  local name=$1 began=$SECONDS code
  shift
  echo "== $name"
  # in the background, so that a signal to this script is not kept waiting
  (
    trap - EXIT INT TERM HUP
    set -e
    "$@"
  ) &
  part_pid=$!
  code=0
  wait "$part_pid" || code=$?
  part_pid=
  if ((code == 0)); then echo "ok $name ($((SECONDS - began)) s)" && return; fi
  echo "FAILED $name ($((SECONDS - began)) s)"
  failed+=("$name")
  print_state >&2
  restore >/dev/null || true
}

for system in "${systems[@]}"; do
  began=$SECONDS
  make_site "$system"
  echo "== $system: site made ($((SECONDS - began)) s)"
  for name in "${scenarios[@]}"; do part "$system $name" scenario "$name"; done
  if [[ -n $keep ]]; then mkdir -p "$keep/$system" && cp -r "$SITE/logs" "$SITE"/*.toml "$keep/$system"; fi
  end_site || failed+=("$system: processes were left behind")
done
echo "== seen"
cat "$results"
for name in "${failed[@]}"; do echo "failed: $name"; done
echo "workers: ${#systems[@]} systems, ${#scenarios[@]} scenarios each, ${#failed[@]} failed, $SECONDS s"
((${#failed[@]} == 0))
