-- bounded_changes: the first lines as a JSON array of about 64 KiB at most, and how many are left
-- out of it.
create function jobflip.bounded_changes(p_lines text[], out changes jsonb, out left_out bigint)
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce(jsonb_agg(s.line order by s.nth) filter (where s.size <= 65536), '[]'),
         count(*) filter (where s.size > 65536)
  from (select l.line, l.nth, sum(octet_length(to_jsonb(l.line)::text) + 2)
                                over (order by l.nth) as size
        from unnest(p_lines) with ordinality l (line, nth)) s
$$;
