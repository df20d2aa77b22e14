-- lock_lease: locks every row that a change of the pool's holder needs, in the order that all
-- functions use (see take). Sessions that hold such a row get the grace to finish. Then all of them
-- are ended, and again two more times, each a quarter of the grace later. The wait is split into
-- slices, because PostgreSQL limits the wait for each holder of a row, not for all of them
-- together.
--
-- `announced`: blocking sessions had to be recorded first. The caller commits that and calls again;
-- the second call ends them without another grace.
-- `ended` are the sessions that were ended. `blockers` are those that still block, if the rows
-- could not be locked.
-- Requires: the caller has checked, without locks, that it may change the rows.
create function jobflip.lock_lease(
  p_pool text, p_node text, p_grace_ms bigint,
  out locked boolean, out announced boolean, out ended text[], out blockers text[])
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_due timestamptz := clock_timestamp() + p_grace_ms * interval '1 ms';
  v_rounds integer := 0;
  v_gate regclass;
begin
  locked := false;
  announced := false;
  ended := '{}';
  if exists (select from jobflip_data.session_ending e
             where e.pool = p_pool and e.login = session_user and not e.recorded
               and e.at > clock_timestamp() - interval '10 s') then
    v_due := clock_timestamp();  -- they have had their grace
  end if;
  loop
    begin
      perform set_config('lock_timeout', '20ms', true);
      perform from jobflip_data.pool_owner where pool = p_pool for update;
      perform from jobflip_data.pool where name = p_pool for update;
      perform from jobflip_data.node_beat
      where node = (select holder from jobflip_data.pool_owner where pool = p_pool) for update;
      perform from jobflip_data.flip
      where id = (select open_flip from jobflip_data.pool where name = p_pool) for update;
      perform from jobflip_data.audit_head where chain = p_pool for update;
      locked := true;
    exception when lock_not_available then
      null;
    end;
    exit when locked;
    if v_gate is null then
      select gate into v_gate from jobflip_data.pool_owner where pool = p_pool;
      begin
        perform jobflip.close_gate(v_gate, 2 * p_grace_ms + 2000);
      exception when lock_not_available then
        null;  -- a session waits for pg_sequence: new fences come in and are ended with the rest
      end;
    end if;
    if clock_timestamp() >= v_due then
      exit when v_rounds = 3;
      v_rounds := v_rounds + 1;
      v_due := clock_timestamp() + p_grace_ms / 4 * interval '1 ms';
      select b.announced, b.left_over into announced, blockers
      from jobflip.end_blockers(p_pool, p_node, p_grace_ms) b;
      exit when announced;
    end if;
  end loop;
  if announced then
    return;
  end if;
  ended := jobflip.take_endings(p_pool);
  if locked then
    blockers := '{}';
  else
    blockers := array(select b.who from jobflip.lease_blockers(p_pool, p_grace_ms) b);
  end if;
end
$$;
