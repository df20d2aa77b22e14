-- abort_flip: a person ends a flip while the old node still holds the pool.
create function jobflip.abort_flip(
  p_flip bigint, p_actor text, p_reason text,
  out accepted boolean, out changed boolean, out rule text, out sentence text)
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_actor constant text := coalesce(nullif(p_actor, ''), session_user);
  f jobflip_data.flip;
  v_pool text;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('reason', p_reason, 2000, true);
  perform jobflip.require_text('claimed name', p_actor, 200, false);
  perform jobflip.require_given('flip', array[p_flip::text]);
  select pool into v_pool from jobflip_data.flip where id = p_flip;
  if not found then
    raise exception using errcode = 'JF003', message = format('there is no flip %s', p_flip),
      hint = '`jobflip history` lists the flips';
  end if;
  perform from jobflip_data.pool where name = v_pool for update;
  select * into f from jobflip_data.flip where id = p_flip;
  changed := jobflip.advance_flip(p_flip, 'abort', null, v_actor, p_reason, null);
  accepted := changed or f.state = 'aborted';
  rule := case when accepted then '' else 'flip-in-progress' end;
  sentence := case when changed then format('flip %s is aborted', p_flip)
                   when accepted then format('flip %s was aborted before', p_flip)
                   when f.ended_at is not null then format('flip %s has ended: %s', p_flip, f.state)
                   else format('flip %s is %s: there is no way back any more', p_flip, f.state) end;
  if not accepted then
    perform jobflip.audit_append(v_pool, 'abort_refused', null, p_flip, f.epoch, v_actor, p_reason,
                                 jsonb_build_object('state', f.state)::text);
  end if;
end
$$;
