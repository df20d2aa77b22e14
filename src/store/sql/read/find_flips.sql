-- find_flips: the flip with this number, or all open flips.
create function jobflip.find_flips(p_flip bigint)
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
    jobflip.age_ms(f.requested_at), jobflip.age_ms(f.state_since),
    f.last_sentence, case when p_flip is null then '' else f.evidence end, f.takeover,
    (select i.incident from jobflip_data.incident_flip i where i.flip = f.id)
  from jobflip_data.flip f
  where f.id = p_flip or (p_flip is null and f.ended_at is null)
  order by f.id
$$;
