-- lower_epochs: the repair if epochs got near the end of the numbers. Lowers every pool whose epoch
-- is above epoch_limit() to the highest plausible epoch of the audit log and the pools, or to the
-- clock if that is higher, so that no epoch is given twice. Begins a freeze. A holder stays the
-- holder: as always, its lease must run out while a candidate watches it.
-- For the owner of the database. Requires: every agent and worker is stopped, and the agents'
-- `.seen` files are removed, because they have higher epochs than the new ones.
create function jobflip.lower_epochs(p_reason text)
returns table (pool text, epoch_was bigint, epoch_is bigint)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_limit constant bigint := jobflip.epoch_limit();
  v_highest bigint;
  v_node text;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  select n.name into v_node
  from jobflip_data.node n join jobflip_data.node_beat b on b.node = n.name
  where b.beat_at > clock_timestamp() - (
          select coalesce(max(jobflip.takeover_after(p)), 0) from jobflip_data.pool p
        ) * interval '1 ms'
     or exists (select from pg_stat_activity a
                where a.usename = n.login and a.datname = current_database())
  limit 1;
  if found then
    raise exception using errcode = 'JF005',
      message = format('node %s is running: epochs can be lowered only if nothing runs', v_node),
      hint = 'stop every agent, supervisor and worker, wait for takeover_after, then try again';
  end if;
  perform from jobflip_data.pool_owner o order by o.pool for update;
  select greatest((extract(epoch from clock_timestamp()) * 1000000)::bigint,
                  (select max(e.epoch) from jobflip_data.audit_event e where e.epoch <= v_limit),
                  (select max(o.epoch) from jobflip_data.pool_owner o where o.epoch <= v_limit))
  into v_highest;
  update jobflip_data.node_beat set seen = '{}', full_beat_number = 0;
  update jobflip_data.epoch_base set epoch = v_highest where epoch > v_limit;
  for pool, epoch_was in
    select o.pool, o.epoch from jobflip_data.pool_owner o where o.epoch > v_limit order by o.pool
  loop
    epoch_is := v_highest;
    update jobflip_data.pool_owner o
    set epoch = v_highest, changed_at = clock_timestamp(), take_attempt = null,
        release_attempt = null
    where o.pool = lower_epochs.pool;
    perform jobflip.audit_append(pool, 'epochs_lowered', null, null, v_highest,
      session_user::text, p_reason, jsonb_build_object('epoch_before', epoch_was)::text);
    return next;
  end loop;
  delete from jobflip_data.incarnation;
  perform jobflip.current_incarnation();
end
$$;
