-- require_word: fails if what a person gave is none of these words, which stand apart by one space.
create function jobflip.require_word(p_what text, p_value text, p_words text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_value is null or p_value <> all (string_to_array(p_words, ' ')) then
    raise exception using errcode = 'JF005',
      message = format('%s can''t be "%s"', p_what, left(p_value, 100)),
      hint = 'it is one of: ' || replace(p_words, ' ', ', ');
  end if;
end
$$;
