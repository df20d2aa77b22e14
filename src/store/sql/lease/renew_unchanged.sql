-- renew_unchanged: the fast path of a beat. A node uses it while it reports the same as in its last
-- full beat, and the reply to that beat allowed it: the node holds all its pools, and nothing
-- concerns them. It is a view and not a function, because calling a function costs more than the
-- update. $2 is the number of the last full beat:
--
--   update jobflip.renew_unchanged set beat = beat + 1, beat_at = clock_timestamp()
--   where node = $1 and full_beat_number = $2
--
-- One changed row: the beat counts, its number is the next one, and nothing else has changed. No
-- row: the node must send a full beat, whose reply has the news. There is no `returning`, because
-- the node already knows the values.
--
-- One statement is enough, although its snapshot is older than its lock on the row: every
-- transaction that changes the owner of a pool, or the pool's row (a pause, a flip, settings), also
-- sets the holder's `full_beat_number` to 0 (clear_full_beat, invalidate_fast_path). An update
-- waits for a transaction that is changing its row, and then reads the newest version. So either
-- that transaction comes first, and the update finds no row; or the beat comes first, and a take,
-- which locks the row, sees it. Lost history ends the session, and with it the right to use the
-- fast path (AgentStore). Behind a pooler that hides this, a node may miss a freeze. That concerns
-- only nodes that may take a pool, and they send full beats.
--
-- A login reaches only its own row: the check option checks the row after the update. It can't set
-- a beat in the future, nor more than a minute back. The number stays within a million of the last
-- full beat's, far from the end of the numbers, no matter how often that is done. (If one of these
-- conditions does not hold before the update, for example after the store's clock was set back or
-- after a million short beats, no row is found and the full beat counts.) No other column can be
-- written through the view.
create view jobflip.renew_unchanged with (security_barrier = true) as
  select b.node, b.full_beat_number, b.beat, b.beat_at
  from jobflip_data.node_beat b
  where b.login = session_user and b.beat_at <= clock_timestamp()
    and b.beat_at > clock_timestamp() - interval '1 minute'
    and b.beat between b.full_beat_number and b.full_beat_number + 1000000
  with check option;
