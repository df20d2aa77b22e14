-- release: as release_ended(), by an agent of 0.1.0, which does not say how its workers ended.
create function jobflip.release(
  p_node text, p_pool text, p_epoch bigint, p_attempt uuid, p_reason text) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return jobflip.release_ended(p_node, p_pool, p_epoch, p_attempt, p_reason, 'unknown');
end
$$;
