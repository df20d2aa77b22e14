-- merge_incident: an incident becomes part of another one of its pool, with its flips, stages,
-- holds, notes, labels and deployments. Requires: the caller has locked the pool's row, and the
-- incident's.
create function jobflip.merge_incident(
  i jobflip_data.incident, p_into text, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  t jobflip_data.incident;
begin
  rule := '';
  -- one of another pool is not locked: its pool would wait
  select * into t from jobflip_data.incident
  where id = case when p_into ~ '^[0-9]{1,18}$' then p_into::bigint end;
  if t.pool = i.pool and t.service = i.service then
    select * into t from jobflip_data.incident where id = t.id for update;
  end if;
  if t.id is null or t.id = i.id or (t.pool, t.service) <> (i.pool, i.service)
     or t.merged_into is not null then
    rule := 'target';
    sentence := case when t.id is null then format('there is no incident %s', left(p_into, 30))
      when t.id = i.id then format('incident %s can''t become a part of itself', i.id)
      when t.service <> i.service
        then format('incident %s is of %s, not of %s', t.id,
                    coalesce('service ' || nullif(t.service, ''), 'pool ' || t.pool),
                    coalesce('service ' || nullif(i.service, ''), 'pool ' || i.pool))
      when t.pool <> i.pool then format('incident %s is of pool %s, not of pool %s', t.id, t.pool,
                                        i.pool)
      else format('incident %s is itself part of incident %s', t.id, t.merged_into) end;
    return;
  end if;
  if (select count(*) from jobflip_data.incident_note n where n.incident in (i.id, t.id)) > 1000
     or (select count(distinct l.label) from jobflip_data.incident_label l
         where l.incident in (i.id, t.id)) > 50 then
    rule := 'limit';
    sentence := 'together they have more than 1,000 notes or 50 labels';
    return;
  end if;
  update jobflip_data.incident set class = i.class
  where id = t.id and class = 'other' and class_by = '';
  update jobflip_data.incident_flip set incident = t.id where incident = i.id;
  insert into jobflip_data.incident_stage as s
  select t.id, o.stage, o.flip, o.at, o.queue, o.waiting, o.oldest_ms
  from jobflip_data.incident_stage o where o.incident = i.id
  on conflict (incident, stage, flip) do update
    -- the first time counts, but of a recovery the last
    set at = excluded.at, queue = excluded.queue, waiting = excluded.waiting,
        oldest_ms = excluded.oldest_ms
    where case when s.stage = 'recovered' then excluded.at > s.at else excluded.at < s.at end;
  insert into jobflip_data.incident_note (incident, seq, at, actor, login, text)
  select t.id, (select coalesce(max(m.seq), 0) from jobflip_data.incident_note m
                where m.incident = t.id) + n.seq, n.at, n.actor, n.login, n.text
  from jobflip_data.incident_note n where n.incident = i.id;
  insert into jobflip_data.incident_label (incident, label)
  select t.id, l.label from jobflip_data.incident_label l where l.incident = i.id
  on conflict do nothing;
  insert into jobflip_data.incident_deployment (incident, deployment)
  select t.id, m.deployment from jobflip_data.incident_deployment m where m.incident = i.id
  on conflict do nothing;
  -- first this one: a pool has at most one open incident
  update jobflip_data.incident
  set merged_into = t.id, holds = 0, closed_at = coalesce(closed_at, clock_timestamp()),
      closed_by = case when closed_at is null then 'merged' else closed_by end
  where id = i.id;
  update jobflip_data.incident
  set opened_at = least(opened_at, i.opened_at), holds = holds + i.holds,
      most_waiting = greatest(most_waiting, i.most_waiting),
      longest_wait_ms = greatest(longest_wait_ms, i.longest_wait_ms),
      -- it goes on while one of them does
      closed_by = case when i.closed_at is null then '' else closed_by end,
      closed_at = case when i.closed_at is null then null
                       when closed_at is not null then greatest(closed_at, i.closed_at) end
  where id = t.id;
  delete from jobflip_data.incident_stage where incident = i.id;
  delete from jobflip_data.incident_note where incident = i.id;
  delete from jobflip_data.incident_label where incident = i.id;
  delete from jobflip_data.incident_deployment where incident = i.id;
  sentence := format('incident %s is part of incident %s now', i.id, t.id);
end
$$;
