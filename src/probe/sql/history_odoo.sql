-- Odoo's done jobs, by the index on their state.
select (extract(epoch from greatest(date_created, eta)) * 1000000)::bigint as due,
       (extract(epoch from date_started) * 1000000)::bigint as started,
       (extract(epoch from date_done) * 1000000)::bigint as ended
from {jobs}
where state = 'done' and date_done > now() - interval '14 days' and date_started is not null
  and isfinite(greatest(date_created, eta)) and isfinite(date_started) and isfinite(date_done)
  and {name:channel} = $1
order by date_done desc limit 20000
