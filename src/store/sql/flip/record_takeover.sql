-- record_takeover: a node took the pool from a silent holder, and no flip asked for it. That is a
-- flip of its own, which begins when the lease is taken: it has a number, steps and an outcome like
-- any other. It is not automatic, so it starts no cooldown and uses none of the budget.
-- Requires: the caller has locked the pool's row, and the pool has no open flip.
create function jobflip.record_takeover(
  p_flip bigint, p_node text, p_before jobflip_data.pool_owner, p_epoch bigint, p_attempt uuid,
  p_sentence text, p_last_beat timestamptz, p_running jsonb) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  v_incident bigint;
  v_at timestamptz;
begin
  f.id := p_flip; f.request := p_attempt; f.pool := p_before.pool; f.state := 'taken';
  f.from_node := p_before.holder; f.to_node := p_node; f.takeover := true; f.automatic := false;
  f.host_is_off := false; f.stalled := false; f.login := session_user;
  f.actor := 'node ' || p_node; f.reason := p_sentence; f.evidence := '';
  select p.drain_timeout_ms into f.drain_timeout_ms from jobflip_data.pool p where p.name = f.pool;
  f.from_epoch := p_before.epoch; f.epoch := p_epoch; f.last_sentence := p_sentence;
  f.requested_at := clock_timestamp(); f.released_at := f.requested_at;
  f.taken_at := f.requested_at; f.state_since := f.requested_at;
  f.deadline := jobflip.flip_deadline(f, 'taken', f.requested_at);
  update jobflip_data.pool set open_flip = f.id where name = f.pool;
  insert into jobflip_data.flip_left_behind (flip, running) values (f.id, p_running);
  insert into jobflip_data.flip values (f.*);
  insert into jobflip_data.flip_step (flip, seq, at, event, state, node, login, sentence)
  values (f.id, 1, f.requested_at, 'taken', 'taken', p_node, session_user, p_sentence);
  v_incident := jobflip.join_incident(f);
  if p_last_beat > '1970-01-01Z' then
    perform jobflip.reach_stage(v_incident, 'onset', 0, p_last_beat);
  end if;
  v_at := clock_timestamp();  -- not before the incident was opened
  perform jobflip.flip_stage(f.id, 'expired', v_at);
  perform jobflip.flip_stage(f.id, 'taken', v_at);
end
$$;
