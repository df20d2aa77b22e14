-- report_services: what the leading supervisor's checks saw of services. The n-th items of the
-- lists belong together, and of one service the older ones come first. A state of '' means that the
-- service can't be checked, and the sentence says why; a latency of -1 is not known. Times are
-- ages. Returns false if the supervisor no longer leads. A service that is not there, or whose row
-- a session has locked, is left out: its next report has the state that it is in then.
create function jobflip.report_services(
  p_supervisor text, p_epoch bigint, p_services text[], p_states text[], p_since_ms bigint[],
  p_checked_ms bigint[], p_latency_ms bigint[], p_sentences text[]) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_now timestamptz;
  s jobflip_data.service;
  r record;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_text('supervisor', p_supervisor, 63, true);
  perform jobflip.require_list('services', p_services, 1000, 63);
  perform jobflip.require_list('states', p_states, 1000, 63);
  perform jobflip.require_list('sentences', p_sentences, 1000, 2000);
  perform jobflip.require_as_many('states', p_states, cardinality(p_services));
  perform jobflip.require_as_many('sentences', p_sentences, cardinality(p_services));
  perform jobflip.require_numbers('since_ms', p_since_ms, cardinality(p_services), 0,
                                  3162240000000);
  perform jobflip.require_numbers('checked_ms', p_checked_ms, cardinality(p_services), 0,
                                  3162240000000);
  perform jobflip.require_numbers('latency_ms', p_latency_ms, cardinality(p_services), -1,
                                  3162240000000);
  if exists (select from unnest(p_states) t where t not in ('', 'up', 'slow', 'down')) then
    raise exception using errcode = 'JF005',
      message = 'a state of a service is none of up, slow and down',
      hint = 'the program and the schema are of different versions: see `jobflip doctor`';
  end if;
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  v_now := clock_timestamp();
  for r in select * from unnest(p_services, p_states, p_since_ms, p_checked_ms, p_latency_ms,
                                p_sentences)
                    with ordinality u (service, state, since, checked, latency, sentence, nth)
           order by u.service, u.nth loop
    select * into s from jobflip_data.service where name = r.service for update skip locked;
    if found then
      perform jobflip.record_service(
        s, r.state, v_now - r.since * interval '1 ms', v_now - r.checked * interval '1 ms',
        nullif(r.latency, -1), r.sentence, 'supervisor ' || p_supervisor);
    end if;
  end loop;
  return true;
end
$$;
