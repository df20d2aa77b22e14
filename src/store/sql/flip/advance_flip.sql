-- advance_flip: makes one step of a flip by the table flip_transition. Returns false if the event
-- can't happen in the flip's state. When an automatic flip ends, the pool's cooldown begins. After
-- a restart it does not, unless a person aborted it: no other restart follows it for a while
-- (spent_restart), but a flip may. The sentences are those of core::sentence_of.
-- Requires: the caller has locked the pool's row.
create function jobflip.advance_flip(
  p_flip bigint, p_event text, p_node text, p_actor text, p_sentence text, p_epoch bigint)
returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  t jobflip_data.flip_transition;
  v_at timestamptz;
  v_ended boolean;
  v_restart boolean;
  v_sentence text;
begin
  select * into f from jobflip_data.flip where id = p_flip for update;
  select * into t from jobflip_data.flip_transition where from_state = f.state and event = p_event;
  if not found then
    return false;
  end if;
  v_at := clock_timestamp();
  v_ended := t.to_state in ('verified', 'ineffective', 'unverified', 'failed', 'aborted');
  v_restart := coalesce(f.from_node = f.to_node, false);
  v_sentence := case when v_restart
                       then replace(replace(t.sentence, 'the old node', 'the node'),
                                    'the new node', 'the node')
                     else t.sentence end
                || case when p_sentence = '' then '' else ': ' || p_sentence end;
  update jobflip_data.flip set
    state = t.to_state, state_since = v_at, last_sentence = v_sentence,
    deadline = jobflip.flip_deadline(f, t.to_state, v_at),
    epoch = coalesce(p_epoch, epoch),
    drained_at = case when t.to_state = 'draining' then v_at else drained_at end,
    released_at = case when t.to_state in ('released', 'expired') then v_at else released_at end,
    taken_at = case when t.to_state = 'taken' then v_at else taken_at end,
    started_at = case when t.to_state = 'started' then v_at else started_at end,
    ended_at = case when v_ended then v_at end
  where id = p_flip;
  insert into jobflip_data.flip_step (flip, seq, at, event, state, node, login, sentence)
  select p_flip, coalesce(max(seq), 0) + 1, v_at, p_event, t.to_state, coalesce(p_node, ''),
         session_user, v_sentence
  from jobflip_data.flip_step where flip = p_flip;
  perform jobflip.flip_stage(p_flip, t.to_state, v_at);
  if v_ended then
    update jobflip_data.pool p set
      open_flip = null,
      cooldown_flip = case when f.automatic then p_flip else cooldown_flip end,
      cooldown_level = case when not f.automatic or t.to_state = 'aborted' then cooldown_level
                            when t.to_state = 'verified' then 0
                            when v_restart then cooldown_level
                            else cooldown_level + 1 end,
      cooldown_until = case
        when not f.automatic or (v_restart and t.to_state <> 'aborted') then cooldown_until
        when t.to_state in ('verified', 'aborted') then v_at + p.cooldown_ms * interval '1 ms'
        else v_at + least(p.cooldown_ms * power(2, least(p.cooldown_level + 1, 30)),
                          p.cooldown_max_ms) * interval '1 ms' end
    where name = f.pool;
  end if;
  perform jobflip.audit_append(f.pool, 'flip_step', p_node, p_flip, coalesce(p_epoch, f.epoch),
    p_actor, v_sentence,
    jsonb_build_object('event', p_event, 'from_state', f.state, 'to_state', t.to_state)::text);
  return true;
end
$$;
