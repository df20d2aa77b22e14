-- flip_left_behind: what ran on the old node when the flip was accepted, a row for each queue, and
-- how its workers ended. One row without a queue: nothing ran.
create function jobflip.flip_left_behind(p_flip bigint)
returns table (
  workers text, all_jobs bigint, queues_left_out bigint, queue text, preset text, jobs bigint,
  ids text, read_ago_ms bigint)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select l.workers, (l.running ->> 'jobs')::bigint, (l.running ->> 'queues_left_out')::bigint,
         q.one ->> 'queue', q.one ->> 'preset', (q.one ->> 'jobs')::bigint,
         (select string_agg(i.id, chr(10) order by i.nth)
          from jsonb_array_elements_text(q.one -> 'ids') with ordinality i (id, nth)),
         (q.one ->> 'read_ago_ms')::bigint
  from jobflip_data.flip_left_behind l
  left join lateral jsonb_array_elements(l.running -> 'queues') with ordinality q (one, nth) on true
  where l.flip = p_flip
  order by q.nth
$$;
