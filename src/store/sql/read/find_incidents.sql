-- find_incidents: incidents, the newest first, without those that became part of another one. An
-- argument that is null (a pool that is empty) excludes nothing; with p_incident it is that one,
-- whatever became of it. p_not_over_before leaves out those that were closed before that time.
-- Labels are one text, a line for each. The worst queue had the oldest due job of all stages.
create function jobflip.find_incidents(
  p_incident bigint, p_pool text, p_class text, p_since bigint, p_until bigint, p_open boolean,
  p_limit integer, p_not_over_before bigint)
returns table (
  id bigint, pool text, class text, class_by text, cause text, sentence text, opened_at bigint,
  opened_by text, closed_at bigint, closed_by text, perceptible_after_ms bigint,
  most_waiting bigint, longest_wait_ms bigint, holds bigint, severity text, severity_by text,
  perceptible boolean, perceptible_by text, downtime boolean, downtime_by text,
  merged_into bigint, labels text, age_ms bigint, onset_at bigint, first_job_at bigint,
  recovered_at bigint, decided_at bigint, worst_queue text, service text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set plan_cache_mode = force_custom_plan
as $$
declare
  v_since constant timestamptz := jobflip.time_of(p_since);
  v_until constant timestamptz := jobflip.time_of(p_until);
  v_not_over_before constant timestamptz := jobflip.time_of(p_not_over_before);
begin
  perform jobflip.require_given('pool limit', array[p_pool, p_limit::text]);
  perform jobflip.require_text('pool', p_pool, 63, false);
  perform jobflip.require_text('class', p_class, 63, false);
  return query
  select i.id, i.pool, i.class, i.class_by, i.cause, i.sentence, jobflip.micros(i.opened_at),
         i.opened_by, jobflip.micros(i.closed_at), i.closed_by, i.perceptible_after_ms,
         i.most_waiting, i.longest_wait_ms, i.holds, i.severity, i.severity_by, i.perceptible,
         i.perceptible_by, i.downtime, i.downtime_by, i.merged_into,
         coalesce((select string_agg(l.label, chr(10) order by l.label)
                   from jobflip_data.incident_label l where l.incident = i.id), ''),
         jobflip.age_ms(i.opened_at), jobflip.micros(s.onset_at), jobflip.micros(s.first_job_at),
         jobflip.micros(s.recovered_at), jobflip.micros(s.decided_at),
         coalesce((select g.queue from jobflip_data.incident_stage g
                   where g.incident = i.id and g.oldest_ms is not null
                   order by g.oldest_ms desc, g.at limit 1), ''),
         i.service
  from jobflip_data.incident i
  left join lateral (
    select min(g.at) filter (where g.stage = 'onset') as onset_at,
           -- of a merged incident a part may have had its first job before (core::reached)
           coalesce(
             min(g.at) filter (where g.stage = 'first_job' and g.at >= (
               select min(o.at) from jobflip_data.incident_stage o
               where o.incident = i.id and o.stage = 'onset')),
             min(g.at) filter (where g.stage = 'first_job')) as first_job_at,
           max(g.at) filter (where g.stage = 'recovered') as recovered_at,
           min(g.at) filter (where g.stage = 'decided') as decided_at
    from jobflip_data.incident_stage g where g.incident = i.id) s on true
  where (p_incident is null or i.id = p_incident)
    and (p_incident is not null or i.merged_into is null)
    and (p_pool = '' or i.pool = p_pool)
    and (p_class is null or i.class = p_class)
    and (v_since is null or i.opened_at >= v_since)
    and (v_until is null or i.opened_at < v_until)
    and (p_open is null or (i.closed_at is null) = p_open)
    and (v_not_over_before is null or coalesce(i.closed_at, 'infinity') >= v_not_over_before)
  order by i.opened_at desc, i.id desc
  limit least(greatest(p_limit, 0), 10000);
end
$$;
