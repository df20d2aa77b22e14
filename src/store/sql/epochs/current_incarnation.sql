-- current_incarnation: the marker of this store's unbroken history. If the marker is gone, or names
-- another cluster, database or timeline, commits may have been lost: a new incarnation begins, and
-- no node takes a pool until the freeze is over. A dump contains the marker, so a restored copy has
-- the marker of another database.
--
-- If the marker is still there after a start of the server, the store's files may nevertheless be
-- older than what agents remember (find_set_back). So epochs are raised then, too.
--
-- Another session may be recording a start of the server, perhaps without ever committing. If
-- p_wait is false, this call does not wait for it and returns the old marker with its older life;
-- the beat then reports a life below 0 (not on record yet). A take always waits, because epochs are
-- raised before it.
create function jobflip.current_incarnation(p_wait boolean default true)
returns jobflip_data.incarnation
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_marker jobflip_data.incarnation;
  v_life constant timestamptz := pg_postmaster_start_time();
  v_system text := jobflip.system_of_store();
  v_timeline text := substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
  v_was text;
begin
  select * into v_marker from jobflip_data.incarnation;
  if v_marker.system_identifier = v_system and v_marker.timeline = v_timeline then
    if v_marker.life <> v_life then
      if not p_wait then
        perform from jobflip_data.incarnation for update skip locked;
        if not found then
          return v_marker;
        end if;
      end if;
      update jobflip_data.incarnation set life = v_life where life <> v_life
      returning * into v_marker;
      if found then
        perform jobflip.begin_epochs(0);
      else
        select * into strict v_marker from jobflip_data.incarnation;  -- another session was first
      end if;
    end if;
    return v_marker;
  end if;
  v_was := case when v_marker.id is null then 'its marker is gone'
                else format('system %s timeline %s is now system %s timeline %s',
                            v_marker.system_identifier, v_marker.timeline, v_system, v_timeline)
           end;
  insert into jobflip_data.incarnation as i
    (id, seen_at, system_identifier, timeline, life, lost_in)
  values (gen_random_uuid(), clock_timestamp(), v_system, v_timeline, v_life, v_life)
  on conflict (one) do update
    set id = excluded.id, seen_at = excluded.seen_at,
        system_identifier = excluded.system_identifier, timeline = excluded.timeline,
        life = excluded.life, lost_in = excluded.lost_in, set_back = ''
    where (i.system_identifier, i.timeline)
          is distinct from (excluded.system_identifier, excluded.timeline)
  returning * into v_marker;
  if found then
    perform jobflip.begin_epochs(0);
    perform jobflip.audit_append('jobflip', 'store_event', null, null, null, null,
      'the store may have lost history: ' || v_was
        || '; no node may take a pool until its freeze is over',
      jsonb_build_object('incarnation', v_marker.id, 'system_identifier', v_system,
                         'timeline', v_timeline)::text);
  else
    select * into strict v_marker from jobflip_data.incarnation;  -- another session was first
  end if;
  return v_marker;
end
$$;
