# shellcheck shell=bash disable=SC2034
# pg-boss 10: a partition of pgboss.job for each queue; its statements name the table job.
SYSTEM_FILE=pg_boss.js
PRESET=pg-boss
SCHEMA=pgboss
FENCED_TABLE=pgboss.job
PROBE_RIGHTS="grant usage on schema pgboss to probe; grant select on pgboss.job to probe;
  grant select on pgboss.queue to probe"
UNFINISHED_JOBS="select from pgboss.job where name = 'email' and state <> 'completed'"
STALL_AFTER=6s
everything_is_counted() { :; }
bring_forward() { :; } # a failed job is tried again after a second
