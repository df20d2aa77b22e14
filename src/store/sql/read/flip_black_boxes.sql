-- flip_black_boxes: the black boxes of this flip.
create function jobflip.flip_black_boxes(p_flip bigint)
returns table (node text, kept_at bigint, sha256 text, document text)
language sql volatile security definer
  set search_path = pg_catalog, jobflip, pg_temp set lock_timeout = '1s'
as $$
  select e.node, jobflip.micros(e.kept_at), e.sha256, e.document
  from jobflip_data.flip_black_box e where e.flip = p_flip order by e.kept_at, e.node
$$;
