-- row_holders: the transaction numbers behind a row's xmax. An xmax is either one transaction or a
-- multixact, whose members share the row. The number does not show which of the two it is, so the
-- result may have too many transactions, but never too few. The number of a subtransaction no
-- longer leads to a session after its savepoint was released.
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
