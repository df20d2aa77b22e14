-- calendar_fault: why the maintenance that a service's settings plan can't be kept; null if it can.
create function jobflip.calendar_fault(p_settings jsonb) returns text
language plpgsql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_time constant text := '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{1,6}Z$';
  v_week constant text := '^(mon|tue|wed|thu|fri|sat|sun) ([01][0-9]|2[0-3]):[0-5][0-9]$';
  e record;
begin
  if jsonb_typeof(p_settings -> 'maintenance') is distinct from 'object' then
    return case when p_settings ? 'maintenance' then 'maintenance is not an object' end;
  elsif (select count(*) from jsonb_object_keys(p_settings -> 'maintenance')) > 50 then
    return 'maintenance has more than 50 windows';
  end if;
  for e in select left(m.key, 100) as key, m.value as w
           from jsonb_each(p_settings -> 'maintenance') m loop
    if jsonb_typeof(e.w) <> 'object' or jsonb_typeof(e.w -> 'reason') is distinct from 'string'
       or octet_length(e.w ->> 'reason') > 200 then
      return format('maintenance %s: it is an object with a reason of at most 200 bytes', e.key);
    elsif e.w ? 'from' then
      if not coalesce(e.w ->> 'from' ~ v_time and e.w ->> 'until' ~ v_time, false)
         or (e.w ->> 'from')::timestamptz >= (e.w ->> 'until')::timestamptz then
        return format('maintenance %s: until must be a time after from', e.key);
      end if;
    elsif not coalesce(e.w ->> 'weekly' ~ v_week
                       and jsonb_typeof(e.w -> 'length_ms') = 'number'
                       and (e.w ->> 'length_ms')::numeric between 60000 and 604800000
                       and jsonb_typeof(e.w -> 'time_zone') = 'string', false)
          or (e.w ->> 'length_ms')::numeric % 1 <> 0 then
      return format('maintenance %s: it needs from and until, or weekly, length_ms and time_zone',
                    e.key);
    else
      perform clock_timestamp() at time zone (e.w ->> 'time_zone');
    end if;
  end loop;
  return null;
exception when invalid_parameter_value or datetime_field_overflow or invalid_datetime_format then
  return format('maintenance %s: it has an unknown time zone, or a time that never comes', e.key);
end
$$;
