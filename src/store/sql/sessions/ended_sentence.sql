-- ended_sentence: which worker sessions a take or a release ended, in words; '' if it ended none.
create function jobflip.ended_sentence(p_ended text[]) returns text
language plpgsql immutable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return case when coalesce(cardinality(p_ended), 0) = 0 then ''
    else format('ended %s worker session(s) with an open fenced transaction: %s',
                cardinality(p_ended), left(array_to_string(p_ended, '; '), 1500)) end;
end
$$;
