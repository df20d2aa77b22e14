-- Procrastinate's times are in its events: the newest 60,000 are read by primary key.
with tail as (
  select job_id, max(at) filter (where type in ('deferred', 'deferred_for_retry')) as deferred,
         max(at) filter (where type = 'started') as started,
         max(at) filter (where type = 'succeeded') as ended
  from {events}
  where id > (select max(id) - 60000 from {events}) and at > now() - interval '14 days'
  group by job_id
)
select (extract(epoch from coalesce(greatest(t.deferred, j.scheduled_at), t.started))
         * 1000000)::bigint as due,
       (extract(epoch from t.started) * 1000000)::bigint as started,
       (extract(epoch from t.ended) * 1000000)::bigint as ended
from tail t join {jobs} j on j.id = t.job_id
where j.status = 'succeeded' and t.ended is not null and t.started is not null
  and isfinite(coalesce(greatest(t.deferred, j.scheduled_at), t.started))
  and isfinite(t.started) and isfinite(t.ended) and {name:j.queue_name} = $1
order by t.ended desc limit 20000
