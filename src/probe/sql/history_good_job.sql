-- GoodJob's finished jobs, by the index on finished_at.
select (extract(epoch from coalesce(scheduled_at, created_at)) * 1000000)::bigint as due,
       (extract(epoch from performed_at) * 1000000)::bigint as started,
       (extract(epoch from finished_at) * 1000000)::bigint as ended
from {jobs}
where finished_at > now() - interval '14 days' and retried_good_job_id is null and error is null
  and isfinite(coalesce(scheduled_at, created_at)) and isfinite(finished_at)
  and coalesce(isfinite(performed_at), true)
  and {name:coalesce(queue_name, 'default')} = $1
order by finished_at desc limit 20000
