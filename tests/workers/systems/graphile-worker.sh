# shellcheck shell=bash disable=SC2034
# Graphile Worker: the view `jobs` is for people, the table below it for its own statements.
SYSTEM_FILE=graphile_worker.js
PRESET=graphile-worker
SCHEMA=graphile_worker
FENCED_TABLE=graphile_worker._private_jobs
PROBE_RIGHTS="grant usage on schema graphile_worker to probe;
  grant select on graphile_worker.jobs to probe"
UNFINISHED_JOBS="select from graphile_worker.jobs"
# Its counts are PostgreSQL's statistics. A session that has nothing to do sends what it counted after
# 10 s, which looks like movement of a hung worker.
STALL_AFTER=15s
everything_is_counted() { # the counts have not changed for longer than that
  local now
  now=$(ask "select n_tup_del + n_tup_upd from pg_stat_all_tables
    where relid = 'graphile_worker._private_jobs'::regclass")
  if [[ $now != "${COUNTED:-}" ]]; then COUNTED=$now COUNTED_AT=$SECONDS; fi
  ((SECONDS - COUNTED_AT >= 12))
}
# A failed job waits for exp(attempts) seconds. An operator need not wait for that.
bring_forward() {
  ask "select count(*) from graphile_worker.reschedule_jobs(
    array(select id from graphile_worker.jobs where locked_at is null), now())" >/dev/null
}
