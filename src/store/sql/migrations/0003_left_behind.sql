-- older programs go on
-- What runs in each queue, and what each flip left behind of it. Indexes for the filters of
-- `history`, `audit list` and `events`, and for the last flip of each pool: while they are made,
-- a few seconds for a million events, takes and releases wait.
set local role jobflip_owner;

-- The jobs that run, as the leading supervisor read them last, one a line. They have a table of
-- their own, because they change less often than the verdict.
create table jobflip_data.queue_running (
  pool text not null,
  queue text not null,
  ids text not null check (octet_length(ids) <= 4000),
  primary key (pool, queue),
  foreign key (pool, queue) references jobflip_data.queue (pool, name) on delete cascade
);

create table jobflip_data.flip_left_behind (
  flip bigint primary key,
  running jsonb not null,           -- by running_jobs(), when the flip was accepted
  workers text not null default ''  -- how they ended; '': not known
    check (workers in ('', 'drained', 'killed'))
);

create index flip_by_pool on jobflip_data.flip (pool, requested_at);
create index audit_event_by_time on jobflip_data.audit_event (at);
create index audit_event_by_kind on jobflip_data.audit_event (kind, at);
create index audit_event_by_node on jobflip_data.audit_event (node, at) where node is not null;

revoke all on jobflip_data.queue_running, jobflip_data.flip_left_behind from public;
reset role;
