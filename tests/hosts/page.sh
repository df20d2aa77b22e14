# shellcheck shell=bash
# Types a page of the docs: runs each ```sh block that follows a line beginning with "On `host`".
# It runs on the hosts that the line names, one after the other, in /root, as root.

type_section() { # type_section PAGE HEADING: runs all blocks of that "## HEADING", in order
  local blocks=$HOSTS_STATE/page host file any=
  rm -rf "$blocks"
  mkdir "$blocks"
  awk -v heading="## $2" -v into="$blocks" '
    /^## / { here = $0 == heading }
    here && /^On `/ && /:$/ { hosts = $0; gsub(/^On |and |[`,:]/, "", hosts); next }
    here && /^```sh$/ { file = sprintf("%s/%02d", into, ++n); print hosts >(file ".hosts"); next }
    /^```$/ { file = "" }
    file { print >(file ".sh") }' "$1"
  for file in "$blocks"/*.sh; do
    [[ -f $file ]] || wrong "the page has no block under $2"
    for host in $(<"${file%.sh}.hosts"); do
      any=yes
      cp "$file" "$(root_of "$host")/root/typed.sh"
      # Like a login, with its own settings. Every command must succeed.
      inside "$host" bash -e -o pipefail -c 'cd; . ./typed.sh' >"$blocks/output" 2>&1 </dev/null ||
        { cat "$file" "$blocks/output" && wrong "it fails on $host, under \"$2\""; }
    done
  done
  [[ -n $any ]] || wrong "no block under $2 names its host"
  say "typed: $2"
}
