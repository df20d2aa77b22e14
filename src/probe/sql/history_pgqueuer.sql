-- PgQueuer's log: the newest 60,000 rows by its index on time. It has when a job was added, not for
-- when it was meant.
with tail as (
  select job_id, entrypoint, status::text as status, created from {log}
  where created > now() - interval '14 days' and isfinite(created) order by created desc limit 60000
), jobs as (
  select min(created) filter (where status = 'queued') as queued,
         max(created) filter (where status = 'picked') as picked,
         max(created) filter (where status = 'successful') as ended
  from tail where {name:entrypoint} = $1 group by job_id
)
select (extract(epoch from coalesce(queued, picked, ended)) * 1000000)::bigint as due,
       (extract(epoch from picked) * 1000000)::bigint as started,
       (extract(epoch from ended) * 1000000)::bigint as ended
from jobs where ended is not null
order by ended desc limit 20000
