#!/usr/bin/env bash
# The pages as a package installs them: every link leads somewhere, nothing but links has changed,
# and the manual pages have no Markdown in them.
set -euo pipefail
# shellcheck source=tests/scripts/failures.sh
source "$(dirname "${BASH_SOURCE[0]}")/failures.sh"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake -DFROM="$root" -DTO="$work/doc" -P "$root/packaging/pages.cmake"
cd "$work/doc"
links=0
while IFS=: read -r page link; do
  link=${link#*](}
  link=${link%%[)#]*}
  [[ -n $link && $link != *://* ]] || continue
  links=$((links + 1))
  [[ -e $(dirname "$page")/$link ]] || fail "$page: dead link $link"
done < <(grep -roE '\]\([^) ]*\)' --include='*.md' .)
[[ $links -gt 80 ]] || fail "only $links links were seen"
grep -q '(install.md)' README.md || fail "README has lost its link to install.md"

plain() { # the words alone, whatever they are linked to
  perl -0777 -pe 's/\[([^]]*)\]\((?:[^) ]*)\)/$1/g' "$1"
}
while IFS= read -r page; do
  source=$root/docs/$page
  [[ -e $source ]] || source=$root/$page
  diff <(plain "$source") <(plain "$page") >/dev/null || fail "$page: more than links has changed"
done < <(find . -name '*.md' -printf '%P\n')

for parts in "agent.toml" "supervisor.toml" "The pool file|The probe row"; do
  awk -v name=x -v number=5 -v purpose=p -v "parts=$parts" -v intro=1 -v files= -v see= \
    -f "$root/packaging/man/from-markdown.awk" "$root/docs/configuration.md" >"$work/page"
  [[ $(wc -l <"$work/page") -gt 20 ]] || fail "the manual page of $parts is empty"
  if grep -nE '\]\([a-z#.]|\[[^]]*$|`' "$work/page" >&2; then
    fail "the manual page of $parts has Markdown in it"
  fi
done
[[ $failures -eq 0 ]]
