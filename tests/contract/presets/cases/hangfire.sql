-- preset: hangfire
-- part tables
create schema hangfire;
create table hangfire.schema (version int primary key);
insert into hangfire.schema values (23);
create table hangfire.job (id bigserial primary key, stateid bigint, statename text,
  createdat timestamptz not null default now());
create table hangfire.state (id bigserial primary key, jobid bigint, name text,
  createdat timestamptz not null default now());
create table hangfire.jobqueue (id bigserial primary key, jobid bigint, queue text,
  fetchedat timestamptz, updatecount int not null default 0);
create table hangfire.counter (id bigserial primary key, key text, value bigint);
create table hangfire.aggregatedcounter (id bigserial primary key, key text, value bigint);
create table hangfire.set (id bigserial primary key, key text, score float8, value text);
-- part rows
insert into hangfire.job (id, stateid, statename) values (1, 1, 'Enqueued'), (2, 2, 'Processing'),
  (3, 3, 'Enqueued'), (4, 4, 'Failed'), (5, 5, 'Scheduled'), (6, 6, 'Scheduled'), (7, 7,
  'Enqueued');
insert into hangfire.state (id, jobid, name, createdat) values
  (1, 1, 'Enqueued', now() - interval '5 min'), (2, 2, 'Processing', now() - interval '7 min'),
  (3, 3, 'Processing', now() - interval '2 min'), (4, 4, 'Failed', now()),
  (5, 5, 'Scheduled', now()), (6, 6, 'Scheduled', now()),
  (7, 7, 'Enqueued', now() - interval '9 h');
insert into hangfire.jobqueue (jobid, queue, fetchedat) values (1, 'email', null),
  (2, 'email', now() - interval '7 min'), (3, 'email', now() - interval '40 min'),
  (7, 'other', null);
insert into hangfire.counter (key, value) values ('stats:succeeded', 1), ('stats:failed', 9);
insert into hangfire.aggregatedcounter (key, value) values ('stats:succeeded', 40);
insert into hangfire.set (key, score, value) values
  ('schedule', extract(epoch from now() - interval '10 min'), '5'),
  ('schedule', extract(epoch from now() + interval '10 min'), '6'), ('retries', 0, '6');
-- part expect
runnable 3
oldest_runnable_s 600s
unpromoted 1
running 1
oldest_running_s 420s
done 41
failed 1
marker 0
head 1
deferred 1
expected_next_s 570s
-- part empty
marker 0
deferred 0
-- part enqueue
insert into hangfire.jobqueue (jobid, queue) values (1, 'email');
-- part claim
update hangfire.jobqueue set fetchedat = now() where jobid = 1;
-- part old
drop table hangfire.aggregatedcounter;
