-- require_fleet: fails unless the argument of apply() is a fleet whose values fit into the tables
-- and can be read by every program. Otherwise one apply could set values that no later one can
-- repair, or stop agents that read them. A setting that SQL does not know is one value: a number
-- within bounds, a short text, true, false or null. The rules that need the current rows are in
-- apply_refusal.
create function jobflip.require_fleet(p_fleet jsonb) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_fault text;
begin
  if pg_column_size(p_fleet) > 1048576 then
    v_fault := format('the fleet has %s bytes; at most 1048576 are kept', pg_column_size(p_fleet));
  elsif jsonb_typeof(p_fleet) is distinct from 'object' or exists (
      select from unnest(array['budget', 'nodes', 'supervisors', 'pools']) k
      where jsonb_typeof(p_fleet -> k) is distinct from 'object') then
    v_fault := 'the fleet is not an object of budget, nodes, supervisors and pools';
  elsif p_fleet ? 'services' and jsonb_typeof(p_fleet -> 'services') <> 'object' then
    v_fault := 'services is not an object';
  elsif (select count(*) > 100 from jsonb_object_keys(p_fleet -> 'services')) then
    v_fault := 'the fleet has more than 100 services';
  elsif jobflip.has_long_number(p_fleet) then  -- before any of it is written out as text
    v_fault := coalesce(
      (select format('pool %s: %s %s a number with more than 40 digits', left(p.key, 100),
                     left(s.key, 100),
                     case jsonb_typeof(s.value) when 'number' then 'is' else 'has' end)
       from jsonb_each(p_fleet -> 'pools') p,
            jsonb_each(case when jsonb_typeof(p.value) = 'object' then p.value end) s
       where jobflip.has_long_number(s.value) limit 1),
      'the fleet has a number with more than 40 digits');
  elsif octet_length(p_fleet::text) > 2097152 then  -- the size above may be that of a packed value
    v_fault := format('the fleet has %s bytes as text; at most 2097152 are kept',
                      octet_length(p_fleet::text));
  else
    with thing as materialized (
      select 'budget' as what, 'budget' as kind, '' as name, p_fleet -> 'budget' as value
      union all
      select 'node ' || key, 'node', key, value
      from jsonb_each((p_fleet -> 'nodes') || (p_fleet -> 'supervisors'))
      union all
      select 'pool ' || key, 'pool', key, value from jsonb_each(p_fleet -> 'pools')
      union all
      select 'service ' || key, 'service', key, value from jsonb_each(p_fleet -> 'services')
    ), part as materialized (
      select p.what, k.kind, p.value -> k.kind as value
      from thing p, unnest(array['candidates', 'queues']) k (kind) where p.kind = 'pool'
    ), whole as materialized (
      select what, kind, name, value from thing
      union all
      select format('queue %s of %s', key, p.what), 'queue', key, q.value
      from part p, jsonb_each(case when jsonb_typeof(p.value) = 'object' then p.value end) q
      where p.kind = 'queues'
    ), field as materialized (
      select w.what, k.name, w.value -> k.name as value,
             case when k.name in ('beat_every_ms', 'call_deadline_ms', 'lease_ms',
                                  'start_timeout_ms', 'verify_timeout_ms') then 1
                  when w.kind = 'service' and k.name = 'every_ms' then 5000
                  when w.kind = 'service' and k.name = 'timeout_ms' then 100
                  else 0 end as low,
             31536000000 as high
      from whole w cross join lateral (
        select a.attname::text from pg_attribute a
        where a.attrelid = ('jobflip_data.' || w.kind)::regclass
          and a.atttypid = 'jobflip.length_ms'::regtype and a.attname not like 'previous%'
        union
        select o.key from jsonb_object_keys(
          case when jsonb_typeof(w.value) = 'object' then w.value end) o (key)
        where right(o.key, 3) = '_ms') k (name)
      union all
      select w.what, f.name, w.value -> f.name, f.low, f.high
      from whole w join (values
        ('budget', 'flips', 0, 1000000), ('queue', 'place', 0, 10000),
        ('queue', 'enter_after', 1, 1000000), ('service', 'port', 0, 65535),
        ('service', 'down_after', 1, 1000000), ('service', 'up_after', 1, 1000000))
        f (kind, name, low, high) on f.kind = w.kind
      union all
      select 'the fleet', 'samples_kept_ms', p_fleet -> 'samples_kept_ms', 86400000, 31536000000
      where p_fleet ? 'samples_kept_ms'
      union all
      select p.what, 'priority of candidate ' || c.key, c.value, -1000000, 1000000
      from part p, jsonb_each(case when jsonb_typeof(p.value) = 'object' then p.value end) c
      where p.kind = 'candidates'
    ), document as materialized (
      select what, value - case kind when 'pool' then array['candidates', 'queues']
                                     when 'queue' then array['query']
                                     else array['maintenance'] end as value
      from whole where kind in ('pool', 'queue', 'service') and jsonb_typeof(value) = 'object'
    ), word as materialized (
      select w.what, f.name, w.value -> f.name as value, f.wanted, f.words
      from whole w join (values
        ('pool', 'kind', true, array['workers', 'supervisors']),
        ('pool', 'mode', true, array['auto', 'observe']),
        ('pool', 'when_store_lost', true, array['stop', 'keep']),
        ('pool', 'when_workers_end', false, array['restart', 'hand-over', 'hand-over-in-loop']),
        ('pool', 'first', false, array['flip', 'restart']),
        ('service', 'check', true, array['http', 'tcp', 'exec']),
        ('queue', 'done', false, array['window', 'table', 'queue'])) f (kind, name, wanted, words)
        on f.kind = w.kind
    ), timing as materialized (
      select what, v[1] as takeover, v[2] as lease, v[3] as frozen, v[4] as rate, v[5] as cooldown,
             v[6] as cooldown_max
      from (select what, array(
              select case jsonb_typeof(value -> k) when 'number' then (value ->> k)::numeric end
              from unnest(array['takeover_after_ms', 'lease_ms', 'freeze_ms', 'clock_rate_bound',
                                'cooldown_ms', 'cooldown_max_ms']) with ordinality u (k, nth)
              order by nth) as v
            from whole where kind = 'pool') t
    ), fault as (
      select what || ' is not an object' as line from whole
      where jsonb_typeof(value) is distinct from 'object'
      union all
      select format('%s of %s is not an object', kind, what) from part
      where jsonb_typeof(value) is distinct from 'object'
      union all
      select format('%s "%s": a name has 1 to 63 of a-z, 0-9, ".", "_" and "-"', kind,
                    left(name, 100))
      from whole where kind <> 'budget' and name !~ '^[a-z0-9][a-z0-9._-]{0,62}$'
      union all
      select format('%s: login is "%s"; it has 1 to 63 bytes', what, left(value ->> 'login', 100))
      from whole
      where kind = 'node' and not coalesce(jsonb_typeof(value -> 'login') = 'string'
        and octet_length(value ->> 'login') between 1 and 63, false)
      union all
      select format('%s: clock_rate_bound is %s; it must be from 0 to less than 1', what,
                    left(coalesce(value ->> 'clock_rate_bound', 'null'), 40))
      from whole
      where kind = 'pool' and case jsonb_typeof(value -> 'clock_rate_bound') when 'number'
        then length(value ->> 'clock_rate_bound') > 40
             or not (value ->> 'clock_rate_bound')::numeric between 0 and 0.99 else true end
      union all
      select format('%s: %s is %s; a setting is a number, a text, true, false or null', d.what,
                    left(o.key, 100),
                    case jsonb_typeof(o.value) when 'array' then 'a list' else 'an object' end)
      from document d, jsonb_each(d.value) o where jsonb_typeof(o.value) in ('array', 'object')
      union all
      select format('%s: %s is %s; it must be one of %s', what, name,
                    left(coalesce(value #>> '{}', 'null'), 40), array_to_string(words, ', '))
      from word
      where not (not wanted and coalesce(value, 'null') = 'null')
        and not coalesce(jsonb_typeof(value) = 'string' and value #>> '{}' = any (words), false)
      union all
      select format('%s: workers_fence_every_claim is %s; it must be true or false', what,
                    left(coalesce(value ->> 'workers_fence_every_claim', 'null'), 40))
      from whole
      where kind = 'pool'
        and jsonb_typeof(value -> 'workers_fence_every_claim') is distinct from 'boolean'
      union all
      select format('%s: query is %s; it must be a text of at most 65536 bytes without control '
                    'characters', what,
                    case when jsonb_typeof(value -> 'query') = 'string'
                         then octet_length(value ->> 'query') || ' bytes long'
                         else left(coalesce(value ->> 'query', 'null'), 40) end)
      from whole
      where kind = 'queue' and not coalesce(jsonb_typeof(value -> 'query') = 'string'
        and not exists (select from generate_series(1, 31) n
                        where n not in (9, 10, 13) and position(chr(n) in value ->> 'query') > 0)
        and octet_length(value ->> 'query') <= 65536, false)
      union all
      select format('%s: database is %s; it must be a text of at most 255 bytes', what,
                    left(coalesce(value ->> 'database', 'null'), 40))
      from whole
      where kind = 'queue' and not coalesce(jsonb_typeof(value -> 'database') = 'string'
        and octet_length(value ->> 'database') <= 255, false)
      union all
      select format('%s: its settings have %s bytes; at most 16384 are kept', what,
                    octet_length(value::text))
      from document where octet_length(value::text) > 16384
      union all
      select format('%s: %s is %s; it must be from -2147483648 to 2147483647', d.what,
                    left(o.key, 100), left(o.value #>> '{}', 40))
      from document d, jsonb_each(d.value) o
      where right(o.key, 3) <> '_ms' and jsonb_typeof(o.value) = 'number'
        and not (o.value #>> '{}')::numeric between -2147483648 and 2147483647
      union all
      select format('%s: %s is %s; it must be a whole number from %s to %s', what, left(name, 100),
                    left(coalesce(value #>> '{}', 'null'), 40), low, high)
      from field
      where case
        when jsonb_typeof(value) is distinct from 'number' then true
        else (value #>> '{}')::numeric not between low and high
             or (value #>> '{}')::numeric <> trunc((value #>> '{}')::numeric) end
      union all
      select what || ': takeover_after_ms times (1 - clock_rate_bound) must be at least lease_ms '
                     'times (1 + clock_rate_bound)'
      from timing where takeover * (1 - rate) < lease * (1 + rate)
      union all
      select what || ': freeze_ms must be at least takeover_after_ms times (1 + clock_rate_bound)'
      from timing where frozen < takeover * (1 + rate)
      union all
      select what || ': ' || jobflip.calendar_fault(value) from whole
      where kind = 'service' and jsonb_typeof(value) = 'object'
        and jobflip.calendar_fault(value) is not null
      union all
      select what || ': cooldown_max_ms must be at least cooldown_ms'
      from timing where cooldown_max < cooldown
      union all
      select what || ': when_store_lost is keep; supervisors have no fence, so it must be stop'
      from whole
      where kind = 'pool' and value ->> 'kind' = 'supervisors'
        and value ->> 'when_store_lost' = 'keep'
    )
    select f.line into v_fault from fault f limit 1;
  end if;
  if v_fault is not null then
    raise exception using errcode = 'JF005', message = v_fault,
      hint = 'fix the file, then apply it again';
  end if;
end
$$;
