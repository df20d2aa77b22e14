-- beat: a node's heartbeat; answers the current state of every pool that it is a candidate of. The
-- hot path.
--
-- The order of the statements is the safety argument. The node's row is written first, and the
-- state is read by later statements, each with its own snapshot. A take locks the holder's row
-- before it reads the beat. So either the take comes first and this reply shows it, or this beat
-- comes first and the take sees it. beat_at is read before the wait for the row's lock, so it may
-- be older than the lock. It is never older than the time at which the request was sent, and the
-- holder's lease counts from then.
--
-- If a flip takes a pool from this node, the same beat starts the drain (begin_drain). Of a restart
-- no target is named before the release: an agent of 0.1.0 would not stop its workers for a flip to
-- its own node.
--
-- Only small statements by key, and no join: starting a join of five tables would cost more than
-- all the rest. Rows that the beat does not need are not read.
--
-- Returns records (chr(30)) of fields (chr(31)): one B, and for each pool a P, followed by its
-- settings if p_known does not name their version ('pool:version'). The last field of B is true if
-- the node may continue with renew_unchanged: it holds and renews all its pools, and no pause, flip
-- or freeze concerns them. `full_beat_number` is written before the pools are read, and the node's
-- row stays locked from then on. So a transaction that changes one of its pools waits for this one
-- and then invalidates the fast path (invalidate_fast_path), and no pool that it holds can change
-- its owner meanwhile.
create function jobflip.beat(
  p_node text, p_instance uuid, p_renewals text[], p_ready text[], p_not_ready_reason text,
  p_known text[], p_seen text[], p_seen_beat bigint, p_crashing text[]) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_beat bigint;
  v_renewals_beat bigint;
  v_drained boolean;
  v_names text[];
  v_id uuid;
  v_seen_at timestamptz;
  v_marked timestamptz;  -- the last recorded start of the server
  v_pool text;
  v_answer text;
  v_epoch bigint;
  v_state text;
  v_holder text;
  v_instance uuid;
  v_life timestamptz;
  v_lease_beat bigint;
  v_rank bigint;
  v_paused boolean;
  v_frozen boolean;
  v_steady boolean := true;
  p record;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    perform jobflip.require_read_committed();
  end if;
  -- the other lists equal those of the row, or beat_with_news checks them
  if pg_column_size(p_known) > 131072 then
    perform jobflip.require_list('known', p_known, 1000, 84);
  end if;
  update jobflip_data.node_beat
  set beat = beat + 1, beat_at = greatest(beat_at, clock_timestamp()), full_beat_number = beat + 1,
      life = pg_postmaster_start_time()
  where node = p_node and login = session_user and instance = p_instance and renewals = p_renewals
    and ready = p_ready and not_ready_reason = p_not_ready_reason
    and seen = p_seen and beat >= p_seen_beat and crashing = p_crashing
    and program = left(coalesce(current_setting('jobflip.program', true), ''), 64)
  returning beat, renewals_beat, drained, pools into v_beat, v_renewals_beat, v_drained, v_names;
  if not found then
    select b.beat, b.renewals_beat, b.drained, b.pools
    into v_beat, v_renewals_beat, v_drained, v_names
    from jobflip.beat_with_news(p_node, p_instance, p_renewals, p_ready, p_not_ready_reason,
                                p_seen, p_seen_beat, p_crashing) b;
  end if;
  v_marked := pg_postmaster_start_time();
  select id, seen_at into v_id, v_seen_at from jobflip_data.incarnation where life = v_marked;
  if not found then
    select i.id, i.seen_at, i.life into v_id, v_seen_at, v_marked
    from jobflip.current_incarnation(false) i;
    v_steady := v_marked = pg_postmaster_start_time();
  end if;

  v_answer := '';
  foreach v_pool in array v_names loop
    select epoch, state, holder, instance, life
    into v_epoch, v_state, v_holder, v_instance, v_life
    from jobflip_data.pool_owner where pool = v_pool;
    select settings_version, mode, paused_until, open_flip into p
    from jobflip_data.pool where name = v_pool;
    continue when not found;
    v_rank := 0;
    v_lease_beat := 0;
    if v_state = 'held' and v_holder = p_node then
      if (v_pool || ':' || v_epoch) = any (p_renewals) then
        v_lease_beat := v_beat;
        if p.open_flip is not null then
          perform jobflip.begin_drain(p_node, v_pool, f.id, f.drain_timeout_ms)
          from jobflip_data.flip f
          where f.id = p.open_flip and f.state = 'requested' and f.from_node = p_node
            and clock_timestamp() < f.deadline;
        end if;
      else
        v_lease_beat := v_renewals_beat;
        v_steady := false;
      end if;
    else
      v_steady := false;
      select w.lease_beat, w.rank into v_lease_beat, v_rank
      from jobflip.beat_watch(p_node, v_pool, v_epoch, v_state, v_holder) w;
    end if;
    v_paused := p.mode = 'observe' or coalesce(p.paused_until > clock_timestamp(), false);
    v_frozen := false;
    if v_seen_at > '-infinity' then
      select jobflip.frozen_until(f, v_seen_at) > clock_timestamp() into v_frozen
      from jobflip_data.pool f where f.name = v_pool;
    end if;
    v_steady := v_steady and not v_paused and not v_frozen and p.open_flip is null;
    v_answer := concat(v_answer, chr(30), 'P', chr(31), v_pool, chr(31), p.settings_version,
      chr(31), v_epoch, chr(31), v_state, chr(31), v_holder, chr(31), v_lease_beat, chr(31),
      v_paused, chr(31), v_frozen, chr(31), v_drained, chr(31), v_rank, chr(31),
      coalesce(v_holder = p_node and v_instance = p_instance, false), chr(31),
      v_life = pg_postmaster_start_time(), chr(31));
    if p.open_flip is null then
      v_answer := v_answer || repeat(chr(31), 8);
    else
      v_answer := v_answer || (
        select concat(f.id, chr(31), f.state, chr(31), f.from_node, chr(31),
                      case when f.from_node = f.to_node and f.state in ('requested', 'draining')
                             then '' else f.to_node end, chr(31), f.automatic, chr(31),
                      f.host_is_off, chr(31), f.deadline < clock_timestamp(), chr(31),
                      f.drain_timeout_ms, chr(31), f.stalled)
        from jobflip_data.flip f where f.id = p.open_flip);
    end if;
    if not coalesce((v_pool || ':' || p.settings_version) = any (p_known), false) then
      v_answer := concat(v_answer, chr(30), jobflip.settings_text(v_pool));
    end if;
  end loop;
  return concat('B', chr(31), v_id, chr(31), v_beat, chr(31), v_seen_at = '-infinity', chr(31),
                v_steady and not v_drained, chr(31),
                -- not the recorded life: a node that has seen it would count from too early
                (extract(epoch from pg_postmaster_start_time()) * 1000000)::bigint
                  * case when v_marked = pg_postmaster_start_time() then 1 else -1 end, v_answer);
end
$$;
