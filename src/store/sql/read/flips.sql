-- flips: find_flips for programs of 0.1.0 and for SQL by hand.
create function jobflip.flips(p_flip bigint)
returns table (
  id bigint, pool text, state text, from_node text, to_node text, automatic boolean,
  host_is_off boolean, actor text, reason text, requested_at bigint, drained_at bigint,
  released_at bigint, taken_at bigint, started_at bigint, ended_at bigint, from_epoch bigint,
  epoch bigint, overdue boolean, age_ms bigint, state_age_ms bigint, last_sentence text,
  evidence text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select f.id, f.pool, f.state, f.from_node, f.to_node, f.automatic, f.host_is_off, f.actor,
    f.reason, f.requested_at, f.drained_at, f.released_at, f.taken_at, f.started_at, f.ended_at,
    f.from_epoch, f.epoch, f.overdue, f.age_ms, f.state_age_ms, f.last_sentence, f.evidence
  from jobflip.find_flips(p_flip) f
$$;
