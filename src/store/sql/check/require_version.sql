-- require_version: fails if the version of a deployment is missing, too long, or has a control
-- character, which no version needs and which disturbs whoever prints it. '' is allowed unless it
-- is wanted.
create function jobflip.require_version(p_version text, p_wanted boolean) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_given('version', array[p_version]);
  perform jobflip.require_text('version', p_version, 200, p_wanted);
  if p_version collate "C" ~ '[[:cntrl:]]' then
    raise exception using errcode = 'JF005',
      message = 'version has a control character, such as a line break',
      hint = 'give a version such as 4.2.1';
  end if;
end
$$;
