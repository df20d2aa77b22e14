# shellcheck shell=bash
# Types a page of the docs: each ```sh block below a line that begins with "On `host`" runs on the hosts
# which that line names, one after the other, in the folder /root, as root.

type_section() { # type_section PAGE HEADING: all blocks of that "## HEADING", in order
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
      # as a login does, with its own settings; what is typed must succeed
      inside "$host" bash -e -o pipefail -c 'cd; . ./typed.sh' >"$blocks/said" 2>&1 </dev/null ||
        { cat "$file" "$blocks/said" && wrong "typed on $host under \"$2\", it fails"; }
    done
  done
  [[ -n $any ]] || wrong "no block under $2 names its host"
  say "typed: $2"
}
