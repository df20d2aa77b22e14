-- preset: odoo
-- queue: root.mail
-- upstream: OCA/queue: queue_job/models/queue_job.py, job.py, jobrunner/runner.py
-- part tables
create function ago(m int) returns timestamp language sql as $$
  select (now() at time zone 'utc') - make_interval(mins => m) $$;

create table queue_job (id serial primary key, uuid varchar not null default gen_random_uuid(),
  graph_uuid varchar, user_id int, company_id int, name varchar, model_name varchar,
  method_name varchar, func_string varchar, dependencies text, channel varchar,
  channel_method_name varchar, identity_key varchar, state varchar not null, priority int,
  retry int, max_retries int, worker_pid int, exc_name varchar, exc_message varchar,
  exc_info text, result text,
  eta timestamp, date_created timestamp default (now() at time zone 'utc'), date_enqueued timestamp,
  date_started timestamp, date_done timestamp, date_cancelled timestamp, exec_time float8);
create index queue_job_uuid_index on queue_job (uuid);
create index queue_job_state_index on queue_job (state);
create index queue_job_channel_index on queue_job (channel);
-- part rows
insert into queue_job (uuid, channel, state, retry, eta, date_created, date_enqueued, date_started,
                       date_done) values
  ('a', 'root.mail', 'pending', 1, ago(10), ago(30), null, null, null),
  ('b', 'root.mail', 'pending', 0, null, ago(2), null, null, null),
  ('c', 'root.mail', 'pending', 0, ago(-10), ago(9), null, null, null),
  ('d', 'root.mail', 'pending', 2, ago(-5), ago(8), null, null, null),
  ('e', 'root.mail', 'enqueued', 0, null, ago(4), ago(3), null, null),
  ('f', 'root.mail', 'started', 1, null, ago(9), ago(8), ago(7), null),
  ('g', 'root.mail', 'done', 1, null, ago(9), ago(4), ago(3), ago(2)),
  ('h', 'root.mail', 'done', 1, null, ago(999), ago(999), ago(999), ago(998)),
  ('i', 'root.mail', 'failed', 5, null, ago(99), ago(99), ago(98), null),
  ('j', 'root.mail', 'wait_dependencies', 0, null, ago(99), null, null, null),
  ('l', 'root.mail', 'cancelled', 0, null, ago(99), null, null, null),
  ('k', 'root', 'pending', 0, null, ago(900), null, null, null);
-- part expect
runnable 3
oldest_runnable_s 600s
unpromoted 1
running 1
oldest_running_s 420s
done 1
last_done_at a time
failed 1
marker some
head some
blocked 1
deferred 1
oldest_deferred_s 480s
oldest_untried_s 240s
expected_next_s 570s
-- part history
9 3 2, 999 999 998
-- part infinite
update queue_job set eta = 'infinity' where uuid = 'h';
-- part empty
blocked 0
deferred 0
-- part enqueue
insert into queue_job (channel, state) values ('root.mail', 'pending');
-- part claim
update queue_job set state = 'started', date_started = now() at time zone 'utc' where uuid = 'e';
-- part old
alter table queue_job drop column date_enqueued;
