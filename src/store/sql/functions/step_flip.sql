-- step_flip: an agent has made a step of a flip, or found one overdue.
create function jobflip.step_flip(p_node text, p_flip bigint, p_event text, p_sentence text)
returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  v_pool text;
  v_may boolean;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  perform jobflip.require_text('sentence', p_sentence, 2000, false);
  perform jobflip.require_text('event', p_event, 63, true);
  perform jobflip.require_given('flip sentence', array[p_flip::text, p_sentence]);
  select pool into v_pool from jobflip_data.flip where id = p_flip;
  if not found then
    return 'not_there';
  end if;
  for v_round in 1..2 loop  -- unlocked first: who may not, or has nothing to say, locks nothing
    if v_round = 2 then
      perform from jobflip_data.pool where name = v_pool for update;
    end if;
    select * into f from jobflip_data.flip where id = p_flip;
    v_may := case
      when p_event = 'drain_begun' then f.from_node = p_node
      when p_event in ('started', 'start_failed') then f.to_node = p_node
      when p_event in ('overdue', 'nobody_looked') then exists (
        select from jobflip_data.pool_candidate c where c.pool = f.pool and c.node = p_node)
      else false end;
    if not coalesce(v_may, false) then
      return 'not_yours';
    end if;
    if not exists (
         select from jobflip_data.flip_transition t
         where t.from_state = f.state and t.event = p_event) then
      return case when exists (
        select from jobflip_data.flip_step s where s.flip = p_flip and s.event = p_event)
        then 'done' else 'not_there' end;
    end if;
    if p_event in ('overdue', 'nobody_looked') and clock_timestamp() < f.deadline then
      return 'not_yours';
    end if;
  end loop;
  perform jobflip.advance_flip(p_flip, p_event, p_node, null, p_sentence, null);
  return 'done';
end
$$;
