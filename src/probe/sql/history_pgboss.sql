-- pg-boss's completed jobs of one queue: before schema 46 its whole partition is read.
select (extract(epoch from j.start_after) * 1000000)::bigint as due,
       (extract(epoch from j.started_on) * 1000000)::bigint as started,
       (extract(epoch from j.completed_on) * 1000000)::bigint as ended
from {queue} q join {job} j on j.name = q.name
where {name:q.name} = $1 and j.state = 'completed'
  and j.completed_on > now() - interval '14 days' and isfinite(j.completed_on)
  and isfinite(j.start_after) and coalesce(isfinite(j.started_on), true)
order by j.completed_on desc limit 20000
