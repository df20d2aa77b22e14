-- has_long_number: whether a number anywhere in the document has more than 40 digits before or
-- behind its point. As text it may be 20,000 times as long as in the document (1e131071), so this
-- comes before anything that writes the document out.
create function jobflip.has_long_number(p_document jsonb) returns boolean
language sql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select p_document @? 'strict $.** ? (@.type() == "number"
    && (@ >= 1e40 || @ <= -1e40 || (@ * 1e40).floor() != @ * 1e40))'
$$;
