-- require_read_committed: fails at other isolation levels. Every transition reads again after it
-- has waited for a lock, and must see what was committed meanwhile. A single snapshot for the whole
-- transaction would show an old state.
create function jobflip.require_read_committed() returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception using errcode = 'JF006',
      message = format('jobflip needs isolation level read committed, not %s',
                       current_setting('transaction_isolation')),
      hint = format('alter role %I set default_transaction_isolation = %L', session_user,
                    'read committed');
  end if;
end
$$;
