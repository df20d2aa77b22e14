-- beat_watch: what a candidate watches of a pool that it does not hold. `lease_beat` is the beat
-- number of the lease, which stops changing when the holder no longer renews it. `rank` is how many
-- live, ready candidates are preferred to this one; it is 0 while the holder renews the lease.
create function jobflip.beat_watch(
  p_node text, p_pool text, p_epoch bigint, p_state text, p_holder text,
  out lease_beat bigint, out rank bigint)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  h jobflip_data.node_beat;
  v_fresh_since timestamptz;
begin
  lease_beat := 0;
  rank := 0;
  select clock_timestamp() - (2 * beat_every_ms + call_deadline_ms) * interval '1 ms'
  into v_fresh_since from jobflip_data.pool where name = p_pool;
  if p_state = 'held' then
    select * into h from jobflip_data.node_beat where node = p_holder;
    if (p_pool || ':' || p_epoch) = any (h.renewals) then
      lease_beat := h.beat;
      if h.beat_at > v_fresh_since then
        return;
      end if;
    else
      lease_beat := coalesce(h.renewals_beat, 0);
    end if;
  end if;
  select count(*) into rank
  from jobflip_data.pool_candidate me
  join jobflip_data.pool_candidate c
    on c.pool = me.pool and (c.priority, c.node) < (me.priority, me.node)
  join jobflip_data.node_beat b on b.node = c.node
  where me.node = p_node and me.pool = p_pool and not b.drained and p_pool = any (b.ready)
    and b.beat_at > v_fresh_since;
end
$$;
