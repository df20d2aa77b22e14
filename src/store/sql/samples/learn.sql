-- learn: an operator has what is normal for a queue learned from what its job table or its readings
-- show. The document says how often that was done, this time included: the leading supervisor finds
-- a higher number than its own, and takes the document in. Refused if another one was faster.
create function jobflip.learn(
  p_pool text, p_queue text, p_document text, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  v_taught bigint;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_person(p_actor);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_text('queue', p_queue, 63, true);
  perform jobflip.require_text('document', p_document, 8192, true);
  if not jobflip.is_json_object(p_document) then
    raise exception using errcode = 'JF005',
      message = 'what was learned is not a JSON object',
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
  perform from jobflip_data.pool where name = p_pool and kind = 'workers' for update;
  perform from jobflip_data.queue q where q.pool = p_pool and q.name = p_queue;
  if not found then
    raise exception using errcode = 'JF003',
      message = format('there is no queue "%s" in pool "%s"', left(p_queue, 100),
                       left(p_pool, 100)),
      hint = 'apply the pool file first: `jobflip apply FILE`';
  end if;
  select jobflip.taught_of(l.document) into v_taught
  from jobflip_data.learned l where l.pool = p_pool and l.queue = p_queue for update;
  accepted := jobflip.taught_of(p_document) = coalesce(v_taught, 0) + 1;
  changed := accepted;
  if not accepted then
    rule := 'learned-meanwhile';
    sentence := format('somebody else had queue %s learned at the same time', p_queue);
    return;
  end if;
  insert into jobflip_data.learned as l (pool, queue, document, kept_at)
  values (p_pool, p_queue, p_document, clock_timestamp())
  on conflict (pool, queue) do update set document = excluded.document, kept_at = excluded.kept_at;
  rule := '';
  sentence := format('queue %s of pool %s: kept for the leading supervisor', p_queue, p_pool);
  perform jobflip.audit_append(p_pool, 'learned', null, null, null, v_actor, p_reason,
    jsonb_build_object('queue', p_queue,
                       'sha256', encode(sha256(convert_to(p_document, 'UTF8')), 'hex'))::text);
end
$$;
