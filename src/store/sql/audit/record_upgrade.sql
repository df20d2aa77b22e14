-- record_upgrade: records that the schema was upgraded. Only `jobflip migrate` calls it, in the
-- transaction of the upgrade.
create function jobflip.record_upgrade(p_versions integer[], p_was text, p_is text) returns void
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
begin
  perform jobflip.audit_append('jobflip', 'schema_upgraded', null, null, null, null,
    'the schema was upgraded',
    jsonb_build_object('migrations', p_versions, 'functions_before', p_was,
                       'functions_after', p_is)::text);
end
$$;
