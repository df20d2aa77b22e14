-- flip_follows_take: advances the open flip of a pool that was just taken. If the taker is the
-- flip's target, the flip continues, even if the target had taken the pool for it before and lost
-- it: after an outage of the store the pool has moved all the same. If the taker is another node,
-- the flip is superseded and the result is false.
create function jobflip.flip_follows_take(
  p_flip bigint, p_node text, p_before jobflip_data.pool_owner, p_epoch bigint, p_ended text[])
returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
begin
  select * into strict f from jobflip_data.flip where id = p_flip;
  if f.to_node = p_node then
    if p_before.state = 'held' and f.state in ('requested', 'draining') then
      perform jobflip.advance_flip(p_flip, 'lease_expired', p_node, null,
        case when f.host_is_off then 'an operator stated that its host is off' else '' end, null);
    end if;
    perform jobflip.advance_flip(p_flip, 'taken', p_node, null,
                                 jobflip.ended_sentence(p_ended), p_epoch);
    return true;
  end if;
  perform jobflip.advance_flip(p_flip, 'superseded', p_node, null,
                               format('node %s took the lease', p_node), null);
  return false;
end
$$;
