-- lease_blocked: records that sessions hold the pool's rows which a release or a take could not
-- end, and returns that as a sentence. The same sessions are recorded once, even if the call is
-- repeated.
create function jobflip.lease_blocked(
  p_pool text, p_node text, p_what text, p_ended text[], p_blockers text[]) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_epoch bigint;
  v_flip bigint;
  v_payload text;
  v_sentence text;
begin
  select epoch into v_epoch from jobflip_data.pool_owner where pool = p_pool;
  select open_flip into v_flip from jobflip_data.pool where name = p_pool;
  v_sentence := format('%s by node %s is blocked by %s', p_what, p_node,
    case when cardinality(p_blockers) = 0 then 'a session that has ended since'
         else left(array_to_string(p_blockers, '; '), 1500) end);
  v_payload := jsonb_build_object('blockers', p_blockers[1:20],
                                  'ended_sessions', p_ended[1:20])::text;
  if not exists (
       select from jobflip_data.audit_event e join jobflip_data.audit_head h using (chain, seq)
       where e.chain = p_pool and e.kind = 'lease_blocked' and e.epoch = v_epoch
         and e.flip is not distinct from v_flip
         and (e.reason, e.payload) = (v_sentence, v_payload)) then
    perform jobflip.audit_append(p_pool, 'lease_blocked', p_node, v_flip, v_epoch, null,
                                 v_sentence, v_payload);
  end if;
  return v_sentence;
exception when lock_not_available then  -- the blockers also hold the chain's head
  raise exception using errcode = '55P03', message = v_sentence;
end
$$;
