-- record_incident: the leading supervisor opens the pool's incident, or tells the open one that the
-- pool is in trouble (p_what = 'open'), saw the first job complete after a flip ('first_job'), or
-- closes it because the pool is well again ('close'). The times are ages in milliseconds. Returns
-- false if it no longer leads. What is no longer true (the incident is closed, or another one is
-- open) changes nothing.
create function jobflip.record_incident(
  p_supervisor text, p_epoch bigint, p_pool text, p_what text, p_class text, p_cause text,
  p_sentence text, p_ago_ms bigint, p_flip bigint) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := 'supervisor ' || p_supervisor;
  v_open bigint;
  v_incident bigint;
  v_at timestamptz;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_text('sentence', p_sentence, 2000, true);
  perform jobflip.require_text('class', p_class, 63, true);
  perform jobflip.require_text('cause', p_cause, 63, true);
  perform jobflip.require_text('supervisor', p_supervisor, 63, true);
  perform jobflip.require_given('flip', array[p_flip::text]);
  if p_what is null or p_what not in ('open', 'first_job', 'close') then
    raise exception using errcode = 'JF005',
      message = format('a supervisor may not report "%s" of an incident', left(p_what, 100));
  end if;
  if p_class <> all (string_to_array(jobflip.incident_classes(), ' '))
     or p_cause not in ('verdict', 'node_loss') then
    raise exception using errcode = 'JF005',
      message = format('an incident of class "%s" by cause "%s" is not known', p_class, p_cause),
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
  if p_ago_ms is not null then
    perform jobflip.require_range('ago_ms', p_ago_ms, 0, 3162240000000);
  end if;
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  perform from jobflip_data.pool where name = p_pool and kind = 'workers' for update skip locked;
  if not found then
    return true;  -- it has been removed, or a session has it locked: the supervisor says it again
  end if;
  v_at := clock_timestamp() - p_ago_ms * interval '1 ms';
  select i.id into v_open from jobflip_data.incident i
  where i.pool = p_pool and i.closed_at is null;
  if p_what = 'open' then
    if not jobflip.may_open_incident(p_pool) then
      return true;
    end if;
    v_incident := jobflip.open_incident(p_pool, p_class, p_cause, v_actor, p_sentence, null, null);
    perform jobflip.take_in_trouble(v_incident, p_class, v_at, v_actor, p_sentence);
  elsif p_what = 'first_job' then
    select f.incident into v_incident from jobflip_data.incident_flip f where f.flip = p_flip;
    perform jobflip.reach_stage(v_incident, 'first_job', p_flip, coalesce(v_at, clock_timestamp()));
  elsif exists (select from jobflip_data.incident i
                where i.id = v_open and i.cause <> 'person') then  -- people close those of people
    select greatest(coalesce(v_at, clock_timestamp()), max(s.at)) into v_at
    from jobflip_data.incident_stage s where s.incident = v_open;
    perform jobflip.reach_stage(v_open, 'recovered', 0, v_at);
    perform jobflip.close_incident(v_open, v_actor, p_sentence);
  end if;
  return true;
end
$$;
