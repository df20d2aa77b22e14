-- Quartz, JDBC store. Times are milliseconds of the application's clock. A trigger is WAITING, then
-- ACQUIRED by a scheduler, up to 30 s before its time, and at its time EXECUTING in fired_triggers,
-- whose row is deleted at its end. One that is acquired and past its time is still to be done.
with clock as (
  select (extract(epoch from now()) * 1000)::bigint as ms
), triggers as (
  select sched_name || '/' || trigger_group as queue, trigger_name, trigger_state as state,
         next_fire_time as at, trigger_state in ('WAITING', 'ACQUIRED') as is_armed,
         next_fire_time <= ms as is_due
  from {triggers}, clock
), due as (
  select queue, count(*) filter (where is_armed and is_due) as runnable,
         min(at) filter (where is_armed and is_due) as since,
         min(at || ' ' || trigger_name) filter (where is_armed and is_due) as head,
         count(*) filter (where state = 'BLOCKED' and is_due) as blocked,
         count(*) filter (where state = 'ERROR') as failed,
         min(at) filter (where is_armed and not is_due) as next_at
  from triggers group by 1
), held as (
  select sched_name || '/' || trigger_group as queue, count(*) as running, min(fired_time) as since
  from {fired_triggers} where state = 'EXECUTING' group by 1
), paused as (
  select sched_name, trigger_group from {paused_trigger_grps}
), names as (
  select queue from due union select queue from held
  union select sched_name || '/' || trigger_group from paused
    where trigger_group <> '_$_ALL_GROUPS_PAUSED_$_'
  union select null
)
select n.queue, coalesce(due.runnable, 0) as runnable,
       ((ms - due.since) / 1000.0)::float8 as oldest_runnable_s, 0 as unpromoted,
       coalesce(held.running, 0) as running,
       ((ms - held.since) / 1000.0)::float8 as oldest_running_s,
       pg_stat_get_tuples_deleted({oid:fired_triggers}) as done,  -- of the whole table
       null::timestamptz as last_done_at, coalesce(due.failed, 0) as failed,
       exists (select from paused p
               where n.queue = p.sched_name || '/' || p.trigger_group
                  or p.trigger_group = '_$_ALL_GROUPS_PAUSED_$_'
                     and starts_with(n.queue, p.sched_name || '/')) as paused,
       pg_stat_get_tuples_inserted({oid:fired_triggers}) as marker,
       due.head, coalesce(due.blocked, 0) as blocked,
       ((due.next_at - ms) / 1000.0)::float8 as expected_next_s
from names n left join due using (queue) left join held using (queue) cross join clock
