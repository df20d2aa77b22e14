-- check_take_conditions: may this node take this pool now? Checks every condition of a take, on the
-- rows of the owner and the pool that the caller has just read, and on the current state of all
-- other tables. Called twice: without locks, so that a refusal blocks no one, and again under all
-- locks; the second result counts. `how` is '' unless the outcome is `taken`:
--   released    the last holder released it, or no node ever held it
--   own         the node already holds it and has no worker: it gets a new epoch. The instance
--               that took it may do so at once; another one of that name needs a watch
--   expired     the triple did not change for takeover_after by the taker's clock, and by the
--               store's clock the lease is over
--   clock_fault the triple did not change for three times as long; the store's clock is ignored
--   host_is_off an operator stated that the holder's host is powered off
--   again       the same attempt was granted before
-- A row that was written before the server's start may be out of date, because the server may run
-- on an older copy of its files. If by such a row the pool is free, or the node's own, the node may
-- take it only after it has been in touch with this server for takeover_after. By then any other
-- node with running workers has reached the store, or its lease has run out.
create function jobflip.check_take_conditions(
  p_node text, o jobflip_data.pool_owner, p jobflip_data.pool, p_attempt uuid, p_incarnation uuid,
  p_epoch bigint, p_lease_beat bigint, p_stood_still_ms bigint, p_polls integer,
  p_confirmed_empty boolean, p_in_touch_ms bigint, p_instance uuid, p_life bigint,
  out outcome text, out sentence text, out how text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  b jobflip_data.node_beat;
  m jobflip_data.incarnation;
  v_now timestamptz;
  v_renewed boolean;
  v_after bigint;
  v_expires timestamptz;
  v_settled boolean;  -- the row is from this life of the server, or the taker has waited
  v_waiting boolean;  -- the open flip still waits for its target to take
begin
  how := '';
  if p.name is null or o.pool is null or not exists (
       select from jobflip_data.pool_candidate c where c.pool = p.name and c.node = p_node) then
    outcome := 'not_candidate';
    sentence := format('node %s is not a candidate of the pool', p_node);
    return;
  end if;
  if o.take_attempt = p_attempt and o.state = 'held' and o.holder = p_node then
    outcome := 'taken'; how := 'again'; sentence := 'this attempt has already taken it';
    return;
  end if;
  m := jobflip.current_incarnation();
  if o.state = 'held' then
    select * into b from jobflip_data.node_beat where node = o.holder;
  end if;
  if p.open_flip is not null then
    select * into f from jobflip_data.flip where id = p.open_flip;
  end if;
  v_waiting := coalesce(f.state in ('requested', 'draining', 'released', 'expired'), false);
  v_now := clock_timestamp();
  if v_now < jobflip.frozen_until(p, m.seen_at) then
    outcome := 'frozen';
    sentence := case when jobflip.is_copy(m.system_identifier)
      then 'this store is a copy of another: no node may take a pool in it'
      else 'the store lost history a short while ago: no node may take a pool until its freeze is '
           'over' end;
    return;
  end if;
  v_renewed := coalesce((o.pool || ':' || o.epoch) = any (b.renewals), false);
  if m.id is distinct from p_incarnation
     or (extract(epoch from m.life) * 1000000)::bigint is distinct from p_life
     or o.epoch is distinct from p_epoch
     or (o.state = 'held' and p_lease_beat is distinct from
           case when v_renewed then b.beat else coalesce(b.renewals_beat, 0) end) then
    outcome := 'moved'; sentence := 'the lease has changed since it was watched';
    return;
  end if;
  v_after := jobflip.takeover_after(p);
  v_settled := o.life = m.life or p_in_touch_ms >= v_after;
  if exists (select from jobflip_data.node_beat d where d.node = p_node and d.drained) then
    outcome := 'drained'; sentence := format('node %s is drained', p_node);
    return;
  end if;
  if o.state = 'released' then
    if v_waiting and f.to_node <> p_node and v_now < f.deadline then
      outcome := 'reserved';
      sentence := format('flip %s reserves the pool for node %s', f.id, f.to_node);
      return;
    end if;
    if not v_settled then
      outcome := 'not_expired';
      sentence := format('the server was restarted since the pool was released: node %s must be in '
                         'touch with it for %s ms first', p_node, v_after);
      return;
    end if;
    outcome := 'taken'; how := 'released';
    sentence := case when o.holder is null then 'the pool was never held before'
                     else format('node %s released it', o.holder) end;
    return;
  end if;
  if p_confirmed_empty and o.holder = p_node and o.instance = p_instance and v_settled then
    outcome := 'taken'; how := 'own'; sentence := 'the same agent held it';
    return;
  end if;
  if v_waiting and f.to_node = p_node and f.host_is_off and f.from_node = o.holder then
    outcome := 'taken'; how := 'host_is_off';
    sentence := format('%s stated that the host of node %s is powered off', f.actor, o.holder);
    return;
  end if;
  if (p.paused_until > v_now or p.mode = 'observe') and o.holder <> p_node
     and not (v_waiting and f.to_node = p_node and not f.automatic) then
    outcome := 'paused';
    sentence := case when p.mode = 'observe'
                       then 'mode observe: a silent holder keeps the pool'
                     else 'the pool is paused: a silent holder keeps it' end;
    return;
  end if;
  v_expires := greatest(o.taken_at, case when v_renewed then b.beat_at else b.renewals_since end)
               + v_after * interval '1 ms';
  if p_polls >= 3 and p_stood_still_ms >= v_after and v_now >= v_expires then
    outcome := 'taken'; how := case when o.holder = p_node then 'own' else 'expired' end;
    sentence := format('node %s did not renew its lease for %s ms%s', o.holder, p_stood_still_ms,
      case when p.when_store_lost = 'keep'
             then ': its workers may still run there, but the fence refuses them' else '' end);
  elsif p_polls >= 3 and p_stood_still_ms >= 3 * v_after then
    outcome := 'taken'; how := 'clock_fault';
    sentence := format('node %s did not renew its lease for %s ms, three times as long as needed: '
                       'the clock of the store is ignored', o.holder, p_stood_still_ms);
  else
    outcome := 'not_expired';
    sentence := format('the lease of node %s may still be valid: it must be unchanged for %s ms',
                       o.holder, v_after);
  end if;
end
$$;
