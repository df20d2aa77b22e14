-- preset: pgq
-- queue: email-mailer
-- upstream: Debian's postgresql-15-pgq3 3.5: pgq--3.5.sql
-- part tables
create schema pgq;
create table pgq.consumer (co_id serial primary key, co_name text not null unique);
create table pgq.queue (queue_id serial primary key, queue_name text not null unique,
  queue_ntables int not null default 3, queue_cur_table int not null default 0,
  queue_rotation_period interval not null default '2 hours',
  queue_external_ticker boolean not null default false,
  queue_disable_insert boolean not null default false,
  queue_ticker_paused boolean not null default false,
  queue_ticker_max_count int not null default 500,
  queue_ticker_max_lag interval not null default '3 seconds',
  queue_ticker_idle_period interval not null default '1 minute',
  queue_data_pfx text not null default 'pgq.event_1', queue_event_seq text not null,
  queue_tick_seq text not null default 'pgq.event_1_tick_seq');
create table pgq.tick (tick_queue int not null references pgq.queue, tick_id bigint not null,
  tick_time timestamptz not null default now(), tick_event_seq bigint not null,
  primary key (tick_queue, tick_id));
create table pgq.subscription (sub_id serial not null, sub_queue int not null references pgq.queue,
  sub_consumer int not null references pgq.consumer, sub_last_tick bigint,
  sub_active timestamptz not null default now(), sub_batch bigint unique, sub_next_tick bigint,
  primary key (sub_queue, sub_consumer));
create table pgq.retry_queue (ev_retry_after timestamptz not null,
  ev_queue int not null references pgq.queue, ev_id bigint not null, ev_time timestamptz not null,
  ev_owner int not null, ev_retry int, primary key (ev_owner, ev_id));
create sequence pgq.event_1_id_seq;
grant select on pgq.event_1_id_seq to public;  -- as PgQ does
-- part register
insert into pgq.queue (queue_name, queue_event_seq) values ('Email', 'pgq.event_1_id_seq');
insert into pgq.consumer (co_name) values ('mailer');
insert into pgq.tick values (1, 1, now() - interval '15 min', 0);
insert into pgq.subscription (sub_queue, sub_consumer, sub_last_tick, sub_active)
values (1, 1, 1, now() - interval '7 min');
-- part rows
insert into pgq.queue (queue_name, queue_event_seq) values ('Email', 'pgq.event_1_id_seq');
insert into pgq.consumer (co_name) values ('mailer'), ('other');
insert into pgq.tick values (1, 1, now() - interval '15 min', 100),
  (1, 2, now() - interval '10 min', 110), (1, 3, now() - interval '5 min', 120);
select setval('pgq.event_1_id_seq', 125);
insert into pgq.subscription (sub_queue, sub_consumer, sub_last_tick, sub_active, sub_batch) values
  (1, 1, 1, now() - interval '7 min', 9), (1, 2, 3, now(), null);
insert into pgq.retry_queue values (now() - interval '1 min', 1, 1, now() - interval '9 min', 1),
  (now() + interval '1 min', 1, 2, now() - interval '8 min', 1),
  (now() + interval '1 min', 1, 3, now() - interval '9 h', 2);
-- part expect
runnable 25
oldest_runnable_s 600s
unpromoted 5
running 1
oldest_running_s 420s
done 100
failed 1
paused no
marker some
head 1
deferred 1
oldest_deferred_s 480s
-- part empty
paused no
marker some
head 1
deferred 0
-- part enqueue
select nextval('pgq.event_1_id_seq');
-- part claim
update pgq.subscription set sub_active = now() where sub_id = 1;
-- part old
alter table pgq.queue drop column queue_event_seq;
