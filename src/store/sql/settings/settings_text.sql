-- settings_text: a pool's settings as agents and readers get them, with its name and version.
-- core/settings_document.hpp is the other side.
create function jobflip.settings_text(p_pool text) returns text
language sql stable security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select (jobflip.pool_document(p)
          || jsonb_build_object('name', p.name, 'version', p.settings_version))::text
  from jobflip_data.pool p where p.name = p_pool
$$;
