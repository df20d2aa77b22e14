# shellcheck shell=bash
# Looking: conditions to wait for, and what must be so. Every wait has an end and says what for.

say() { echo "  $*"; }

wrong() { # the scenario has failed
  echo "  WRONG: $*" >&2
  exit 1
}

until_done() { # until_done SECONDS WHAT COMMAND...: tried until it succeeds
  local ends=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS > ends)); then
      echo "  WRONG: waited in vain for $what" >&2
      return 1
    fi
    sleep 0.05
  done
}

# ask SQL: of the store's database, as its owner; one value, or rows with | between columns. A query with a
# mistake in it (SQLSTATE 42...) fails the part, wherever its answer was to go: an empty answer passes many a test.
ask() {
  local said=$HOSTS_STATE/psql-$BASHPID code=0
  PGCONNECT_TIMEOUT=3 timeout 10 psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose \
    -h "$(address "$(store_host)")" -U postgres -d jobflip -c "$1" 2>"$said" || code=$?
  if grep -q '^ERROR:  42' "$said"; then
    { echo "$1" && cat "$said"; } >>"$HOSTS_STATE/bad-queries"
  fi
  cat "$said" >&2
  rm "$said"
  return "$code"
}
answers() { [[ $(ask "$2") == "$1" ]]; }
until_true() { until_done "$1" "$2" answers t "$3"; } # until_true SECONDS WHAT SQL

holder() { ask "select holder from jobflip_data.pool_owner where pool = '${1:-mail}' and state = 'held'"; }
epoch() { ask "select epoch from jobflip_data.pool_owner where pool = '${1:-mail}'"; }
store_host() { cat "$HOSTS_STATE/store-host" 2>/dev/null || echo db1; }

another() { # another NODE...: the first job host that is none of these
  local one
  for one in job1 job2 job3; do
    [[ " $* " == *" $one "* ]] || { echo "$one" && return; }
  done
}

commits() { # under that epoch
  ask "select count(*) from app.done where epoch = $1"
}

# its workers commit under an epoch above this one, on another node than that
moved() { # moved EPOCH NODE
  [[ $(ask "select o.holder <> '$2' and o.state = 'held' and o.epoch > $1
                   and exists (select from app.done d where d.epoch = o.epoch)
              from jobflip_data.pool_owner o where pool = 'mail'") == t ]]
}

remember() { # who holds the pool, and under which epoch, before something happens
  FROM=$(holder)
  BEFORE=$(epoch)
  [[ -n $FROM ]] || wrong "nobody holds the pool"
}

await_move() { # await_move SECONDS: the workers of another node commit, under a higher epoch
  until_done "$1" "another node than $FROM to commit" moved "$BEFORE" "$FROM"
}

# until_ready SECONDS NODE [POOL...]: by a beat of the last second; the pool is mail where none is named
until_ready() {
  local seconds=$1 node=$2 pools
  shift 2
  printf -v pools "'%s', " "${@:-mail}"
  until_true "$seconds" "$node to be ready" "select array[${pools%, }] <@ ready and
    beat_at > clock_timestamp() - interval '1 s' from jobflip_data.node_beat where node = '$node'"
}

# ask_for_flip POOL REASON [OPTION...]: until it is accepted, since the flip before may be open and a node that
# gave the pool up may not be ready yet; does not wait for its end
ask_for_flip() {
  local pool=$1 reason=$2 said=$HOSTS_STATE/flip-said
  shift 2
  until_done 30 "the flip of $pool: $reason" said_in "$said" \
    verb flip "$pool" --reason "$reason" "$@" --yes --no-wait || { cat "$said" >&2 && return 1; }
}
said_in() { "${@:2}" >"$1" 2>&1; } # said_in FILE COMMAND...: what it says goes there

flip_mail() { ask_for_flip mail "$@"; } # flip_mail REASON [OPTION...]

flip_still() { # flip_still REASON [TO]: the pool `still`, and waits until it is active elsewhere
  local from before
  until_true 20 "the last flip to end" \
    "select open_flip is null from jobflip_data.pool where name = 'still'"
  from=$(holder still)
  before=$(epoch still)
  ask_for_flip still "$1" ${2:+--to "$2"}
  until_true 20 "still to be active elsewhere" "select state = 'held' and epoch > $before and holder <> '$from'
    and holder = coalesce(nullif('${2:-}', ''), holder) from jobflip_data.pool_owner where pool = 'still'"
}

must_go_on() { # the same holding, and its workers commit
  local had
  had=$(commits "$BEFORE")
  until_true 10 "$FROM to go on" "select count(*) > $had from app.done where epoch = $BEFORE"
  [[ $(epoch) == "$BEFORE" ]] || wrong "$(holder) holds the pool anew"
}

must_have_ended_by() { # must_have_ended_by EPOCH NS: the last tick of its workers
  local last
  last=$(last_tick "$1")
  ((last <= $2)) || wrong "a worker ran $(((last - $2) / 1000000)) ms longer than it may"
}

last_tick() { # of any worker under that epoch, in ns on CLOCK_BOOTTIME
  find "$HOSTS_EVIDENCE/workers" -name "*-$1-*" -exec tail -qn 2 {} + |
    awk '$1 == "t" && $2 > last { last = $2 } END { printf "%d\n", last }'
}

main_pid() { # main_pid HOST UNIT: as the host counts
  inside "$1" systemctl show --property MainPID --value "$2"
}

is_state() { # is_state HOST UNIT STATE
  [[ $(inside "$1" systemctl show --property ActiveState --value "$2") == "$3" ]]
}

worker_files() { # the evidence of a node's workers, the newest last: worker_files NODE [EPOCH]
  find "$HOSTS_EVIDENCE/workers" -name "$1-${2:-*}-*" -printf '%T@ %p\n' | sort -n | cut -d' ' -f2
}

began_at() { # when the first worker under that epoch began, in ms on CLOCK_BOOTTIME
  local file
  file=$(find "$HOSTS_EVIDENCE/workers" -name "*-$1-*" | head -n 1)
  [[ -n $file ]] && awk 'NR == 1 { printf "%d\n", $5 / 1000000 }' "$file"
}

worker_pid() { # worker_pid HOST [UNIT]: the guard's child, as the host counts; its other one is the looker
  inside "$1" pgrep -l -P "$(main_pid "$1" "${2:-mail-worker}")" | awk '$2 != "jobflip-looker" { print $1 }'
}

still_ticks() { # still_ticks NODE: a worker of it has run within the last 100 ms
  local file now
  file=$(worker_files "$1" | tail -n 1)
  now=$(boot_ns)
  [[ -n $file ]] &&
    tail -n 2 "$file" | awk -v now="$now" '$1 == "t" && now - $2 < 100000000 { seen = 1 } END { exit !seen }'
}

must_say() { # must_say TEXT FILE: a program's words
  grep -qF -- "$1" "$2" || { cat "$2" && wrong "nothing says \"$1\""; }
}

journal_says() { # journal_says HOST UNIT TEXT
  inside "$1" journalctl --no-pager -q -u "$2" | grep -qF -- "$3"
}

now_ms() { echo $(($(boot_ns) / 1000000)); }

figure() { # figure NAME MILLISECONDS LIMIT: missed, it fails a run for figures; a test does not time
  local verdict=holds
  if (($2 > $3)); then verdict=MISSED; fi
  printf '  figure: %-52s %6d ms  <= %d ms  %s\n' "$1" "$2" "$3" "$verdict"
  [[ $verdict == holds || -z ${HOSTS_FIGURES:-} ]]
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : int((v[NR / 2] + v[NR / 2 + 1]) / 2) }'; }
