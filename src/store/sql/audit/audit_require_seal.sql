-- audit_require_seal: at the commit of a transaction that made a seal: does the chain have the
-- event that says what was removed? A removal without it would be a gap that nobody explains.
create function jobflip.audit_require_seal() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if not exists (select from jobflip_data.audit_event e
                 where e.kind = 'audit_sealed' and e.chain = new.chain and e.seq > new.up_to
                   and e.payload::jsonb @> jsonb_build_object(
                         'up_to', new.up_to, 'hash', encode(new.hash, 'hex'),
                         'events', new.events, 'sha256', new.sha256)) then
    raise exception using errcode = '42501',
      message = format('the chain %s has no event about its seal', new.chain),
      hint = 'seal_audit() writes both';
  end if;
  return null;
end
$$;
