#!/usr/bin/env bash
# Boots the hosts, installs jobflip, runs the named scenarios (default: all), judges, and removes
# everything. scripts/hosts builds what is missing and calls this.
#   tests/hosts/run.sh [--keep-evidence DIR] [--figures | SCENARIO...]
set -euo pipefail
HOSTS_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
HOSTS_BUILD=${HOSTS_BUILD:-$HOSTS_HERE/../../build/release}
HOSTS_PACKAGE=${HOSTS_PACKAGE:-$(find "$HOSTS_BUILD/../package" -name "jobflip_*-1+deb*_*.deb" | tail -n 1)}
HOSTS_NEXT_PACKAGE=${HOSTS_NEXT_PACKAGE:-$(find "$HOSTS_BUILD/../package" -name "jobflip_*-2+deb*_*.deb" | tail -n 1)}
# shellcheck source=tests/hosts/cluster.sh
source "$HOSTS_HERE/cluster.sh"
# shellcheck source=tests/hosts/look.sh
source "$HOSTS_HERE/look.sh"
# shellcheck source=tests/hosts/site.sh
source "$HOSTS_HERE/site.sh"
# shellcheck source=tests/hosts/page.sh
source "$HOSTS_HERE/page.sh"
# shellcheck source=tests/hosts/judge.sh
source "$HOSTS_HERE/judge.sh"
# shellcheck source=tests/hosts/bus.sh
source "$HOSTS_HERE/bus.sh"

keep=
if [[ ${1:-} == --keep-evidence ]]; then keep=$2 && shift 2; fi
if [[ ${1:-} == --figures ]]; then
  export HOSTS_KILLS=50 HOSTS_FLIPS=30 HOSTS_FIGURES=1
  set -- agent_killed worker_gone planned_flips cut_off host_crashed
fi
scenarios=("$@")
if [[ $# -eq 0 ]]; then
  for file in "$HOSTS_HERE"/scenarios/*.sh; do scenarios+=("$(basename "$file" .sh)"); done
fi
for name in "${scenarios[@]}"; do
  [[ -f $HOSTS_HERE/scenarios/$name.sh ]] || { echo "hosts: there is no scenario $name" >&2 && exit 2; }
done

exec 9>/run/jobflip-hosts.lock
flock -n 9 || { echo "hosts: another run is under way on this machine" >&2 && exit 1; }
end_cluster
lacking=$(missing_cluster)
if [[ -n $lacking ]]; then
  rm -rf --one-file-system "$HOSTS_STATE"
  echo "SKIPPED: $lacking" && exit 77
fi

end() {
  kill "$(cat "$HOSTS_STATE/producer" 2>/dev/null)" 2>/dev/null || true
  if [[ -n $keep ]]; then cp -r "$HOSTS_EVIDENCE" "$keep"; fi
  end_cluster
}
trap end EXIT
trap 'exit 130' INT TERM HUP

failed=()
lay_cluster

run_part() { # run_part NAME COMMAND...: in its own shell, so that it leaves nothing behind
  local name=$1 began=$SECONDS code
  shift
  echo "== $name"
  set +e
  (
    set -e
    "$@"
  )
  code=$?
  set -e
  if [[ -s $HOSTS_STATE/bad-queries ]]; then
    echo "  WRONG: a query that no store can answer"
    cat "$HOSTS_STATE/bad-queries"
    rm "$HOSTS_STATE/bad-queries"
    code=1
  fi
  if ((code == 0)); then echo "ok $name ($((SECONDS - began)) s)" && return; fi
  echo "FAILED $name ($((SECONDS - began)) s)"
  failed+=("$name")
  print_state || true
}

print_state() { # for the person who reads a failure
  local host
  verb status 2>&1 || true
  for host in job1 job2 job3; do
    echo "-- $host"
    inside "$host" timeout 10 journalctl --no-pager -q -n 25 -o short-precise \
      -u "jobflip*" -u "*-worker" || true
  done
}

restore_site() { # undoes every fault of the scenario; the pool must then be healthy within a minute
  local host
  for host in job1 job2 job3 "$(store_host)"; do
    if [[ $(cat "$(cgroup_of "$host")/cgroup.freeze") == 1 ]]; then thaw "$host"; fi
    heal "$host"
    is_up "$host" || boot "$host"
  done
  until_done 60 "the pool to be healthy again" is_healthy
}

scenario() {
  # shellcheck disable=SC1090
  source "$HOSTS_HERE/scenarios/$1.sh"
  restore_site
}

own() { # a scenario with its own hosts, which are removed afterwards
  # shellcheck disable=SC1090
  source "$HOSTS_HERE/scenarios/$1.sh"
}

shared=()
for name in "${scenarios[@]}"; do
  if ! grep -qx '# Own hosts.' "$HOSTS_HERE/scenarios/$name.sh"; then shared+=("$name") && continue; fi
  run_part "$name" own "$name"
  remove_hosts
done
if ((${#shared[@]} > 0)); then
  run_part "three job hosts and a store" make_site
  if [[ " ${failed[*]} " != *" three job hosts and a store "* ]]; then
    run_part "one host is active" until_done 30 "the pool to be healthy" is_healthy
    for name in "${shared[@]}"; do run_part "$name" scenario "$name"; done
    run_part "the judge" judge
  fi
fi
for name in "${failed[@]}"; do echo "failed: $name"; done
echo "hosts: ${#scenarios[@]} scenarios, ${#failed[@]} failed"
((${#failed[@]} == 0))
