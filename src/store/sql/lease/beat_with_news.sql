-- beat_with_news: a beat that differs from the node's last one, or that is not allowed. A second
-- agent with the same name is refused while the first may still be running.
create function jobflip.beat_with_news(
  p_node text, p_instance uuid, p_renewals text[], p_ready text[], p_not_ready_reason text,
  p_seen text[], p_seen_beat bigint, p_crashing text[],
  out beat bigint, out renewals_beat bigint, out drained boolean, out pools text[])
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_row jobflip_data.node_beat;
  v_silence_ms bigint;
  v_changed boolean;
  v_begun_or_over boolean := false;
  v_recorded boolean := true;
begin
  perform jobflip.require_login(p_node);
  perform jobflip.require_text('reason', p_not_ready_reason, 2000, false);
  perform jobflip.require_given('instance not_ready_reason',
                                array[p_instance::text, p_not_ready_reason]);
  perform jobflip.require_list('renewals', p_renewals, 1000, 84);  -- 'pool:epoch'
  perform jobflip.require_list('ready', p_ready, 1000, 63);
  perform jobflip.require_list('seen', p_seen, 1000, 150);
  perform jobflip.require_given('seen_beat', array[p_seen_beat::text]);
  perform jobflip.require_list('crashing', p_crashing, 100, 1300);  -- as core's CrashLoop does
  select * into strict v_row from jobflip_data.node_beat where node = p_node for update;
  if v_row.instance <> p_instance then
    select coalesce(max(jobflip.takeover_after(p)), 14000) into v_silence_ms
    from jobflip_data.pool p join jobflip_data.pool_candidate c on c.pool = p.name
    where c.node = p_node;
    if v_row.beat_at > clock_timestamp() - v_silence_ms * interval '1 ms' then
      raise exception using errcode = 'JF002',
        message = format('another agent uses the name "%s"', p_node),
        hint = format('stop the other one, or give this one its own name; after a reboot this '
                      'resolves itself within %s s', ceil(v_silence_ms / 1000.0));
    end if;
  end if;
  if p_seen <> v_row.seen or p_seen_beat > v_row.beat then
    if exists (select from unnest(p_seen) e
               where case when e ~ '^[^:#]{1,63}:[0-9]{1,19}$'
                          then split_part(e, ':', 2)::numeric > 9000000000000000000
                          else e !~ '^[^:#]{1,63}#[0-9]{1,18}#[0-9a-f]{64}$' end) then
      raise exception using errcode = 'JF005',
        message = 'a beat''s `seen` has an entry that is not "pool:epoch" or "chain#seq#hash"',
        hint = 'the agent and the schema are of different versions: see `jobflip doctor`';
    end if;
    perform jobflip.find_set_back(v_row, p_seen, p_seen_beat);
  end if;
  v_changed := v_row.renewals <> p_renewals or v_row.instance is distinct from p_instance;
  if v_row.crashing <> p_crashing then
    v_begun_or_over := exists (
      select from jobflip.crash_reports(p_crashing) n
      full join jobflip.crash_reports(v_row.crashing) o on o.pool = n.pool
      where (n.pool is null) <> (o.pool is null)
        and coalesce(n.pool, o.pool) = any (v_row.pools));
    v_recorded := not v_begun_or_over or jobflip.record_crashes(
      p_node, v_row.pools, v_row.crashing, p_crashing, v_row.crashes_recorded_at);
  end if;
  -- a crash loop that was not recorded is not stored either: the next beat is full and reports it
  update jobflip_data.node_beat b
  set beat = b.beat + 1, beat_at = greatest(b.beat_at, clock_timestamp()),
      full_beat_number = case when v_recorded then b.beat + 1 else 0 end,
      crashing = case when v_recorded then p_crashing else b.crashing end,
      crashes_recorded_at = case when v_recorded and v_begun_or_over then clock_timestamp()
                                 else b.crashes_recorded_at end,
      life = pg_postmaster_start_time(), instance = p_instance, seen = p_seen,
      renewals = p_renewals, ready = p_ready, not_ready_reason = p_not_ready_reason,
      program = left(coalesce(current_setting('jobflip.program', true), ''), 64),
      renewals_beat = case when v_changed then b.beat + 1 else b.renewals_beat end,
      renewals_since = case when v_changed then greatest(b.beat_at, clock_timestamp())
                           else b.renewals_since end
  where b.node = p_node
  returning b.beat, b.renewals_beat, b.drained, b.pools
  into beat_with_news.beat, beat_with_news.renewals_beat, beat_with_news.drained,
       beat_with_news.pools;
end
$$;
