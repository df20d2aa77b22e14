-- require_as_many: fails if a list has not as many items as another one.
create function jobflip.require_as_many(p_what text, p_list text[], p_items integer) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if cardinality(p_list) <> p_items then
    raise exception using errcode = 'JF005',
      message = format('%s has %s items; it must have %s', p_what, cardinality(p_list), p_items),
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
end
$$;
