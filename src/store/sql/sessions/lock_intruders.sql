-- lock_intruders: the sessions that hold or wait for a lock on one of jobflip's relations, block
-- jobflip's statements with it, and have no right to change the relation: CREATE RULE and a few
-- other commands wait for the lock before they check the owner. Members of jobflip_owner and
-- superusers are not included, so a migration is not ended and blocks beats while it lasts.
create function jobflip.lock_intruders() returns table (pid integer, who text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select a.pid, jobflip.session_text(a.pid, a.usename, a.application_name)
  from pg_stat_activity a
  where a.pid <> pg_backend_pid() and a.backend_type = 'client backend'
    and not jobflip.is_member(a.usesysid, 'jobflip_owner')
    and exists (
      select from pg_locks l join pg_class c on c.oid = l.relation
      where l.pid = a.pid and l.locktype = 'relation'
        and l.mode in ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                       'AccessExclusiveLock')
        and l.database = (select d.oid from pg_database d where d.datname = current_database())
        and c.relnamespace in ('jobflip'::regnamespace, 'jobflip_data'::regnamespace))
$$;
