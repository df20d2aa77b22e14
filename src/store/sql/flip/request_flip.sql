-- request_flip: requests a flip, which the next beats of the holder and the target carry out. A
-- refusal is an answer, not an error, and is recorded: up to 10,000 of a login in a minute, and one
-- of a supervisor that does not lead; further ones are counted (may_record). A repeated request
-- gets the same answer, unless that was a refusal that was only counted.
--
-- A supervisor that does not lead is refused before the call locks or stores anything that others
-- need. Such refusals have their own chain, `jobflip.refusals`: no change of a pool waits for them.
--
-- With p_refuse_only no flip is started: an operator's request that a program has already found to
-- be refused is checked again, and the refusal recorded. If no rule forbids the flip any more, the
-- rule is '' and nothing is recorded.
create function jobflip.request_flip(
  p_request uuid, p_pool text, p_from text, p_to text, p_expected_epoch bigint, p_supervisor text,
  p_supervisor_epoch bigint, p_actor text, p_reason text, p_stalled boolean, p_host_is_off boolean,
  p_evidence text, p_refuse_only boolean default false,
  out accepted boolean, out flip bigint, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_automatic constant boolean := coalesce(p_supervisor, '') <> '';
  v_actor constant text := case when p_supervisor <> '' then 'supervisor ' || p_supervisor
                                when p_actor <> '' then p_actor else session_user end;
  p jobflip_data.pool;
  o jobflip_data.pool_owner;
  r jobflip_data.flip_request;
  f jobflip_data.flip;
  v_evidence jsonb;
  v_leads boolean := true;
  v_may boolean;
  v_passed_over bigint;
  v_running jsonb;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('from', p_from, 63, false);
  perform jobflip.require_text('to', p_to, 63, false);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_text('supervisor', p_supervisor, 63, false);
  perform jobflip.require_text('evidence', p_evidence, 65536, false);
  perform jobflip.require_given('request from to supervisor stalled host_is_off refuse_only',
    array[p_request::text, p_from, p_to, p_supervisor, p_stalled::text, p_host_is_off::text,
          p_refuse_only::text]);
  if not v_automatic and not jobflip.is_member(
      (select oid from pg_roles where rolname = session_user), 'jobflip_operator') then
    raise exception using errcode = '42501',
      message = format('login "%s" may not request a flip as an operator', session_user),
      hint = format('grant jobflip_operator to %I', session_user);
  end if;
  if v_automatic then
    v_leads := jobflip.leads(p_supervisor, p_supervisor_epoch);
  end if;
  if v_leads then
    v_evidence := jobflip.evidence_of(p_evidence, 98304);
  end if;
  if v_leads then
    select * into p from jobflip_data.pool where name = p_pool and kind = 'workers' for update;
  else
    select * into p from jobflip_data.pool where name = p_pool and kind = 'workers';
  end if;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no pool "%s"', left(p_pool, 100)),
      hint = '`jobflip status` lists the pools';
  end if;
  select * into r from jobflip_data.flip_request where request = p_request;
  if found then
    if r.pool <> p_pool or r.login <> session_user then
      raise exception using errcode = 'JF005',
        message = format('request %s was made by another login or for another pool', p_request);
    end if;
    accepted := r.accepted; flip := r.flip; rule := r.rule; sentence := r.sentence;
    return;
  end if;

  if v_leads and v_automatic then  -- again, under the lock
    v_leads := jobflip.leads(p_supervisor, p_supervisor_epoch);
  end if;
  if not v_leads then
    rule := 'supervisor-late';
    sentence := format('supervisor %s no longer leads under epoch %s', p_supervisor,
                       p_supervisor_epoch);
  else
    select c.rule, c.sentence into rule, sentence
    from jobflip.flip_refusal(p_pool, p_from, p_to, p_expected_epoch, v_automatic,
                              p_host_is_off and not v_automatic) c;
  end if;
  select * into strict o from jobflip_data.pool_owner where pool = p_pool;
  accepted := rule is null;
  if accepted and p_refuse_only then
    accepted := false;
    rule := '';
    sentence := 'no rule forbids this flip any more: request it again';
    return;
  end if;
  if not accepted then
    flip := null;
    select m.may, m.passed_over into v_may, v_passed_over
    from jobflip.may_record('flip_refused', case when v_leads then 10000 else 1 end) m;
    if not v_may then
      return;
    end if;
    perform jobflip.audit_append(case when v_leads then p_pool else 'jobflip.refusals' end,
      'flip_refused', nullif(p_to, ''), null, o.epoch, v_actor, p_reason,
      jsonb_build_object('request', p_request, 'pool', p_pool, 'rule', rule, 'sentence', sentence,
        'from', p_from, 'to', p_to, 'automatic', v_automatic, 'not_recorded', v_passed_over,
        'evidence', jobflip.evidence_of(p_evidence, 4096),
        'evidence_sha256',
        encode(sha256(convert_to(coalesce(p_evidence, ''), 'UTF8')), 'hex'))::text);
    delete from jobflip_data.flip_request q
    where q.login = session_user and not q.accepted and q.at < clock_timestamp() - interval '1 day';
  else
    flip := nextval('jobflip_data.flip_id');
    rule := '';
    sentence := case when o.state = 'held' and o.holder = p_to
      then format('flip %s requested: restart of pool %s on %s', flip, p_pool, p_to)
      else format('flip %s requested: pool %s from %s to %s', flip, p_pool,
                  case when o.state = 'held' then o.holder else 'nobody' end, p_to) end;
    f.id := flip; f.request := p_request; f.pool := p_pool; f.state := 'requested';
    f.from_node := case when o.state = 'held' then o.holder end; f.to_node := p_to;
    f.automatic := v_automatic; f.takeover := false;
    f.host_is_off := p_host_is_off and not v_automatic;
    f.stalled := p_stalled; f.login := session_user; f.actor := v_actor; f.reason := p_reason;
    f.drain_timeout_ms := case when p_stalled then p.stalled_drain_timeout_ms
                               else p.drain_timeout_ms end;
    f.evidence := coalesce(p_evidence, ''); f.from_epoch := o.epoch; f.last_sentence := sentence;
    f.deadline := jobflip.flip_deadline(f, 'requested', clock_timestamp());
    v_running := jobflip.running_jobs(p_pool);
    update jobflip_data.pool set open_flip = f.id where name = p_pool;
    perform jobflip.audit_append(p_pool, 'flip_requested', p_to, f.id, o.epoch, v_actor, p_reason,
      jsonb_build_object('request', p_request, 'from', f.from_node, 'to', p_to,
        'automatic', v_automatic, 'stalled', p_stalled, 'host_is_off', f.host_is_off,
        'running', v_running, 'evidence', v_evidence,
        'evidence_sha256', encode(sha256(convert_to(f.evidence, 'UTF8')), 'hex'))::text);
  end if;
  insert into jobflip_data.flip_request (request, pool, login, at, accepted, flip, rule, sentence)
  values (p_request, p_pool, session_user, clock_timestamp(), accepted, flip, rule, sentence);
  if accepted then
    -- last: from here on the flip exists, and others see it only after the commit
    f.requested_at := clock_timestamp(); f.state_since := f.requested_at;
    insert into jobflip_data.flip_left_behind (flip, running) values (f.id, v_running);
    insert into jobflip_data.flip values (f.*);
    insert into jobflip_data.flip_step (flip, seq, at, event, state, node, login, sentence)
    values (f.id, 1, f.requested_at, 'requested', 'requested', '', session_user,
            format('requested by %s: %s', v_actor, p_reason));
    perform jobflip.join_incident(f);
  end if;
end
$$;
