-- preset: graphile-worker
-- queue: send-email
-- upstream: npm graphile-worker 0.16.6, 0.17.3 and 0.18.0, as they install it
-- part tables
create schema graphile_worker;
create table graphile_worker.migrations (id int primary key, ts timestamptz default now(),
  breaking boolean);
insert into graphile_worker.migrations values (19);
create table graphile_worker._private_job_queues (
  id int primary key generated always as identity, queue_name text not null unique,
  locked_at timestamptz, locked_by text,
  is_available boolean generated always as (locked_at is null) stored not null);
alter table graphile_worker._private_job_queues enable row level security;
create table graphile_worker._private_tasks (
  id int primary key generated always as identity, identifier text not null unique);
alter table graphile_worker._private_tasks enable row level security;
create table graphile_worker._private_jobs (
  id bigint primary key generated always as identity, job_queue_id int, task_id int not null,
  payload json default '{}'::json not null, priority smallint default 0 not null,
  run_at timestamptz default now() not null, attempts smallint default 0 not null,
  max_attempts smallint default 25 not null, last_error text,
  created_at timestamptz default now() not null, updated_at timestamptz default now() not null,
  key text unique, locked_at timestamptz, locked_by text, revision int default 0 not null,
  flags jsonb,
  is_available boolean generated always as (locked_at is null and attempts < max_attempts) stored
    not null);
alter table graphile_worker._private_jobs enable row level security;
create view graphile_worker.jobs as
  select j.id, q.queue_name, t.identifier as task_identifier, j.priority, j.run_at, j.attempts,
         j.max_attempts, j.last_error, j.created_at, j.updated_at, j.key, j.locked_at, j.locked_by,
         j.revision, j.flags
  from graphile_worker._private_jobs j
  join graphile_worker._private_tasks t on t.id = j.task_id
  left join graphile_worker._private_job_queues q on q.id = j.job_queue_id;
-- part rows
insert into graphile_worker._private_tasks (identifier) values ('send_email'), ('Send:Email'),
  ('other');
insert into graphile_worker._private_job_queues (queue_name) values ('tenant 1');
insert into graphile_worker._private_jobs (task_id, job_queue_id, run_at, attempts, max_attempts,
                                           created_at, locked_at) values
  (2, null, now() - interval '5 min', 3, 25, now(), null),
  (2, null, now() - interval '2 min', 0, 25, now(), null),
  (2, null, now() + interval '10 min', 0, 25, now(), null),
  (2, null, now() + interval '3 min', 2, 25, now() - interval '8 min', null),
  (2, null, now() - interval '9 h', 25, 25, now(), null),
  (2, null, now() - interval '9 h', 1, 25, now(), now() - interval '5 h'),
  (2, 1, now() - interval '9 h', 1, 25, now(), now() - interval '1 min'),
  (2, 1, now() - interval '8 h', 0, 25, now(), null),
  (3, null, now() - interval '8 h', 0, 25, now(), null),
  (2, null, now(), 0, 25, now(), null);
delete from graphile_worker._private_jobs where id = 10;
-- part expect
runnable 2
oldest_runnable_s 300s
running 2
oldest_running_s 18000s
done 1
failed 1
marker 0
head 1
blocked 1
deferred 1
oldest_deferred_s 480s
overdue_running 1
oldest_untried_s 120s
expected_next_s 570s
-- part empty
marker 0
blocked 0
deferred 0
overdue_running 0
-- part enqueue
insert into graphile_worker._private_jobs (task_id) values (2);
-- part claim
update graphile_worker._private_jobs set attempts = attempts + 1, locked_at = now() where id = 2;
-- part old
drop view graphile_worker.jobs;
create table graphile_worker.jobs (id bigserial, queue_name text, task_identifier text,
  run_at timestamptz);
grant select on graphile_worker.jobs to probe;
