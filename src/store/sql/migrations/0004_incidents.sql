-- older programs go on
-- Incidents: what a reviewer reads of one trouble of one pool. And a column: a takeover of a silent
-- holder is a flip, too, which nobody asked for, so it has a number, steps and an outcome.
set local role jobflip_owner;

alter table jobflip_data.flip add column takeover boolean not null default false;

-- Numbers come from sequences: a row that counts would be locked until its transaction ends, and an
-- open transaction about one pool would keep every other pool from being taken over. flip_number
-- is used no more.
lock table jobflip_data.flip_number in exclusive mode;  -- a flip that is being requested has one
create sequence jobflip_data.flip_id;
select setval('jobflip_data.flip_id', greatest(last, 1), last > 0) from jobflip_data.flip_number;
create sequence jobflip_data.incident_id;

-- The row of an incident changes only under the lock of its pool's row (open_incident), except for
-- its worst figures. There is no foreign key: incidents outlive their pool.
create table jobflip_data.incident (
  id bigint primary key,
  pool text not null,
  class text not null
    check (class in ('queued', 'deployment', 'slowness', 'node', 'store', 'other')),
  cause text not null check (cause in ('verdict', 'node_loss', 'hold', 'flip', 'person')),
  sentence text not null check (octet_length(sentence) <= 8192),
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  closed_by text not null default '',
  perceptible_after_ms bigint not null,      -- as the pool's setting was when it was opened
  most_waiting bigint,
  longest_wait_ms bigint,
  holds bigint not null default 0,
  -- what a person decided instead of the rule (core/incident.hpp), and who; null, '': nobody
  class_by text not null default '',
  severity text check (severity in ('minor', 'major', 'critical')),
  severity_by text not null default '',
  perceptible boolean,
  perceptible_by text not null default '',
  downtime boolean,
  downtime_by text not null default '',
  merged_into bigint
);
create unique index incident_one_open on jobflip_data.incident (pool) where closed_at is null;
create index incident_by_time on jobflip_data.incident (opened_at);
create index incident_by_pool on jobflip_data.incident (pool, opened_at);

create table jobflip_data.incident_stage (
  incident bigint not null,
  stage text not null check (stage in ('onset', 'detected', 'decided', 'stopped', 'granted',
                                       'started', 'first_job', 'recovered')),
  flip bigint not null default 0,            -- 0: of none
  at timestamptz not null,
  queue text not null default '',
  waiting bigint,
  oldest_ms bigint,
  primary key (incident, stage, flip)
);

create table jobflip_data.incident_flip (
  flip bigint primary key,
  incident bigint not null
);
create index incident_flip_of on jobflip_data.incident_flip (incident);

create table jobflip_data.incident_note (
  incident bigint not null,
  seq integer not null,
  at timestamptz not null,
  actor text not null,
  login text not null,
  text text not null check (octet_length(text) <= 8192),
  primary key (incident, seq)
);

create table jobflip_data.incident_label (
  incident bigint not null,
  label text not null,
  primary key (incident, label)
);

revoke all on sequence jobflip_data.flip_id, jobflip_data.incident_id from public;
revoke all on jobflip_data.incident, jobflip_data.incident_stage,
  jobflip_data.incident_flip, jobflip_data.incident_note, jobflip_data.incident_label from public;
reset role;
