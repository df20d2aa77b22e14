-- preset: pg-boss
-- upstream: npm pg-boss 12.38.0, as it installs it
-- part tables
create schema pgboss;
create type pgboss.job_state as enum ('created', 'retry', 'active', 'completed', 'cancelled',
  'failed');
create table pgboss.version (version int primary key);
insert into pgboss.version values (46);
create table pgboss.queue (name text primary key, policy text not null,
  partition bool not null default false,
  table_name text not null default 'job_common', deferred_count int not null default 0,
  queued_count int not null default 0, ready_count int not null default 0,
  active_count int not null default 0, failed_count int not null default 0,
  total_count int not null default 0, retained_count int, retained_on timestamptz,
  ready_oldest_seconds int, monitor_on timestamptz);
create table pgboss.job (
  id uuid not null default gen_random_uuid(), name text not null, priority int not null default 0,
  data jsonb, state pgboss.job_state not null default 'created', retry_limit int not null default 2,
  retry_count int not null default 0, retry_delay int not null default 0,
  start_after timestamptz not null default now(), started_on timestamptz, singleton_key text,
  singleton_on timestamp, created_on timestamptz not null default now(), completed_on timestamptz,
  output jsonb, dead_letter text, policy text, expire_seconds int not null default 900,
  blocked boolean not null default false) partition by list (name);
create table pgboss.job_common partition of pgboss.job default;
create unique index job_common_i2 on pgboss.job_common (name, coalesce(singleton_key, ''))
  where state = 'active' and policy = 'singleton';
create unique index job_common_i3 on pgboss.job_common (name, state, coalesce(singleton_key, ''))
  where state <= 'active' and policy = 'stately';
create index job_common_i5 on pgboss.job_common (name,
  start_after) where state < 'active' and not blocked;
create unique index job_common_i8 on pgboss.job_common (name, singleton_key)
  where state in ('active', 'retry', 'failed') and policy = 'key_strict_fifo';
create index job_common_i14 on pgboss.job_common (name, state, blocked, start_after)
  where state in ('created', 'retry', 'active', 'failed');
create index job_common_i16 on pgboss.job_common (name,
  completed_on) where completed_on is not null;
-- part register
insert into pgboss.queue (name, policy, queued_count, active_count, total_count) values
  ('email', 'key_strict_fifo', 0, 0, 0), ('Other', 'standard', 1, 0, 1);
-- part rows
insert into pgboss.queue (name, policy, queued_count, active_count, total_count) values
  ('email', 'key_strict_fifo', 0, 0, 0), ('Other', 'standard', 1, 0, 1);
insert into pgboss.job (id, name, state, start_after, started_on, completed_on, retry_count,
  created_on, singleton_key, policy, blocked, expire_seconds) values
  ('00000000-0000-0000-0000-000000000001', 'email', 'created', now() - interval '5 min', null,
  null, 0, now(), null, 'key_strict_fifo', false, 900),
  ('00000000-0000-0000-0000-000000000002', 'email', 'retry', now() - interval '12 min',
  now() - interval '15 min', null, 1, now(), null, 'key_strict_fifo', false, 900),
  ('00000000-0000-0000-0000-000000000003', 'email', 'created', now() + interval '10 min', null,
  null, 0, now(), null, 'key_strict_fifo', false, 900),
  ('00000000-0000-0000-0000-000000000004', 'email', 'retry', now() + interval '3 min',
  now() - interval '2 min', null, 1, now() - interval '8 min', 'k4', 'key_strict_fifo', false, 900),
  ('00000000-0000-0000-0000-000000000005', 'email', 'active', now() - interval '21 min',
  now() - interval '20 min', null, 0, now(), 'k', 'key_strict_fifo', false, 900),
  ('00000000-0000-0000-0000-000000000006', 'email', 'active', now() - interval '4 min',
  now() - interval '3 min', null, 0, now(), 'l', 'key_strict_fifo', false, 3600),
  ('00000000-0000-0000-0000-000000000007', 'email', 'completed', now() - interval '9 min',
  now() - interval '4 min', now() - interval '1 min', 0, now(), null, 'key_strict_fifo', false,
  900),
  ('00000000-0000-0000-0000-000000000008', 'email', 'completed', now() - interval '900 min',
  now() - interval '900 min', now() - interval '899 min', 0, now(), null, 'key_strict_fifo', false,
  900),
  ('00000000-0000-0000-0000-000000000009', 'email', 'failed', now() - interval '9 min',
  now() - interval '4 min', now() - interval '2 min', 2, now(), null, 'key_strict_fifo', false,
  900),
  ('00000000-0000-0000-0000-000000000010', 'email', 'cancelled', now() - interval '9 min', null,
  null, 0, now(), null, 'key_strict_fifo', false, 900),
  ('00000000-0000-0000-0000-000000000011', 'email', 'created', now() - interval '30 min', null,
  null, 0, now(), 'k', 'key_strict_fifo', false, 900),
  ('00000000-0000-0000-0000-000000000012', 'email', 'created', now() - interval '40 min', null,
  null, 0, now(), null, 'key_strict_fifo', true, 900),
  ('00000000-0000-0000-0000-000000000013', 'Other', 'created', now() - interval '500 min', null,
  null, 0, now(), null, 'key_strict_fifo', false, 900);
-- part expect
runnable 2
oldest_runnable_s 720s
marker some
blocked 2
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
-- part infinite
update pgboss.job set start_after = 'infinity'
  where id = '00000000-0000-0000-0000-000000000008';
-- part empty
blocked 0
deferred 0
overdue_running 0
-- part enqueue
insert into pgboss.job (name, policy) values ('email', 'key_strict_fifo');
-- part claim
update pgboss.job set state = 'active',
  started_on = now() where id = '00000000-0000-0000-0000-000000000001';
-- part old
alter table pgboss.queue drop column table_name, drop column retained_on;
alter table pgboss.job drop column expire_seconds;
