# shellcheck shell=bash
# Sections of a long run, each with its time. Sourced by .ci/run.
section_names=()
section_starts=()

section() { # section NAME: ends the one before
  if ((${#section_names[@]} > 0)); then
    echo "=== ci: ${section_names[-1]}: passed in $((SECONDS - section_starts[-1])) s"
  fi
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
