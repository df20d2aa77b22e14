-- preset: laravel
-- upstream: laravel/framework: Queue/Console/stubs/jobs.stub, failed_jobs.stub, DatabaseQueue.php
-- part tables
create function s(m int) returns int language sql as $$
  select extract(epoch from now() - make_interval(mins => m))::int $$;
create table jobs (id bigserial primary key, queue varchar(255) not null,
  payload text not null default '', attempts smallint not null default 0, reserved_at int,
  available_at int not null, created_at int not null default s(0));
create index jobs_queue_index on jobs (queue);
create table failed_jobs (id bigserial primary key,
  uuid varchar(255) not null unique default gen_random_uuid(),
  connection text not null default 'database', queue text not null,
  payload text not null default '', exception text not null default '',
  failed_at timestamp(0) not null default now());
-- part rows
insert into jobs (id, queue, attempts, reserved_at, available_at, created_at) values
  (1, 'email', 1, null, s(10), s(30)), (2, 'email', 0, null, s(2), s(2)),
  (3, 'email', 0, null, s(-10), s(9)), (4, 'email', 2, null, s(-5), s(8)),
  (5, 'email', 1, s(7), s(9), s(9)), (6, 'email', 1, s(0), s(9), s(9)),
  (7, 'other', 0, null, s(900), s(900)), (8, 'email', 0, null, s(1), s(1));
delete from jobs where id = 8;
insert into failed_jobs (queue) values ('email'), ('email'), ('other');
select setval('jobs_id_seq', 100);
-- part expect
runnable 2
oldest_runnable_s 600s
running 2
oldest_running_s 420s
done 1
failed 2
marker 0
head 1
deferred 1
oldest_deferred_s 480s
overdue_running 1
oldest_untried_s 120s
expected_next_s 570s
-- part empty
marker 0
deferred 0
overdue_running 0
-- part enqueue
insert into jobs (queue, available_at) values ('email', s(0));
-- part claim
update jobs set reserved_at = s(0), attempts = attempts + 1 where id = 2;
-- part old
alter table jobs drop column available_at;
