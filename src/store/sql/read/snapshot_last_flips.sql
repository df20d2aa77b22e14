-- snapshot_last_flips: the newest flip of each pool, open or ended, as `find_flips` has it, without
-- its evidence. One index step per pool.
create function jobflip.snapshot_last_flips()
returns table (
  id bigint, pool text, state text, from_node text, to_node text, automatic boolean,
  host_is_off boolean, actor text, reason text, requested_at bigint, drained_at bigint,
  released_at bigint, taken_at bigint, started_at bigint, ended_at bigint, from_epoch bigint,
  epoch bigint, overdue boolean, age_ms bigint, state_age_ms bigint, last_sentence text,
  evidence text, takeover boolean, incident bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select f.id, f.pool, f.state, f.from_node, f.to_node, f.automatic, f.host_is_off, f.actor,
    f.reason, jobflip.micros(f.requested_at), jobflip.micros(f.drained_at),
    jobflip.micros(f.released_at),
    jobflip.micros(f.taken_at), jobflip.micros(f.started_at), jobflip.micros(f.ended_at),
    f.from_epoch, f.epoch, f.ended_at is null and f.deadline < clock_timestamp(),
    jobflip.age_ms(f.requested_at), jobflip.age_ms(f.state_since), f.last_sentence,
    '', f.takeover,
    (select i.incident from jobflip_data.incident_flip i where i.flip = f.id)
  from jobflip_data.pool p
  cross join lateral (
    select l.* from jobflip_data.flip l where l.pool = p.name
    order by l.requested_at desc limit 1) f
  where p.kind = 'workers'
  order by f.pool
$$;
