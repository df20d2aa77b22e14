-- flip_deadline: when the step that a flip enters now will be overdue. Computes the same as
-- core::step_length (src/core/flip_deadline.hpp); a test compares the two on generated states.
create function jobflip.flip_deadline(p_flip jobflip_data.flip, p_state text, p_at timestamptz)
returns timestamptz
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  p jobflip_data.pool;
  v_beats_ms bigint;
  v_after_ms bigint;
  v_silent boolean := false;
  v_ms bigint;
begin
  select * into p from jobflip_data.pool where name = p_flip.pool;
  if not found then
    return p_at;
  end if;
  v_beats_ms := 2 * p.beat_every_ms + p.call_deadline_ms;
  v_after_ms := jobflip.takeover_after(p);
  if p_state = 'requested' then
    -- since the holder last renewed the lease; without a holder there is nothing to wait for
    select greatest(o.taken_at, case when (o.pool || ':' || o.epoch) = any (b.renewals)
                                       then b.beat_at else b.renewals_since end)
           <= p_at - v_beats_ms * interval '1 ms'
    into v_silent
    from jobflip_data.pool_owner o left join jobflip_data.node_beat b on b.node = o.holder
    where o.pool = p.name and o.state = 'held';
  end if;
  v_ms := case
    -- the lease of a silent holder must run out first
    when p_state = 'requested' then p.beat_every_ms + v_beats_ms
                                    + case when v_silent then v_after_ms else 0 end
    -- a holder may go silent during its drain, and captures stalled workers before it
    when p_state = 'draining' then p_flip.drain_timeout_ms
                                   + case when p_flip.stalled then 2000 else 0 end
                                   + p.graceful_stop_ms + p.kill_to_empty_ms
                                   + greatest(v_beats_ms, v_after_ms + p.beat_every_ms)
    when p_state in ('released', 'expired') then greatest(v_beats_ms, 2000)
    -- a target that goes silent may have started, and reports it while it has its lease
    when p_state = 'taken' then greatest(p.start_timeout_ms, v_after_ms + p.beat_every_ms)
    when p_state = 'started' then p.verify_timeout_ms
    else 0 end;
  return p_at + v_ms * interval '1 ms';
end
$$;
