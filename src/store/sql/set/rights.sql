-- Rights: exactly those below. The next upgrade revokes a right that was granted by hand: grant a
-- login one of the groups instead.
do $revoke$
declare
  v_grantee text;
begin
  for v_grantee in
    select distinct case when a.grantee = 0 then 'public' else a.grantee::regrole::text end
    from (select p.proacl as acl from pg_proc p where p.pronamespace = 'jobflip'::regnamespace
          union all
          select c.relacl from pg_class c where c.relnamespace = 'jobflip'::regnamespace
          union all
          select t.attacl from pg_attribute t join pg_class c on c.oid = t.attrelid
          where c.relnamespace = 'jobflip'::regnamespace) g
    cross join aclexplode(g.acl) a
    where a.grantee <> 'jobflip_owner'::regrole
  loop
    execute format('revoke all on all functions in schema jobflip from %s cascade', v_grantee);
    execute format('revoke all on all tables in schema jobflip from %s cascade', v_grantee);
  end loop;
end
$revoke$;
revoke all on all functions in schema jobflip from public;

grant execute on function jobflip.installed_version(), jobflip.installed_set(),
  jobflip.last_migration()
  to jobflip_agent, jobflip_supervisor, jobflip_operator, jobflip_worker, jobflip_reader;
grant execute on function
  jobflip.beat(text, uuid, text[], text[], text, text[], text[], bigint, text[]),
  jobflip.free_beat(text),
  jobflip.take(text, text, uuid, uuid, bigint, bigint, bigint, integer, boolean, bigint, text, uuid,
               bigint),
  jobflip.release(text, text, bigint, uuid, text),
  jobflip.release_ended(text, text, bigint, uuid, text, text),
  jobflip.step_flip(text, bigint, text, text, bigint)
  to jobflip_agent, jobflip_supervisor;
grant execute on function jobflip.keep_black_box(text, text, bigint, bigint, text) to jobflip_agent;
-- by column: a login that may not update the whole view can't lock its tables either
grant select (node, full_beat_number, beat), update (beat, beat_at) on jobflip.renew_unchanged
  to jobflip_agent, jobflip_supervisor;
grant execute on function jobflip.free_rows() to jobflip_supervisor, jobflip_operator;
grant execute on function jobflip.wake(text) to jobflip_agent, jobflip_supervisor, jobflip_operator;
grant execute on function jobflip.fence(text, bigint) to jobflip_worker;
grant execute on function
  jobflip.publish(text, bigint, text, text[], text[], text[], text[]),
  jobflip.publish_running(text, bigint, text, text[], text[], text[], text[], text[]),
  jobflip.record_hold(text, bigint, text, text, text, text),
  jobflip.record_flip_outcome(text, bigint, bigint, text, text),
  jobflip.record_incident(text, bigint, text, text, text, text, text, bigint, bigint),
  jobflip.keep_samples(text, bigint, text[], text[], bigint[], bigint[], text[], text[], text[]),
  jobflip.keep_learned(text, bigint, text[], text[], text[]),
  jobflip.report_services(text, bigint, text[], text[], bigint[], bigint[], bigint[], text[])
  to jobflip_supervisor;
grant execute on function
  jobflip.request_flip(
    uuid, text, text, text, bigint, text, bigint, text, text, boolean, boolean, text, boolean)
  to jobflip_supervisor, jobflip_operator;
grant execute on function
  jobflip.apply(jsonb, text, text, boolean),
  jobflip.abort_flip(bigint, text, text),
  jobflip.pause(text, bigint, text, text),
  jobflip.drain(text, boolean, text, text),
  jobflip.acknowledge(text, text, text),
  jobflip.learn(text, text, text, text, text),
  jobflip.open_by_hand(text, text, text, text),
  jobflip.change_incident(bigint, text, text, text, text),
  jobflip.deploy_start(text, text, text, text),
  jobflip.deploy_done(text, text, text, text),
  jobflip.deploy_rollback(text, text, text, text, boolean, boolean, uuid, text),
  jobflip.deploy_flip(uuid, text, text, text, bigint, bigint, text, text, boolean, text),
  jobflip.plan_maintenance(text, bigint, bigint, text, text),
  jobflip.remove_maintenance(bigint, text, text),
  jobflip.installation_facts()
  to jobflip_operator;
grant execute on function
  jobflip.snapshot_store(), jobflip.snapshot_pools(), jobflip.snapshot_candidates(),
  jobflip.snapshot_queues(), jobflip.snapshot_crashes(), jobflip.snapshot_restarts(),
  jobflip.snapshot_last_flips(), jobflip.snapshot_incidents(),
  jobflip.snapshot_deployments(), jobflip.flips(bigint), jobflip.find_flips(bigint),
  jobflip.find_services()
  to jobflip_reader, jobflip_supervisor;
grant execute on function
  jobflip.history(text, integer), jobflip.flip_timeline(bigint),
  jobflip.find_incidents(bigint, text, text, bigint, bigint, boolean, integer, bigint),
  jobflip.incident_stages(bigint), jobflip.incident_flips(bigint), jobflip.incident_notes(bigint),
  jobflip.find_deployments(text, bigint, bigint, bigint, integer),
  jobflip.flip_black_boxes(bigint), jobflip.flip_left_behind(bigint), jobflip.observed_stalls(),
  jobflip.audit_list(text, bigint, bigint, boolean),
  jobflip.find_history(text, bigint, bigint, text, text, text, bigint, integer),
  jobflip.find_events(
    text, bigint, bigint, bigint, text, text, text, bigint, bigint, boolean)
  to jobflip_reader;
grant execute on function jobflip.samples(text, text, bigint, bigint, bigint, integer),
  jobflip.find_service_spells(text, bigint, bigint, integer),
  jobflip.find_maintenance(text, bigint, bigint, integer)
  to jobflip_reader;
grant execute on function jobflip.audit_heads(), jobflip.learned(text, text)
  to jobflip_reader, jobflip_supervisor;
reset role;
