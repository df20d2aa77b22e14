-- preset: procrastinate
-- without: procrastinate_paused_queues
-- upstream: procrastinate-org/procrastinate: procrastinate/sql/schema.sql of 3.0
-- part tables
create type procrastinate_job_status as enum ('todo', 'doing', 'succeeded', 'failed', 'cancelled',
  'aborting', 'aborted');
create type procrastinate_job_event_type as enum ('deferred', 'started', 'deferred_for_retry',
  'failed', 'succeeded', 'cancelled', 'abort_requested', 'aborted', 'scheduled');
create table procrastinate_jobs (id bigserial primary key, queue_name varchar(128) not null,
  task_name varchar(128) not null default 't', priority int not null default 0, lock text,
  queueing_lock text, args jsonb not null default '{}',
  status procrastinate_job_status not null default 'todo', scheduled_at timestamptz,
  attempts int not null default 0, abort_requested boolean not null default false,
  worker_id bigint,
  constraint check_not_todo_abort_requested check (not (status = 'todo' and abort_requested)));
create unique index procrastinate_jobs_lock_idx_v1 on procrastinate_jobs (lock)
  where status = 'doing';
create unique index procrastinate_jobs_queueing_lock_idx_v1 on procrastinate_jobs (queueing_lock)
  where status = 'todo';
create index procrastinate_jobs_priority_idx_v1 on procrastinate_jobs (priority desc, id asc)
  where status = 'todo';
create table procrastinate_events (id bigserial primary key,
  job_id bigint not null references procrastinate_jobs on delete cascade,
  type procrastinate_job_event_type, at timestamptz default now());
create index procrastinate_events_job_id_fkey_v1 on procrastinate_events (job_id);
-- part rows
insert into procrastinate_jobs (id, queue_name, status, scheduled_at, attempts, lock,
                                priority) values
  (1, 'email', 'todo', null, 0, null, 0),
  (2, 'email', 'todo', now() - interval '10 min', 1, null, 0),
  (3, 'email', 'todo', now() + interval '10 min', 0, null, 0),
  (4, 'email', 'todo', now() + interval '5 min', 2, null, 0),
  (5, 'email', 'doing', null, 0, 'a', 0),
  (6, 'email', 'todo', null, 0, 'a', 0),
  (7, 'email', 'todo', now() - interval '1 min', 0, 'b', 0),
  (8, 'email', 'todo', null, 0, 'b', 0),
  (9, 'email', 'succeeded', null, 1, null, 0),
  (10, 'email', 'failed', null, 1, null, 0),
  (11, 'email', 'succeeded', null, 1, null, 0),
  (12, 'other', 'todo', null, 0, null, 0),
  (13, 'email', 'todo', null, 0, 'c', 0),  -- behind the next, which is not due yet
  (14, 'email', 'todo', now() + interval '20 min', 0, 'c', 9);
insert into procrastinate_events (job_id, type, at) values
  (11, 'started', now() - interval '9 h'), (11, 'succeeded', now() - interval '9 h'),
  (1, 'deferred', now() - interval '5 min'), (4, 'deferred', now() - interval '8 min'),
  (12, 'deferred', now() - interval '9 h'), (5, 'deferred', now() - interval '9 min'),
  (5, 'started', now() - interval '7 min'), (9, 'started', now() - interval '3 min'),
  (9, 'succeeded', now() - interval '2 min'), (10, 'failed', now() - interval '3 min'),
  (4, 'deferred_for_retry', now() - interval '4 min');
select setval('procrastinate_jobs_id_seq', 100);
-- part expect
runnable 3
oldest_runnable_s 600s
running 1
oldest_running_s 420s
done 1
last_done_at a time
failed 2
marker 11
head 1
blocked 3
deferred 1
oldest_deferred_s 480s
oldest_untried_s 300s
expected_next_s 570s
-- part history
3 3 2, 540 540 540
-- part infinite
update procrastinate_jobs set scheduled_at = 'infinity' where id in (9, 11);
-- part empty
blocked 0
deferred 0
-- part enqueue
with j as (insert into procrastinate_jobs (queue_name) values ('email') returning id)
insert into procrastinate_events (job_id, type) select id, 'deferred' from j;
-- part claim
update procrastinate_jobs set status = 'doing' where id = 1;
insert into procrastinate_events (job_id, type) values (1, 'started');
-- part old
alter table procrastinate_jobs drop column queueing_lock;
