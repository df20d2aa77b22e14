# shellcheck shell=bash
# Says each failure and counts them in $failures.

failures=0
fail() { # fail WHAT...
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}
expect() { # expect WHAT WANTED GOT
  [[ $2 == "$3" ]] || fail "$1: wanted \"$2\", got \"$3\""
}
