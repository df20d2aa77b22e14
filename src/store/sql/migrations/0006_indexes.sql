-- only adds tables
-- Indexes for a log of many million events: for each filter of `history`, `audit list` and
-- `incident list` one that has what fits in the order in which it is shown. While they are made,
-- about 10 s for a million events, takes, releases and flips wait; beats do not. Whoever can't wait
-- makes them before, as docs/operations.md shows: those that are there are not made again.
set local role jobflip_owner;

create index if not exists audit_event_by_chain_and_kind
  on jobflip_data.audit_event (chain, kind, seq);
create index if not exists audit_event_by_actor
  on jobflip_data.audit_event (actor, at) where actor is not null;
create index if not exists audit_event_by_login on jobflip_data.audit_event (login, at);
create index if not exists audit_event_in_history_of_pool on jobflip_data.audit_event (chain, at)
  where kind in ('takeover', 'hold', 'flip_refused') or kind = 'lease_taken' and flip is null;
create index if not exists audit_event_in_history_of_node on jobflip_data.audit_event (node, at)
  where node is not null
    and (kind in ('takeover', 'hold', 'flip_refused') or kind = 'lease_taken' and flip is null);
create index if not exists audit_event_in_history_takes on jobflip_data.audit_event (at)
  where kind in ('takeover', 'lease_taken') and flip is null;

create index if not exists flip_by_from on jobflip_data.flip (from_node, requested_at);
create index if not exists flip_by_to on jobflip_data.flip (to_node, requested_at);
create index if not exists flip_by_actor on jobflip_data.flip (actor, requested_at);
create index if not exists flip_by_login on jobflip_data.flip (login, requested_at);
create index if not exists flip_takeover on jobflip_data.flip (requested_at) where takeover;
create index if not exists flip_black_box_by_pool on jobflip_data.flip_black_box (pool, flip);

create index if not exists incident_by_class on jobflip_data.incident (class, opened_at);

reset role;
