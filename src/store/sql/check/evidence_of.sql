-- evidence_of: what a decision was based on, as JSON of at most p_most bytes, for the payload of an
-- audit event. It is written as one JSON object; what is longer loses its queues, which are
-- counted. '' and null are an empty object. For callers that may decide: others are refused before.
create function jobflip.evidence_of(p_evidence text, p_most integer) returns jsonb
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_whole jsonb;
  v_short jsonb;
begin
  perform jobflip.require_text('evidence', p_evidence, 65536, false);
  begin
    v_whole := coalesce(nullif(p_evidence, ''), '{}')::jsonb;
  exception when invalid_text_representation or untranslatable_character or statement_too_complex
              or program_limit_exceeded or numeric_value_out_of_range then
    v_whole := null;
  end;
  if jsonb_typeof(v_whole) is distinct from 'object' then
    raise exception using errcode = 'JF005', message = 'evidence is not a JSON object',
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
  -- before it is written out as text, and so that every program can read it
  if jobflip.has_long_number(v_whole) or v_whole @? 'strict $.**{33}' then
    raise exception using errcode = 'JF005',
      message = case when jobflip.has_long_number(v_whole)
                     then 'evidence has a number with more than 40 digits'
                     else 'evidence has more than 32 levels' end,
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
  if octet_length(v_whole::text) <= p_most then
    return v_whole;
  end if;
  v_short := v_whole || jsonb_build_object('queues', jsonb_build_array(), 'queues_left_out',
    case when jsonb_typeof(v_whole -> 'queues') = 'array'
         then jsonb_array_length(v_whole -> 'queues') else 0 end);
  if octet_length(v_short::text) <= p_most then
    return v_short;
  end if;
  return jsonb_build_object('bytes_left_out', octet_length(p_evidence));
end
$$;
