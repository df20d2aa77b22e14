-- audit_append: appends an event to a chain, in the caller's transaction. The hashed form
-- (include/jobflip/core/audit.hpp) is length-prefixed bytes in a fixed order, so it does not depend
-- on a time zone, on JSON or on a collation. The lock of the chain's head is the last one of every
-- transition.
create function jobflip.audit_append(
  p_chain text, p_kind text, p_node text, p_flip bigint, p_epoch bigint,
  p_actor text, p_reason text, p_payload text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_absent constant bytea := decode('ffffffff', 'hex');
  v_head jobflip_data.audit_head;
  v_at timestamptz;
  v_seq bigint;
  v_fields bytea[];
  v_form bytea := '';
  v_field bytea;
  v_hash bytea;
begin
  if octet_length(p_reason) > 8192 or octet_length(p_payload) > 131072 then
    raise exception using errcode = 'JF005',
      message = 'an audit event''s reason or payload is too long';
  end if;
  select * into v_head from jobflip_data.audit_head where chain = p_chain for update;
  if not found then
    insert into jobflip_data.audit_head (chain, seq, hash)
    values (p_chain, 0, decode(repeat('00', 32), 'hex')) on conflict do nothing;
    select * into strict v_head from jobflip_data.audit_head where chain = p_chain for update;
  end if;
  v_at := clock_timestamp();
  v_seq := v_head.seq + 1;
  v_fields := array[
    convert_to(p_chain, 'UTF8'), int8send(v_seq),
    int8send((extract(epoch from v_at) * 1000000)::bigint), convert_to(p_kind, 'UTF8'),
    convert_to(p_node, 'UTF8'), int8send(p_flip), int8send(p_epoch),
    convert_to(session_user::text, 'UTF8'), convert_to(p_actor, 'UTF8'),
    convert_to(p_reason, 'UTF8'), convert_to(p_payload, 'UTF8')];
  foreach v_field in array v_fields loop
    v_form := v_form || coalesce(int4send(length(v_field)) || v_field, v_absent);
  end loop;
  v_hash := sha256(convert_to('jobflip-audit-1', 'UTF8') || v_head.hash || v_form);
  insert into jobflip_data.audit_event (chain, seq, at, kind, node, flip, epoch, login, actor,
                                        reason, payload, previous_hash, hash)
  values (p_chain, v_seq, v_at, p_kind, p_node, p_flip, p_epoch, session_user, p_actor, p_reason,
          p_payload, v_head.hash, v_hash);
  update jobflip_data.audit_head set seq = v_seq, hash = v_hash where chain = p_chain;
end
$$;
