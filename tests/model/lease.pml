/* The lease: who may run a pool's workers. Checked: S1 (one node's workers at most), that no epoch
 * is granted twice, and S3 (jobs finish only under the current epoch, in the order of epochs).
 *
 * Names are those of src/core/agent*.cpp and src/store/sql; docs/safety.md has the rules.
 *
 * Time. A tick is a moment of real time. In each tick every node's own clock advances by 1 (slow) or
 * 2 (fast), at random: a rate bound r of 1/3. AFTER = LEASE * (1 + r) / (1 - r) is the least that
 * docs/safety.md allows. Everything else may take any time, from none to for ever.
 *
 * The store's clock proves nothing here: it shows whatever lets a take pass. So the properties hold
 * by the nodes' own clocks alone, however the store's clock steps. `freeze` is as long as
 * takeover_after, the least that the proof needs; polls and gaps between them are not counted.
 *
 * Numbers that never repeat are not counted up. Of the beat number only a bit is kept: has it moved
 * since the poll that this step is based on? A new epoch is the next number that no other node
 * gets: epochs.pml shows that one exists, whatever history was lost.
 *
 * A set back (SET_BACKS): files that were copied while the server was stopped are restored,
 * including the marker. Rows of an earlier life of the server are `old`. Agents remember nothing
 * here: in reality their memory (find_set_back) only begins a freeze.
 *
 * Left out, because it only makes nodes more careful: a late answer to a watcher (it counts from
 * its arrival), and a beat that arrives after its agent gave up on it (it moves the beat number and
 * extends nothing). Kept: beats whose request or answer is late or lost, takes and releases that
 * arrive long after their agent gave up on them or died, and answers to takes that never come.
 *
 * A flip is any moment at which the holder drains and another node takes: flip.pml has its steps.
 * Not modelled: a pause of a virtual machine (its clock stops: S1 does not hold there),
 * --host-is-off (an operator's claim), two primaries at once, several pools. */

#ifndef NODES
#define NODES 2
#endif
#ifndef TAKES       /* in a run, after the first lease */
#define TAKES 2
#endif
#ifndef LOSSES      /* crashes and promotions of the store */
#define LOSSES 0
#endif
#ifndef DEATHS      /* of agents; their workers live on under the guard */
#define DEATHS 0
#endif
#ifndef LATES       /* takes and releases that arrive after their agent gave up on them */
#define LATES 1
#endif
#ifndef SET_BACKS   /* how often older files are restored */
#define SET_BACKS 0
#endif
#define LEASE 2
#ifdef NO_DRIFT
#define AFTER LEASE
#else
#define AFTER 4     /* takeover_after and freeze */
#endif
#define NEVER 7     /* no incarnation was seen yet */

mtype:phase = { watching, taking, starting, holding, stopping, lost, releasing };
mtype:call  = { none, beat, take, release };
mtype:seen  = { unknown, released, ours, theirs };  /* the ownership row, as one node sees it */

typedef Row {
  bool held; byte holder; byte epoch;
#if SET_BACKS > 0
  bool old                /* written before the server's last start */
#endif
};
Row row, standby;      /* the ownership row, and a standby's copy of it, which lags */
byte incarnation, losses, set_backs, takes, deaths, lates;
byte newest = 1;       /* the highest epoch that was ever granted, in any history */
byte granted = 2;      /* every epoch that was granted, as bits */
byte finished;         /* the epoch under which the last job finished */

