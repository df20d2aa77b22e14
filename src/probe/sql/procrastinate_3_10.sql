-- Procrastinate with lock modes, paused queues and the time when a job was deferred: otherwise as
-- procrastinate.sql. A job that waits for its time holds its lock if that is an ordered one, but
-- not if it is a mutex.
with first_of_lock as (
  select distinct on (lock) lock, id from {jobs}
  where status = 'todo' and lock is not null
    and (lock_mode = 'ordered' or coalesce(scheduled_at <= now(), true))
  order by lock, priority desc, id
), todo as (
  select j.id, j.queue_name as queue, j.scheduled_at, j.deferred_at, j.attempts,
         coalesce(j.scheduled_at, j.deferred_at) as due_at,
         coalesce(j.scheduled_at <= now(), true) as is_due,
         j.lock is not null and (j.id is distinct from f.id or exists (
           select from {jobs} b where b.status = 'doing' and b.lock = j.lock)) as is_behind
  from {jobs} j left join first_of_lock f on f.lock = j.lock
  where j.status = 'todo'
), waiting as (  -- jobs from before the upgrade have no deferred_at
  select queue, count(*) filter (where is_due and not is_behind) as runnable,
         min(due_at) filter (where is_due and not is_behind) as since,
         min(id) filter (where is_due and not is_behind and due_at is null) as oldest,
         min(due_at) filter (where is_due and not is_behind and attempts = 0) as untried_since,
         min(id) filter (where is_due and not is_behind and due_at is null and attempts = 0)
           as oldest_untried,
         min(id) filter (where is_due and not is_behind) as head,
         count(*) filter (where is_due and is_behind) as blocked,
         count(*) filter (where not is_due and attempts > 0) as deferred,
         min(deferred_at) filter (where not is_due and attempts > 0) as deferred_since,
         min(id) filter (where not is_due and attempts > 0 and deferred_at is null)
           as oldest_deferred,
         min(scheduled_at) filter (where not is_due and attempts = 0) as next_at
  from todo group by queue
), held as (
  select j.queue_name as queue, count(*) as running, min(e.at) as since, max(e.id) as newest
  from {jobs} j left join lateral (
    select max(at) as at, max(id) as id from {events} e
    where e.job_id = j.id and e.type = 'started') e on true
  where j.status = 'doing' group by 1
), tail as (
  select id, job_id, type, at from {events}
  where id > (select max(id) - 20000 from {events}) and at > now() - interval '5 min'
    and type in ('started', 'succeeded', 'failed', 'deferred_for_retry')
), recent as (
  select j.queue_name as queue, count(*) filter (where t.type = 'succeeded') as done,
         max(t.at) filter (where t.type = 'succeeded') as last_done_at,
         count(*) filter (where t.type in ('failed', 'deferred_for_retry')) as failed,
         max(t.id) as newest
  from tail t join {jobs} j on j.id = t.job_id group by 1
), names as (
  select queue from waiting union select queue from held union select queue from recent
  union select queue_name from {paused} p union select null
)
select n.queue, coalesce(w.runnable, 0) as runnable,
       extract(epoch from now() - least(w.since, (
         select min(at) from {events} where job_id = w.oldest and type = 'deferred')))::float8
         as oldest_runnable_s,
       0 as unpromoted, coalesce(held.running, 0) as running,
       extract(epoch from now() - held.since)::float8 as oldest_running_s,
       coalesce(recent.done, 0) as done, recent.last_done_at, coalesce(recent.failed, 0) as failed,
       exists (select from {paused} p where p.queue_name = n.queue) as paused,
       greatest(held.newest, recent.newest) as marker,
       w.head::text as head, coalesce(w.blocked, 0) as blocked, coalesce(w.deferred, 0) as deferred,
       extract(epoch from now() - least(w.deferred_since, (
         select min(at) from {events}
         where job_id = w.oldest_deferred and type = 'deferred')))::float8 as oldest_deferred_s,
       extract(epoch from now() - least(w.untried_since, (
         select min(at) from {events}
         where job_id = w.oldest_untried and type = 'deferred')))::float8 as oldest_untried_s,
       extract(epoch from w.next_at - now())::float8 as expected_next_s
from names n left join waiting w using (queue) left join held using (queue)
left join recent using (queue)
