-- row_holders: the transactions that a row's xmax names, as numbers: one, or the members of a group
-- that shares the row. A number alone does not say which of the two it is, so that there may be too
-- many, never too few. A subtransaction's number is no session's once its savepoint is released.
create function jobflip.row_holders(p_xmax xid) returns text[]
language plpgsql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return array[p_xmax::text]
         || array(select m.xid::text from pg_get_multixact_members(p_xmax) m);
exception when others then
  return array[p_xmax::text];  -- a plain transaction
end
$$;
