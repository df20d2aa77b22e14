-- preset: good-job
-- upstream: bensheldon/good_job: install/migrations/create_good_jobs, job.rb, job/lockable.rb
-- part tables
create function ago(m int) returns timestamp language sql as $$
  select (now() at time zone 'utc') - make_interval(mins => m) $$;

create table good_jobs (
  id uuid primary key default gen_random_uuid(), queue_name text, priority int,
  serialized_params jsonb, scheduled_at timestamp, performed_at timestamp, finished_at timestamp,
  error text, created_at timestamp not null default (now() at time zone 'utc'),
  updated_at timestamp not null default (now() at time zone 'utc'), active_job_id uuid,
  concurrency_key text, cron_key text, retried_good_job_id uuid, cron_at timestamp, batch_id uuid,
  batch_callback_id uuid, is_discrete boolean, executions_count int, job_class text,
  error_event smallint, labels text[], locked_by_id uuid, locked_at timestamp, lock_type smallint);
create index index_good_jobs_on_queue_name_and_scheduled_at on good_jobs (queue_name, scheduled_at)
  where finished_at is null;
create index index_good_jobs_jobs_on_finished_at on good_jobs (finished_at)
  where retried_good_job_id is null and finished_at is not null;
create table good_job_executions (id uuid primary key default gen_random_uuid(),
  created_at timestamp not null default now(), updated_at timestamp not null default now(),
  active_job_id uuid not null default gen_random_uuid(), job_class text, queue_name text,
  serialized_params jsonb, scheduled_at timestamp, finished_at timestamp, error text,
  error_event smallint, error_backtrace text[], process_id uuid, duration interval);
create table good_job_settings (id uuid primary key default gen_random_uuid(),
  created_at timestamp not null default now(), updated_at timestamp not null default now(),
  key text unique, value jsonb);
-- part rows
insert into good_jobs (id, queue_name, scheduled_at, performed_at, finished_at, error, created_at,
                       executions_count) values
  ('00000000-0000-0000-0000-000000000001', 'email', ago(10), null, null, 'x', ago(30), 1),
  ('00000000-0000-0000-0000-000000000002', 'email', ago(2), null, null, null, ago(2), null),
  ('00000000-0000-0000-0000-000000000003', 'email', null, null, null, null, ago(4), null),
  ('00000000-0000-0000-0000-000000000004', 'email', ago(-10), null, null, null, ago(9), null),
  ('00000000-0000-0000-0000-000000000005', 'email', ago(-5), null, null, 'x', ago(8), 2),
  ('00000000-0000-0000-0000-000000000006', 'email', ago(9), ago(7), null, null, ago(9), 1),
  ('00000000-0000-0000-0000-000000000007', 'email', ago(9), ago(3), ago(2), null, ago(9), 1),
  ('00000000-0000-0000-0000-000000000008', 'email', ago(9), ago(3), ago(3), 'x', ago(9), 1),
  ('00000000-0000-0000-0000-000000000009', 'email', ago(999), ago(999), ago(998), null, ago(999),
  1),
  ('00000000-0000-0000-0000-000000000010', null, ago(900), null, null, null, ago(900), null);
insert into good_job_settings (key, value) values ('pauses', '{"queues": ["email"]}');
-- part expect
runnable 3
oldest_runnable_s 600s
running 1
oldest_running_s 420s
done 1
last_done_at a time
failed 1
paused yes
marker 0
head some
deferred 1
oldest_deferred_s 480s
oldest_untried_s 240s
expected_next_s 570s
-- part history
9 3 2, 999 999 998
-- part infinite
update good_jobs set scheduled_at = 'infinity'
  where id = '00000000-0000-0000-0000-000000000009';
-- part empty
paused no
marker 0
deferred 0
-- part enqueue
insert into good_jobs (queue_name, scheduled_at) values ('email', now() at time zone 'utc');
-- part claim
insert into good_job_executions default values;
-- part old
alter table good_jobs drop column retried_good_job_id;
