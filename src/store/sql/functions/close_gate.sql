-- close_gate: no fence of the pool is let through for this long; 0 opens it. The gate is a
-- sequence, since its value is seen by everybody at once, before any commit, and since reading it
-- locks it: see fence. A rollback does not open the gate; time does.
create function jobflip.close_gate(p_gate regclass, p_ms bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform setval(p_gate, case when p_ms <= 0 then 1
    else (extract(epoch from clock_timestamp()) * 1000)::bigint + least(p_ms, 10000) end);
end
$$;