typedef Node {
  bool up;                /* the agent's process */
  mtype:phase phase;
  byte epoch;             /* of the lease that it holds or releases, and of its workers */
  byte right;             /* the rest of the right to run workers, on its own clock */
  bool workers;
  mtype:seen seen;        /* the watch: what the last poll showed */
  byte seen_epoch;
  byte incarnation;       /* as last seen, in a poll or in a beat */
  bool moved;             /* the beat number, since the last poll */
  byte still;             /* how long nothing has changed, on its own clock */
  byte freeze;            /* the rest of the wait after a loss of history, on its own clock */
  mtype:call call;        /* in flight, and its state: */
  bool answered, granted; /* (granted: the answer is yes) */
  byte age;               /* of the call, or of the attempt to take, on its own clock */
  bool unmanned, stood;   /* what a take claims: no worker of our own; unchanged for so long */
  bool won;               /* the current attempt has taken the row */
  mtype:call late;        /* a request that its agent gave up on: it may still arrive */
  byte late_epoch, late_incarnation;
  bool late_unmanned, late_stood, late_moved, late_attempt;
#if SET_BACKS > 0
  byte touch;             /* in touch with this life of the server: 0 not yet, else how long, + 1 */
  bool renewed;           /* what it holds, in this life of the server */
#endif
#ifdef JOBS
  byte job;               /* a worker's transaction: 1 begun, 2 has passed the fence */
  byte job_epoch;
#endif
};
Node node[NODES];
#define N node[n]
hidden byte i;         /* a loop counter; not part of the state */

#include "lease_store.pml"

/* ---- the agent ---- */

inline forget_call() { N.call = none; N.answered = false; N.granted = false }
inline forget_watch() { N.seen = unknown; N.seen_epoch = 0; N.moved = false; N.still = 0 }
inline forget_late() {
  N.late = none; N.late_epoch = 0; N.late_incarnation = 0; N.late_unmanned = false;
  N.late_stood = false; N.late_moved = false; N.late_attempt = false
}
inline end_attempt() {
  N.age = 0; N.unmanned = false; N.stood = false; N.won = false; N.late_attempt = false
}
inline watch() { N.phase = watching; N.epoch = 0; N.right = 0; forget_watch() }

inline see_incarnation() {
#if SET_BACKS > 0
  if :: N.touch == 0 -> N.touch = 1; N.still = 0 :: else fi;
#endif
  if
  :: N.incarnation == incarnation || (N.incarnation == NEVER && incarnation == 0)
  :: else -> N.freeze = AFTER   /* history was lost: it waits from now on */
  fi;
  N.incarnation = incarnation
}

inline look() {
  see_incarnation();
  if
  :: !row.held -> forget_watch(); N.seen = released
  :: row.held && row.holder == n -> forget_watch(); N.seen = ours
  :: else ->
    if :: N.seen != theirs || N.seen_epoch != row.epoch || N.moved -> N.still = 0 :: else fi;
    N.moved = false; N.seen = theirs
  fi;
  N.seen_epoch = row.epoch
}

inline extend() {
#ifdef DEADLINE_FROM_REPLY
  N.right = LEASE
#else
  if :: LEASE - N.age > N.right -> N.right = LEASE - N.age :: else fi
#endif
}

inline take_in_answer() {
  if
  :: N.call == beat ->
    if
    :: N.phase != starting && N.phase != holding && N.phase != stopping
    :: else -> if :: N.granted -> extend() :: else -> N.phase = lost fi
    fi;
    N.age = 0
  :: N.call == take ->
    if
    :: N.granted && N.age < LEASE -> N.phase = starting; forget_watch(); extend()
    :: N.granted && N.age >= LEASE -> watch()
    :: !N.granted -> N.phase = watching
    fi;
    end_attempt()
  :: N.call == release -> watch()
  fi;
  forget_call()
}

/* The agent gave up or is gone. A request that has not reached the store may arrive late. */
inline give_up() {
  if
  :: true
  :: N.call != beat && !N.answered && lates < LATES ->
    lates++;
    forget_late();
    N.late = N.call;
    if
    :: N.call == take ->
      N.late_epoch = N.seen_epoch; N.late_incarnation = N.incarnation; N.late_moved = N.moved;
      N.late_unmanned = N.unmanned; N.late_stood = N.stood; N.late_attempt = true
    :: else -> N.late_epoch = N.epoch
    fi
  fi;
  if :: N.call == take -> N.epoch = 0 :: else -> N.age = 0 fi;
  forget_call()
}

