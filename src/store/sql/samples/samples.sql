-- samples: rows of kept readings of a queue, with all readings of these rows, oldest first. The
-- reader asks for a window of up to 8 days, which bounds the locks, and goes on after the part_at
-- of the last row until there is none. Readings outside the window may be among them.
create function jobflip.samples(
  p_pool text, p_queue text, p_since bigint, p_until bigint, p_after bigint, p_limit integer)
returns table (
  part_at bigint, at bigint, took_ms bigint, verdict text, document text, error text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_since timestamptz;
begin
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_text('queue', p_queue, 63, true);
  perform jobflip.require_range('until', p_until, 0, 32503680000000000);
  perform jobflip.require_range('since', p_since, p_until - 691200000000, p_until);
  perform jobflip.require_range('after', p_after, 0, 32503680000000000);
  perform jobflip.require_range('limit', p_limit, 1, 1000);
  v_since := to_timestamp(0) + p_since * interval '1 microsecond';
  -- by execute, so that only the days of the window are locked
  return query execute
    'select jobflip.micros(s.first_at), jobflip.micros(s.first_at + u.after * interval ''1 ms''),
            u.took::bigint, u.verdict, u.document, coalesce(u.error, '''')
     from (select x.* from jobflip_data.sample x
           where x.pool = $1 and x.queue = $2 and x.first_at >= $3 and x.first_at > $4
             and x.first_at < $5 and x.last_at >= $6
           order by x.first_at fetch first ($7) rows with ties) s
     cross join lateral unnest(s.after_ms, s.took_ms, s.verdict, s.document, s.error)
       u (after, took, verdict, document, error)
     order by 1, 2'
    using p_pool, p_queue, v_since - interval '1 hour',
          to_timestamp(0) + p_after * interval '1 microsecond',
          to_timestamp(0) + p_until * interval '1 microsecond', v_since, p_limit;
end
$$;
