-- mark_news: another mark after each change of a pool, whoever makes it: every holder's next beat
-- is a full one. The marker's row is locked after the pool's and before the head of an audit chain.
create function jobflip.mark_news() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  update jobflip.incarnation set news = gen_random_uuid();
  return null;
end
$$;
