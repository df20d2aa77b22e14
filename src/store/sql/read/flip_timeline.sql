-- flip_timeline: the steps of a flip, and the audit events about it that are not steps. A
-- deployment that names it has a record of its own.
create function jobflip.flip_timeline(p_flip bigint)
returns table (at bigint, state text, node text, sentence text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select jobflip.micros(t.at), t.state, t.node, t.sentence
  from (
    select s.at, s.state, s.node, s.sentence, 1 as nth, s.seq::bigint as seq
    from jobflip_data.flip_step s where s.flip = p_flip
    union all
    select e.at, e.kind, coalesce(e.node, ''), e.reason, 0, e.seq
    from jobflip_data.audit_event e
    where e.flip = p_flip
      and e.kind not in ('flip_step', 'flip_requested', 'lease_taken', 'lease_released',
                         'takeover', 'incident_opened')
      and e.kind not like 'deployment%'
  ) t
  order by t.at, t.nth, t.seq
$$;
