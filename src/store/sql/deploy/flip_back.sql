-- flip_back: flips the pool back to the node that it had before the planned flip of a deployment,
-- if the new node still holds it. The rule is '' if there is nothing to flip back, or if the flip
-- was accepted; else the first rule that forbids it. Every rule counts that binds a person.
-- Requires: the caller has locked the pool's row, and is an operator.
create function jobflip.flip_back(
  d jobflip_data.deployment, p_request uuid, p_actor text, p_reason text, p_stalled boolean,
  p_evidence text, out flip bigint, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  f jobflip_data.flip;
  o jobflip_data.pool_owner;
  v_accepted boolean;
begin
  rule := '';
  select * into f from jobflip_data.flip w where w.id = d.flip;
  select * into strict o from jobflip_data.pool_owner where pool = d.pool;
  if f.id is null then
    sentence := 'it had no planned flip: nothing to flip back';
  elsif f.from_node is null then
    sentence := format('no node held the pool before flip %s: nothing to flip back', f.id);
  elsif f.ended_at is not null and f.taken_at is null then
    sentence := format('flip %s was not carried out: nothing to flip back', f.id);
  elsif f.ended_at is not null and o.state = 'held' and o.holder = f.from_node then
    sentence := format('node %s already holds the pool', f.from_node);
  else
    -- the new node has to hold it: whoever else does was chosen later, for another reason
    select r.accepted, r.flip, r.rule, r.sentence into v_accepted, flip, rule, sentence
    from jobflip.request_flip(p_request, d.pool, f.to_node, f.from_node, null, '', null, p_actor,
      p_reason, p_stalled, false, p_evidence) r;
  end if;
end
$$;
