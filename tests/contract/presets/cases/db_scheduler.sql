-- preset: db-scheduler
-- queue: send-email
-- upstream: kagkarlsson/db-scheduler: postgresql_tables.sql, SchedulerBuilder.java
-- part tables
create table scheduled_tasks (task_name text not null, task_instance text not null, task_data bytea,
  execution_time timestamptz, picked boolean not null default false, picked_by text,
  last_success timestamptz, last_failure timestamptz, consecutive_failures int,
  last_heartbeat timestamptz, version bigint not null default 1, priority smallint, state text,
  primary key (task_name, task_instance));
create index execution_time_idx on scheduled_tasks (execution_time);
create index last_heartbeat_idx on scheduled_tasks (last_heartbeat);
create index priority_execution_time_idx on scheduled_tasks (priority desc, execution_time asc);
-- part rows
insert into scheduled_tasks (task_name, task_instance, execution_time, picked, consecutive_failures,
                             last_heartbeat, last_success, version) values
  ('send:Email', '1', now() - interval '10 min', false, 2, null, null, 5),
  ('send:Email', '2', now() - interval '2 min', false, null, null, now(), 1),
  ('send:Email', '3', now() + interval '10 min', false, 0, null, null, 1),
  ('send:Email', '4', now() + interval '5 min', false, 3, null, null, 4),
  ('send:Email', '5', now() - interval '7 min', true, 0, now(), null, 2),
  ('send:Email', '6', now() - interval '1 min', true, 0, now() - interval '50 min', null, 2),
  ('send:Email', '7', now() - interval '1 min', true, 0, now(), null, 2),
  ('send:Email', '8', null, false, 0, null, null, 1),  -- nobody is to run it
  ('other', '1', now() - interval '9 h', false, 0, null, null, 9);
delete from scheduled_tasks where task_instance = '7';
-- part expect
runnable 2
oldest_runnable_s 600s
running 2
oldest_running_s 420s
done 1
last_done_at a time
failed 5
marker 10
head some
deferred 1
overdue_running 1
oldest_untried_s 120s
expected_next_s 570s
-- part empty
marker 0
deferred 0
overdue_running 0
-- part enqueue
insert into scheduled_tasks (task_name, task_instance, execution_time) values ('send:Email', '9',
  now());
-- part claim
update scheduled_tasks set picked = true, version = version + 1 where task_instance = '2';
-- part old
alter table scheduled_tasks drop column last_heartbeat;
