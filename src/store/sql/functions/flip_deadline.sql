-- flip_deadline: when the step that a flip enters now is overdue.
create function jobflip.flip_deadline(p_flip jobflip.flip, p_state text, p_at timestamptz)
returns timestamptz
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  p jobflip.pool;
  v_beats_ms bigint;
  v_silent boolean := false;
  v_ms bigint;
begin
  select * into p from jobflip.pool where name = p_flip.pool;
  if not found then
    return p_at;
  end if;
  v_beats_ms := 2 * p.beat_every_ms + p.call_deadline_ms;
  if p_state = 'requested' then
    v_silent := not exists (
      select from jobflip.node_beat b
      where b.node = p_flip.from_node and b.beat_at > p_at - v_beats_ms * interval '1 ms');
  end if;
  v_ms := case p_state
    -- a silent holder's lease has to run out first
    when 'requested' then p.beat_every_ms + v_beats_ms
                          + case when v_silent then jobflip.takeover_after(p) else 0 end
    -- a holder may fall silent in its drain, and has a look at stalled workers before it
    when 'draining' then p_flip.drain_timeout_ms
                         + case when p_flip.stalled then 2000 else 0 end
                         + p.graceful_stop_ms + p.kill_to_empty_ms
                         + greatest(v_beats_ms, jobflip.takeover_after(p) + p.beat_every_ms)
    when 'taken' then p.start_timeout_ms
    when 'started' then p.verify_timeout_ms
    else greatest(v_beats_ms, 2000) end;
  return p_at + v_ms * interval '1 ms';
end
$$;
