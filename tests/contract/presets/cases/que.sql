-- preset: que
-- upstream: que-rb/que: lib/que/migrations/4 to 8
-- part tables
create table que_jobs (priority smallint not null default 100,
  run_at timestamptz not null default now(), id bigserial primary key,
  job_class text not null default 'J', error_count int not null default 0, last_error_message text,
  queue text not null default 'default', last_error_backtrace text, finished_at timestamptz,
  expired_at timestamptz, args jsonb not null default '[]', data jsonb not null default '{}',
  job_schema_version int not null default 2, kwargs jsonb not null default '{}')
  with (fillfactor = 90);
create index que_poll_idx on que_jobs (job_schema_version, queue, priority, run_at, id)
  where finished_at is null and expired_at is null;
create unlogged table que_lockers (pid int not null primary key, worker_count int not null,
  worker_priorities int[] not null, ruby_pid int not null, ruby_hostname text not null,
  queues text[] not null, listening boolean not null, job_schema_version int default 1);
comment on table que_jobs is '7';
-- part rows
insert into que_jobs (id, queue, run_at, error_count, finished_at, expired_at) values
  (1, 'email', now() - interval '10 min', 2, null, null),
  (2, 'email', now() - interval '2 min', 0, null, null),
  (3, 'email', now() + interval '10 min', 0, null, null),
  (4, 'email', now() + interval '5 min', 3, null, null),
  (5, 'email', now() - interval '9 h', 0, now(), null),
  (6, 'email', now() - interval '9 h', 15, null, now()),
  (7, 'other', now() - interval '9 h', 0, null, null),
  (8, 'email', now(), 0, null, null);
delete from que_jobs where id = 8;
select setval('que_jobs_id_seq', 100);
-- part expect
runnable 2
oldest_runnable_s 600s
done 1
failed 5
marker 1
head 1
deferred 1
oldest_untried_s 120s
expected_next_s 570s
-- part empty
marker 0
deferred 0
-- part enqueue
insert into que_jobs (queue) values ('email');
-- part claim
update que_jobs set error_count = error_count + 1, run_at = now() + interval '1 min' where id = 2;
-- part old
alter table que_jobs drop column expired_at, drop column finished_at;
