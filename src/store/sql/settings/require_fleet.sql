-- require_fleet: fails unless the argument of apply() is a fleet whose numbers fit into the tables.
-- Otherwise one apply could set values that no later one can repair. The rules that need the
-- current rows are in apply_refusal.
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
  else
    with thing as materialized (
      select 'budget' as what, 'budget' as kind, '' as name, p_fleet -> 'budget' as value
      union all
      select 'node ' || key, 'node', key, value
      from jsonb_each((p_fleet -> 'nodes') || (p_fleet -> 'supervisors'))
      union all
      select 'pool ' || key, 'pool', key, value from jsonb_each(p_fleet -> 'pools')
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
      select w.what, k.name, w.value -> k.name as value, 0 as low, 31536000000 as high
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
        ('queue', 'enter_after', 1, 1000000)) f (kind, name, low, high) on f.kind = w.kind
      union all
      select 'the fleet', 'samples_kept_ms', p_fleet -> 'samples_kept_ms', 86400000, 31536000000
      where p_fleet ? 'samples_kept_ms'
      union all
      select p.what, 'priority of candidate ' || c.key, c.value, -1000000, 1000000
      from part p, jsonb_each(case when jsonb_typeof(p.value) = 'object' then p.value end) c
      where p.kind = 'candidates'
    ), document as materialized (
      select what, value - array['candidates', 'queues', 'query'] as value from whole
      where kind in ('pool', 'queue') and jsonb_typeof(value) = 'object'
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
      where kind = 'node' and not coalesce(octet_length(value ->> 'login') between 1 and 63, false)
      union all
      select format('%s: clock_rate_bound is %s; it must be from 0 to less than 1', what,
                    left(coalesce(value ->> 'clock_rate_bound', 'null'), 40))
      from whole
      where kind = 'pool' and case jsonb_typeof(value -> 'clock_rate_bound') when 'number'
        then length(value ->> 'clock_rate_bound') > 40
             or not (value ->> 'clock_rate_bound')::numeric between 0 and 0.99 else true end
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
    )
    select f.line into v_fault from fault f limit 1;
  end if;
  if v_fault is not null then
    raise exception using errcode = 'JF005', message = v_fault,
      hint = 'fix the file, then apply it again';
  end if;
end
$$;
