-- Solid Queue's finished jobs, by the index on finished_at. Nothing says when they were claimed.
select (extract(epoch from greatest(created_at, scheduled_at)) * 1000000)::bigint as due,
       null::bigint as started,
       (extract(epoch from finished_at) * 1000000)::bigint as ended
from {jobs}
where finished_at > now() - interval '14 days' and {name:queue_name} = $1
  and isfinite(greatest(created_at, scheduled_at)) and isfinite(finished_at)
order by finished_at desc limit 20000
