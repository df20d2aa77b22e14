-- close_gate: no fence of the pool is let through for this long; 0 opens it. The gate is a
-- sequence, since its value is seen by everybody at once, before any commit, and since reading it
-- locks it: see fence. A rollback does not open the gate; time does.
--
-- A gate that is open already is not set again: setval needs a row of pg_sequence, and anybody who
-- may connect can queue for a lock on that table (docs/attacks.md); reading the value does not.
-- Open is 1 and not a time that has passed, since the clock may be set back.
create function jobflip.close_gate(p_gate regclass, p_ms bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_ms <= 0 and pg_sequence_last_value(p_gate) = 1 then
    return;
  end if;
  perform setval(p_gate, case when p_ms <= 0 then 1
    else (extract(epoch from clock_timestamp()) * 1000)::bigint + least(p_ms, 10000) end);
end
$$;
