-- roll_sample_days: creates the partitions of yesterday, today and tomorrow (UTC) that are missing,
-- and drops those that are older than samples_kept, up to 8 in a call. So midnight finds its
-- partition there. Nothing is dropped before two midnights have been seen in a row: a clock that is
-- set ahead makes all days old, and may be set right again. Attaching a partition locks out neither
-- readers nor writers. Two calls at once exclude each other by the table's lock. A drop needs the
-- table for itself: if somebody reads, a later call drops it.
create function jobflip.roll_sample_days(p_now timestamptz) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_today constant date := (p_now at time zone 'UTC')::date;
  v_kept bigint;
  v_day date;
  v_name text;
begin
  for v_day in select v_today + n from generate_series(-1, 1) n loop
    v_name := 'sample_' || to_char(v_day, 'YYYYMMDD');
    continue when to_regclass('jobflip_data.' || v_name) is not null;
    lock table jobflip_data.sample in share update exclusive mode;
    continue when to_regclass('jobflip_data.' || v_name) is not null;  -- it may have waited
    execute format('create table jobflip_data.%I (like jobflip_data.sample including storage) '
                   'with (toast_tuple_target = 128)', v_name);
    execute format('alter table jobflip_data.sample attach partition jobflip_data.%I '
                   'for values from (%L) to (%L)', v_name,
                   to_char(v_day, 'YYYY-MM-DD') || ' 00:00:00+00',
                   to_char(v_day + 1, 'YYYY-MM-DD') || ' 00:00:00+00');
  end loop;
  if to_regclass('jobflip_data.sample_' || to_char(v_today - 3, 'YYYYMMDD')) is null then
    return;
  end if;
  select samples_kept_ms into v_kept from jobflip_data.sample_keeping;
  for v_name in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'jobflip_data.sample'::regclass and c.relname ~ '^sample_[0-9]{8}$'
      and to_date(substr(c.relname, 8), 'YYYYMMDD') + 1
          <= ((p_now - v_kept * interval '1 ms') at time zone 'UTC')::date
    order by 1 limit 8
  loop
    begin
      perform set_config('lock_timeout', '100ms', true);
      execute format('drop table jobflip_data.%I', v_name);
    exception when lock_not_available then
      exit;
    end;
  end loop;
end
$$;
