-- audit_refuse_change: events are added and never changed. A seat belt, not a proof: whoever owns
-- the database can take it off, and then the chain of hashes shows it.
create function jobflip.audit_refuse_change() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  raise exception using errcode = '42501', message = 'the audit log is append-only',
    hint = 'nothing in jobflip changes or removes an event';
end
$$;
