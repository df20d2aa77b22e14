-- preset: river
-- upstream: riverqueue/river: riverdriver/riverpgxv5/migration/main/002 to 007
-- part tables
create type river_job_state as enum ('available', 'cancelled', 'completed', 'discarded', 'pending',
  'retryable', 'running', 'scheduled');
create table river_job (
  id bigserial primary key, state river_job_state not null default 'available',
  attempt smallint not null default 0, max_attempts smallint not null,
  attempted_at timestamptz, created_at timestamptz not null default now(),
  finalized_at timestamptz, scheduled_at timestamptz not null default now(),
  priority smallint not null default 1, args jsonb not null default '{}', attempted_by text[],
  errors jsonb[], kind text not null default 'k', metadata jsonb not null default '{}',
  queue text not null default 'default', tags varchar(255)[] not null default '{}',
  unique_key bytea, unique_states bit(8),
  constraint finalized_or_finalized_at_null check (
    (state in ('cancelled', 'completed', 'discarded')) = (finalized_at is not null)),
  constraint priority_in_range check (priority between 1 and 4),
  constraint queue_length check (char_length(queue) between 1 and 127));
create index river_job_prioritized_fetching_index
  on river_job (state, queue, priority, scheduled_at, id);
create index river_job_state_and_finalized_at_index on river_job (state, finalized_at)
  where finalized_at is not null;
create table river_queue (name text primary key, created_at timestamptz not null default now(),
  metadata jsonb not null default '{}', paused_at timestamptz, updated_at timestamptz not null);
create table river_migration (line text, version bigint, created_at timestamptz);
insert into river_migration values ('main', 6, now());
-- part rows
insert into river_job (id, state, attempt, max_attempts, attempted_at, finalized_at, scheduled_at,
                       priority, errors, queue, created_at) values
  (1, 'available', 0, 25, null, null, now() - interval '2 min', 2, null, 'email', now()),
  (2, 'available', 1, 25, now() - interval '20 min', null, now() - interval '15 min', 3, null,
  'email', now()),
  (3, 'available', 0, 25, null, null, now() - interval '1 min', 1, null, 'email', now()),
  (4, 'scheduled', 0, 25, null, null, now() - interval '3 min', 1, null, 'email', now()),
  (5, 'scheduled', 0, 25, null, null, now() + interval '10 min', 1, null, 'email', now()),
  (6, 'retryable', 2, 25, now() - interval '4 min', null, now() + interval '5 min', 1,
   array['{"at": "2020-01-01T00:00:00Z"}'::jsonb, '{}'], 'email', now()),
  (7, 'retryable', 1, 25, now() - interval '6 min', null, now() + interval '5 min', 1, null,
  'email', now()),
  (8, 'running', 1, 25, now() - interval '7 min', null, now() - interval '7 min', 1, null, 'email',
  now()),
  (9, 'completed', 1, 25, now() - interval '2 min', now() - interval '2 min',
  now() - interval '2 min', 1, null, 'email', now()),
  (10, 'completed', 1, 25, now() - interval '2 h', now() - interval '2 h', now() - interval '2 h',
  1, null, 'email', now()),
  (11, 'discarded', 25, 25, now() - interval '3 min', now() - interval '3 min',
  now() - interval '3 min', 1, null, 'email', now()),
  (12, 'cancelled', 1, 25, now() - interval '3 min', now() - interval '3 min',
  now() - interval '3 min', 1, null, 'email', now()),
  (13, 'pending', 0, 25, null, null, now() - interval '3 h', 1, null, 'email', now()),
  (14, 'available', 0, 25, null, null, now() - interval '9 h', 1, null, 'other', now());
update river_job set errors[1] = jsonb_set(errors[1], '{at}', to_jsonb(now() - interval '8 min'))
  where id = 6;
insert into river_queue values ('email', now(), '{}', now(), now()), ('other', now(), '{}', null,
  now());
select setval('river_job_id_seq', 100);
-- part expect
runnable 4
oldest_runnable_s 900s
unpromoted 1
running 1
oldest_running_s 420s
done 1
last_done_at a time
failed 2
paused yes
marker some
head 3
deferred 2
oldest_deferred_s 480s
oldest_untried_s 180s
expected_next_s 570s
-- part history
2 2 2, 120 120 120
-- part infinite
update river_job set scheduled_at = 'infinity' where id = 10;
-- part empty
paused no
deferred 0
-- part enqueue
insert into river_job (max_attempts, queue) values (25, 'email');
-- part claim
update river_job set state = 'running', attempt = attempt + 1, attempted_at = now() where id = 3;
-- part old
alter table river_job drop column attempted_at;
