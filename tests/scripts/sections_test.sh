#!/usr/bin/env bash
# Runs .ci/sections.sh as .ci/run does: what runs beside the sections must not fail unseen, hold up
# what it need not, or outlive the run.
set -euo pipefail
sections=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/.ci/sections.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/scripts/failures.sh
source "$(dirname "${BASH_SOURCE[0]}")/failures.sh"

run() { # run SCRIPT: what a run with these lines prints, without its times, and its exit code
  local code=0
  bash -euo pipefail -c 'sections=$1; source "$sections"; '"$1" run "$sections" "$work" \
    </dev/null >"$work/output" 2>&1 || code=$?
  sed -E 's/[0-9]+ s\b/N s/g' "$work/output" | tr '\n' '|'
  echo "exit $code"
}

# shellcheck disable=SC2016  # for the run to expand
until_gone='until ! kill -0 "${beside_pids[job]}" 2>/dev/null; do sleep 0.01; done'

expect "one that passes" \
  "=== ci: one (at N s)|=== ci: beside the sections, from N s: job|done|=== ci: job: passed, seen at N s|exit 0" \
  "$(run 'section one; beside job echo done; await_beside job')"
expect "one that passed in an earlier section is printed before the next" \
  "=== ci: one (at N s)|=== ci: one: passed in N s|=== ci: beside the sections, from N s: job|done|=== ci: job: passed, seen at N s|=== ci: two (at N s)|exit 0" \
  "$(run "section one; beside job echo done; $until_gone; section two")"
expect "one that failed ends the run before the next section" \
  "=== ci: one (at N s)|=== ci: one: passed in N s|=== ci: beside the sections, from N s: job|=== ci: job: FAILED (7), seen at N s|exit 7" \
  "$(run "section one; beside job bash -c 'exit 7'; $until_gone; section two")"
expect "one that fails while it is awaited" \
  "=== ci: one (at N s)|=== ci: beside the sections, from N s: job|=== ci: job: FAILED (7), seen at N s|exit 7" \
  "$(run "section one; beside job bash -c 'exit 7'; await_beside job")"

# The job holds the lock for as long as any of its processes lives.
mkfifo "$work/ready"
# shellcheck disable=SC2016  # for the run to expand
run 'beside job flock "$2/lock" bash -c "sleep 1000 & echo >$2/ready; wait"
     read -r _ <"$2/ready"
     exit 3' >/dev/null
outlives=no
flock --wait 30 "$work/lock" true || outlives=yes
expect "a job that was not awaited outlives the run" no "$outlives"

exit $((failures > 0))
