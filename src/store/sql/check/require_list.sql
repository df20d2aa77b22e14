-- require_list: fails if a list is null, contains a null, has too many items, or has an item that
-- is too long. The size of the whole list comes first, because that check does not read the items.
create function jobflip.require_list(
  p_what text, p_list text[], p_most_items integer, p_max_bytes integer)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_fault text;
begin
  v_fault := case
    when p_list is null then 'is null'
    when cardinality(p_list) > p_most_items
      then format('has %s items; at most %s are kept', cardinality(p_list), p_most_items)
    when pg_column_size(p_list) > 64 + p_most_items * (p_max_bytes + 8)
      then format('has %s bytes', pg_column_size(p_list)) end;
  if v_fault is null
     and exists (select from unnest(p_list) i where octet_length(i) > p_max_bytes or i is null) then
    v_fault := format('has an item that is null or has more than %s bytes', p_max_bytes);
  end if;
  if v_fault is not null then
    raise exception using errcode = 'JF005', message = p_what || ' ' || v_fault,
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
end
$$;
