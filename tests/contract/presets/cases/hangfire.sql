-- preset: hangfire
-- upstream: hangfire-postgres/Hangfire.PostgreSql: Scripts/Install.v3.sql to v23.sql
-- part tables
create schema hangfire;
create table hangfire.schema (version int primary key);
insert into hangfire.schema values (23);
create table hangfire.job (id bigserial primary key, stateid bigint, statename text,
  invocationdata jsonb not null default '{}', arguments jsonb not null default '[]',
  createdat timestamptz not null default now(), expireat timestamptz);
create index ix_hangfire_job_statename_is_not_null on hangfire.job (statename) include (id)
  where statename is not null;
create table hangfire.state (id bigserial primary key,
  jobid bigint not null references hangfire.job on update cascade on delete cascade,
  name text not null, reason text, createdat timestamptz not null default now(), data jsonb);
create index ix_hangfire_state_jobid on hangfire.state (jobid);
create table hangfire.jobqueue (id bigserial primary key, jobid bigint not null,
  queue text not null, fetchedat timestamptz, updatecount int not null default 0);
create index ix_hangfire_jobqueue_fetchedat_queue_jobid
  on hangfire.jobqueue (fetchedat nulls first, queue, jobid);
create table hangfire.counter (id bigserial primary key, key text not null, value bigint not null,
  expireat timestamptz);
create table hangfire.aggregatedcounter (id bigserial primary key, key text not null unique,
  value bigint not null, expireat timestamptz);
create table hangfire.set (id bigserial primary key, key text not null, score float8 not null,
  value text not null, expireat timestamptz, unique (key, value));
create index ix_hangfire_set_key_score on hangfire.set (key, score);
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
