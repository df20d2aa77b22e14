# shellcheck shell=bash
# One row of a table of figures, and whether each is within its limit.

# shellcheck disable=SC2034  # the benches exit with it
MISSED=0
figure() { # figure NAME VALUE "<=" or ">=" LIMIT: prints one row of the table
  local verdict
  verdict=$(awk -v v="$2" -v l="$4" -v op="$3" 'BEGIN { print (op == "<=" ? v <= l : v >= l) ? "holds" : "MISSED" }')
  printf '%-58s %10s   %s %-6s %s\n' "$1" "$2" "$3" "$4" "$verdict"
  # shellcheck disable=SC2034
  if [[ $verdict == MISSED ]]; then MISSED=1; fi
}
