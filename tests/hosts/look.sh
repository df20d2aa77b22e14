# shellcheck shell=bash
# Checks: conditions to wait for, and conditions that must hold. Every wait has a limit and names
# its condition.

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
    sleep 0.05
  done
}

# ask SQL: queries the store's database as its owner. Prints one value, or rows with
# | between columns. A wrong query (SQLSTATE 42...) fails the whole part, wherever its output goes,
# because many checks would pass on an empty answer.
ask() {
  local output=$HOSTS_STATE/psql-$BASHPID code=0
  PGCONNECT_TIMEOUT=3 timeout 10 psql -X -q -A -t -v ON_ERROR_STOP=1 -v VERBOSITY=verbose \
    -h "$(address "$(store_host)")" -U postgres -d jobflip -c "$1" 2>"$output" || code=$?
  if grep -q '^ERROR:  42' "$output"; then
    { echo "$1" && cat "$output"; } >>"$HOSTS_STATE/bad-queries"
  fi
  cat "$output" >&2
  rm "$output"
  return "$code"
}
answers() { [[ $(ask "$2") == "$1" ]]; }
until_true() { until_done "$1" "$2" answers t "$3"; } # until_true SECONDS WHAT SQL

holder() { ask "select holder from jobflip_data.pool_owner where pool = '${1:-mail}' and state = 'held'"; }
epoch() { ask "select epoch from jobflip_data.pool_owner where pool = '${1:-mail}'"; }
store_host() { cat "$HOSTS_STATE/store-host" 2>/dev/null || echo db1; }

another() { # another NODE...: the first job host that is not one of these
  local one
  for one in job1 job2 job3; do
    [[ " $* " == *" $one "* ]] || { echo "$one" && return; }
  done
}

commits() { # the number of commits under that epoch
  ask "select count(*) from app.done where epoch = $1"
}

# True if workers on another node than NODE commit under an epoch above EPOCH.
moved() { # moved EPOCH NODE
  [[ $(ask "select o.holder <> '$2' and o.state = 'held' and o.epoch > $1
                   and exists (select from app.done d where d.epoch = o.epoch)
              from jobflip_data.pool_owner o where pool = 'mail'") == t ]]
}

remember() { # stores the holder and the epoch before a fault
  FROM=$(holder)
  BEFORE=$(epoch)
  [[ -n $FROM ]] || wrong "no node holds the pool"
}

await_move() { # await_move SECONDS: until the workers of another node commit under a higher epoch
  until_done "$1" "another node than $FROM to commit" moved "$BEFORE" "$FROM"
}

# until_ready SECONDS NODE [POOL...]: until a beat of the last second says so; the default pool is
# mail
until_ready() {
  local seconds=$1 node=$2 pools
  shift 2
  printf -v pools "'%s', " "${@:-mail}"
  until_true "$seconds" "$node to be ready" "select array[${pools%, }] <@ ready and
    beat_at > clock_timestamp() - interval '1 s' from jobflip_data.node_beat where node = '$node'"
}

# ask_for_flip POOL REASON [OPTION...]: repeats the request until it is accepted, because the
# previous flip may still be open, and the node that released the pool may not be ready yet. Does
# not wait for the flip to end.
ask_for_flip() {
  local pool=$1 reason=$2 output=$HOSTS_STATE/flip-output
  shift 2
  until_done 30 "the flip of $pool: $reason" output_to "$output" \
    verb flip "$pool" --reason "$reason" "$@" --yes --no-wait || { cat "$output" >&2 && return 1; }
}
output_to() { "${@:2}" >"$1" 2>&1; } # output_to FILE COMMAND...: writes its output to FILE

flip_mail() { ask_for_flip mail "$@"; } # flip_mail REASON [OPTION...]

flip_still() { # flip_still REASON [TO]: flips the pool `still` and waits until it is active elsewhere
  local from before
  until_true 20 "the last flip to end" \
    "select open_flip is null from jobflip_data.pool where name = 'still'"
  from=$(holder still)
  before=$(epoch still)
  ask_for_flip still "$1" ${2:+--to "$2"}
  until_true 20 "still to be active elsewhere" "select state = 'held' and epoch > $before and holder <> '$from'
    and holder = coalesce(nullif('${2:-}', ''), holder) from jobflip_data.pool_owner where pool = 'still'"
}

must_go_on() { # under the same epoch, and its workers commit
  local had
  had=$(commits "$BEFORE")
  until_true 10 "$FROM to continue" "select count(*) > $had from app.done where epoch = $BEFORE"
  [[ $(epoch) == "$BEFORE" ]] || wrong "$(holder) holds the pool under a new epoch"
}

must_have_ended_by() { # must_have_ended_by EPOCH NS: the last tick of its workers
  local last
  last=$(last_tick "$1")
  ((last <= $2)) || wrong "a worker ran $(((last - $2) / 1000000)) ms longer than allowed"
}

last_tick() { # of any worker under that epoch, in ns on CLOCK_BOOTTIME
  find "$HOSTS_EVIDENCE/workers" -name "*-$1-*" -exec tail -qn 2 {} + |
    awk '$1 == "t" && $2 > last { last = $2 } END { printf "%d\n", last }'
}

main_pid() { # main_pid HOST UNIT: the pid inside the host
  inside "$1" systemctl show --property MainPID --value "$2"
}

is_state() { # is_state HOST UNIT STATE
  [[ $(inside "$1" systemctl show --property ActiveState --value "$2") == "$3" ]]
}

worker_files() { # the evidence of a node's workers, the newest last: worker_files NODE [EPOCH]
  find "$HOSTS_EVIDENCE/workers" -name "$1-${2:-*}-*" -printf '%T@ %p\n' | sort -n | cut -d' ' -f2
}

began_at() { # when the first worker under that epoch started, in ms on CLOCK_BOOTTIME
  local file
  file=$(find "$HOSTS_EVIDENCE/workers" -name "*-$1-*" | head -n 1)
  [[ -n $file ]] && awk 'NR == 1 { printf "%d\n", $5 / 1000000 }' "$file"
}

worker_pid() { # worker_pid HOST [UNIT]: inside the host, the guard's child that is not its capturer
  inside "$1" pgrep -l -P "$(main_pid "$1" "${2:-mail-worker}")" | awk '$2 != "jobflip-capture" { print $1 }'
}

still_ticks() { # still_ticks NODE: one of its workers has run within the last 100 ms
  local file now
  file=$(worker_files "$1" | tail -n 1)
  now=$(boot_ns)
  [[ -n $file ]] &&
    tail -n 2 "$file" | awk -v now="$now" '$1 == "t" && now - $2 < 100000000 { seen = 1 } END { exit !seen }'
}

must_contain() { # must_contain TEXT FILE: the output of a program contains the text
  grep -qF -- "$1" "$2" || { cat "$2" && wrong "the output does not contain \"$1\""; }
}

journal_says() { # journal_says HOST UNIT TEXT
  inside "$1" journalctl --no-pager -q -u "$2" | grep -qF -- "$3"
}

now_ms() { echo $(($(boot_ns) / 1000000)); }

figure() { # figure NAME MILLISECONDS LIMIT: a missed limit fails only a run with --figures
  local verdict=holds
  if (($2 > $3)); then verdict=MISSED; fi
  printf '  figure: %-52s %6d ms  <= %d ms  %s\n' "$1" "$2" "$3" "$verdict"
  [[ $verdict == holds || -z ${HOSTS_FIGURES:-} ]]
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : int((v[NR / 2] + v[NR / 2 + 1]) / 2) }'; }
