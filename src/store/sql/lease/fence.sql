-- fence: a worker's first statement in the transaction that finishes a job. It share-locks the
-- ownership row until that transaction ends, so that no other node becomes the holder in between.
--
-- The call of pg_sequence_last_value does two more things. It locks the pool's gate until the
-- transaction ends, in subtransactions too, and in a mode that conflicts with no other fence: that
-- is how lease_blockers finds this session. And it reads until when the gate is closed: a release
-- or a take that waits for older fences closes it (close_gate), and gets no new ones to wait for.
create function jobflip.fence(p_pool text, p_epoch bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  o jobflip_data.pool_owner;
  v_closed_until bigint;  -- in milliseconds since 1970; 1: it is open
begin
  select * into o from jobflip_data.pool_owner where pool = p_pool for share;
  if o.state is distinct from 'held' or o.epoch is distinct from p_epoch then
    raise exception using errcode = 'JF001',
      message = format('fenced: pool "%s" is not held under epoch %s', left(p_pool, 100), p_epoch),
      detail = case when o.pool is null then 'there is no such pool'
                    else format('it is %s under epoch %s', o.state, o.epoch) end,
      hint = 'this worker''s lease is over: it must stop and let go of its job';
  end if;
  v_closed_until := pg_sequence_last_value(o.gate);
  if v_closed_until > 1 and v_closed_until > extract(epoch from clock_timestamp()) * 1000 then
    raise exception using errcode = '55P03',
      message = format('fence: pool "%s" is about to change hands', p_pool),
      hint = 'roll back and try again: either it works, or the lease is over';
  end if;
end
$$;
