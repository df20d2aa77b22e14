/* Epochs: every new epoch is above all earlier ones, in any history. Checked: `rises`, at each take.
 * lease.pml shows when a take is safe; here any node takes at any time, except that a new generation
 * waits first.
 *
 * Names are those of src/store/sql/epochs: begin_epochs, current_incarnation, find_set_back,
 * take. docs/safety.md has the argument: one of three safeguards must hold.
 *
 *   record  the beginning of each generation is on record for a while (freeze, takeover_after)
 *           before its first take. So a loss that reaches back less far leaves it in place
 *   clock   the store's clock, if it is not set back beyond what a lost history saw
 *   memory  an agent that saw an epoch of the generation and is still running
 *
 * DEEP, CLOCK_BACK and DEATHS each break one lock; a configuration has two of them. A history is
 * what is on record: the row's epoch, and the base. KEPT is an older state of it: a standby that
 * lags, or a copy of the files. ROOM is for lost takes of one generation; a take adds 1. Not
 * modelled: the random parts, several pools. */

#ifndef TAKES
#define TAKES 3
#endif
#ifndef LOSSES
#define LOSSES 2
#endif
#define ROOM 4      /* more than the takes of a generation that can be lost */
#define WAIT 2      /* ticks from the beginning of a generation to its first take */
#define TICK 4      /* of the clock; at least ROOM in WAIT ticks */
#define LAST_TICK 8

byte epoch, base;             /* on record */
byte kept_epoch, kept_base;   /* an older record, */
byte kept_age;                /* and for how many ticks it has been one (WAIT: or more) */
byte began;                   /* ticks since the generation began (WAIT: or more) */
bool begun = true;            /* this life of the server has begun its generation */
byte ticks, clock;            /* true time; what the store's clock shows */
byte memory;                  /* the highest epoch or base that a running agent has seen */
byte newest;                  /* the highest that was ever given; no process knows it */
byte takes, losses;

inline raise(seen) {   /* begin_epochs */
  if :: epoch > base -> base = epoch :: else fi;
#ifndef NO_MEMORY
  if :: seen > base -> base = seen :: else fi;
#endif
#ifndef NO_ROOM
  base = base + ROOM;
#endif
#ifndef NO_CLOCK
  if :: clock > base -> base = clock :: else fi;
#endif
  skip
}

#ifdef TAKE_AT_ONCE
#define WAITED true
#else
#define WAITED (began == WAIT)
#endif
#ifdef DEEP
#define MAY_LOSE true
#else
#define MAY_LOSE (kept_age < WAIT)   /* lost rows are younger than that */
#endif

proctype Store() {
end:
  do
  /* the first call after a loss; an agent that remembers more reports it with its first beat */
  :: d_step { !begun ->
#ifndef NO_GENERATION
       raise(memory);
#endif
       begun = true; began = 0 }
  :: d_step { begun && takes < TAKES && WAITED ->
       takes++;
       epoch = (epoch > base -> epoch : base) + 1;
       assert(epoch > newest);   /* rises */
       newest = epoch;
       memory = (epoch > memory -> epoch : memory) }
  od
}

proctype World() {
end:
  do
  :: d_step { ticks < LAST_TICK ->
       ticks++; clock = clock + TICK;
       began = (began < WAIT -> began + 1 : WAIT);
       kept_age = (kept_age < WAIT -> kept_age + 1 : WAIT) }
  :: d_step { losses < LOSSES && begun && kept_epoch + kept_base != epoch + base ->
       kept_epoch = epoch; kept_base = base; kept_age = 0 }
  :: d_step { losses < LOSSES && MAY_LOSE ->
       losses++; epoch = kept_epoch; base = kept_base; begun = false }
#ifdef CLOCK_BACK
  :: d_step { clock > 0 -> clock = 0 }
#endif
#ifdef DEATHS
  :: d_step { memory > 0 -> memory = 0 }
#endif
  od
}

init { atomic { began = WAIT; run Store(); run World() } }
