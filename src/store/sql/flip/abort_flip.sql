-- abort_flip: an operator aborts a flip while the old node still holds the pool. A refusal takes no
-- lock that others need. At most 300 refusals of a login are recorded in a minute; the rest are
-- counted.
create function jobflip.abort_flip(
  p_flip bigint, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  f jobflip_data.flip;
  v_pool text;
  v_may boolean;
  v_passed_over bigint;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_given('flip', array[p_flip::text]);
  select pool into v_pool from jobflip_data.flip where id = p_flip;
  if not found then
    raise exception using errcode = 'JF003', message = format('there is no flip %s', p_flip),
      hint = '`jobflip history` lists the flips';
  end if;
  changed := false;
  for v_round in 1..2 loop  -- first without locks
    if v_round = 2 then
      perform from jobflip_data.pool where name = v_pool for update;
    end if;
    select * into f from jobflip_data.flip where id = p_flip;
    exit when not exists (
      select from jobflip_data.flip_transition t
      where t.from_state = f.state and t.event = 'abort');
    if v_round = 2 then
      changed := jobflip.advance_flip(p_flip, 'abort', null, v_actor,
                                      format('by %s: %s', v_actor, p_reason), null);
    end if;
  end loop;
  accepted := changed or f.state = 'aborted';
  rule := case when accepted then '' else 'flip-in-progress' end;
  sentence := case when changed then format('flip %s is aborted', p_flip)
                   when accepted then format('flip %s was already aborted', p_flip)
                   when f.ended_at is not null then format('flip %s has ended: %s', p_flip, f.state)
                   else format('flip %s is %s: it can no longer be aborted', p_flip, f.state) end;
  if not accepted then
    select m.may, m.passed_over into v_may, v_passed_over
    from jobflip.may_record('abort_refused', 300) m;
    if v_may then
      perform jobflip.audit_append('jobflip.refusals', 'abort_refused', null, p_flip, f.epoch,
        v_actor, p_reason,
        jsonb_build_object('pool', v_pool, 'state', f.state, 'not_recorded', v_passed_over)::text);
    end if;
  end if;
end
$$;
