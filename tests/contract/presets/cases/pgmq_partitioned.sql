-- preset: pgmq
-- upstream: pgmq/pgmq: pgmq.create_partitioned() of 1.11
-- part tables
create schema pgmq;
create table pgmq.meta (queue_name varchar unique not null, is_partitioned boolean not null,
  is_unlogged boolean not null default false, created_at timestamptz not null default now());
create table pgmq.q_email (msg_id bigint generated always as identity,
  read_ct int not null default 0, enqueued_at timestamptz not null default now(),
  last_read_at timestamptz, vt timestamptz not null, message jsonb, headers jsonb)
  partition by range (msg_id);
create table pgmq.q_email_p0 partition of pgmq.q_email for values from (0) to (3);
create table pgmq.q_email_p3 partition of pgmq.q_email for values from (3) to (6);
create table pgmq.q_email_p6 partition of pgmq.q_email for values from (6) to (9);
create table pgmq.a_email (msg_id bigint primary key, read_ct int not null default 0,
  enqueued_at timestamptz not null default now(), last_read_at timestamptz,
  archived_at timestamptz not null default now(), vt timestamptz not null, message jsonb,
  headers jsonb);
create index archived_at_idx_email on pgmq.a_email (archived_at);
-- part register
insert into pgmq.meta (queue_name, is_partitioned) values ('Email', true);
-- part rows
insert into pgmq.meta (queue_name, is_partitioned) values ('Email', true);
insert into pgmq.q_email (read_ct, vt, last_read_at) values
  (0, now() - interval '2 min', null), (3, now() - interval '10 min', now() - interval '99 min'),
  (1, now() + interval '1 min', now() - interval '7 min'), (0, now() + interval '10 min', null),
  (0, now(), null);
delete from pgmq.q_email where msg_id = 5;
insert into pgmq.a_email (msg_id, vt) values (5, now());
-- part expect
runnable 2
oldest_runnable_s 600s
running 1
oldest_running_s 420s
done 1
last_done_at a time
failed 1
marker 0
head 1
oldest_untried_s 120s
expected_next_s 570s
-- part empty
marker 0
-- part enqueue
insert into pgmq.q_email (vt) values (now());
-- part claim
update pgmq.q_email set read_ct = read_ct + 1, vt = now() + interval '30 s', last_read_at = now()
where msg_id = 1;
-- part old
alter table pgmq.meta drop column is_partitioned;
