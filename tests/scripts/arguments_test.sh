#!/usr/bin/env bash
# What is wrong with the words of a script is said before anything is installed or built; so is
# --help. The programs that install and build only write down that they were called.
set -euo pipefail
# shellcheck source=tests/scripts/failures.sh
source "$(dirname "${BASH_SOURCE[0]}")/failures.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export CALLS=$work/calls PATH=$work/bin:$PATH
mkdir "$work/bin"
for program in cmake ctest cpack apt-get ninja spin; do
  # shellcheck disable=SC2016  # for the fake to expand
  printf '#!/bin/bash\necho "$(basename "$0") $*" >>"$CALLS"\n' >"$work/bin/$program"
done
# shellcheck disable=SC2016
printf '#!/bin/bash\nshift 3\nprintf "installed %%s\\n" "$@"\n' >"$work/bin/dpkg-query"
chmod 755 "$work/bin"/*

code_of() { # code_of COMMAND...: its exit code; its output is in $work/output
  local code=0
  : >"$CALLS"
  "$@" >"$work/output" 2>&1 </dev/null || code=$?
  echo "$code"
}
for script in scripts/*; do
  [[ $(code_of "$script" --help) == 0 ]] || fail "$script --help fails"
  grep -q "$script" "$work/output" || fail "$script --help does not say how it is called"
  [[ ! -s $CALLS ]] || fail "$script --help builds: $(cat "$CALLS")"
  [[ $(code_of "$script" --bogus) == 2 ]] || fail "$script --bogus is not refused"
  [[ -s $work/output ]] || fail "$script --bogus says nothing"
  [[ ! -s $CALLS ]] || fail "$script --bogus builds: $(cat "$CALLS")"
done

for words in "--bogus" "--postgresql" "--postgresql x" "a b"; do
  # shellcheck disable=SC2086  # several words
  [[ $(code_of .ci/debian13 $words) == 2 ]] || fail ".ci/debian13 $words is not refused"
done

# A mirror that can't be read is said at once: debootstrap would try on and on.
mkdir "$work/root"
printf '#!/bin/bash\necho 0\n' >"$work/root/id"
printf '#!/bin/bash\necho refused\nexit 4\n' >"$work/root/wget"
# shellcheck disable=SC2016
printf '#!/bin/bash\necho debootstrap >>"$CALLS"\nexit 1\n' >"$work/root/debootstrap"
chmod 755 "$work/root"/*
unread=$(JOBFLIP_CI_MIRROR=http://a/b PATH=$work/root:$PATH code_of .ci/debian13 "$work/debian13")
[[ $unread == 1 && ! -s $CALLS ]] || fail "a mirror that can't be read: $unread, $(cat "$CALLS")"
grep -qF "http://a/b can't be read: refused" "$work/output" || fail "the mirror: $(cat "$work/output")"

# what is accepted does build, or the lines above prove nothing
code_of scripts/sim --seeds 1 >/dev/null
grep -q '^cmake' "$CALLS" || fail "scripts/sim builds nothing"

[[ $(code_of scripts/test --only 'NoSuchTest') == 2 ]] || fail "--only without a match"
grep -q 'no test has a name that matches "NoSuchTest"' "$work/output" || fail "--only names no REGEX"
[[ ! -s $CALLS ]] || fail "--only without a match builds: $(cat "$CALLS")"
[[ $(code_of scripts/test --only 'Usage[.]AnOption') == 0 ]] || fail "--only with a match"
grep -q -- '--target unit_cli jobflip-guard$' "$CALLS" || fail "--only builds: $(cat "$CALLS")"
grep -q -- '-R Usage' "$CALLS" || fail "--only runs: $(cat "$CALLS")"
[[ $failures -eq 0 ]]
