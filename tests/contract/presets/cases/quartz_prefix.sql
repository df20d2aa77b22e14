-- preset: quartz
-- prefix: acme_
-- queue: myscheduler-mail
-- upstream: as quartz.sql
-- part tables
create function ms(m int) returns bigint language sql as $$
  select (extract(epoch from now() - make_interval(mins => m)) * 1000)::bigint $$;
create table acme_job_details (sched_name varchar(120) not null, job_name varchar(200) not null,
  job_group varchar(200) not null, description varchar(250), job_class_name varchar(250) not null,
  is_durable bool not null, is_nonconcurrent bool not null, is_update_data bool not null,
  requests_recovery bool not null, job_data bytea, primary key (sched_name, job_name, job_group));
create table acme_triggers (sched_name varchar(120) not null, trigger_name varchar(200) not null,
  trigger_group varchar(200) not null, job_name varchar(200) not null default 'j',
  job_group varchar(200) not null default 'j', description varchar(250), next_fire_time bigint,
  prev_fire_time bigint, priority int, trigger_state varchar(16) not null,
  trigger_type varchar(8) not null default 'SIMPLE', start_time bigint not null default 0,
  end_time bigint, calendar_name varchar(200), misfire_instr smallint, job_data bytea,
  primary key (sched_name, trigger_name, trigger_group),
  foreign key (sched_name, job_name, job_group) references acme_job_details);
create index idx_acme_t_state on acme_triggers (sched_name, trigger_state);
create index idx_acme_t_nft_st on acme_triggers (sched_name, trigger_state, next_fire_time);
create table acme_fired_triggers (sched_name varchar(120) not null, entry_id varchar(95) not null,
  trigger_name varchar(200) not null, trigger_group varchar(200) not null,
  instance_name varchar(200) not null default 'node', fired_time bigint not null,
  sched_time bigint not null default 0, priority int not null default 5,
  state varchar(16) not null, job_name varchar(200), job_group varchar(200),
  is_nonconcurrent bool, requests_recovery bool, primary key (sched_name, entry_id));
create table acme_paused_trigger_grps (sched_name varchar(120) not null,
  trigger_group varchar(200) not null, primary key (sched_name, trigger_group));
insert into acme_job_details
  select s, 'j', 'j', null, 'Mail', true, false, false, false, null
  from unnest(array['MyScheduler', 'Second']) s;
-- part rows
insert into acme_triggers (sched_name, trigger_group, trigger_name, trigger_state,
  next_fire_time) values
  ('MyScheduler', 'Mail', 'a', 'WAITING', ms(10)), ('MyScheduler', 'Mail', 'b', 'WAITING', ms(2)),
  ('MyScheduler', 'Mail', 'c', 'WAITING', ms(-10)), ('MyScheduler', 'Mail', 'd', 'BLOCKED', ms(3)),
  ('MyScheduler', 'Mail', 'e', 'ERROR', ms(99)), ('MyScheduler', 'Mail', 'f', 'PAUSED', ms(99)),
  ('MyScheduler', 'Mail', 'g', 'ACQUIRED', ms(1)), ('MyScheduler', 'Mail', 'i', 'ACQUIRED', ms(-9)),
  ('MyScheduler', 'Other', 'h', 'WAITING', ms(900)),
  ('Second', 'Mail', 'a', 'WAITING', ms(900));
insert into acme_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, fired_time,
  state)
values ('MyScheduler', '1', 'x', 'Mail', ms(7), 'EXECUTING'),
       ('MyScheduler', '2', 'g', 'Mail', ms(1), 'ACQUIRED'),
       ('MyScheduler', '3', 'y', 'Mail', ms(1), 'EXECUTING');
delete from acme_fired_triggers where entry_id = '3';
insert into acme_paused_trigger_grps values ('MyScheduler', '_$_ALL_GROUPS_PAUSED_$_');
-- part expect
runnable 3
oldest_runnable_s 600s
running 1
oldest_running_s 420s
done 1
failed 1
paused yes
marker 3
head some
blocked 1
expected_next_s 510s
-- part empty
paused no
marker 0
blocked 0
-- part enqueue
insert into acme_triggers (sched_name, trigger_group, trigger_name, trigger_state, next_fire_time)
values ('MyScheduler', 'Mail', 'new', 'WAITING', ms(0));
-- part claim
insert into acme_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, fired_time,
  state)
values ('MyScheduler', '4', 'a', 'Mail', ms(0), 'EXECUTING');
-- part old
alter table acme_triggers drop column sched_name;
