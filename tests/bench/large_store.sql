-- Fills a store that `jobflip apply` has given its pools: events in chains that verify, with the
-- flips and incidents that they tell of, and readings of queues as keep_samples writes them. Bulk
-- inserts without the functions of the store, so that 10 million events take minutes, not hours.
create schema bench;

-- The indexes are made again behind the bulk insert.
create table bench.dropped_index (sql text);
create function bench.drop_indexes() returns void language plpgsql as $$
declare
  v record;
begin
  for v in select i.indexrelid::regclass as name, pg_get_indexdef(i.indexrelid) as sql
           from pg_index i
           where i.indrelid in (select ('jobflip_data.' || t)::regclass from unnest(array[
                   'audit_event', 'flip', 'incident']) t)
             and not exists (select from pg_constraint c where c.conindid = i.indexrelid) loop
    insert into bench.dropped_index values (v.sql);
    execute 'drop index ' || v.name;
  end loop;
end
$$;
create function bench.make_indexes() returns void language plpgsql as $$
declare
  v record;
begin
  for v in delete from bench.dropped_index returning sql loop
    execute v.sql;
  end loop;
end
$$;

-- The canonical form of docs/audit.md, and a chain's hash as a running aggregate of it.
create function bench.field(f bytea) returns bytea language sql immutable as $$
  select coalesce(int4send(length(f)) || f, '\xffffffff'::bytea)
$$;
create function bench.next_hash(before bytea, form bytea) returns bytea
language plpgsql immutable as $$
begin
  if before is null then
    return form;  -- of the event before the first one
  end if;
  return sha256(convert_to('jobflip-audit-1', 'UTF8') || before || form);
end
$$;
create aggregate bench.chained(bytea) (sfunc = bench.next_hash, stype = bytea);

-- Of ten events nine of a flip and one hold, with texts of the usual lengths.
create table bench.sort (n integer primary key, kind text, reason text, payload jsonb);
insert into bench.sort values
  (0, 'flip_requested', 'queue email is STALLED: no job was taken for 180.0s (limit 180.0s)',
   jsonb_build_object('request', gen_random_uuid(), 'from', 'a', 'to', 'b', 'automatic', true,
     'stalled', true, 'host_is_off', false, 'evidence_sha256', repeat('a', 64), 'evidence',
     jsonb_build_object('pool', 'p', 'epoch', 41, 'queues', (
       select jsonb_agg(jsonb_build_object('queue', 'q' || i, 'verdict', 'STALLED',
         'verdict_age_ms', 100 * i, 'window_ms', 180000, 'reason', 'no job moved for 180.0s'))
       from generate_series(1, 3) i)))),
  (8, 'lease_released', 'the workers are gone', jsonb_build_object('attempt', gen_random_uuid(),
     'workers', 'drained', 'ended_sessions', '[]'::jsonb)),
  (9, 'hold', 'cooldown: the last automatic flip was 3 min ago', jsonb_build_object('rule',
     'cooldown', 'not_recorded', 0, 'evidence', jsonb_build_object('gates', (
       select jsonb_agg(jsonb_build_object('rule', 'rule-' || i, 'allows', i <> 3, 'applies', true,
         'text', 'a sentence with 3 of 10 figures')) from generate_series(1, 6) i)))),
  (5, 'lease_taken', 'the old node released it', jsonb_build_object('how', 'released',
     'clock_fault', false, 'from', 'a', 'from_epoch', 40, 'attempt', gen_random_uuid(), 'instance',
     gen_random_uuid(), 'incarnation', gen_random_uuid(), 'lease_beat', 1234, 'unchanged_ms', null,
     'polls', null, 'ended_sessions', '[]'::jsonb));
insert into bench.sort
select n, 'flip_step', 'the old node''s workers are gone; it gave up the lease',
       jsonb_build_object('event', 'released', 'from_state', 'draining', 'to_state', 'released')
from unnest(array[1, 2, 3, 4, 6, 7]) n;

-- How the events lie in time: the n-th of each pool, at nearly the same time in all pools.
create table bench.plan (each bigint, begins timestamptz, step interval);
create function bench.at(p_nth bigint, p_place bigint) returns timestamptz language sql stable as $$
  select p.begins + p_nth * p.step + p_place * interval '7 ms' from bench.plan p
$$;
create view bench.pool as
  select name, row_number() over (order by name) as place, count(*) over () as pools
  from jobflip_data.pool where kind = 'workers';

create function bench.add_page(
  p_pool text, p_place bigint, p_pools bigint, p_from bigint, p_to bigint)
