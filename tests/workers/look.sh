# shellcheck shell=bash disable=SC2034,SC2153
# What a scenario looks at, waits for and does. Every wait has a limit and names its condition.

say() { echo "  $*"; }
wrong() { # the scenario has failed
  echo "  WRONG: $*" >&2
  exit 1
}

until_done() { # until_done SECONDS WHAT COMMAND...: tries the command until it succeeds
  local ends=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS > ends)); then
      echo "  WRONG: waited in vain for $what" >&2
      return 1
    fi
    sleep 0.1
  done
}

ask() { # ask SQL: as the owner of everything
  PGCONNECT_TIMEOUT=5 timeout 20 psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$SITE/db" -U postgres \
    -d app -c "$1"
}
answers() { [[ $(ask "$2") == "$1" ]]; }
until_true() { until_done "$1" "$2" answers t "$3"; } # until_true SECONDS WHAT SQL

verb() { JOBFLIP_STORE=$(conninfo ops) timeout 120 "$PROGRAMS/jobflip" "$@"; }

holder() { ask "select holder from jobflip_data.pool_owner where pool = 'mail' and state = 'held'"; }
epoch() { ask "select epoch from jobflip_data.pool_owner where pool = 'mail'"; }

until_healthy() { # both nodes are ready, and the queue is judged
  until_true "$1" "the pool to be healthy" "select
    (select state = 'held' from jobflip_data.pool_owner where pool = 'mail')
    and (select open_flip is null from jobflip_data.pool where name = 'mail')
    and (select count(*) = 2 from jobflip_data.node_beat b where beat_at > clock_timestamp() - interval '3 s'
           and ('mail' = any (ready) or node = (select holder from jobflip_data.pool_owner where pool = 'mail')))
    and (select verdict in ('IDLE', 'OK') from jobflip_data.queue_verdict where queue = 'email')"
}

remember() { # the state before a fault
  FROM=$(holder)
  BEFORE=$(epoch)
  LAST_FLIP=$(ask "select coalesce(max(id), 0) from jobflip_data.flip")
  LAST_VERDICT=$(ask "select coalesce(max(id), 0) from seen.verdict")
}

# Verdicts -----------------------------------------------------------------------------------------

verdicts() { # since `remember`, in their order
  ask "select string_agg(verdict, ' ' order by id) from seen.verdict where id > $LAST_VERDICT"
}
until_verdict() { # until_verdict SECONDS VERDICT...: one of them since `remember`
  local seconds=$1 list
  shift
  printf -v list "'%s', " "$@"
  until_true "$seconds" "the verdict $*" "select exists (select from seen.verdict
    where id > $LAST_VERDICT and verdict in (${list%, }))"
  say "$(ask "select verdict || ': ' || reason from seen.verdict
    where id > $LAST_VERDICT and verdict in (${list%, }) order by id limit 1")"
}
must_not_say() { # must_not_say VERDICT...
  local one
  for one in "$@"; do
    [[ " $(verdicts) " != *" $one "* ]] || wrong "the verdict was $one: $(ask "select reason
      from seen.verdict where id > $LAST_VERDICT and verdict = '$one' limit 1")"
  done
}

# Flips --------------------------------------------------------------------------------------------

flips() { # since `remember`
  ask "select coalesce(string_agg(from_node || '->' || to_node || ' ' || state, ', ' order by id),
    'none') from jobflip_data.flip where id > $LAST_FLIP"
}
until_flip() { # until_flip SECONDS STATE
  until_true "$1" "a flip that is $2" "select exists (select from jobflip_data.flip
    where id > $LAST_FLIP and state = '$2')"
}
must_have_flipped() { # must_have_flipped TIMES
  local times
  times=$(ask "select count(*) from jobflip_data.flip where id > $LAST_FLIP")
  ((times == $1)) || wrong "$times flips, and not $1: $(flips)"
}

# Mails --------------------------------------------------------------------------------------------

enqueue() { worker_file enqueue "$@"; } # enqueue LABEL COUNT
message_ids() { # of the mails that the SMTP server has, one line a delivery
  find "$SITE/mail" -type f -exec grep -hi "^Message-ID: <$1\." {} + 2>/dev/null || true
}
delivered() { message_ids "$1" | sort -u | wc -l; }
twice() { message_ids "$1" | sort | uniq -d | wc -l; }
are_delivered() { (($(delivered "$1") >= $2)); }
until_delivered() { # until_delivered SECONDS LABEL COUNT
  until_done "$1" "$3 mails of $2" are_delivered "$2" "$3"
}
unfinished() { ask "select count(*) from ($UNFINISHED_JOBS) j"; }
no_job_is_left() { [[ $(unfinished) == 0 ]]; }

# must_be_complete LABEL COUNT MOST_TWICE: at the SMTP server and in the queue. A mail that was on
# its way when its worker was killed may go out twice: docs/safety.md.
must_be_complete() {
  until_done 60 "the jobs to be finished" no_job_is_left
  local had two
  had=$(delivered "$1")
  two=$(twice "$1")
  ((had == $2)) || wrong "$had of $2 mails were delivered"
  ((two <= $3)) || wrong "$two mails were delivered twice, and at most $3 were on their way"
  [[ $(find "$SITE/mail" -type f | wc -l) -gt 0 ]] || wrong "the SMTP server has no file"
  MAILS="$2 queued, $had delivered, $(($2 - had)) lost, $two twice"
}

# Processes ----------------------------------------------------------------------------------------

worker_of() { # worker_of NODE: the pid of its Node.js process
  local pid
  for pid in $(ours); do
    grep -qszxF "JOBFLIP_NODE=$1" "/proc/$pid/environ" || continue
    [[ $(readlink "/proc/$pid/exe") == "$(readlink -f "$NODE")" ]] && echo "$pid" && return
  done
  return 1
}
switch_on() { : >"$SITE/switches/$1"; }
switch_off() { rm -f "$SITE/switches/$1"; }
