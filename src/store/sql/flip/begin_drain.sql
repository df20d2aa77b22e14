-- begin_drain: the beat whose reply tells a node about a flip of its pool also records the start of
-- the drain. If anything blocks that, nothing is recorded here, and the agent reports the step with
-- step_flip: a beat must neither wait nor fail because of a flip.
create function jobflip.begin_drain(
  p_node text, p_pool text, p_flip bigint, p_drain_timeout_ms bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform from jobflip_data.pool where name = p_pool and open_flip = p_flip for update skip locked;
  if found then
    perform jobflip.advance_flip(p_flip, 'drain_begun', p_node, null,
      format('the drain may take %s s', round(p_drain_timeout_ms / 1000.0, 1)), null);
  end if;
exception when others then
  null;  -- neither the step nor its audit event
end
$$;