returns void language sql as $$
  with event as (
    select i as seq, bench.at(i, p_place) as at, s.kind,
           case when s.kind <> 'hold'
             then p_pool || case when i / 10 % 2 = 0 then '-a' else '-b' end end as node,
           case when s.kind <> 'hold' then i / 10 * p_pools + p_place end as flip,
           41 + i / 10 as epoch,
           case s.kind when 'lease_taken' then 'agent' else 'sup1' end as login,
           case when i = 70 then 'zoe' when i % 100 = 0 then 'ada' else 'supervisor sup1' end
             as actor,
           s.reason, s.payload::text as payload
    from generate_series(p_from, p_to) i join bench.sort s on s.n = i % 10
  ), form as (
    select p_from - 1 as seq,
           coalesce((select h.hash from jobflip_data.audit_head h where h.chain = p_pool),
                    decode(repeat('00', 32), 'hex')) as form
    union all
    select e.seq, bench.field(convert_to(p_pool, 'UTF8')) || bench.field(int8send(e.seq))
             || bench.field(int8send((extract(epoch from e.at) * 1000000)::bigint))
             || bench.field(convert_to(e.kind, 'UTF8')) || bench.field(convert_to(e.node, 'UTF8'))
             || bench.field(int8send(e.flip)) || bench.field(int8send(e.epoch))
             || bench.field(convert_to(e.login, 'UTF8'))
             || bench.field(convert_to(e.actor, 'UTF8'))
             || bench.field(convert_to(e.reason, 'UTF8'))
             || bench.field(convert_to(e.payload, 'UTF8'))
    from event e
  ), hashed as (
    select f.seq, bench.chained(f.form) over (order by f.seq) as hash from form f
  ), linked as (
    select h.seq, h.hash, lag(h.hash) over (order by h.seq) as previous_hash from hashed h
  )
  insert into jobflip_data.audit_event (chain, seq, at, kind, node, flip, epoch, login, actor,
                                        reason, payload, previous_hash, hash)
  select p_pool, e.seq, e.at, e.kind, e.node, e.flip, e.epoch, e.login, e.actor, e.reason,
         e.payload, l.previous_hash, l.hash
  from event e join linked l on l.seq = e.seq order by e.seq;
  insert into jobflip_data.audit_head (chain, seq, hash)
  select e.chain, e.seq, e.hash from jobflip_data.audit_event e
  where e.chain = p_pool and e.seq = p_to
  on conflict (chain) do update set seq = excluded.seq, hash = excluded.hash
$$;

-- add_events TOTAL DAYS: so many events of all pools together, spread over the days up to now. The
-- pools take turns of 500, so that their rows lie among each other as those of a real store do.
create procedure bench.add_events(p_total bigint, p_days integer) language plpgsql as $$
declare
  v_each bigint;
  v_from bigint;
begin
  -- what `apply` wrote is younger than all that follows
  alter table jobflip_data.audit_event disable trigger user;
  delete from jobflip_data.audit_event;
  delete from jobflip_data.audit_head;
  alter table jobflip_data.audit_event enable trigger user;
  select ceil(p_total::numeric / max(pools)) into v_each from bench.pool;
  insert into bench.plan
  values (v_each, clock_timestamp() - p_days * interval '1 day',
          p_days * interval '1 day' / v_each);
  for v_from in select generate_series(1, v_each, 500) loop
    perform bench.add_page(p.name, p.place, p.pools, v_from, least(v_from + 499, v_each))
    from bench.pool p;
    commit;
  end loop;
end
$$;

