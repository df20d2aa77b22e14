-- lock_owner: the pool's ownership row, locked. A worker's fenced transaction may finish for the
-- grace; then its session is ended. Answers whom it ended, or null where the row was not to be had.
-- Requires: the caller has found that it may change the row, were it not locked.
create function jobflip.lock_owner(p_pool text, p_grace_ms bigint) returns text[]
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_ended text[] := '{}';
begin
  for v_try in 1..2 loop
    begin
      perform set_config('lock_timeout', greatest(p_grace_ms, 50) || 'ms', true);
      perform from jobflip.pool_owner where pool = p_pool for update;
      return v_ended;
    exception when lock_not_available then
      if v_try = 1 then
        v_ended := jobflip.end_blockers(p_pool);
      end if;
    end;
  end loop;
  return null;
end
$$;
