-- record_flip_outcome: the leading supervisor records whether a flip was a cure, or that a step is
-- overdue. Returns false if it no longer leads. An event that can no longer happen changes nothing.
create function jobflip.record_flip_outcome(
  p_supervisor text, p_epoch bigint, p_flip bigint, p_event text, p_sentence text) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  v_pool text;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('sentence', p_sentence, 2000, false);
  perform jobflip.require_text('event', p_event, 63, true);
  perform jobflip.require_given('flip sentence', array[p_flip::text, p_sentence]);
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  if coalesce(p_event, '') not in ('completed', 'not_cured', 'nobody_looked', 'overdue') then
    raise exception using errcode = 'JF005',
      message = format('a supervisor may not report the event "%s" of a flip', left(p_event, 100));
  end if;
  select pool into v_pool from jobflip_data.flip where id = p_flip;
  perform from jobflip_data.pool where name = v_pool for update;
  if not jobflip.leads(p_supervisor, p_epoch) then  -- again, because it may have waited
    return false;
  end if;
  select * into f from jobflip_data.flip where id = p_flip;
  if not found or (p_event in ('overdue', 'nobody_looked') and clock_timestamp() < f.deadline) then
    return true;
  end if;
  if jobflip.advance_flip(p_flip, p_event, p_supervisor, 'supervisor ' || p_supervisor,
                          p_sentence, null)
     and p_event = 'not_cured' then  -- an outage from the stop on, if it was none before
    perform jobflip.take_in_trouble(i.incident, 'queued', f.released_at,
                                    'supervisor ' || p_supervisor, p_sentence)
    from jobflip_data.incident_flip i where i.flip = p_flip;
  end if;
  return true;
end
$$;
