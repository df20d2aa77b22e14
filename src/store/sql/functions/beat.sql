-- beat: a node's heartbeat, and what is so for every pool that it is a candidate of. The hot path.
--
-- The order is the safety argument: the node's row is written first, and what is so is read by a later
-- statement, with a snapshot of its own. A take locks the holder's row before it looks at the beat.
-- So either the take comes first, and this answer shows it; or this beat comes first, and the take
-- sees it. beat_at may be older than the lock by as long as the lock was waited for; it is never
-- older than the moment the request was sent, from which the holder counts.
--
-- Answers records (chr(30)) of fields (chr(31)): one B, and for each pool a P, followed by its
-- settings where p_known does not name their version ('pool:version').
create function jobflip.beat(
  p_node text, p_instance uuid, p_vouches text[], p_ready text[], p_not_ready_reason text,
  p_known text[], p_highest_epoch bigint) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_beat bigint;
  v_drained boolean;
  v_marker jobflip.incarnation;
  v_pools text;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform jobflip.require_read_committed();
  end if;
  update jobflip.node_beat
  set beat = beat + 1, beat_at = greatest(beat_at, clock_timestamp())
  where node = p_node and login = session_user and instance = p_instance and vouches = p_vouches
    and ready = p_ready and not_ready_reason = p_not_ready_reason
    and highest_epoch >= p_highest_epoch
  returning beat, drained into v_beat, v_drained;
  if not found then
    select b.beat, b.drained into v_beat, v_drained
    from jobflip.beat_with_news(p_node, p_instance, p_vouches, p_ready, p_not_ready_reason,
                                p_highest_epoch) b;
  end if;

  select * into v_marker from jobflip.incarnation;
  if not found then
    v_marker := jobflip.current_incarnation();
  end if;

  select string_agg(concat(
           chr(30), 'P', chr(31), o.pool, chr(31), p.settings_version, chr(31), o.epoch, chr(31),
           o.state, chr(31), o.holder, chr(31),
           case when o.state = 'released' then 0
                when (o.pool || ':' || o.epoch) = any (h.vouches) then h.beat
                else coalesce(h.vouches_beat, 0) end, chr(31),
           p.mode = 'observe' or coalesce(p.paused_until > clock_timestamp(), false), chr(31),
           v_marker.seen_at > '-infinity'
             and jobflip.frozen_until(p, v_marker.seen_at) > clock_timestamp(), chr(31),
           v_drained, chr(31),
           case when o.state = 'held' and o.holder = p_node then 0 else (
             select count(*)
             from jobflip.pool_candidate oc join jobflip.node_beat ob on ob.node = oc.node
             where oc.pool = c.pool and (oc.priority, oc.node) < (c.priority, c.node)
               and not ob.drained and oc.pool = any (ob.ready)
               and ob.beat_at > clock_timestamp()
                   - (2 * p.beat_every_ms + p.call_deadline_ms) * interval '1 ms') end, chr(31),
           f.id, chr(31), f.state, chr(31), f.from_node, chr(31), f.to_node, chr(31),
           f.automatic, chr(31), f.host_is_off, chr(31), f.deadline < clock_timestamp(), chr(31),
           f.drain_timeout_ms,
           case when (o.pool || ':' || p.settings_version) = any (p_known) then ''
                else chr(30) || jobflip.settings_fields(o.pool) end), '')
  into v_pools
  from jobflip.pool_candidate c
  join jobflip.pool p on p.name = c.pool
  join jobflip.pool_owner o on o.pool = c.pool
  left join jobflip.node_beat h on h.node = o.holder
  left join jobflip.flip f on f.id = p.open_flip
  where c.node = p_node;

  return concat('B', chr(31), v_marker.id, chr(31), v_beat, v_pools);
end
$$;
