-- mark_news: another number after each change of a pool's row, whoever makes it: the next beat of a
-- node that holds the pool is a full one. Of a sequence, so that it locks nothing: changes of two
-- pools never wait for each other.
create function jobflip.mark_news() returns trigger
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  new.news := nextval('jobflip.pool_news');
  return new;
end
$$;
