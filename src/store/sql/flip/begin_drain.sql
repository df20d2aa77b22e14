-- begin_drain: the beat by which a node hears that a flip takes the pool from it is the start of
-- the drain. Where anything stands in the way nothing is done here, and the agent says it with
-- step_flip: a beat neither waits nor fails for a flip's sake.
create function jobflip.begin_drain(
  p_node text, p_pool text, p_flip bigint, p_drain_timeout_ms bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform from jobflip_data.pool where name = p_pool and open_flip = p_flip for update skip locked;
  if found then
    perform jobflip.advance_flip(p_flip, 'drain_begun', p_node, null,
      format('drain for at most %s s', round(p_drain_timeout_ms / 1000.0, 1)), null);
  end if;
exception when others then
  null;  -- neither the step nor its audit event
end
$$;
