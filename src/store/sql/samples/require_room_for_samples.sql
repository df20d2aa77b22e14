-- require_room_for_samples: fails if a day's readings take more disk than the queues' own pace can
-- explain, so that the login of a supervisor that leads can't fill the disk: 512 bytes for each
-- reading of a day, eight times what they need, and 64 MB. For an hour after midnight, readings of
-- yesterday come too.
create function jobflip.require_room_for_samples(p_now timestamptz) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_most numeric;
  v_day text;
begin
  select 64e6 + 512 * coalesce(sum(86400000 / case
           when jsonb_typeof(q.settings -> 'sample_every_ms') = 'number'
           then greatest(50, (q.settings ->> 'sample_every_ms')::numeric) else 10000 end), 0)
  into v_most from jobflip_data.queue q;
  select d into v_day
  from unnest(array[p_now, p_now - interval '1 hour']) a (at)
  cross join lateral to_char(a.at at time zone 'UTC', 'YYYYMMDD') d
  where pg_total_relation_size(to_regclass('jobflip_data.sample_' || d)) > v_most
  limit 1;
  if found then
    raise exception using errcode = 'JF002',
      message = format('the readings of %s have %s MB, more than those of %s queues need: no more '
                       'are kept', v_day, round(v_most / 1000000),
                       (select count(*) from jobflip_data.queue)),
      hint = 'which supervisor led on that day? `jobflip audit list` says so';
  end if;
end
$$;
