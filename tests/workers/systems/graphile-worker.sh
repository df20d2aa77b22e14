# shellcheck shell=bash disable=SC2034
# Graphile Worker: the view `jobs` is for people, the table below it for its own statements.
SYSTEM_FILE=graphile_worker.js
PRESET=graphile-worker
SCHEMA=graphile_worker
FENCED_TABLE=graphile_worker._private_jobs
PROBE_RIGHTS="grant usage on schema graphile_worker to probe;
  grant select on graphile_worker.jobs to probe"
UNFINISHED_JOBS="select from graphile_worker.jobs"
# A failed job waits for exp(attempts) seconds. An operator need not wait for that.
bring_forward() {
  ask "select count(*) from graphile_worker.reschedule_jobs(
    array(select id from graphile_worker.jobs where locked_at is null), now())" >/dev/null
}
