-- end_quiet: something is going on with a pool, whatever changed its row: the next beat of the node
-- that holds it is a full one. The owner can't change meanwhile, since a take locks the pool's row
-- too. A row is written where there is none: a full beat that is under way then waits for it, and
-- reads the pool as it became.
create function jobflip.end_quiet() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  insert into jobflip.quiet as q (node, since)
  select o.holder, 0 from jobflip.pool_owner o where o.pool = new.name and o.holder is not null
  on conflict (node) do update set since = 0;
  return null;
end
$$;
