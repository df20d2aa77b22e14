-- apply: applies the whole fleet, or only reports what would change, with one line for each change.
-- Pools that did not change keep their version. A refusal is an answer, and takes no lock that
-- others need. At most 300 refusals of a login are recorded in a minute; the rest are counted.
create function jobflip.apply(p_fleet jsonb, p_actor text, p_reason text, p_dry_run boolean)
returns table (refused boolean, line text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  v_old jsonb;
  v_lines text[];
  v_changes jsonb;
  v_left_out bigint;
  v_refusal text;
  v_pool text;
  v_may boolean;
  v_passed_over bigint;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_given('dry_run', array[p_dry_run::text]);
  perform jobflip.require_fleet(p_fleet);
  for v_round in 1..2 loop  -- first without locks
    if v_round = 2 then
      perform from jobflip_data.budget for update;  -- one apply at a time
      -- before the pools: whoever waits here keeps none of them waiting
      perform from jobflip_data.service order by name for update;
      perform from jobflip_data.pool order by name for update;
      if not p_dry_run then  -- in the lock order of a take; beats wait until the commit
        perform from jobflip_data.node_beat order by node for update;
      end if;
    end if;
    v_refusal := jobflip.apply_refusal(p_fleet);
    if v_refusal is not null then
      if not p_dry_run then
        select m.may, m.passed_over into v_may, v_passed_over
        from jobflip.may_record('apply_refused', 300) m;
      end if;
      if v_may then
        perform jobflip.audit_append('jobflip.refusals', 'apply_refused', null, null, null, v_actor,
          p_reason, jsonb_build_object('sentence', v_refusal, 'not_recorded', v_passed_over)::text);
      end if;
      return query select true, v_refusal;
      return;
    end if;
  end loop;
  v_old := jobflip.fleet_json();
  if not p_fleet ? 'samples_kept_ms' then  -- a program of 0.1.0 does not know it
    v_old := v_old - 'samples_kept_ms';
  end if;
  if not p_fleet ? 'services' then
    v_old := v_old - 'services';
  end if;
  v_lines := array(select jobflip.json_changes('', v_old, p_fleet));
  if not p_dry_run and cardinality(v_lines) > 0 then
    update jobflip_data.budget set flips = (p_fleet -> 'budget' ->> 'flips')::numeric,
                              window_ms = (p_fleet -> 'budget' ->> 'window_ms')::numeric;
    update jobflip_data.sample_keeping
    set samples_kept_ms = (p_fleet ->> 'samples_kept_ms')::bigint
    where p_fleet ? 'samples_kept_ms';
    perform jobflip.apply_services(p_fleet -> 'services', v_actor) where p_fleet ? 'services';
    insert into jobflip_data.node as n (name, kind, login)
    select j.key, 'agent', j.value ->> 'login' from jsonb_each(p_fleet -> 'nodes') j
    union all
    select j.key, 'supervisor', j.value ->> 'login' from jsonb_each(p_fleet -> 'supervisors') j
    on conflict (name) do update set kind = excluded.kind, login = excluded.login
      where (n.kind, n.login) is distinct from (excluded.kind, excluded.login);
    -- above the numbers of an earlier row with this name, which an agent may have seen
    insert into jobflip_data.node_beat as b (node, login, beat)
    select name, login, (extract(epoch from clock_timestamp()) * 1000)::bigint
    from jobflip_data.node
    on conflict (node) do update set login = excluded.login where b.login <> excluded.login;
    for v_pool in select k from jsonb_object_keys(v_old -> 'pools') k
                  where not p_fleet -> 'pools' ? k loop
      delete from jobflip_data.pool_candidate where pool = v_pool;
      delete from jobflip_data.queue where pool = v_pool;
      delete from jobflip_data.queue_verdict where pool = v_pool;
      perform jobflip.forget_learned(v_pool, '{}');
      perform jobflip.close_incident(i.id, v_actor, 'the pool was removed')
      from jobflip_data.incident i where i.pool = v_pool and i.closed_at is null;
      perform jobflip.expire_deployment(v_pool, true, v_actor, 'the pool was removed');
      -- its pool_owner stays: epochs never start again
      delete from jobflip_data.pool where name = v_pool;
      perform jobflip.audit_append(v_pool, 'pool_removed', null, null, null, v_actor, p_reason,
        '{}');
    end loop;
    for v_pool in select k from jsonb_object_keys(p_fleet -> 'pools') k
                  where v_old -> 'pools' -> k is distinct from p_fleet -> 'pools' -> k
                  order by k loop
      perform jobflip.apply_pool(v_pool, p_fleet -> 'pools' -> v_pool);
      select c.changes, c.left_out into v_changes, v_left_out
      from jobflip.bounded_changes(array(select jobflip.json_changes(
        '', v_old -> 'pools' -> v_pool, p_fleet -> 'pools' -> v_pool))) c;
      perform jobflip.audit_append(v_pool, 'settings_changed', null, null, null, v_actor, p_reason,
        jsonb_build_object('changes', v_changes, 'changes_left_out', v_left_out)::text);
    end loop;
    update jobflip_data.node_beat b set pools = c.pools, full_beat_number = 0
    from (select n.name, array(select k.pool from jobflip_data.pool_candidate k
                               where k.node = n.name
                               order by k.pool) as pools from jobflip_data.node n) c
    where c.name = b.node and c.pools <> b.pools;
    delete from jobflip_data.node_beat b
    where not ((p_fleet -> 'nodes') || (p_fleet -> 'supervisors')) ? b.node;
    delete from jobflip_data.node n
    where not ((p_fleet -> 'nodes') || (p_fleet -> 'supervisors')) ? n.name;
    select c.changes, c.left_out into v_changes, v_left_out from jobflip.bounded_changes(v_lines) c;
    perform jobflip.audit_append('jobflip', 'fleet_applied', null, null, null, v_actor, p_reason,
      jsonb_build_object('changes', v_changes, 'changes_left_out', v_left_out)::text);
  end if;
  return query select false, l from unnest(v_lines) l;
end
$$;
