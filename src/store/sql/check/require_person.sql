-- require_person: fails if a claimed name is too long, or looks like that of a program: the log
-- must not show a person as a supervisor. The rule is that of core::why_not_claimed; a test
-- compares the two.
create function jobflip.require_person(p_claimed text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.require_text('claimed name', p_claimed, 200, false);
  if p_claimed ~* '^[^a-z0-9._-]*(supervisor|node)[^a-z0-9._-]+.' then
    raise exception using errcode = 'JF005',
      message = format('the claimed name "%s" looks like that of a program', left(p_claimed, 100)),
      hint = 'claim the name of a person';
  end if;
end
$$;
