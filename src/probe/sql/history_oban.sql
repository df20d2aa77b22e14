-- Oban's completed jobs. No index has when they ended: the newest 60,000 are read by primary key.
select (extract(epoch from scheduled_at) * 1000000)::bigint as due,
       (extract(epoch from attempted_at) * 1000000)::bigint as started,
       (extract(epoch from completed_at) * 1000000)::bigint as ended
from {jobs}
where id > (select max(id) - 60000 from {jobs}) and state = 'completed'
  and completed_at > now() - interval '14 days' and {name:queue} = $1
  and isfinite(scheduled_at) and isfinite(completed_at) and coalesce(isfinite(attempted_at), true)
order by completed_at desc limit 20000
