-- accept_copy: makes this database the store, in place of the one that it was copied from. Pools
-- can be taken in it after a freeze. Returns false if it already was the store. For the owner of
-- the database, after every agent of the other store was stopped.
create function jobflip.accept_copy() returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_system text := jobflip.system_of_store();
  v_was text;
begin
  select system into strict v_was from jobflip_data.home for update;
  if v_was = v_system then
    return false;
  end if;
  update jobflip_data.home set system = v_system, since = clock_timestamp();
  delete from jobflip_data.incarnation;
  perform jobflip.current_incarnation();
  perform jobflip.audit_append('jobflip', 'store_event', null, null, null, session_user::text,
    format('this copy is now the store, in place of system %s', v_was),
    jsonb_build_object('system_identifier', v_system,
                       'system_identifier_before', v_was)::text);
  return true;
end
$$;
