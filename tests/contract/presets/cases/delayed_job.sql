-- preset: delayed-job
-- schema: My "own" schema
-- table: background jobs
-- upstream: collectiveidea/delayed_job_active_record: templates/migration.rb, active_record.rb
-- part tables
create function ago(m int) returns timestamp language sql as $$
  select (now() at time zone 'utc') - make_interval(mins => m) $$;
create schema "My ""own"" schema";
create table "My ""own"" schema"."background jobs" (
  id bigserial primary key, priority int not null default 0, attempts int not null default 0,
  handler text not null default '', last_error text, run_at timestamp(6), locked_at timestamp(6),
  failed_at timestamp(6), locked_by varchar, queue varchar,
  created_at timestamp(6) default (now() at time zone 'utc'), updated_at timestamp(6));
create index delayed_jobs_priority on "My ""own"" schema"."background jobs" (priority, run_at);
-- part rows
insert into "My ""own"" schema"."background jobs" (id, queue, run_at, attempts, locked_at,
  failed_at,
                                                  created_at) values
  (1, 'email', ago(10), 1, null, null, ago(30)),
  (2, 'email', ago(2), 0, null, null, ago(2)),
  (3, 'email', ago(300), 0, ago(299), null, ago(300)),
  (4, 'email', ago(-10), 0, null, null, ago(9)),
  (5, 'email', ago(-5), 2, null, null, ago(8)),
  (6, 'email', ago(9), 0, ago(7), null, ago(9)),
  (7, 'email', ago(99), 25, null, ago(9), ago(99)),
  (8, null, ago(900), 0, null, null, ago(900)),
  (9, 'email', ago(1), 0, null, null, ago(1));
delete from "My ""own"" schema"."background jobs" where id = 9;
select setval('"My ""own"" schema"."background jobs_id_seq"', 100);
-- part expect
runnable 3
oldest_runnable_s 18000s
running 1
oldest_running_s 420s
done 1
failed 1
marker 0
head 1
deferred 1
oldest_deferred_s 480s
oldest_untried_s 18000s
expected_next_s 570s
-- part empty
marker 0
deferred 0
-- part enqueue
insert into "My ""own"" schema"."background jobs" (queue, run_at)
values ('email', now() at time zone 'utc');
-- part claim
update "My ""own"" schema"."background jobs" set locked_at = now() at time zone 'utc' where id = 2;
-- part old
drop table "My ""own"" schema"."background jobs";
create table "My ""own"" schema"."background jobs" (id bigserial, queue varchar, payload text,
  attempts int, reserved_at int, available_at int, created_at int);
grant select on "My ""own"" schema"."background jobs" to probe;
