-- older programs go on
-- Indexes for a log of many million events: for each filter of `history`, `audit list` and
-- `incident list` one that has what fits in the order in which it is shown. While they are made,
-- takes, releases and flips wait, about 30 s for a million events; beats do not. So a large log
-- must have them before, by the statements of docs/operations.md, which block nothing.
set local role jobflip_owner;

do $large$
begin
  if pg_relation_size('jobflip_data.audit_event') > 536870912 and not (
       select coalesce(bool_and(i.indisvalid), false) and count(*) = 8
       from pg_index i join pg_class c on c.oid = i.indexrelid
       where i.indrelid = 'jobflip_data.audit_event'::regclass
         and c.relname in (
           'audit_event_by_chain_and_kind', 'audit_event_by_actor', 'audit_event_by_login',
           'audit_event_in_history_of_pool', 'audit_event_in_history_of_node',
           'audit_event_in_history_of_actor', 'audit_event_in_history_of_login',
           'audit_event_in_history_takes')) then
    raise exception using
      message = format('the audit log has %s: while its indexes are made, no pool could be taken',
                       pg_size_pretty(pg_relation_size('jobflip_data.audit_event'))),
      hint = 'make them first, by the statements in docs/operations.md under "A large log"';
  end if;
end
$large$;

create index if not exists audit_event_by_chain_and_kind
  on jobflip_data.audit_event (chain, kind, seq);
create index if not exists audit_event_by_actor
  on jobflip_data.audit_event (actor, at) where actor is not null;
create index if not exists audit_event_by_login
  on jobflip_data.audit_event (login, at);
create index if not exists audit_event_in_history_of_pool
  on jobflip_data.audit_event (chain, at)
  where kind in ('takeover', 'hold', 'flip_refused') or kind = 'lease_taken' and flip is null;
create index if not exists audit_event_in_history_of_node
  on jobflip_data.audit_event (node, at)
  where kind in ('takeover', 'flip_refused') or kind = 'lease_taken' and flip is null;
create index if not exists audit_event_in_history_of_actor
  on jobflip_data.audit_event (actor, at)
  where kind in ('takeover', 'hold', 'flip_refused') or kind = 'lease_taken' and flip is null;
create index if not exists audit_event_in_history_of_login
  on jobflip_data.audit_event (login, at)
  where kind in ('takeover', 'hold', 'flip_refused') or kind = 'lease_taken' and flip is null;
create index if not exists audit_event_in_history_takes
  on jobflip_data.audit_event (at)
  where kind in ('takeover', 'lease_taken') and flip is null;

create index if not exists flip_by_from on jobflip_data.flip (from_node, requested_at);
create index if not exists flip_by_to on jobflip_data.flip (to_node, requested_at);
create index if not exists flip_by_actor on jobflip_data.flip (actor, requested_at);
create index if not exists flip_by_login on jobflip_data.flip (login, requested_at);
create index if not exists flip_takeover on jobflip_data.flip (requested_at) where takeover;
create index if not exists flip_black_box_by_pool on jobflip_data.flip_black_box (pool, flip);

create index if not exists incident_by_class on jobflip_data.incident (class, opened_at);

reset role;
