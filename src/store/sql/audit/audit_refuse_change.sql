-- audit_refuse_change: refuses to change or remove an event or a seal. One thing goes through: the
-- removal of events that this very transaction has sealed; audit_require_seal sees to it that the
-- seal is in the chain. It prevents mistakes and proves nothing: the owner of the database can drop
-- the trigger. The chain of hashes shows that.
create function jobflip.audit_refuse_change() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if tg_op = 'DELETE' and tg_table_name = 'audit_event' then
    if exists (select from jobflip_data.audit_seal s
               where s.chain = old.chain and s.up_to >= old.seq
                 and s.sealed_in = pg_current_xact_id()) then
      return old;
    end if;
  end if;
  raise exception using errcode = '42501', message = 'the audit log is append-only',
    hint = '`jobflip audit prune` exports the events of old months, and removes them then';
end
$$;
