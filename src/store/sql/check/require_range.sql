-- require_range: fails if a number is null, or too small or large for its column or calculation.
create function jobflip.require_range(
  p_what text, p_value bigint, p_least bigint, p_most bigint)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_value is null or p_value not between p_least and p_most then
    raise exception using errcode = 'JF005',
      message = format('%s is %s; it must be from %s to %s', p_what,
                       coalesce(p_value::text, 'null'), p_least, p_most),
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
end
$$;