inline agent_dies() {
  if :: N.call != none -> give_up() :: else fi;
  end_attempt(); forget_watch();
  if :: !N.workers -> N.right = 0; N.epoch = 0 :: else fi;
  N.up = false; N.phase = watching; N.incarnation = NEVER; N.freeze = 0;
#if SET_BACKS > 0
  N.touch = 0;
#endif
  skip
}

inline workers_end() {
  N.workers = false;
  if :: N.phase == holding -> N.phase = starting :: else fi;
  if :: !N.up || N.phase == releasing -> N.right = 0 :: else fi;
  if :: !N.up -> N.epoch = 0 :: else fi
}

/* ---- what can happen to a node ---- */

#if defined(NO_OWN_FREEZE)
#define FROZEN false
#elif defined(FREEZE_HELD_ONLY)
#define FROZEN (N.freeze > 0 && N.seen != released)
#else
#define FROZEN (N.freeze > 0)
#endif
#ifdef STORE_CLOCK_ONLY
#define STOOD true
#else
#define STOOD (N.still >= AFTER)
#endif
#ifdef HINTS   /* of a release: worth a take without a poll, which succeeds only after a release */
#define HINTED true
#else
#define HINTED false
#endif
#define CALM (N.up && N.call == none)
#define MAY_TAKE (CALM && N.phase == watching && !N.workers && !FROZEN)
#define OURS (N.phase == starting || N.phase == holding || N.phase == stopping)

proctype Agent(byte n) {
  do
  /* the calls of the agent: one at a time */
  :: d_step { CALM && N.phase == watching -> look() }
  :: d_step { CALM && OURS -> N.call = beat }
  :: d_step { MAY_TAKE && N.seen == released -> N.phase = taking; N.call = take }
  :: d_step { MAY_TAKE && N.seen == ours -> N.phase = taking; N.unmanned = true; N.call = take }
  :: d_step { MAY_TAKE && N.seen == theirs && (STOOD || HINTED) ->
       N.phase = taking; N.stood = STOOD; N.call = take }
  :: atomic { CALM && N.phase == taking ->      /* the same attempt again, or it gives up */
       if :: N.age < LEASE -> N.call = take :: watch(); end_attempt() fi }
  :: d_step { CALM && N.phase == watching && N.seen == ours && !N.workers ->   /* releases it */
       N.epoch = N.seen_epoch; N.phase = releasing; forget_watch() }
  :: d_step { CALM && N.phase == releasing -> N.call = release }

  /* the network and the store */
  :: d_step { N.call != none && !N.answered -> store_gets_the_call() }
  :: d_step { N.up && N.answered -> take_in_answer() }
  :: atomic { N.up && N.call != none -> give_up() }
  :: d_step { N.late != none -> store_gets_a_late_request() }

  /* the workers, which start and run only under a right */
  :: d_step { N.up && N.phase == starting && N.right > 0 ->
       for (i in node) { assert(!node[i].workers) };   /* S1 */
       N.workers = true; N.phase = holding }
  :: d_step { N.workers -> workers_end() }
  :: d_step { N.up && N.phase == holding -> N.phase = stopping }   /* a flip, a stop */
#ifdef RELEASE_EARLY
  :: d_step { CALM && N.phase == stopping && N.workers -> N.phase = releasing }
#endif
  :: atomic { CALM && N.phase == stopping && !N.workers ->
       if :: N.phase = releasing; N.right = 0 :: N.phase = starting fi }
  :: d_step { CALM && N.phase == lost && !N.workers -> watch() }

  :: atomic { N.up && deaths < DEATHS -> deaths++; agent_dies() }
  :: d_step { !N.up ->   /* it continues with workers that it finds running: adopt */
       N.up = true;
       if :: N.workers -> N.phase = (N.right > 0 -> holding : lost) :: else fi }

#ifdef JOBS    /* S3. A job's transaction outlives its worker: a frozen host, a late statement */
  :: d_step { N.workers && N.job == 0 -> N.job = 1; N.job_epoch = N.epoch }
  :: d_step { N.job == 1 ->   /* fence */
       if
       :: row.held && row.epoch == N.job_epoch -> N.job = 2
       :: else -> N.job = 0; N.job_epoch = 0
       fi }
  :: d_step { N.job == 2 ->
       assert(row.held && row.epoch == N.job_epoch && finished <= N.job_epoch);   /* S3 */
       finished = N.job_epoch; N.job = 0; N.job_epoch = 0 }
#endif
  od
}

