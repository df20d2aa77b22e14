-- PgQ. A queue here is a queue and one of its consumers. Events behind the last tick are not cut
-- into a batch yet: that is the ticker's work. Positions are numbers of events.
select q.queue_name || '/' || c.co_name as queue,
       greatest(e.last - p.tick_event_seq, 0) as runnable,
       case when e.last > p.tick_event_seq
         then extract(epoch from now() - coalesce(f.tick_time, p.tick_time))::float8 end
         as oldest_runnable_s,
       greatest(e.last - t.tick_event_seq, 0) as unpromoted,
       (s.sub_batch is not null)::int as running,
       case when s.sub_batch is not null then extract(epoch from now() - s.sub_active)::float8 end
         as oldest_running_s,
       p.tick_event_seq as done, null::timestamptz as last_done_at,
       (select count(*) from {retry_queue} r
        where r.ev_owner = s.sub_id and r.ev_retry_after <= now()) as failed,
       q.queue_ticker_paused as paused,
       (extract(epoch from s.sub_active) * 1000000)::bigint as marker,
       p.tick_id::text as head,
       (select count(*) from {retry_queue} r
        where r.ev_owner = s.sub_id and r.ev_retry_after > now()) as deferred,
       extract(epoch from now() - (select min(ev_time) from {retry_queue} r
         where r.ev_owner = s.sub_id and r.ev_retry_after > now()))::float8 as oldest_deferred_s
from {subscription} s
join {queue} q on q.queue_id = s.sub_queue
join {consumer} c on c.co_id = s.sub_consumer
join {tick} p on p.tick_queue = s.sub_queue and p.tick_id = s.sub_last_tick
cross join lateral (  -- the newest tick
  select tick_event_seq from {tick} where tick_queue = s.sub_queue order by tick_id desc limit 1) t
left join lateral (  -- the first tick behind the consumer's: its events are older
  select tick_time from {tick} where tick_queue = s.sub_queue and tick_id > s.sub_last_tick
  order by tick_id limit 1) f on true
cross join lateral (
  select coalesce(pg_sequence_last_value(q.queue_event_seq::regclass), 0) as last) e
where {name:q.queue_name || '/' || c.co_name} = $1
