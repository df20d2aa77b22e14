-- step_flip: an agent reports a step of a flip that it has made, or that is overdue. The rules are
-- those of core::judge_step (include/jobflip/core/flip_steps.hpp). A server that was frozen may run
-- a call long after its sender gave up on it. So a report about workers names the epoch of their
-- lease (p_epoch), and a drain or a start counts only while that lease is valid.
create function jobflip.step_flip(
  p_node text, p_flip bigint, p_event text, p_sentence text, p_epoch bigint default null)
returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  v_pool text;
  v_may boolean;
  v_lives boolean;
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
  for v_round in 1..2 loop  -- first without locks: a refused or repeated call takes none
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
    if p_event in ('drain_begun', 'started', 'start_failed') then
      select greatest(o.taken_at, case when (o.pool || ':' || o.epoch) = any (b.renewals)
                                         then b.beat_at end)
             > clock_timestamp() - p.lease_ms * interval '1 ms'
      into v_lives
      from jobflip_data.pool_owner o join jobflip_data.pool p on p.name = o.pool
      left join jobflip_data.node_beat b on b.node = o.holder
      where o.pool = v_pool and o.state = 'held' and o.holder = p_node and o.epoch = p_epoch;
      if p_epoch is distinct from
           (case p_event when 'drain_begun' then f.from_epoch else f.epoch end)
         or (p_event <> 'start_failed' and not coalesce(v_lives, false)) then
        return 'late';
      end if;
    end if;
  end loop;
  perform jobflip.advance_flip(p_flip, p_event, p_node, null, p_sentence, null);
  return 'done';
end
$$;
