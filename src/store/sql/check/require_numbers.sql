-- require_numbers: fails if a list is null, is not a plain list of that many numbers, or has one
-- that is null, or too small or large.
create function jobflip.require_numbers(
  p_what text, p_list bigint[], p_items integer, p_least bigint, p_most bigint)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_fault text;
begin
  v_fault := case
    when p_list is null then 'is null'
    when cardinality(p_list) <> p_items
      then format('has %s items; it must have %s', cardinality(p_list), p_items)
    when exists (select from unnest(p_list) i where i is null or i not between p_least and p_most)
      then format('has a number that is null, or not from %s to %s', p_least, p_most) end;
  if v_fault is not null then
    raise exception using errcode = 'JF005', message = p_what || ' ' || v_fault,
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
end
$$;