/* ---- time, and the faults of the store ---- */

inline right_ends() {
#ifdef NO_GUARD
  if :: N.up -> N.workers = false :: else fi;
#else
  N.workers = false;   /* S2: the guard ends them in time */
#endif
  if :: OURS || (!N.up && !N.workers) -> watch() :: else fi
}

inline clock_goes_on(d) {
  if :: N.seen == theirs -> N.still = (N.still + d < AFTER -> N.still + d : AFTER) :: else fi;
  if
  :: N.call == beat || N.phase == taking -> N.age = (N.age + d < LEASE -> N.age + d : LEASE)
  :: else
  fi;
  N.freeze = (N.freeze > d -> N.freeze - d : 0);
#if SET_BACKS > 0
  if :: N.touch > 0 -> N.touch = (N.touch + d <= AFTER -> N.touch + d : AFTER + 1) :: else fi;
#endif
  if
  :: N.right > d -> N.right = N.right - d
  :: N.right > 0 && N.right <= d -> N.right = 0; right_ends()
  :: else
  fi
}

proctype World() {
  byte n;
  do
  :: atomic { true ->
       n = 0;
       do
       :: n < NODES -> if :: true -> clock_goes_on(1) :: true -> clock_goes_on(2) fi; n++
       :: else -> n = 0; break
       od }
#if SET_BACKS > 0
#ifdef COPIES   /* otherwise the files are those of the start, with node 0 as the holder */
  :: d_step { set_backs < SET_BACKS && (standby.epoch != row.epoch || standby.held != row.held) ->
       standby.held = row.held; standby.holder = row.holder; standby.epoch = row.epoch }
#endif
  :: d_step { set_backs < SET_BACKS ->
       set_backs++;
       if :: standby.epoch != row.epoch -> for (i in node) { node[i].won = false } :: else fi;
       row.held = standby.held; row.holder = standby.holder; row.epoch = standby.epoch;
       row.old = true;
       for (i in node) { node[i].touch = 0; node[i].renewed = false };
       beat_moves(); n = 0 }
#endif
#if LOSSES > 0
  :: d_step { losses < LOSSES && (standby.epoch != row.epoch || standby.held != row.held) ->
       standby.held = row.held; standby.holder = row.holder; standby.epoch = row.epoch }
  :: atomic { losses < LOSSES ->   /* a crash, or the promotion of a standby that lags */
       losses++;
       if
       :: true
       :: standby.epoch != row.epoch || standby.held != row.held ->
         if :: standby.epoch != row.epoch -> for (i in node) { node[i].won = false } :: else fi;
         row.held = standby.held; row.holder = standby.holder; row.epoch = standby.epoch;
         finished = 0   /* S3 is about one history */
       fi;
#ifndef NO_MARKER
       incarnation++;
       beat_moves();
#endif
#ifdef JOBS
       for (i in node) {
         if :: node[i].job == 2 -> node[i].job = 0; node[i].job_epoch = 0 :: else fi
       };
#endif
       n = 0 }
#endif
  od
}

init {   /* node 0 holds: by symmetry this covers every first holder */
  byte n;
  atomic {
    row.held = true; row.holder = 0; row.epoch = 1;
    standby.held = true; standby.holder = 0; standby.epoch = 1;
    for (n : 0 .. NODES - 1) {
      node[n].up = true; node[n].phase = watching; node[n].seen = unknown;
      node[n].call = none; node[n].late = none;
#if SET_BACKS > 0
      node[n].touch = AFTER + 1;
#endif
      skip
    }
    node[0].phase = holding; node[0].epoch = 1; node[0].right = LEASE; node[0].workers = true;
    for (n : 0 .. NODES - 1) { run Agent(n) }
    run World()
  }
}
