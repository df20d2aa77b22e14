/* How the store answers the calls of lease.pml's agents: beat, take, release. Each is one
 * transaction. `n` is the calling node, N its state. */

inline beat_moves() {   /* a bit without a meaning stays 0, so that no state is counted twice */
  for (i in node) {
    node[i].moved = (node[i].seen == ours || node[i].seen == theirs);
    node[i].late_moved = (node[i].late == take)
  }
}

inline end_fenced_sessions() {   /* lock_lease: sessions that hold the row FOR SHARE are ended */
#if defined(JOBS) && !defined(PLAIN_FENCE)
  for (i in node) {
    if :: node[i].job == 2 -> node[i].job = 0; node[i].job_epoch = 0 :: else fi
  }
#else
  skip
#endif
}

inline store_beat() {
  if
  :: row.held && row.holder == n && row.epoch == N.epoch ->
    N.granted = true; beat_moves();
#if SET_BACKS > 0
    N.renewed = true;
#endif
    skip
  :: else
#ifdef NO_EPOCH_CHECK
    -> N.granted = true
#endif
  fi
}

#ifdef NO_CAS
#define UNCHANGED(its_epoch, its_incarnation) true
#define MOVED(its_moved) false
#else
#define UNCHANGED(its_epoch, its_incarnation) \
  (incarnation == its_incarnation && row.epoch == its_epoch)
#define MOVED(its_moved) its_moved
#endif
#ifdef EPOCH_PLUS_ONE
#define NEXT_EPOCH (row.epoch + 1)
#else
#define NEXT_EPOCH (newest + 1)
#endif

/* a row of an earlier life of the server counts after some time in touch with this one */
#if SET_BACKS > 0 && !defined(BELIEVE_OLD_ROWS)
#define SETTLED (!row.old || N.touch > AFTER)
#else
#define SETTLED true
#endif

inline store_take(its_epoch, its_incarnation, its_moved, its_unmanned, its_stood, attempt) {
  if
  :: takes < TAKES && UNCHANGED(its_epoch, its_incarnation) &&   /* check_take_conditions */
     ((!row.held && SETTLED) ||
      (row.held && !MOVED(its_moved) &&
       (its_stood || (its_unmanned && row.holder == n && SETTLED)))) ->
    end_fenced_sessions();
    takes++;
    row.held = true; row.holder = n; row.epoch = NEXT_EPOCH;
    assert(!(granted & (1 << row.epoch)));   /* no epoch is granted twice */
    granted = granted | (1 << row.epoch);
    if :: row.epoch > newest -> newest = row.epoch :: else fi;
    for (i in node) { node[i].won = false }
    N.won = attempt;
#if SET_BACKS > 0
    row.old = false;
    N.renewed = false;
#endif
    beat_moves()
  :: else
  fi
}

inline store_release(its_epoch) {
  if
  :: row.held && row.holder == n && row.epoch == its_epoch ->
    end_fenced_sessions();
    row.held = false;
#if SET_BACKS > 0 && !defined(RELEASE_OLD_ROWS)
    row.old = row.old && !N.renewed;
#elif SET_BACKS > 0
    row.old = false;
#endif
    skip
  :: else
  fi
}

inline store_gets_the_call() {
  if
  :: N.call == beat -> store_beat(); see_incarnation()
  :: N.call == take ->
    if
    :: N.won :: else ->   /* won: the same attempt again has the same answer */
      store_take(N.seen_epoch, N.incarnation, N.moved, N.unmanned, N.stood, true)
    fi;
    if :: N.won -> N.granted = true; N.epoch = row.epoch :: else fi
  :: N.call == release -> store_release(N.epoch)
  fi;
  N.answered = true
}

inline store_gets_a_late_request() {
  if
  :: N.late == take -> store_take(N.late_epoch, N.late_incarnation, N.late_moved, N.late_unmanned,
                                  N.late_stood, N.late_attempt)
  :: N.late == release -> store_release(N.late_epoch)
  fi;
  forget_late()
}
