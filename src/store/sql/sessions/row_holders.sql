-- row_holders: the numbers of the transactions that a row's xmax names: one transaction, or the
-- members of a multixact that share the row. The number alone does not say which of the two it is,
-- so there may be too many, but never too few. The number of a subtransaction belongs to no session
-- any more once its savepoint is released.
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
