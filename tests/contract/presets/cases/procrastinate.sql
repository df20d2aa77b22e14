-- preset: procrastinate
-- part tables
create type procrastinate_job_status as enum ('todo', 'doing', 'succeeded', 'failed', 'cancelled',
  'aborted');
create type procrastinate_job_event_type as enum ('deferred', 'started', 'deferred_for_retry',
  'failed', 'succeeded', 'cancelled', 'abort_requested', 'aborted', 'scheduled');
create table procrastinate_jobs (id bigserial primary key, queue_name varchar(128) not null,
  task_name varchar(128) not null default 't', priority int not null default 0, lock text,
  queueing_lock text, args jsonb not null default '{}',
  status procrastinate_job_status not null default 'todo', scheduled_at timestamptz,
  attempts int not null default 0, worker_id bigint);
create table procrastinate_events (id bigserial primary key, job_id bigint not null,
  type procrastinate_job_event_type, at timestamptz default now());
create index on procrastinate_events (job_id);
-- part rows
insert into procrastinate_jobs (id, queue_name, status, scheduled_at, attempts, lock) values
  (1, 'email', 'todo', null, 0, null),
  (2, 'email', 'todo', now() - interval '10 min', 1, null),
  (3, 'email', 'todo', now() + interval '10 min', 0, null),
  (4, 'email', 'todo', now() + interval '5 min', 2, null),
  (5, 'email', 'doing', null, 0, 'a'),
  (6, 'email', 'todo', null, 0, 'a'),
  (7, 'email', 'todo', now() - interval '1 min', 0, 'b'),
  (8, 'email', 'todo', null, 0, 'b'),
  (9, 'email', 'succeeded', null, 1, null),
  (10, 'email', 'failed', null, 1, null),
  (11, 'email', 'succeeded', null, 1, null),
  (12, 'other', 'todo', null, 0, null);
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
blocked 2
deferred 1
oldest_deferred_s 480s
oldest_untried_s 300s
expected_next_s 570s
-- part history
3 3 2, 540 540 540
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
