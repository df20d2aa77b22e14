-- fence: a worker's first statement in a transaction that claims or finishes a job. It share-locks
-- the ownership row until that transaction ends, so no other node can become the holder before
-- that.
--
-- The call of pg_sequence_last_value does two more things. First, it locks the pool's gate until
-- the transaction ends, also in a subtransaction, in a mode that conflicts with no other fence. By
-- this lock lease_blockers finds the session. Second, it reads until when the gate is closed. A
-- release or a take that waits for older fences closes the gate (close_gate), so that no new ones
-- come in.
create function jobflip.fence(p_pool text, p_epoch bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  o jobflip_data.pool_owner;
  v_closed_until bigint;  -- in milliseconds since 1970; 1: open
begin
  select * into o from jobflip_data.pool_owner where pool = p_pool for share;
  if o.state is distinct from 'held' or o.epoch is distinct from p_epoch then
    raise exception using errcode = 'JF001',
      message = format('fenced: pool "%s" is not held under epoch %s', left(p_pool, 100), p_epoch),
      detail = case when o.pool is null then 'there is no such pool'
                    else format('it is %s under epoch %s', o.state, o.epoch) end,
      hint = 'this worker''s lease is over: it must stop and give up its job';
  end if;
  v_closed_until := pg_sequence_last_value(o.gate);
  if v_closed_until > 1 and v_closed_until > extract(epoch from clock_timestamp()) * 1000 then
    raise exception using errcode = '55P03',
      message = format('fence: pool "%s" is about to change hands', p_pool),
      hint = 'roll back and try again: the next fence passes, or the lease is over';
  end if;
end
$$;
