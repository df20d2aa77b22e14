-- Triggers: written as PostgreSQL prints them, except for upper case, so that an unchanged trigger
-- is recognised and kept. Creating a trigger locks its table against changes.
do $triggers$
declare
  v_wanted constant text[] := array[
    'create trigger pool_owner_clears_full_beat after update on jobflip_data.pool_owner '
      || 'for each row execute function jobflip.clear_full_beat()',
    'create constraint trigger pool_invalidates_fast_path after update on jobflip_data.pool '
      || 'deferrable initially deferred for each row '
      || 'execute function jobflip.invalidate_fast_path()',
    'create trigger audit_event_is_append_only before delete or update on jobflip_data.audit_event '
      || 'for each row execute function jobflip.audit_refuse_change()',
    'create trigger audit_event_is_never_emptied before truncate on jobflip_data.audit_event '
      || 'for each statement execute function jobflip.audit_refuse_change()',
    'create trigger audit_seal_is_append_only before delete or update on jobflip_data.audit_seal '
      || 'for each row execute function jobflip.audit_refuse_change()',
    'create trigger audit_seal_is_never_emptied before truncate on jobflip_data.audit_seal '
      || 'for each statement execute function jobflip.audit_refuse_change()',
    'create constraint trigger audit_seal_has_its_event after insert on jobflip_data.audit_seal '
      || 'deferrable initially deferred for each row '
      || 'execute function jobflip.audit_require_seal()'];
  v_kept text[] := '{}';
  v_text text;
  v record;
begin
  for v in select t.tgname, t.tgrelid::regclass as tab, lower(pg_get_triggerdef(t.oid)) as text,
                  t.tgenabled
           from pg_trigger t join pg_class c on c.oid = t.tgrelid
           where c.relnamespace = 'jobflip_data'::regnamespace and not t.tgisinternal loop
    if v.text = any (v_wanted) and v.tgenabled = 'O' then
      v_kept := v_kept || v.text;
    else
      execute format('drop trigger %I on %s', v.tgname, v.tab);
    end if;
  end loop;
  foreach v_text in array v_wanted loop
    if v_text <> all (v_kept) then
      execute v_text;
    end if;
  end loop;
end
$triggers$;
