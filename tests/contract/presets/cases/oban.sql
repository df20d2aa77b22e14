-- preset: oban
-- upstream: oban-bg/oban: lib/oban/migrations/postgres/v01.ex to v15.ex, plugins/lifeline.ex
-- part tables
create function ago(m int) returns timestamp language sql as $$
  select (now() at time zone 'utc') - make_interval(mins => m) $$;

create type oban_job_state as enum ('available', 'suspended', 'scheduled', 'executing', 'retryable',
  'completed', 'discarded', 'cancelled');
create table oban_jobs (
  id bigserial primary key, state oban_job_state not null default 'available',
  queue text not null default 'default', worker text not null default 'W',
  args jsonb not null default '{}', errors jsonb[] not null default '{}',
  attempt int not null default 0, max_attempts int not null default 20,
  inserted_at timestamp not null default (now() at time zone 'utc'),
  scheduled_at timestamp not null default (now() at time zone 'utc'), attempted_at timestamp,
  completed_at timestamp, attempted_by text[], discarded_at timestamp,
  priority int not null default 0, tags text[] default '{}', meta jsonb default '{}',
  cancelled_at timestamp,
  constraint attempt_range check (attempt between 0 and max_attempts),
  constraint positive_max_attempts check (max_attempts > 0),
  constraint non_negative_priority check (priority >= 0),
  constraint queue_length check (char_length(queue) between 1 and 127));
create index oban_jobs_state_queue_priority_scheduled_at_id_index
  on oban_jobs (state, queue, priority, scheduled_at, id);
create index oban_jobs_state_cancelled_at_index on oban_jobs (state, cancelled_at);
create index oban_jobs_state_discarded_at_index on oban_jobs (state, discarded_at);
create index oban_jobs_staging_idx on oban_jobs (scheduled_at, id)
  where state in ('scheduled', 'retryable');
comment on table oban_jobs is '15';
-- part rows
insert into oban_jobs (id, state, attempt, priority, inserted_at, scheduled_at, attempted_at,
                       completed_at, discarded_at, queue) values
  (1, 'available', 1, 0, ago(30), ago(10), ago(12), null, null, 'email'),
  (2, 'available', 0, 0, ago(2), ago(2), null, null, null, 'email'),
  (3, 'scheduled', 0, 0, ago(9), ago(4), null, null, null, 'email'),
  (4, 'scheduled', 0, 3, ago(9), ago(-10), null, null, null, 'email'),
  (5, 'retryable', 2, 0, ago(8), ago(-5), ago(3), null, null, 'email'),
  (6, 'executing', 1, 0, ago(9), ago(8), ago(7), null, null, 'email'),
  (7, 'completed', 1, 0, ago(9), ago(3), ago(3), ago(2), null, 'email'),
  (8, 'completed', 1, 2, ago(9), ago(4), ago(3), ago(3), null, 'email'),
  (9, 'completed', 1, 0, ago(999), ago(990), ago(990), ago(989), null, 'email'),
  (10, 'discarded', 20, 0, ago(99), ago(3), ago(3), null, ago(3), 'email'),
  (13, 'suspended', 0, 0, ago(99), ago(99), null, null, null, 'email'),
  (14, 'cancelled', 1, 0, ago(99), ago(99), ago(98), null, null, 'email'),
  (11, 'completed', 1, 1, ago(9), ago(3), ago(3), ago(2), null, 'other'),
  (12, 'available', 0, 0, ago(900), ago(900), null, null, null, 'other');
select setval('oban_jobs_id_seq', 100);
-- part expect
runnable 3
oldest_runnable_s 600s
unpromoted 1
running 1
oldest_running_s 420s
done 2
last_done_at a time
failed 2
marker some
head 1
deferred 1
oldest_deferred_s 480s
oldest_untried_s 240s
expected_next_s 570s
-- part history
3 3 2, 4 3 3, 990 990 989
-- part infinite
update oban_jobs set scheduled_at = 'infinity' where id = 9;
-- part empty
deferred 0
-- part enqueue
insert into oban_jobs (queue) values ('email');
-- part claim
update oban_jobs set state = 'executing', attempt = 1, attempted_at = now() at time zone 'utc'
where id = 2;
-- part old
alter table oban_jobs drop column cancelled_at;
