-- taught_of: how often people had a queue learned from its history, as its document says; 0 if it
-- does not say.
create function jobflip.taught_of(p_document text) returns bigint
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select coalesce(
    substring(p_document from
      '"taught"[[:space:]]*:[[:space:]]*([0-9]{1,9})[[:space:]]*[,}]')::bigint, 0)
$$;
