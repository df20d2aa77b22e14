-- may_record: may one more event of this kind (a refusal or a hold) be recorded for this login? The
-- first `p_most` in a minute are recorded, the others only counted: `passed_over` is how many have
-- been counted since the last recorded one. So a login that repeats a request without end neither
-- fills the audit log nor slows down its readers. Locks only a row of this login.
create function jobflip.may_record(
  p_kind text, p_most integer, out may boolean, out passed_over bigint)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  c jobflip_data.refusal_count;
begin
  insert into jobflip_data.refusal_count (login, kind, since, recorded)
  values (session_user, p_kind, clock_timestamp(), 0) on conflict do nothing;
  select * into strict c from jobflip_data.refusal_count
  where login = session_user and kind = p_kind for update;
  if clock_timestamp() not between c.since and c.since + interval '1 minute' then
    c.since := clock_timestamp();
    c.recorded := 0;
  end if;
  may := c.recorded < p_most;
  passed_over := case when may then c.passed_over else 0 end;
  update jobflip_data.refusal_count r
  set since = c.since, recorded = c.recorded + case when may then 1 else 0 end,
      passed_over = case when may then 0 else c.passed_over + 1 end
  where r.login = session_user and r.kind = p_kind;
end
$$;
