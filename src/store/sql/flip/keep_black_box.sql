-- keep_black_box: stores the black box of a host, once for each flip and node; a repeated call
-- changes nothing. The audit event has its hash. No decision uses it.
create function jobflip.keep_black_box(
  p_node text, p_pool text, p_flip bigint, p_epoch bigint, p_document text) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_sha256 text;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  perform jobflip.require_text('document', p_document, 262144, true);
  perform jobflip.require_text('pool', p_pool, 63, true);
  perform jobflip.require_given('flip epoch', array[p_flip::text, p_epoch::text]);
  if not jobflip.is_json_object(p_document) then
    raise exception using errcode = 'JF005', message = 'document is not a JSON object',
      hint = 'the agent and the schema are of different versions: see `jobflip doctor`';
  end if;
  if not exists (
       select from jobflip_data.flip f
       where f.id = p_flip and f.pool = p_pool and f.stalled and f.from_node = p_node
         and f.from_epoch = p_epoch) then
    return 'not_wanted';
  end if;
  v_sha256 := encode(sha256(convert_to(p_document, 'UTF8')), 'hex');
  insert into jobflip_data.flip_black_box (flip, node, pool, kept_at, sha256, document)
  values (p_flip, p_node, p_pool, clock_timestamp(), v_sha256, p_document)
  on conflict do nothing;
  if found then
    delete from jobflip_data.flip_black_box e
    where e.pool = p_pool and e.flip <= (
      select o.flip from jobflip_data.flip_black_box o where o.pool = p_pool
      order by o.flip desc offset 200 limit 1);
    perform jobflip.audit_append(p_pool, 'black_box', p_node, p_flip, p_epoch, session_user::text,
      format('black box: %s bytes, captured before the host stopped the workers',
             octet_length(p_document)),
      jsonb_build_object('bytes', octet_length(p_document), 'sha256', v_sha256)::text);
  end if;
  return 'kept';
end
$$;
