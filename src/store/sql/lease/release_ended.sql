-- release_ended: the holder releases the lease after it has seen its workers gone, and says how
-- they ended: drained or killed; anything else: nobody saw it. If the outcome is `ending`, sessions
-- block the release; the same call, repeated, ends them.
create function jobflip.release_ended(
  p_node text, p_pool text, p_epoch bigint, p_attempt uuid, p_reason text,
  p_workers text) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  o jobflip_data.pool_owner;
  p jobflip_data.pool;
  v_grace bigint;
  v_locked boolean;
  v_announced boolean;
  v_ended text[];
  v_blockers text[];
  v_workers constant text := case when p_workers in ('drained', 'killed') then p_workers end;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  perform jobflip.require_text('reason', p_reason, 2000, false);
  perform jobflip.require_text('workers', p_workers, 20, false);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_given('epoch attempt reason',
                                array[p_epoch::text, p_attempt::text, p_reason]);
  select call_deadline_ms / 2 into v_grace from jobflip_data.pool where name = p_pool;
  -- First without locks: a refusal ends no session, waits for none and keeps no row locked.
  for v_round in 1..2 loop
    if v_round = 2 then
      select l.locked, l.announced, l.ended, l.blockers
      into v_locked, v_announced, v_ended, v_blockers
      from jobflip.lock_lease(p_pool, p_node, least(1000, v_grace)) l;
      if v_announced then
        return 'ending';
      end if;
      if not v_locked then
        perform jobflip.lease_blocked(p_pool, p_node, 'a release', v_ended, v_blockers);
        return 'blocked';
      end if;
    end if;
    select * into o from jobflip_data.pool_owner where pool = p_pool;
    if o.release_attempt = p_attempt and o.epoch = p_epoch and o.state = 'released' then
      return 'released';
    end if;
    if o.state is distinct from 'held' or o.holder <> p_node or o.epoch <> p_epoch
       -- another agent with this name took it, and may still run workers
       or o.instance is distinct from
            (select instance from jobflip_data.node_beat where node = p_node) then
      return 'not_holder';
    end if;
  end loop;
  select * into p from jobflip_data.pool where name = p_pool;
  update jobflip_data.pool_owner
  set state = 'released', changed_at = clock_timestamp(), release_attempt = p_attempt,
      -- without a renewal since the server's start, another node may hold the pool by now
      life = case when exists (
               select from jobflip_data.node_beat b
               where b.node = p_node and b.life = pg_postmaster_start_time()
                 and (p_pool || ':' || p_epoch) = any (b.renewals))
             then pg_postmaster_start_time() else life end
  where pool = p_pool;
  perform jobflip.audit_append(p_pool, 'lease_released', p_node, p.open_flip, p_epoch, null,
    p_reason, jsonb_build_object('attempt', p_attempt, 'workers', v_workers,
                                 'ended_sessions', v_ended)::text);
  if p.open_flip is not null then
    update jobflip_data.flip_left_behind set workers = v_workers
    where flip = p.open_flip and v_workers is not null and p_epoch = (
      select f.from_epoch from jobflip_data.flip f where f.id = p.open_flip);
    perform jobflip.advance_flip(p.open_flip, 'released', p_node, null,
                                 jobflip.ended_sentence(v_ended), null);
  end if;
  return 'released';
end
$$;
