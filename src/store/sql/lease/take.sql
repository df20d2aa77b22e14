-- take: the node becomes the holder of the pool under a new epoch. A compare-and-swap on the triple
-- (incarnation, epoch, beat number) that the taker has watched; check_take_conditions has the
-- conditions. `flip` is the flip that this take carries out, or is (record_takeover), if any. If
-- the outcome is `ending`, the caller repeats the call at once. The lock order of all functions
-- (lock_lease): pool_owner, pool, the holder's node_beat, flip, audit_head; and at the commit of a
-- change of a pool, its holder's node_beat (invalidate_fast_path).
create function jobflip.take(
  p_node text, p_pool text, p_attempt uuid, p_incarnation uuid, p_epoch bigint, p_lease_beat bigint,
  p_stood_still_ms bigint, p_polls integer, p_confirmed_empty boolean, p_in_touch_ms bigint,
  p_reason text, p_instance uuid, p_life bigint, out outcome text,
  out new_epoch bigint, out sentence text, out flip bigint)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  o jobflip_data.pool_owner;
  p jobflip_data.pool;
  v_how text;
  v_locked boolean;
  v_announced boolean;
  v_ended text[] := '{}';
  v_blockers text[];
  v_by_force boolean;
  v_running jsonb;
  v_follows boolean;  -- the take carries out the open flip
  v_takeover boolean;
  v_last_beat timestamptz;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  perform jobflip.require_text('reason', p_reason, 2000, false);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_given('attempt reason', array[p_attempt::text, p_reason]);
  new_epoch := 0;
  select * into o from jobflip_data.pool_owner where pool = p_pool;
  select * into p from jobflip_data.pool where name = p_pool;
  -- First without locks: a refusal ends no session, waits for none and keeps no row locked.
  for v_round in 1..2 loop
    if v_round = 2 then
      select l.locked, l.announced, l.ended, l.blockers
      into v_locked, v_announced, v_ended, v_blockers
      from jobflip.lock_lease(p_pool, p_node, least(1000, p.call_deadline_ms / 2)) l;
      if v_announced then
        outcome := 'ending';
        sentence := 'sessions block the take: the same call, repeated, ends them';
        return;
      end if;
      if not v_locked then
        outcome := 'blocked';
        sentence := jobflip.lease_blocked(p_pool, p_node, 'a take', v_ended, v_blockers);
        return;
      end if;
      select * into o from jobflip_data.pool_owner where pool = p_pool;
      select * into p from jobflip_data.pool where name = p_pool;
    end if;
    select j.outcome, j.sentence, j.how into outcome, sentence, v_how
    from jobflip.check_take_conditions(
      p_node, o, p, p_attempt, p_incarnation, p_epoch, p_lease_beat, p_stood_still_ms, p_polls,
      p_confirmed_empty, p_in_touch_ms, p_instance, p_life) j;
    if v_how = 'again' then
      new_epoch := o.epoch;
      select f.id into flip from jobflip_data.flip f
      where f.id = p.open_flip and f.to_node = p_node and f.state = 'taken';
    end if;
    if outcome <> 'taken' or v_how = 'again' then
      if cardinality(v_ended) > 0 then
        perform jobflip.audit_append(p_pool, 'sessions_ended', p_node, null, o.epoch, null,
          'worker sessions delayed a take, which was then refused: ' || outcome,
          jsonb_build_object('ended_sessions', v_ended)::text);
      end if;
      return;
    end if;
  end loop;

  -- Uses no clock: a promotion may lose takes, and begin_epochs allows for a number of them.
  select greatest(o.epoch, b.epoch) + 1 + floor(random() * 16)::bigint into strict new_epoch
  from jobflip_data.epoch_base b;
  update jobflip_data.pool_owner
  set epoch = new_epoch, state = 'held', holder = p_node, taken_at = clock_timestamp(),
      changed_at = clock_timestamp(), take_attempt = p_attempt, instance = p_instance,
      life = pg_postmaster_start_time()
  where pool = p_pool;
  perform jobflip.close_gate(o.gate, 0);
  v_by_force := v_how in ('expired', 'clock_fault', 'host_is_off');
  v_follows := exists (select from jobflip_data.flip f
                       where f.id = p.open_flip and f.to_node = p_node);
  v_takeover := v_by_force and not v_follows and o.holder is distinct from p_node;
  if v_by_force then
    v_running := jobflip.running_jobs(p_pool);
  end if;
  if v_takeover then
    select greatest(o.taken_at, case when (o.pool || ':' || o.epoch) = any (b.renewals)
                                       then b.beat_at else b.renewals_since end)
    into v_last_beat
    from (select 1) one left join jobflip_data.node_beat b on b.node = o.holder;
    if p.open_flip is not null then
      perform jobflip.flip_follows_take(p.open_flip, p_node, o, new_epoch, v_ended);
    end if;
    if p.kind = 'workers' then
      -- What is only for reviewers must not keep the pool from being taken: damaged rows, say.
      begin
        flip := nextval('jobflip_data.flip_id');
        perform jobflip.record_takeover(flip, p_node, o, new_epoch, p_attempt, sentence,
                                        v_last_beat, v_running);
      exception when others then
        flip := null;
        sentence := format('%s; it could not be recorded as a flip (%s)', sentence, sqlstate);
      end;
    end if;
  end if;
  perform jobflip.audit_append(p_pool,
    case when v_takeover then 'takeover' else 'lease_taken' end,
    p_node, coalesce(flip, p.open_flip), new_epoch, null,
    sentence || case when p_reason = '' then '' else '; ' || p_reason end
      || case when v_running ->> 'jobs' <> '0'
                then format('; jobs that ran there when it was last read: %s', v_running ->> 'jobs')
              else '' end,
    jsonb_build_object('how', v_how, 'clock_fault', v_how = 'clock_fault', 'from', o.holder,
      'from_epoch', o.epoch, 'attempt', p_attempt, 'instance', p_instance,
      'incarnation', p_incarnation,
      'lease_beat', p_lease_beat, 'unchanged_ms', p_stood_still_ms, 'polls', p_polls,
      'running', v_running, 'ended_sessions', v_ended)::text);
  if p.open_flip is not null and not v_takeover then
    if jobflip.flip_follows_take(p.open_flip, p_node, o, new_epoch, v_ended) then
      flip := p.open_flip;
    end if;
  end if;
end
$$;
