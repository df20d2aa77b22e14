-- flip_refusal: the first rule that forbids this flip now, and a sentence with the figures; null if
-- no rule does. The rules and their order are those of core::kRefusals
-- (include/jobflip/core/refusals.hpp), as far as the store's data can decide; a test compares the
-- two on generated states. An operator overrides pause, mode, deployment, cooldown and
-- budget, and no other rule. A supervisor may name the holder as the target: that is a restart, if
-- the pool has first = "restart", its holder renews the lease, and no restart is spent.
-- Requires: the caller has locked the pool's row.
create function jobflip.flip_refusal(
  p_pool text, p_from text, p_to text, p_expected_epoch bigint, p_automatic boolean,
  p_host_is_off boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  p jobflip_data.pool;
  o jobflip_data.pool_owner;
  t jobflip_data.node_beat;
  h jobflip_data.node_beat;
  v_now timestamptz;
  v_fresh interval;
  v_used bigint;
  v_budget jobflip_data.budget;
  d jobflip_data.deployment;  -- runs, and is younger than the pool's deploy_grace
  v_until timestamptz;
  v_spent bigint;             -- the restart that forbids another one
  v_may_restart boolean := false;
begin
  select * into strict p from jobflip_data.pool where name = p_pool;
  select * into strict o from jobflip_data.pool_owner where pool = p_pool;
  select * into t from jobflip_data.node_beat where node = p_to;
  select * into h from jobflip_data.node_beat where node = o.holder;
  select * into strict v_budget from jobflip_data.budget;
  v_now := clock_timestamp();
  v_until := jobflip.frozen_until(p, (jobflip.current_incarnation()).seen_at);
  v_fresh := (2 * p.beat_every_ms + p.call_deadline_ms) * interval '1 ms';
  if p_automatic then
    v_used := jobflip.budget_used();
    if o.state = 'held' and o.holder = p_to and p.settings ->> 'first' = 'restart' then
      select s.flip into v_spent from jobflip.spent_restart(p, o.epoch) s;
      v_may_restart := v_spent is null and coalesce(
        greatest(o.taken_at, case when (o.pool || ':' || o.epoch) = any (h.renewals)
                                    then h.beat_at else h.renewals_since end) > v_now - v_fresh,
        false);
    end if;
    select r.* into d from jobflip.running_deployment(p_pool) r
    where v_now between r.started_at and r.started_at + jobflip.deploy_grace(p.settings);
  end if;
  rule := case
    when p_automatic and p.paused_until > v_now then 'pause'
    when p_automatic and p.mode = 'observe' then 'observe'
    when p.open_flip is not null then 'flip-in-progress'
    when d.id is not null then 'deployment'
    when p_automatic and p.cooldown_until > v_now then 'cooldown'
    when v_used >= v_budget.flips then 'budget'
    when v_now < v_until then 'frozen'
    when p_from <> '' and (o.state <> 'held' or o.holder <> p_from) then 'holder'
    when (p_automatic or p_host_is_off) and o.state <> 'held' then 'holder'
    -- regardless of what it renews: a node that sends beats is not off
    when p_host_is_off and h.beat_at > v_now - v_fresh then 'holder'
    when p_expected_epoch <> o.epoch then 'epoch'
    when o.state = 'held' and o.holder = p_to and not v_may_restart then 'target'
    when not exists (select from jobflip_data.pool_candidate c
                     where c.pool = p_pool and c.node = p_to)
      then 'target'
    when t.drained or not coalesce(t.beat_at > v_now - v_fresh, false) or not p_pool = any (t.ready)
      then 'target' end;
  sentence := case rule
    when 'pause' then 'the pool is paused: ' || p.pause_reason
    when 'observe' then 'mode observe: flips are only recorded'
    when 'flip-in-progress' then format('flip %s has not ended', p.open_flip)
    when 'deployment' then format(
      'deployment %s of version %s began %s s ago: automatic flips wait until %s s after its start',
      d.id, d.version, round(jobflip.age_ms(d.started_at) / 1000.0),
      extract(epoch from jobflip.deploy_grace(p.settings))::bigint)
    when 'cooldown' then format('cooldown after flip %s: %s s left', p.cooldown_flip,
                                ceil(jobflip.left_ms(p.cooldown_until) / 1000.0))
    when 'budget' then format('%s automatic flips within %s s; %s are allowed', v_used,
                              v_budget.window_ms / 1000, v_budget.flips)
    when 'frozen' then case when v_until = 'infinity' then
        'this store is a copy of another: no node may take a pool in it before '
        '`jobflip migrate --accept-copy`'
      else format('the store lost history: no node may take a pool for %s s',
                  ceil(jobflip.left_ms(v_until) / 1000.0)) end
    when 'holder' then
      case when o.state <> 'held' then 'no node holds the pool'
           when p_from = '' or p_from = o.holder then
             format('node %s sent a beat %s s ago: its host is not off', o.holder,
                    round(jobflip.age_ms(h.beat_at) / 1000.0, 1))
           else format('node %s holds the pool, not node %s', o.holder, p_from) end
    when 'epoch' then format('the pool has changed hands: its epoch is %s, not %s', o.epoch,
                             p_expected_epoch)
    when 'target' then
      case when v_spent is not null
             then format('flip %s restarted the workers on node %s: no other restart follows it',
                         v_spent, p_to)
           when o.state = 'held' and o.holder = p_to and not v_may_restart
             then format(case when p_automatic and p.settings ->> 'first' = 'restart'
                                then 'node %s does not renew its lease: no restart'
                              else 'node %s already holds the pool' end, p_to)
           when p_to = '' then 'no target node is named'
           when not exists (select from jobflip_data.pool_candidate c
                            where c.pool = p_pool and c.node = p_to)
             then format('node %s is not a candidate of pool %s', p_to, p_pool)
           when t.drained then format('node %s is drained: %s', p_to,
                                      (select n.drain_reason from jobflip_data.node n
                                       where n.name = p_to))
           when t.beat_at is null then format('node %s was never seen', p_to)
           when t.beat_at <= v_now - v_fresh then
             format('the last beat of node %s was %s s ago', p_to,
                    round(jobflip.age_ms(t.beat_at) / 1000.0, 1))
           else format('node %s is not ready: %s', p_to, t.not_ready_reason) end
    end;
end
$$;
