# shellcheck shell=bash
# Sections of a long run, each with its time, and commands that run beside them. Sourced by .ci/run.
section_names=()
section_starts=()

section() { # section NAME: ends the one before; fails if a command beside has failed
  if ((${#section_names[@]} > 0)); then
    echo "=== ci: ${section_names[-1]}: passed in $((SECONDS - section_starts[-1])) s"
  fi
  local name
  for name in "${!beside_pids[@]}"; do
    if ! kill -0 "${beside_pids[$name]}" 2>/dev/null; then await_beside "$name"; fi
  done
  section_names+=("$1")
  section_starts+=("$SECONDS")
  echo "=== ci: $1 (at $SECONDS s)"
}

print_sections() { # where the time went so far, the section that runs now left out
  local i
  echo "=== ci: where the time went"
  for ((i = 0; i + 1 < ${#section_names[@]}; i++)); do
    printf '%6d s  %s\n' $((section_starts[i + 1] - section_starts[i])) "${section_names[i]}"
  done
}

declare -A beside_pids=() beside_starts=()
beside_logs=$(mktemp -d)

beside() { # beside NAME COMMAND...: starts it; what it prints is kept until it ends
  local name=$1
  shift
  set -m # a process group of its own, so that end_beside reaches all of it
  "$@" </dev/null >"$beside_logs/$name" 2>&1 &
  set +m
  beside_pids[$name]=$!
  beside_starts[$name]=$SECONDS
}

await_beside() { # await_beside NAME: waits for it and prints what it printed; fails if it failed
  local code=0
  wait "${beside_pids[$1]}" || code=$?
  unset "beside_pids[$1]"
  echo "=== ci: beside the sections, from ${beside_starts[$1]} s: $1"
  cat "$beside_logs/$1"
  if ((code == 0)); then
    echo "=== ci: $1: passed, seen at $SECONDS s"
  else
    echo "=== ci: $1: FAILED ($code), seen at $SECONDS s"
  fi
  return "$code"
}

end_beside() { # ends what nobody waited for
  local pid
  for pid in "${beside_pids[@]}"; do
    { kill -KILL -- "-$pid" && wait "$pid"; } 2>/dev/null || true
  done
  rm -rf "$beside_logs"
}
trap end_beside EXIT
trap 'exit 130' INT TERM HUP
