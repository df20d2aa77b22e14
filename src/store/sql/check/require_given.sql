-- require_given: fails if one of these arguments is null; `p_what` has their names, separated by
-- spaces.
create function jobflip.require_given(p_what text, p_values text[]) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if array_position(p_values, null) is not null then
    raise exception using errcode = 'JF005',
      message = format('%s is null',
                       split_part(p_what, ' ', array_position(p_values, null))),
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
end
$$;
