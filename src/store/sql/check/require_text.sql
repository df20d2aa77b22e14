-- require_text: fails if a text by people is too long, or is empty although it is required.
create function jobflip.require_text(
  p_what text, p_text text, p_max_bytes integer, p_wanted boolean)
returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  if p_wanted and coalesce(p_text, '') !~ '[^[:space:]]' then
    raise exception using errcode = 'JF005', message = format('%s is missing', p_what),
      hint = format('give a %s', p_what);
  end if;
  if octet_length(p_text) > p_max_bytes then
    raise exception using errcode = 'JF005',
      message = format('%s has %s bytes; at most %s are kept', p_what, octet_length(p_text),
                       p_max_bytes),
      hint = 'make it shorter';
  end if;
end
$$;