-- The flips of these events, their steps, what they left behind, and of each pool one incident for
-- ten flips.
create procedure bench.add_flips() language plpgsql as $$
begin
  insert into jobflip_data.flip (id, request, pool, state, from_node, to_node, automatic,
    host_is_off, stalled, drain_timeout_ms, login, actor, reason, evidence,
    from_epoch, epoch, requested_at, drained_at, released_at, taken_at, started_at, ended_at,
    state_since, deadline, last_sentence, takeover)
  select k * p.pools + p.place, gen_random_uuid(), p.name,
         case when k % 50 = 0 then 'ineffective' else 'verified' end,
         p.name || case when k % 2 = 0 then '-a' else '-b' end,
         p.name || case when k % 2 = 0 then '-b' else '-a' end, k % 100 <> 0,
         false, true, 30000, 'sup1',
         case when k = 7 then 'zoe' when k % 10 = 0 then 'ada' else 'supervisor sup1' end, s.reason,
         s.payload ->> 'evidence', 40 + k, 41 + k, t.at, t.at + interval '1 s',
         t.at + interval '2 s', t.at + interval '3 s', t.at + interval '4 s',
         t.at + interval '30 s', t.at + interval '30 s', t.at + interval '1 min',
         'a job completed on the new node', k % 1000 = 0
  from bench.plan
  cross join generate_series(1, each / 10) k cross join bench.pool p
  cross join lateral (select bench.at(k * 10, p.place) as at) t
  join bench.sort s on s.n = 0
  order by k, p.place;
  insert into jobflip_data.flip_step (flip, seq, at, event, state, node, login, sentence)
  select f.id, n, f.requested_at + n * interval '1 s', e.event, e.state, f.to_node, 'agent',
         'the new node took the lease'
  from jobflip_data.flip f
  cross join (values (1, 'drain_begun', 'draining'), (2, 'released', 'released'),
                     (3, 'taken', 'taken'), (4, 'started', 'started'),
                     (5, 'completed', 'verified')) e (n, event, state)
  order by f.id, n;
  insert into jobflip_data.flip_left_behind (flip, running, workers)
  select f.id, '{"jobs": 0, "queues": [], "queues_left_out": 0}', 'drained' from jobflip_data.flip f
  order by f.id;
  insert into jobflip_data.incident (id, pool, class, cause, sentence, opened_at, opened_by,
    closed_at, closed_by, perceptible_after_ms, most_waiting, longest_wait_ms)
  select f.id, f.pool, case when f.id % 97 = 0 then 'store' else 'queued' end, 'verdict', f.reason,
         f.requested_at - interval '1 min', f.actor, f.ended_at, f.actor, 60000, 120, 90000
  from jobflip_data.flip f where f.from_epoch % 10 = 0 order by f.id;
  insert into jobflip_data.incident_flip (flip, incident) select id, id from jobflip_data.incident;
  insert into jobflip_data.incident_stage (incident, stage, flip, at, queue)
  select i.id, s.stage, case when s.n > 2 then i.id else 0 end,
         i.opened_at + s.n * interval '10 s', ''
  from jobflip_data.incident i
  cross join (values (1, 'onset'), (2, 'detected'), (3, 'stopped'), (4, 'started'),
                     (5, 'first_job'), (6, 'recovered')) s (n, stage)
  order by i.id, s.n;
  perform setval('jobflip_data.flip_id', (select max(id) from jobflip_data.flip) + 1),
          setval('jobflip_data.incident_id', (select max(id) from jobflip_data.incident) + 1);
end
$$;

-- add_samples TOTAL: readings of all queues, one every 10 s up to now, 24 of them in a row.
create procedure bench.add_samples(p_total bigint) language plpgsql as $$
declare
  v_rows bigint;
  v_end constant timestamptz := date_trunc('hour', clock_timestamp());
  v_day date;
begin
  select greatest(1, ceil(p_total / 24.0 / count(*))) into v_rows from jobflip_data.queue;
  create temp table template as
  select n, array(select (i * 10000)::integer from generate_series(0, 23) i) as after_ms,
         array(select (3 + (n * i) % 5)::integer from generate_series(0, 23) i) as took_ms,
         array(select 'HEALTHY' from generate_series(0, 23)) as verdict,
         array(select format('{"runnable":%s,"oldest_ms":%s,"running":%s,"done":%s}',
                             (n * 7 + i) % 40, (n * 131 + i * 17) % 9000, 1 + i % 4,
                             n * 1000 + i * 13)
               from generate_series(0, 23) i) as document
  from generate_series(0, 63) n;
  update jobflip_data.sample_keeping set samples_kept_ms = 31536000000;
  for v_day in select generate_series((v_end - v_rows * interval '4 min')::date, v_end::date,
                                      interval '1 day') loop
    perform jobflip.roll_sample_days(v_day + interval '12 hours');
  end loop;
  commit;
  for v_day in select generate_series((v_end - v_rows * interval '4 min')::date, v_end::date,
                                      interval '1 day') loop
    insert into jobflip_data.sample (pool, queue, first_at, last_at, after_ms, took_ms, verdict,
                                     document)
    select q.pool, q.name, t.at, t.at + interval '230 s', s.after_ms, s.took_ms, s.verdict,
           s.document
    from generate_series(1, v_rows) r
    cross join lateral (select v_end - r * interval '4 min' as at) t
    cross join jobflip_data.queue q
    join template s on s.n = (r + q.place) % 64
    where t.at >= v_day::timestamp at time zone 'UTC'
      and t.at < (v_day + 1)::timestamp at time zone 'UTC'
    order by r desc, q.pool, q.name;
    commit;
  end loop;
end
$$;
