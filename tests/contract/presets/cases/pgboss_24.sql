-- preset: pg-boss
-- upstream: npm pg-boss 10.4.2, as it installs it
-- part tables
create schema pgboss;
create type pgboss.job_state as enum ('created', 'retry', 'active', 'completed', 'cancelled',
  'failed');
create table pgboss.version (version int primary key);
insert into pgboss.version values (24);
create table pgboss.queue (name text primary key, policy text, partition_name text,
  created_on timestamptz not null default now());
create table pgboss.job (
  id uuid not null default gen_random_uuid(), name text not null, priority int not null default 0,
  data jsonb, state pgboss.job_state not null default 'created', retry_limit int not null default 2,
  retry_count int not null default 0, retry_delay int not null default 0,
  start_after timestamptz not null default now(), started_on timestamptz, singleton_key text,
  singleton_on timestamp, created_on timestamptz not null default now(), completed_on timestamptz,
  output jsonb, dead_letter text, policy text,
  expire_in interval not null default interval '15 minutes') partition by list (name);
-- part register
insert into pgboss.queue values ('email', 'singleton', 'j_email'), ('Other', 'standard', 'j_other');
create table pgboss.j_email partition of pgboss.job for values in ('email');
create table pgboss.j_other partition of pgboss.job for values in ('Other');
create unique index j_email_i2 on pgboss.j_email (name, coalesce(singleton_key, ''))
  where state = 'active' and policy = 'singleton';
create unique index j_email_i3 on pgboss.j_email (name, state, coalesce(singleton_key, ''))
  where state <= 'active' and policy = 'stately';
create index j_email_i5 on pgboss.j_email (name, start_after) where state < 'active';
-- part rows
insert into pgboss.queue values ('email', 'singleton', 'j_email'), ('Other', 'standard', 'j_other');
create table pgboss.j_email partition of pgboss.job for values in ('email');
create table pgboss.j_other partition of pgboss.job for values in ('Other');
create unique index j_email_i2 on pgboss.j_email (name, coalesce(singleton_key, ''))
  where state = 'active' and policy = 'singleton';
create unique index j_email_i3 on pgboss.j_email (name, state, coalesce(singleton_key, ''))
  where state <= 'active' and policy = 'stately';
create index j_email_i5 on pgboss.j_email (name, start_after) where state < 'active';
insert into pgboss.job (id, name, state, start_after, started_on, completed_on, retry_count,
  created_on, singleton_key, policy, expire_in) values
  ('00000000-0000-0000-0000-000000000001', 'email', 'created', now() - interval '5 min', null,
  null, 0, now(), null, 'singleton', interval '15 min'),
  ('00000000-0000-0000-0000-000000000002', 'email', 'retry', now() - interval '12 min',
  now() - interval '15 min', null, 1, now(), null, 'singleton', interval '15 min'),
  ('00000000-0000-0000-0000-000000000003', 'email', 'created', now() + interval '10 min', null,
  null, 0, now(), null, 'singleton', interval '15 min'),
  ('00000000-0000-0000-0000-000000000004', 'email', 'retry', now() + interval '3 min',
  now() - interval '2 min', null, 1, now() - interval '8 min', 'k4', 'singleton',
  interval '15 min'),
  ('00000000-0000-0000-0000-000000000005', 'email', 'active', now() - interval '21 min',
  now() - interval '20 min', null, 0, now(), 'k', 'singleton', interval '15 min'),
  ('00000000-0000-0000-0000-000000000006', 'email', 'active', now() - interval '4 min',
  now() - interval '3 min', null, 0, now(), 'l', 'singleton', interval '1 h'),
  ('00000000-0000-0000-0000-000000000007', 'email', 'completed', now() - interval '9 min',
  now() - interval '4 min', now() - interval '1 min', 0, now(), null, 'singleton',
  interval '15 min'),
  ('00000000-0000-0000-0000-000000000008', 'email', 'completed', now() - interval '900 min',
  now() - interval '900 min', now() - interval '899 min', 0, now(), null, 'singleton',
  interval '15 min'),
  ('00000000-0000-0000-0000-000000000009', 'email', 'failed', now() - interval '9 min',
  now() - interval '4 min', now() - interval '2 min', 2, now(), null, 'singleton',
  interval '15 min'),
  ('00000000-0000-0000-0000-000000000010', 'email', 'cancelled', now() - interval '9 min', null,
  null, 0, now(), null, 'singleton', interval '15 min'),
  ('00000000-0000-0000-0000-000000000011', 'email', 'created', now() - interval '30 min', null,
  null, 0, now(), 'k', 'singleton', interval '15 min'),
  ('00000000-0000-0000-0000-000000000013', 'Other', 'created', now() - interval '500 min', null,
  null, 0, now(), null, 'singleton', interval '15 min');
-- part expect
runnable 2
oldest_runnable_s 720s
marker some
blocked 1
deferred 1
oldest_deferred_s 480s
oldest_untried_s 300s
expected_next_s 570s
head some
running 2
oldest_running_s 1200s
done 1
last_done_at a time
failed 2
overdue_running 1
-- part history
9 4 1, 900 900 899
-- part empty
blocked 0
deferred 0
overdue_running 0
-- part enqueue
insert into pgboss.job (name, policy) values ('email', 'singleton');
-- part claim
update pgboss.job set state = 'active',
  started_on = now() where id = '00000000-0000-0000-0000-000000000001';
-- part old
alter table pgboss.job drop column expire_in;
