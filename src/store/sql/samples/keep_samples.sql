-- keep_samples: keeps readings of queues for the leading supervisor. Returns false if it no longer
-- leads. A reading is placed by its age, so the supervisor's own clock does not matter. Queues that
-- are not there are left out. Nothing that a beat, a flip or an apply needs is locked, and losing
-- readings harms nobody, so the commit does not wait for the disk.
create function jobflip.keep_samples(
  p_supervisor text, p_epoch bigint, p_pools text[], p_queues text[], p_ages_ms bigint[],
  p_took_ms bigint[], p_verdicts text[], p_documents text[], p_errors text[]) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
declare
  v_now timestamptz;
begin
  perform jobflip.require_read_committed();
  perform jobflip.require_list('pools', p_pools, 2000, 63);
  perform jobflip.require_list('queues', p_queues, 2000, 63);
  perform jobflip.require_list('verdicts', p_verdicts, 2000, 63);
  perform jobflip.require_list('documents', p_documents, 2000, 2000);
  perform jobflip.require_list('errors', p_errors, 2000, 500);
  perform jobflip.require_as_many('queues', p_queues, cardinality(p_pools));
  perform jobflip.require_as_many('verdicts', p_verdicts, cardinality(p_pools));
  perform jobflip.require_as_many('documents', p_documents, cardinality(p_pools));
  perform jobflip.require_as_many('errors', p_errors, cardinality(p_pools));
  perform jobflip.require_numbers('ages_ms', p_ages_ms, cardinality(p_pools), 0, 3600000);
  perform jobflip.require_numbers('took_ms', p_took_ms, cardinality(p_pools), 0, 3600000);
  if not jobflip.leads(p_supervisor, p_epoch) then
    return false;
  end if;
  perform set_config('synchronous_commit', 'off', true);
  v_now := clock_timestamp();
  perform jobflip.roll_sample_days(v_now);
  perform jobflip.require_room_for_samples(v_now);
  perform jobflip.write_samples(v_now, p_pools, p_queues, p_ages_ms, p_took_ms, p_verdicts,
                                p_documents, p_errors);
  return true;
end
$$;
