-- find_set_back: a node claims to have seen more than this store has: a beat of its own, an epoch
-- of one of its pools (p_seen: 'pool:epoch') or, if it is a supervisor, the head of an audit chain
-- (p_seen: 'chain#seq#hash', claimed_head). If the claim is true, the store's files are older than
-- what the node has seen, although the marker is there: a copy of the files was restored. A new
-- incarnation begins, and no node takes a pool until the freeze is over.
--
-- A login with a false claim can freeze takes once in each life of the server (files can't be
-- restored under a running server), with its name in the audit log. And it can raise epochs as far
-- as checked_epoch allows, with a few events a minute; the rest are counted. It may claim only its
-- own beat and epochs of its own pools, and nothing if it has no pool.
-- Requires: the caller has locked the row of that node's beat.
create function jobflip.find_set_back(
  p_beat jobflip_data.node_beat, p_seen text[], p_seen_beat bigint) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  m jobflip_data.incarnation;
  v_pool text;
  v_epoch bigint;
  v_on_record bigint;
  v_what text;
  v_may boolean;
  v_passed_over bigint;
begin
  select s.pool, s.epoch, o.epoch into v_pool, v_epoch, v_on_record
  from (select split_part(e, ':', 1) as pool, split_part(e, ':', 2)::bigint as epoch
        from unnest(p_seen) e where e not like '%#%') s
  join jobflip_data.pool_owner o on o.pool = s.pool
  where s.pool = any (p_beat.pools) and s.epoch > o.epoch
  order by s.epoch desc limit 1;
  v_what := case
    when v_pool is not null then
      format('node %s claims epoch %s of pool %s; the store has %s', p_beat.node, v_epoch,
             v_pool, v_on_record)
    when p_seen_beat > p_beat.beat and cardinality(p_beat.pools) > 0 then
      format('node %s claims that its beat %s was acknowledged; the store has %s', p_beat.node,
             p_seen_beat, p_beat.beat)
    when 'jobflip.supervisor' = any (p_beat.pools) then
      jobflip.claimed_head(p_beat.node, p_seen)
  end;
  if v_what is null then
    return;
  end if;
  v_epoch := jobflip.checked_epoch(coalesce(v_epoch, 0));
  m := jobflip.current_incarnation();
  update jobflip_data.incarnation
  set id = gen_random_uuid(), seen_at = clock_timestamp(), lost_in = life, set_back = v_what
  where lost_in is distinct from life returning * into m;
  if found then
    perform jobflip.begin_epochs(v_epoch);
    perform jobflip.audit_append('jobflip', 'store_event', p_beat.node, null, null, null,
      'a claim that the store was set back: ' || v_what
        || '; no node may take a pool until its freeze is over',
      jsonb_build_object('incarnation', m.id, 'pool', v_pool, 'seen_epoch', v_epoch,
                         'seen_beat', p_seen_beat, 'beat', p_beat.beat)::text);
  elsif v_epoch > (select epoch from jobflip_data.epoch_base) then
    select r.may, r.passed_over into v_may, v_passed_over
    from jobflip.may_record('epoch_claim', 10) r;
    perform jobflip.begin_epochs(v_epoch);
    if v_may then
      perform jobflip.audit_append('jobflip.refusals', 'store_event', p_beat.node, null, null, null,
        'a claim after lost history: ' || v_what || '; new epochs are above that',
        jsonb_build_object('pool', v_pool, 'seen_epoch', v_epoch,
                           'not_recorded', v_passed_over)::text);
    end if;
  end if;
end
$$;
