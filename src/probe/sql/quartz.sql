-- Quartz, JDBC store. Times are milliseconds of the application's clock. A trigger that is due is
-- WAITING, then ACQUIRED, then it has a row in fired_triggers, which is deleted at its end.
with clock as (
  select (extract(epoch from now()) * 1000)::bigint as ms
), due as (
  select sched_name || '/' || trigger_group as queue,
         count(*) filter (where trigger_state = 'WAITING' and next_fire_time <= ms) as runnable,
         min(next_fire_time) filter (where trigger_state = 'WAITING' and next_fire_time <= ms)
           as since,
         min(next_fire_time || ' ' || trigger_name) filter (
           where trigger_state = 'WAITING' and next_fire_time <= ms) as head,
         count(*) filter (where trigger_state = 'BLOCKED' and next_fire_time <= ms) as blocked,
         count(*) filter (where trigger_state = 'ERROR') as failed,
         min(next_fire_time) filter (where trigger_state = 'WAITING' and next_fire_time > ms)
           as next_at
  from {triggers}, clock group by 1
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
