-- close_gate: closes the pool's gate for this long, so that no new fence passes; 0 opens it. The
-- gate is a sequence, because all sessions see a new value at once, before any commit, and because
-- reading it locks it (see fence). A rollback does not open the gate; time does.
--
-- A gate that is already open is not set again: setval needs a row of pg_sequence, and any login
-- can wait for a lock on that table and so block the call (docs/attacks.md). Reading the value
-- needs no such lock. The open value is 1, not a time in the past, because the clock may be set
-- back.
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
