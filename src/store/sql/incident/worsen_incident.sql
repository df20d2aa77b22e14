-- worsen_incident: keeps the worst figures of a pool's open incident. Called with every report of
-- the pool's verdicts, so it reads the queues only if an incident is open, and locks and writes
-- only if a figure is worse.
create function jobflip.worsen_incident(p_pool text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  i jobflip_data.incident;
  v_waiting bigint;
  v_oldest_ms bigint;
begin
  select * into i from jobflip_data.incident where pool = p_pool and closed_at is null;
  if not found then
    return;
  end if;
  select w.waiting, w.oldest_ms into v_waiting, v_oldest_ms from jobflip.worst_queue(p_pool) w;
  if v_waiting > coalesce(i.most_waiting, -1)
     or v_oldest_ms > coalesce(i.longest_wait_ms, -1) then
    update jobflip_data.incident
    set most_waiting = greatest(most_waiting, v_waiting),
        longest_wait_ms = greatest(longest_wait_ms, v_oldest_ms)
    where id = (select n.id from jobflip_data.incident n
                where n.id = i.id and n.closed_at is null
                for update skip locked);  -- a person may have it: figures are not worth a wait
  end if;
end
$$;
