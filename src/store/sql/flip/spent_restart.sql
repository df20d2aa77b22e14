-- spent_restart: the pool's last automatic flip, if it was a restart that forbids another one now:
-- until its cooldown is over, and if it did not cure, as long as the pool has the same lease. Then
-- a flip comes next. All columns are null if a restart is not forbidden. Computes the same as
-- core::is_spent (src/core/cooldown.hpp); a test compares the two on generated states.
create function jobflip.spent_restart(
  p_pool jobflip_data.pool, p_epoch bigint,
  out flip bigint, out state text, out left_ms bigint, out uncured boolean)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select r.id, r.state, greatest(jobflip.left_ms(r.ends_at), 0), r.uncured
  from (
    select f.id, f.state, f.ended_at + p_pool.cooldown_ms * interval '1 ms' as ends_at,
           f.state in ('ineffective', 'failed')
             and coalesce(f.epoch, f.from_epoch) = p_epoch as uncured
    from jobflip_data.flip f where f.id = p_pool.cooldown_flip and f.from_node = f.to_node
  ) r
  where r.uncured or r.ends_at > clock_timestamp()
$$;
