-- end_blockers: ends all sessions that block a change of the pool's holder. `announced` is true if
-- some of them had to be recorded first (end_session). `left_over` are those that can't be ended.
create function jobflip.end_blockers(
  p_pool text, p_node text, p_grace_ms bigint, out announced boolean, out left_over text[])
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_one record;
begin
  announced := false;
  left_over := '{}';
  for v_one in select b.pid, b.who, b.may_end
               from jobflip.lease_blockers(p_pool, p_grace_ms) b order by b.pid limit 1000 loop
    begin
      if v_one.may_end then
        announced := (select s.announced or end_blockers.announced
                      from jobflip.end_session(v_one.pid, v_one.who, p_pool, p_node) s);
      else
        left_over := left_over || v_one.who;
      end if;
    exception when insufficient_privilege then
      update jobflip_data.session_ending e set recorded = true  -- there is nothing to record
      where e.pid = v_one.pid and e.login = session_user;
      left_over := left_over || v_one.who;
    end;
  end loop;
end
$$;
