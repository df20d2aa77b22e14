/* A flip: the steps of moving a pool's lease. Checked: every accepted flip ends (`ends`), the
 * pool is served in the end and stays so (`served`), no flip is accepted from a supervisor that no
 * longer leads, and two nodes never run the workers at once.
 *
 * Names are those of src/store/sql/flip and the rows of flip_transition. lease.pml
 * shows when a take is safe; here a take from a holder only needs the holder to be down or not to
 * renew its lease, and a host that dies takes its workers with it.
 *
 * Each agent sends a beat, then acts on what it saw, which may be outdated by then. A call may be
 * lost, a start may fail, a host may die and come back: CALLS_LOST, FAILS and DEATHS times in a
 * run. A deadline passes at any moment after its step began, but it does pass. Two supervisors lead
 * in turns, and one that no longer leads does not know it. Operators request and abort flips.
 * Liveness assumes weak fairness: a running agent makes progress. Not modelled: gates, cooldown,
 * budget. */

#define NOBODY 2
#ifndef FLIPS
#define FLIPS 2
#endif
#ifndef CALLS_LOST
#define CALLS_LOST 1
#endif
#ifndef FAILS
#define FAILS 1
#endif
#ifndef DEATHS
#define DEATHS 1
#endif
#ifndef TERMS      /* of supervisors */
#define TERMS 2
#endif

mtype:flip  = { none, requested, draining, released, taken, started };
mtype:phase = { watching, starting, holding, stopping, releasing };

/* the store */
mtype:flip flip = none;   /* none: the last one has ended */
byte number, to = NOBODY; /* of the flip */
bool overdue;             /* the deadline of its step has passed */
byte holder;              /* NOBODY: released */
byte leader = NOBODY, term;

/* the world */
mtype:phase phase[2];
bool up[2], workers[2], renewals[2];
byte lost, fails, deaths;

#define WAITS (flip == requested || flip == draining || flip == released)

inline goes_to(state) {   /* advance_flip */
#ifdef FROM
  assert(!(flip == FROM && state == TO));   /* violated: some run makes this step */
#endif
  flip = state; overdue = false;
  if :: flip == none -> to = NOBODY :: else fi
}
inline take_pool() {      /* check_take_conditions, take, flip_follows_take */
  if
  :: holder == seen_holder &&
     ((holder == NOBODY && !(WAITS && to != n && !overdue)) ||
      (holder == n) || (holder != NOBODY && !renewals[holder])) ->
    if
    :: flip != none && to == n -> goes_to(taken)   /* or again, after taken and started */
    :: flip != none && to != n -> goes_to(none)    /* superseded */
    :: else
    fi;
    holder = n; phase[n] = starting; renewals[n] = true
  :: else
  fi
}
inline release_pool() {
  if
  :: holder == n ->
    holder = NOBODY;
    if :: flip == requested || flip == draining -> goes_to(released) :: else fi
  :: else
  fi;
  phase[n] = watching; renewals[n] = false
}
#define SAME_FLIP (flip != none && number == seen_number)
inline step_flip(from, state) {
  if :: SAME_FLIP && flip == from -> goes_to(state) :: else fi
}

#define AWAY (seen_flip != none && seen_to != n)
#define DRAIN (AWAY && (seen_flip == requested || seen_flip == draining) && !seen_overdue)

proctype Agent(byte n) {
  mtype:flip seen_flip; byte seen_number, seen_to, seen_holder; bool seen_overdue, tells;
  do
  :: atomic { up[n] ->   /* a beat */
       if                /* begin_drain, unless the pool's row is locked */
       :: holder == n && renewals[n] && flip == requested && to != n && !overdue ->
         goes_to(draining)
       :: true
       fi;
       seen_flip = flip; seen_number = number; seen_to = to; seen_overdue = overdue;
       seen_holder = holder };
     atomic {            /* and its effect */
       if
       :: !up[n] -> tells = false
       :: up[n] && lost < CALLS_LOST -> lost++
       :: up[n] && phase[n] != watching && holder != n && phase[n] != releasing ->
         workers[n] = false; phase[n] = watching; renewals[n] = false
#ifndef NO_OVERDUE
       :: up[n] && seen_overdue && SAME_FLIP && overdue -> goes_to(none)   /* or nobody_looked */
#endif
       :: up[n] && phase[n] == holding && tells -> tells = false; step_flip(taken, started)
       :: up[n] && phase[n] == holding && !tells && DRAIN ->
         phase[n] = stopping; step_flip(requested, draining)
       :: up[n] && phase[n] == stopping ->
         workers[n] = false;
         phase[n] = (AWAY -> releasing : starting)   /* resume */
       :: up[n] && phase[n] == releasing ->
         if :: tells -> tells = false; step_flip(taken, none) :: else fi;   /* start_failed */
         release_pool()
       :: up[n] && phase[n] == starting && holder == n ->
         tells = true;
         if
         :: fails < FAILS -> fails++; phase[n] = releasing
         :: assert(!workers[1 - n]); workers[n] = true; phase[n] = holding
         fi
       :: up[n] && phase[n] == watching && !seen_overdue && (seen_flip == none || seen_to == n ||
                                         seen_flip == taken || seen_flip == started) ->
         tells = false; take_pool()
       :: else
       fi;
       seen_flip = none; seen_number = 0; seen_to = 0; seen_holder = 0; seen_overdue = false }
  od
}

inline ask() {   /* request_flip */
  number++; goes_to(requested);
  if :: holder != 0 -> to = 0 :: holder != 1 -> to = 1 fi
}

proctype Supervisor(byte me) {
  byte my_term;
  do
  :: d_step { term < TERMS && leader != me -> term++; leader = me; my_term = term }
  :: atomic { my_term > 0 && number < FLIPS && flip == none ->
       if
#ifndef STALE_SUPERVISOR
       :: leader != me || term != my_term   /* does not lead: refused, supervisor-late */
       :: leader == me && term == my_term ->
#else
       :: true ->
#endif
         assert(leader == me && term == my_term);
         ask()
       fi }
  :: d_step { leader == me && term == my_term && flip == started ->   /* verified, ineffective */
       goes_to(none) }
  od
}

proctype Person() {
  do
  :: atomic { number < FLIPS && flip == none -> ask() }
  :: d_step { flip == requested || flip == draining -> goes_to(none) }   /* abort */
  od
}

proctype Clock() { do :: d_step { flip != none && !overdue -> overdue = true } od }

proctype Fate(byte n) {
  do
  :: atomic { deaths < DEATHS && up[n] ->
       deaths++; up[n] = false; workers[n] = false; renewals[n] = false; phase[n] = watching };
     up[n] = true
  od
}

ltl ends { [] (flip != none -> <> (flip == none)) }
ltl served { <> [] (workers[0] || workers[1]) }

init {
  atomic {
    up[0] = true; up[1] = true; phase[1] = watching;
    phase[0] = holding; workers[0] = true; renewals[0] = true;
    run Agent(0); run Agent(1); run Supervisor(0); run Supervisor(1);
    run Person(); run Clock(); run Fate(0); run Fate(1)
  }
}
