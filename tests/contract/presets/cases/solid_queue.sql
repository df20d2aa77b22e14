-- preset: solid-queue
-- upstream: rails/solid_queue: templates/db/queue_schema.rb, process/prunable.rb
-- part tables
create function ago(m int) returns timestamp language sql as $$
  select (now() at time zone 'utc') - make_interval(mins => m) $$;

create table solid_queue_jobs (id bigserial primary key, queue_name varchar not null,
  class_name varchar not null default 'J', arguments text, priority int not null default 0,
  active_job_id varchar, scheduled_at timestamp, finished_at timestamp, concurrency_key varchar,
  created_at timestamp not null default (now() at time zone 'utc'),
  updated_at timestamp not null default (now() at time zone 'utc'));
create index index_solid_queue_jobs_on_finished_at on solid_queue_jobs (finished_at);
create index index_solid_queue_jobs_for_filtering on solid_queue_jobs (queue_name, finished_at);
create table solid_queue_ready_executions (id bigserial primary key,
  job_id bigint not null unique references solid_queue_jobs on delete cascade,
  queue_name varchar not null, priority int not null default 0, created_at timestamp not null);
create table solid_queue_scheduled_executions (id bigserial primary key,
  job_id bigint not null unique references solid_queue_jobs on delete cascade,
  queue_name varchar not null, priority int not null default 0, scheduled_at timestamp not null,
  created_at timestamp not null default now());
create table solid_queue_blocked_executions (id bigserial primary key,
  job_id bigint not null unique references solid_queue_jobs on delete cascade,
  queue_name varchar not null, priority int not null default 0,
  concurrency_key varchar not null default 'k', expires_at timestamp not null default now(),
  created_at timestamp not null default now());
create table solid_queue_claimed_executions (id bigserial primary key,
  job_id bigint not null unique references solid_queue_jobs on delete cascade, process_id bigint,
  created_at timestamp not null);
create table solid_queue_failed_executions (id bigserial primary key,
  job_id bigint not null unique references solid_queue_jobs on delete cascade, error text,
  created_at timestamp not null default now());
create table solid_queue_pauses (id bigserial primary key, queue_name varchar not null unique,
  created_at timestamp not null default now());
-- part rows
insert into solid_queue_jobs (id, queue_name, finished_at) select n, 'email', null
  from generate_series(1, 6) n;
insert into solid_queue_jobs (id, queue_name, finished_at) values
  (7, 'email', ago(2)), (8, 'email', ago(900)), (9, 'other', ago(2)), (10, 'email', null);
insert into solid_queue_ready_executions (job_id, queue_name, created_at) values
  (1, 'email', ago(2)), (9, 'other', ago(900));
insert into solid_queue_scheduled_executions (job_id, queue_name, scheduled_at) values
  (2, 'email', ago(5)), (3, 'email', ago(-10));
insert into solid_queue_blocked_executions (job_id, queue_name) values (4, 'email');
insert into solid_queue_claimed_executions (job_id, created_at) values (5, ago(7));
insert into solid_queue_failed_executions (job_id) values (6);
insert into solid_queue_pauses (queue_name) values ('email');
-- part expect
runnable 2
oldest_runnable_s 300s
unpromoted 1
running 1
oldest_running_s 420s
done 1
last_done_at a time
failed 1
paused yes
marker 1
head 1
blocked 1
expected_next_s 570s
-- part history
0 - 2, 0 - 900
-- part infinite
update solid_queue_jobs set scheduled_at = 'infinity' where id = 8;
-- part empty
paused no
marker 0
blocked 0
-- part enqueue
insert into solid_queue_ready_executions (job_id, queue_name, created_at)
values (10, 'email', now() at time zone 'utc');
-- part claim
insert into solid_queue_claimed_executions (job_id, created_at) values (1,
  now() at time zone 'utc');
-- part old
alter table solid_queue_jobs drop column concurrency_key;
