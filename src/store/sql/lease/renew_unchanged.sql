-- renew_unchanged: the beat of a node that says the same as with its last full beat, and was told
-- then that it holds all its pools and nothing is going on. The hot path, and no function, since to
-- call one would cost more than all the rest. $2 is the number of that full beat:
--
--   update jobflip.renew_unchanged set beat = beat + 1, beat_at = clock_timestamp()
--   where node = $1 and full_beat_number = $2
--
-- One row changed: the beat counts, its number is the next, and nothing else is so. None: the node
-- has to beat in full, and finds out. No `returning`: what it would say is known.
--
-- Why one statement is enough, although it reads by a snapshot from before it had the row: whoever
-- changes the owner of a pool, or its row (a pause, a flip, settings), sets the holder's
-- `full_beat_number` to 0 in the same transaction (clear_full_beat, invalidate_fast_path). An
-- update looks at the newest version of its row, waiting for who is about to change it. So either
-- that comes first, and nothing is found here; or this beat comes first, and a take, which locks
-- the row, sees it. Lost history ends the session, and with it the right to go on (AgentStore);
-- behind a pooler that hides this, a node may miss the freeze, which concerns takers alone: they
-- beat in full.
--
-- A login reaches its own row alone: the check option looks at the row as it became. It can't set a
-- beat in the future, nor further back than a minute; and the number stays within a million of the
-- last full beat's, which is far from the end of the numbers however often that is done. (Where one
-- of these does not hold before, such as after the store's clock was set back or after a million
-- short beats, no row is found, and the full beat counts.) Nothing else of the row can be written
-- through it.
create view jobflip.renew_unchanged with (security_barrier = true) as
  select b.node, b.full_beat_number, b.beat, b.beat_at
  from jobflip_data.node_beat b
  where b.login = session_user and b.beat_at <= clock_timestamp()
    and b.beat_at > clock_timestamp() - interval '1 minute'
    and b.beat between b.full_beat_number and b.full_beat_number + 1000000
  with check option;
