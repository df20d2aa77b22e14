-- seal_audit: removes the events of a chain up to p_up_to, which an export has, and appends an
-- event that says so: the number and hash of the last one, how many they were, and the SHA-256 of
-- the export. The chain is verified from that hash on. Only whole months that are over can go. For
-- the owner of the database: no group may call it (docs/decisions/0028).
--
-- The events go first, the lock of the chain's head comes last, as in every transition: a take or a
-- release of the pool does not wait for the removal.
create function jobflip.seal_audit(
  p_chain text, p_up_to bigint, p_hash text, p_events bigint, p_sha256 text, p_before bigint,
  p_actor text, p_reason text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_before constant timestamptz := jobflip.time_of(p_before);
  v_removed bigint;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('chain', p_chain, 63, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_range('the number of events', p_events, 1, 1000000000000);
  if coalesce(p_sha256, '') !~ '^[0-9a-f]{64}$' or coalesce(p_hash, '') !~ '^[0-9a-f]{64}$' then
    raise exception using errcode = 'JF005',
      message = 'a SHA-256 is missing, or is not 64 hexadecimal digits',
      hint = 'give the hash of the last event and the SHA-256 of the export';
  end if;
  if v_before is null or v_before > date_trunc('month', clock_timestamp(), 'UTC')
     or v_before <> date_trunc('month', v_before, 'UTC') then
    raise exception using errcode = 'JF005',
      message = format('%s is not the beginning of a month that has begun',
                       to_char(v_before at time zone 'UTC', 'YYYY-MM-DD')),
      hint = 'events of whole months can be removed, once the month is over';
  end if;
  if not exists (select from jobflip_data.audit_event e
                 where e.chain = p_chain and e.seq = p_up_to
                   and encode(e.hash, 'hex') = p_hash) then
    raise exception using errcode = 'JF005',
      message = format('event %s of the chain %s is not there, or has another hash', p_up_to,
                       p_chain),
      hint = 'was it removed meanwhile? export again';
  end if;
  insert into jobflip_data.audit_seal (chain, up_to, hash, events, sha256)
  values (p_chain, p_up_to, decode(p_hash, 'hex'), p_events, p_sha256);
  if exists (select from jobflip_data.audit_event e
             where e.chain = p_chain and e.seq <= p_up_to and e.at >= v_before) then
    raise exception using errcode = 'JF005',
      message = format('the chain %s has an event of %s or later among them', p_chain,
                       to_char(v_before at time zone 'UTC', 'YYYY-MM')),
      hint = 'export again';
  end if;
  delete from jobflip_data.audit_event e where e.chain = p_chain and e.seq <= p_up_to;
  get diagnostics v_removed = row_count;
  if v_removed <> p_events then
    raise exception using errcode = 'JF005',
      message = format('the chain %s has %s events up to %s, and the export has %s', p_chain,
                       v_removed, p_up_to, p_events),
      hint = 'look with `jobflip audit verify`';
  end if;
  perform jobflip.audit_append(p_chain, 'audit_sealed', null, null, null, p_actor, p_reason,
    jsonb_build_object('up_to', p_up_to, 'hash', p_hash, 'events', p_events, 'sha256', p_sha256,
                       'before', to_char(v_before at time zone 'UTC', 'YYYY-MM'))::text);
end
$$;
