-- is_json_object: whether the text is one JSON object.
create function jobflip.is_json_object(p_text text) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return json_typeof(p_text::json) = 'object';
exception when invalid_text_representation or untranslatable_character then
  return false;
end
$$;
