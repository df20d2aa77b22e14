-- crash_reports: splits each 'pool:ends/within:reason' of a beat; agents of 0.1.0 do not send
-- `within` (crash_times). Only the first entry of a pool counts; malformed entries are ignored.
create function jobflip.crash_reports(p_crashing text[])
returns table (pool text, ends bigint, reason text)
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select distinct on (m.part[1]) m.part[1], m.part[2]::bigint, m.part[3]
  from unnest(p_crashing) with ordinality e (text, number),
       lateral regexp_match(e.text, '^([^:]+):([1-9][0-9]{0,8})(?:/[0-9]{1,12})?:(.*)$') m (part)
  where m.part is not null
  order by m.part[1], e.number
$$;
