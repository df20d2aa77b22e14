-- record_service: keeps that a service was in a state from p_from until p_seen: its last spell goes
-- on, or the next one begins. A new state that began before the last spell was seen cuts it: the
-- checks that decide a state come after its begin. A gap of more than unwatched_ms between two
-- reports is time that nobody watched, unless the supervisor saw the state all the time. At most 60
-- changes of a login are recorded in a minute; the rest are counted. Requires: the caller has
-- locked the service's row.
create function jobflip.record_service(
  s jobflip_data.service, p_state text, p_from timestamptz, p_seen timestamptz, p_latency bigint,
  p_sentence text, p_actor text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_gap constant interval := s.unwatched_ms * interval '1 ms';
  o jobflip_data.service_spell;
  v_from timestamptz;
  v_may boolean;
  v_passed_over bigint;
begin
  update jobflip_data.service
  set reported_at = clock_timestamp(), latency_ms = p_latency,
      unwatched_why = case when p_state = '' then p_sentence else '' end
  where name = s.name;
  select * into o from jobflip_data.service_spell where service = s.name
  order by seq desc limit 1;
  if p_state = '' then
    update jobflip_data.service_spell set closed = true
    where service = s.name and seq = o.seq and not closed;
    return;
  end if;
  if not o.closed and o.state = p_state and (p_seen - o.seen_at <= v_gap or p_from <= o.seen_at)
  then
    update jobflip_data.service_spell set seen_at = greatest(seen_at, p_seen)
    where service = s.name and seq = o.seq;
    perform jobflip.judge_service(s, p_state, o.from_at, o.sentence, p_actor);
    return;
  end if;
  v_from := greatest(p_from, o.from_at);
  if not o.closed and o.state <> p_state and v_from - o.seen_at <= v_gap then
    update jobflip_data.service_spell set closed = true, seen_at = v_from
    where service = s.name and seq = o.seq;
  else
    v_from := greatest(v_from, o.seen_at);
    update jobflip_data.service_spell set closed = true
    where service = s.name and seq = o.seq and not closed;
  end if;
  insert into jobflip_data.service_spell (service, seq, state, from_at, seen_at, sentence)
  values (s.name, coalesce(o.seq, 0) + 1, p_state, v_from, greatest(v_from, p_seen), p_sentence);
  delete from jobflip_data.service_spell where service = s.name and seq <= o.seq - 20000;
  if p_state <> coalesce(o.state, 'up') then
    select m.may, m.passed_over into v_may, v_passed_over
    from jobflip.may_record('service_changed', 60) m;
  end if;
  if v_may then
    perform jobflip.audit_append('jobflip',
      case p_state when 'up' then 'service_up' when 'slow' then 'service_slow'
                   else 'service_down' end, null, null, null, p_actor, p_sentence,
      jsonb_build_object('service', s.name, 'before', o.state,
        'began', jobflip.micros(v_from), 'latency_ms', p_latency,
        'maintenance', jobflip.maintenance_until(s, clock_timestamp()) is not null,
        'not_recorded', v_passed_over)::text);
  end if;
  perform jobflip.judge_service(s, p_state, v_from, p_sentence, p_actor);
end
$$;
