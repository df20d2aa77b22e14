-- publish: as publish_running(), by a supervisor of 0.1.0, which does not read which jobs run.
create function jobflip.publish(
  p_supervisor text, p_epoch bigint, p_pool text, p_queues text[], p_verdicts text[],
  p_reasons text[], p_samples text[]) returns boolean
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  return jobflip.publish_running(p_supervisor, p_epoch, p_pool, p_queues, p_verdicts, p_reasons,
                                 p_samples, null);
end
$$;
