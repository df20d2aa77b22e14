-- beat_again: the beat of a node that says the same as with its last full beat (number p_said), and
-- was told then that it holds all its pools and nothing is going on (p_news). The hot path: one
-- UPDATE. Answers the beat's number alone where nothing changed since, all of beat() where
-- something did, and null where this is not the last that the node said: then it has to say it
-- again.
--
-- Why one statement is enough, although it reads by a snapshot from before it had the row: whoever
-- changes the owner sets the old holder's `said` to 0 in the same transaction (forget_said). An
-- update looks at the newest version of its row, waiting for who is about to change it. So either a
-- take comes first, and nothing is found here; or this beat comes first, and the take, which locks
-- the row, sees it. News of a pool (a pause, a flip, settings) may be missed by a beat that runs at
-- the same moment; the next one finds them.
--
-- No lock_timeout: to put it into force would cost some hundredths of the throughput, and the
-- statement_timeout of the caller's session ends a wait for the row as well.
create function jobflip.beat_again(
  p_node text, p_said bigint, p_incarnation uuid, p_news bigint) returns text
language plpgsql security definer
  set search_path = pg_catalog, jobflip, pg_temp
as $$
declare
  v_beat text;  -- made a text by the statement: a cast by plpgsql would cost more
begin
  update jobflip.node_beat
  set beat = beat + 1, beat_at = greatest(beat_at, clock_timestamp())
  where node = p_node and said = p_said and login = session_user
    and exists (select from jobflip.incarnation where id = p_incarnation)
    -- each pool's number only rises, so the sum is the same only where each of them is
    and case when cardinality(pools) = 1
             then (select p.news from jobflip.pool p where p.name = pools[1])
             else (select sum(p.news)::bigint from jobflip.pool p where p.name = any (pools))
        end = p_news
  returning beat::text into v_beat;
  if found then
    return v_beat;
  end if;
  perform jobflip.require_read_committed();
  perform jobflip.require_login(p_node);
  return (select jobflip.beat(p_node, instance, vouches, ready, not_ready_reason, '{}',
                              highest_epoch)
          from jobflip.node_beat where node = p_node and said = p_said);
end
$$;
