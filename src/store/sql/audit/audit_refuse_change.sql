-- audit_refuse_change: refuses to change or remove an event. It prevents mistakes and proves
-- nothing: the owner of the database can drop the trigger. The chain of hashes shows that.
create function jobflip.audit_refuse_change() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  raise exception using errcode = '42501', message = 'the audit log is append-only',
    hint = 'nothing in jobflip changes or removes an event';
end
$$;
