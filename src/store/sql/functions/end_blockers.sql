-- end_blockers: ends the sessions that are in the way of a change of the pool's holder, all at
-- once, and says which; `left_over` are those that can't be ended.
create function jobflip.end_blockers(
  p_pool text, p_grace_ms bigint, out ended text[], out left_over text[])
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_one record;
begin
  ended := '{}';
  left_over := '{}';
  for v_one in select b.pid, b.who, b.may_end
               from jobflip.lease_blockers(p_pool, p_grace_ms) b order by b.pid limit 1000 loop
    begin
      if v_one.may_end and pg_terminate_backend(v_one.pid) then
        ended := ended || v_one.who;
      elsif not v_one.may_end then
        left_over := left_over || v_one.who;
      end if;
    exception when insufficient_privilege then
      left_over := left_over || v_one.who;
    end;
  end loop;
end
$$;
