-- preset: quartz
-- queue: myscheduler-mail
-- part tables
create function ms(m int) returns bigint language sql as $$
  select (extract(epoch from now() - make_interval(mins => m)) * 1000)::bigint $$;
create table qrtz_triggers (sched_name varchar(120) not null, trigger_name varchar(200) not null,
  trigger_group varchar(200) not null, next_fire_time bigint, prev_fire_time bigint,
  trigger_state varchar(16) not null, primary key (sched_name, trigger_name, trigger_group));
create table qrtz_fired_triggers (sched_name varchar(120) not null, entry_id varchar(95) not null,
  trigger_name varchar(200), trigger_group varchar(200), fired_time bigint, state varchar(16),
  primary key (sched_name, entry_id));
create table qrtz_paused_trigger_grps (sched_name varchar(120), trigger_group varchar(200));
-- part rows
insert into qrtz_triggers (sched_name, trigger_group, trigger_name, trigger_state,
  next_fire_time) values
  ('MyScheduler', 'Mail', 'a', 'WAITING', ms(10)), ('MyScheduler', 'Mail', 'b', 'WAITING', ms(2)),
  ('MyScheduler', 'Mail', 'c', 'WAITING', ms(-10)), ('MyScheduler', 'Mail', 'd', 'BLOCKED', ms(3)),
  ('MyScheduler', 'Mail', 'e', 'ERROR', ms(99)), ('MyScheduler', 'Mail', 'f', 'PAUSED', ms(99)),
  ('MyScheduler', 'Mail', 'g', 'ACQUIRED', ms(1)), ('MyScheduler', 'Other', 'h', 'WAITING',
  ms(900)),
  ('Second', 'Mail', 'a', 'WAITING', ms(900));
insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, fired_time,
  state)
values ('MyScheduler', '1', 'x', 'Mail', ms(7), 'EXECUTING'),
       ('MyScheduler', '2', 'g', 'Mail', ms(1), 'ACQUIRED'),
       ('MyScheduler', '3', 'y', 'Mail', ms(1), 'EXECUTING');
delete from qrtz_fired_triggers where entry_id = '3';
insert into qrtz_paused_trigger_grps values ('MyScheduler', '_$_ALL_GROUPS_PAUSED_$_');
-- part expect
runnable 2
oldest_runnable_s 600s
running 1
oldest_running_s 420s
done 1
failed 1
paused yes
marker 3
head some
blocked 1
expected_next_s 570s
-- part empty
paused no
marker 0
blocked 0
-- part enqueue
insert into qrtz_triggers (sched_name, trigger_group, trigger_name, trigger_state, next_fire_time)
values ('MyScheduler', 'Mail', 'new', 'WAITING', ms(0));
-- part claim
insert into qrtz_fired_triggers (sched_name, entry_id, trigger_name, trigger_group, fired_time,
  state)
values ('MyScheduler', '4', 'a', 'Mail', ms(0), 'EXECUTING');
-- part old
alter table qrtz_triggers drop column sched_name;
