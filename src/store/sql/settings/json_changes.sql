-- json_changes: one line for each difference between two objects, with its path.
create function jobflip.json_changes(p_path text, p_old jsonb, p_new jsonb) returns setof text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_key text;
begin
  if p_old = p_new then
    return;
  elsif p_old is null then
    return next '+ ' || p_path
      || case when jsonb_typeof(p_new) = 'object' then ''
              else ': ' || left(p_new #>> '{}', 2000) end;
  elsif p_new is null then
    return next '- ' || p_path;
  elsif jsonb_typeof(p_old) = 'object' and jsonb_typeof(p_new) = 'object' then
    for v_key in select k from (select jsonb_object_keys(p_old)
                                union select jsonb_object_keys(p_new)) u (k)
                 order by k collate "C" loop
      return query select jobflip.json_changes(
        case when p_path = '' then v_key else p_path || ' ' || v_key end,
        p_old -> v_key, p_new -> v_key);
    end loop;
  else
    return next format('~ %s: %s -> %s', p_path, coalesce(left(p_old #>> '{}', 2000), 'none'),
                       coalesce(left(p_new #>> '{}', 2000), 'none'));
  end if;
end
$$;
