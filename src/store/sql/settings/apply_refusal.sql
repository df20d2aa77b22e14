-- apply_refusal: why this fleet can't be applied now; null if it can. Called twice: without locks,
-- and again under the locks; the second result counts.
create function jobflip.apply_refusal(p_fleet jsonb) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_line text;
begin
  select format('%s is the name of a node and of a supervisor', k) into v_line
  from jsonb_object_keys(p_fleet -> 'nodes') k where p_fleet -> 'supervisors' ? k limit 1;
  if found then return v_line; end if;

  select format('login %s is used by %s', n.value ->> 'login', string_agg(n.key, ' and '))
  into v_line
  from jsonb_each((p_fleet -> 'nodes') || (p_fleet -> 'supervisors')) n
  group by n.value ->> 'login' having count(*) > 1 limit 1;
  if found then return v_line || ': one node, one login'; end if;

  select format('pool %s names the candidate %s, which is not a %s', p.key, c.key,
                case p.value ->> 'kind' when 'workers' then 'node' else 'supervisor' end)
  into v_line
  from jsonb_each(p_fleet -> 'pools') p, jsonb_each(p.value -> 'candidates') c
  where not p_fleet
    -> (case p.value ->> 'kind' when 'workers' then 'nodes' else 'supervisors' end) ? c.key
  limit 1;
  if found then return v_line; end if;

  select format('pool %s has %s candidate(s): at least 2 are needed', p.key, count(c.key))
  into v_line
  from jsonb_each(p_fleet -> 'pools') p left join jsonb_each(p.value -> 'candidates') c on true
  where p.value ->> 'kind' = 'workers' group by p.key having count(c.key) < 2 limit 1;
  if found then return v_line; end if;

  select format('pool %s has when_store_lost "keep", but workers_fence_every_claim is not true: '
                'set it if every claim of its workers is fenced in this PostgreSQL, else use '
                '"stop"', p.key) into v_line
  from jsonb_each(p_fleet -> 'pools') p
  where p.value ->> 'when_store_lost' = 'keep'
    and not coalesce((p.value ->> 'workers_fence_every_claim')::boolean, false) limit 1;
  if found then return v_line; end if;

  -- A holder that is away keeps its workers by the setting that it has. A node that takes over from
  -- it must still be able to rely on the fence.
  select format('pool %s can''t change from when_store_lost "keep" now: its holder, node %s, has '
                'sent no beat for a while and may keep its workers; wait until it sends a beat or '
                'another node takes the pool', p.name, o.holder) into v_line
  from jobflip_data.pool p join jobflip_data.pool_owner o on o.pool = p.name
  left join jobflip_data.node_beat h on h.node = o.holder
  where p.when_store_lost = 'keep' and o.state = 'held'
    and coalesce(p_fleet -> 'pools' -> p.name ->> 'when_store_lost', 'stop') <> 'keep'
    and not coalesce((o.pool || ':' || o.epoch) = any (h.renewals)
                     and h.beat_at > clock_timestamp()
                         - (2 * p.beat_every_ms + p.call_deadline_ms) * interval '1 ms', false)
  limit 1;
  if found then return v_line; end if;

  select case
    when o.pool = 'jobflip.supervisor' and p_fleet -> 'pools' ? o.pool
    then format('supervisor %s leads and would no longer be there: stop it first', o.holder)
    when o.pool = 'jobflip.supervisor'
    then format('supervisor %s leads: stop the supervisors first', o.holder)
    when p_fleet -> 'pools' ? o.pool
    then format('node %s holds pool %s and would no longer be its candidate: flip it first',
                o.holder, o.pool)
    else format('pool %s is held by node %s: stop its agents first, then remove it',
                o.pool, o.holder) end
  into v_line
  from jobflip_data.pool_owner o join jobflip_data.pool p on p.name = o.pool
  where o.state = 'held'
    and not coalesce(p_fleet -> 'pools' -> o.pool -> 'candidates' ? o.holder, false)
  limit 1;
  if found then return v_line; end if;

  select format('flip %s of pool %s has not ended', f.id, f.pool) into v_line
  from jobflip_data.flip f
  where f.ended_at is null
    and not coalesce(p_fleet -> 'pools' -> f.pool -> 'candidates' ? f.to_node, false) limit 1;
  return v_line;
end
$$;
