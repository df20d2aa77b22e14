-- find_history: flips, takeovers, takes without a flip, holds and refusals, newest first. An
-- argument that is null (a pool that is empty) excludes nothing; p_kind is a kind of the history,
-- p_node either end of a flip or a take, p_actor the claimed name or the login. Takeovers of 0.1.0
-- have no flip.
--
-- There may be many, and they may be long: each part of the answer comes from an index that has its
-- order, limited to p_limit before any payload is read. A node or a name that may stand in two
-- columns makes two parts of one. Only for a node the payloads of takes without a flip are read,
-- which are few and short. The statement has only the conditions that were asked for, and is
-- planned for their values. random_page_cost: a few rows from many places are better than many
-- rows of other pools that lie together.
create function jobflip.find_history(
  p_pool text, p_since bigint, p_until bigint, p_node text, p_actor text, p_kind text,
  p_flip bigint, p_limit integer)
returns table (
  at bigint, pool text, kind text, flip bigint, from_node text, to_node text, outcome text,
  to_active_ms bigint, to_end_ms bigint, actor text, reason text, login text)
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
  set random_page_cost = 1.1
as $$
declare
  v_is_about_node constant text[] := case when p_node is null then '{true}' else array[
    'f.to_node = $4', 'f.from_node = $4 and f.to_node <> $4'] end;
  v_is_event_of_node constant text[] := case when p_node is null then '{true}' else array[
    'e.node = $4', 'e.kind in (''takeover'', ''lease_taken'') and e.flip is null'
      ' and e.payload::jsonb ->> ''from'' = $4 and e.node is distinct from $4'] end;
  v_flip_fits text;
  v_event_fits text;
  v_node text;
  v_by text;
  v_flips text := '';
  v_events text := '';
begin
  perform jobflip.require_given('pool limit', array[p_pool, p_limit::text]);
  perform jobflip.require_text('pool', p_pool, 63, false);
  perform jobflip.require_text('node', p_node, 63, false);
  perform jobflip.require_text('actor', p_actor, 200, false);
  perform jobflip.require_text('kind', p_kind, 63, false);
  v_flip_fits := concat_ws(' and ', 'true',
    case when p_pool <> '' then 'f.pool = $1' end,
    case when p_since is not null then 'f.requested_at >= $2' end,
    case when p_until is not null then 'f.requested_at < $3' end,
    case p_kind when 'flip' then 'not f.takeover' when 'takeover' then 'f.takeover'
                else case when p_kind is not null then 'false' end end,
    case when p_flip is not null then 'f.id = $7' end);
  v_event_fits := concat_ws(' and ',
    -- a hold has no node, and there are far more holds than others
    case when p_node is null then '(e.kind in (''takeover'', ''hold'', ''flip_refused'')'
                             else '(e.kind in (''takeover'', ''flip_refused'')' end
      || ' or e.kind = ''lease_taken'' and e.flip is null)',
    '(e.flip is null or e.kind <> ''takeover'') and e.chain <> ''jobflip.supervisor''',
    case when p_pool <> '' then 'e.chain = $1' end,
    case when p_since is not null then 'e.at >= $2' end,
    case when p_until is not null then 'e.at < $3' end,
    case when p_kind is not null then 'e.kind = $6' end,
    case when p_flip is not null then 'false' end);
  foreach v_by in array case when p_actor is null then '{true}' else array[
      'r.actor = $5', 'r.login = $5 and r.actor is distinct from $5'] end loop
    foreach v_node in array v_is_about_node loop
      v_flips := concat_ws(' union all ', nullif(v_flips, ''), format(
        '(select f.* from jobflip_data.flip f where %s and %s and %s '
        'order by f.requested_at desc limit $8)',
        v_flip_fits, v_node, replace(v_by, 'r.', 'f.')));
    end loop;
    foreach v_node in array v_is_event_of_node loop
      v_events := concat_ws(' union all ', nullif(v_events, ''), format(
        '(select e.at, e.chain, e.kind, e.node, e.login, e.actor, e.reason, e.payload '
        'from jobflip_data.audit_event e where %s and %s and %s order by e.at desc limit $8)',
        v_event_fits, v_node, replace(v_by, 'r.', 'e.')));
    end loop;
  end loop;
  return query execute format(
    'with flips as materialized (%s), events as materialized (%s), entries as materialized (
       select f.requested_at as at, f.pool,
              case when f.takeover then ''takeover'' else ''flip'' end as kind, f.id as flip,
              f.from_node, f.to_node, f.state as outcome, f.started_at, f.ended_at, f.actor,
              f.reason, f.login, null as payload
       from flips f
       union all
       select e.at, e.chain,
              case e.kind when ''flip_refused'' then ''refused'' when ''lease_taken'' then ''take''
                else e.kind end, null,
              null, case when e.kind <> ''hold'' then e.node end, null, null, null,
              coalesce(e.actor, e.login), e.reason, e.login, e.payload
       from events e
       order by 1 desc, 4 desc limit $8
     )
     select jobflip.micros(n.at), coalesce(j.event ->> ''pool'', n.pool), n.kind, n.flip,
            coalesce(n.from_node, j.event ->> ''from'', ''''), coalesce(n.to_node, ''''),
            coalesce(n.outcome, j.event ->> ''rule'', ''taken''),
            (extract(epoch from n.started_at - n.at) * 1000)::bigint,
            (extract(epoch from n.ended_at - n.at) * 1000)::bigint, n.actor, n.reason, n.login
     from entries n cross join lateral (select n.payload::jsonb as event) j
     order by n.at desc, n.flip desc', v_flips, v_events)
    using p_pool, jobflip.time_of(p_since), jobflip.time_of(p_until), p_node, p_actor,
          case p_kind when 'refused' then 'flip_refused' when 'take' then 'lease_taken'
                      else p_kind end,
          p_flip, least(greatest(p_limit, 0), 10000);
end
$$;
