-- River's completed jobs, by the index on (state, finalized_at).
select (extract(epoch from scheduled_at) * 1000000)::bigint as due,
       (extract(epoch from attempted_at) * 1000000)::bigint as started,
       (extract(epoch from finalized_at) * 1000000)::bigint as ended
from {job}
where state = 'completed' and finalized_at > now() - interval '14 days' and {name:queue} = $1
  and isfinite(scheduled_at) and isfinite(finalized_at) and coalesce(isfinite(attempted_at), true)
order by finalized_at desc limit 20000
