-- older programs go on
-- Services that are watched and never flipped. And two things of incidents: those of a service have
-- it in a column of their own, and an empty pool.
set local role jobflip_owner;

-- Changes of a service, its spells and its incidents are made under the lock of its row.
create table jobflip_data.service (
  name text primary key,
  settings jsonb not null,
  unwatched_ms bigint not null generated always as (
    greatest(60000, 3 * coalesce((settings ->> 'every_ms')::numeric::bigint, 30000))) stored,
  slow_for_ms bigint not null generated always as (
    coalesce((settings ->> 'slow_for_ms')::numeric::bigint, 120000)) stored,
  reported_at timestamptz,
  latency_ms bigint,                    -- of the last check
  unwatched_why text not null default ''
);

-- A stretch of time in one state: from_at until seen_at, the last check that saw it. Spells outlive
-- their service, and the newest 20,000 of each are kept (record_service).
create table jobflip_data.service_spell (
  service text not null,
  seq bigint not null,
  state text not null check (state in ('up', 'slow', 'down')),
  from_at timestamptz not null,
  seen_at timestamptz not null,
  closed boolean not null default false,
  sentence text not null check (octet_length(sentence) <= 2000),
  primary key (service, seq)
);
create index service_spell_by_time on jobflip_data.service_spell (service, seen_at);

create sequence jobflip_data.service_maintenance_id;
create table jobflip_data.service_maintenance (
  id bigint primary key,
  service text not null default '',     -- '': all services
  from_at timestamptz not null,
  until_at timestamptz not null,
  actor text not null,
  login text not null,
  reason text not null check (octet_length(reason) <= 2000),
  removed_at timestamptz
);
create index service_maintenance_by_time on jobflip_data.service_maintenance (until_at)
  where removed_at is null;

alter table jobflip_data.incident add column service text not null default '';
alter table jobflip_data.incident drop constraint incident_cause_check;
alter table jobflip_data.incident add constraint incident_cause_check
  check (cause in ('verdict', 'node_loss', 'hold', 'flip', 'person', 'service'));
drop index jobflip_data.incident_one_open;
create unique index incident_one_open on jobflip_data.incident (pool, service)
  where closed_at is null;

revoke all on sequence jobflip_data.service_maintenance_id from public;
revoke all on jobflip_data.service, jobflip_data.service_spell,
  jobflip_data.service_maintenance from public;
reset role;
